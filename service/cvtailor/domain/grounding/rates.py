"""How often: what was counted over three years is not a yearly number."""

import re
from collections.abc import Iterator

from cvtailor.domain.grounding.quantities import Quantity, quantities, western

_ADVERBS = {
    "year": "yearly|annual|annually|jährlich\\w*|annuel\\w*|anual\\w*",
    "quarter": "quarterly|vierteljährlich\\w*|trimestriel\\w*|trimestral\\w*",
    "month": "monthly|monatlich\\w*|mensuel\\w*|mensual\\w*",
    "week": "weekly|wöchentlich\\w*|hebdomadaire\\w*|semanal\\w*",
    "day": "daily|täglich\\w*|quotidien\\w*|diari[oa]s?",
    "hour": "hourly|stündlich\\w*",
}
_NOUNS = {
    "year": "years?|annum|jahr|ans?|année|año",
    "quarter": "quarter|quartal|trimestre",
    "month": "months?|monat|mois|mes",
    "week": "weeks?|woche|semaine|semana",
    "day": "days?|tag|jour|día",
    "hour": "hours?|stunde|heure|hora",
    "shift": "shifts?|schicht|poste|turno",
    "morning": "mornings?|morgen|vormittag|matin|matinée|mañana",
    "evening": "evenings?|abend|soir|soirée|tarde",
    "night": "nights?|nacht|nuit|noche",
    "term": "terms?|semester|semestre",
    "season": "seasons?|saison|temporada",
}
_EACH = r"(?:an?|per|each|every|pro|je|jede[nrs]?|im|am|par|chaque|cada|al|a la|por|à l['’]?|/)\s?"
_RATES = {
    period: re.compile(
        rf"(?i)(?:\b(?:{_ADVERBS.get(period, '(?!)')})\b|(?<!\w){_EACH}(?:{nouns})\b(?!\s*(?:19|20)\d\d))"
    )
    for period, nouns in _NOUNS.items()
}
_EACH_BEFORE = re.compile(r"(?i)\b(?:je|jeweils|cada|each of|chacune? d(?:es|e))\s*$")
_EACH_BEHIND = re.compile(
    r"(?i)^\s*(?:[^\W\d]+\s){0,2}(?:each|apiece|jeweils|chacune?|cada un[oa])"
    r"(?=\s*(?:$|[.,;)]|(?:at|in|on|an|auf|bei|en|à|sur)\b))"
)
_TIMES = frozenset({"s", "day", "month"})
_REACH_CHARS = 45
_BREAK = re.compile(r"[;.,:()\d]|\b(?:and|und|et|y)\b")


def rate_of(quantity: Quantity, text: str) -> str:
    """Returns the period that a number is told for ("a year"), or nothing."""
    shown = western(text)
    behind = _BREAK.split(shown[quantity.end : quantity.end + _REACH_CHARS])[0]
    before = _BREAK.split(shown[max(0, quantity.start - _REACH_CHARS // 2) : quantity.start])[-1]
    return next(rates(behind), "") or next(rates(before), "")


def rates(text: str) -> Iterator[str]:
    """Yields the periods that a text gives numbers for."""
    yield from (period for period, said in _RATES.items() if said.search(text))


def apiece(text: str) -> frozenset[float]:
    """Returns the numbers that a text tells of each one: 2.3 of "two turbines, 2.3 MW each"."""
    shown = western(text)
    return frozenset(
        quantity.value
        for quantity in quantities(text)
        if quantity.unit not in _TIMES
        and (_EACH_BEFORE.search(shown[: quantity.start]) or _EACH_BEHIND.search(shown[quantity.end :]))
    )

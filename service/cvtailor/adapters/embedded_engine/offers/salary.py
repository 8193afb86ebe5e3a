"""Reads pay: a figure or range with its currency and period, in the notations of the four languages."""

import re
from dataclasses import dataclass

from cvtailor.domain.job_offer import Salary, SalaryPeriod

_CURRENCIES = {
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "£": "GBP",
    "gbp": "GBP",
    "chf": "CHF",
    "fr.": "CHF",
    "sfr": "CHF",
    "¥": "JPY",
    "jpy": "JPY",
    "cad": "CAD",
    "c$": "CAD",
    "ca$": "CAD",
    "aud": "AUD",
    "a$": "AUD",
    "nzd": "NZD",
    "sek": "SEK",
    "nok": "NOK",
    "dkk": "DKK",
    "pln": "PLN",
    "zł": "PLN",
    "czk": "CZK",
    "inr": "INR",
    "₹": "INR",
    "sgd": "SGD",
    "mxn": "MXN",
    "brl": "BRL",
    "r$": "BRL",
}
_CURRENCY = (
    r"(?:US\$|CA\$|C\$|A\$|R\$|[€$£¥₹]|\b(?:EUR|Euros?|USD|GBP|CHF|SFr|JPY|CAD|AUD|NZD|SEK|"
    r"NOK|DKK|PLN|CZK|INR|SGD|MXN|BRL)\b|zł|Fr\.)"
)
_NUMBER = r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3}){1,4}(?:[.,]\d{2})?|\d{1,12}(?:[.,]\d{1,2})?"
_AMOUNT = (
    rf"(?P<pre{{n}}>{_CURRENCY})?\s?(?P<num{{n}}>{_NUMBER})\s?(?P<k{{n}}>k|K|T|Tsd\.?|mil)?"
    rf"\b(?:,-)?\s?(?P<post{{n}}>{_CURRENCY})?"
)
_PAY = re.compile(
    _AMOUNT.replace("{n}", "1")
    + r"(?:\s?(?:-|–|—|to|bis|à|a|and|und|et|y|/)\s?"
    + _AMOUNT.replace("{n}", "2")
    + r")?",
    re.IGNORECASE,
)
_PERIODS = (
    (
        SalaryPeriod.HOUR,
        (
            r"per hour|an hour|/\s?h(?:our|r)?\b|hourly|pro stunde|stundenlohn|/\s?std|de l'heure|par "
            r"heure|taux horaire|por hora|la hora|hora\b"
        ),
    ),
    (SalaryPeriod.DAY, r"per day|a day|/\s?day|daily|pro tag|tagessatz|par jour|\btjm\b|por día|al día"),
    (
        SalaryPeriod.MONTH,
        (
            r"per month|a month|/\s?mo(?:nth)?\b|monthly|im monat|pro monat|monatlich|/\s?monat|par "
            r"mois|mensuels?|/\s?mois|al mes|por mes|mensual"
        ),
    ),
    (
        SalaryPeriod.YEAR,
        (
            r"per year|a year|/\s?ye?a?r|yearly|annual|per annum|p\.\s?a\.|im jahr|pro jahr|jährlich|"
            r"jahres|/\s?jahr|par an|annuel|/\s?an\b|al año|anual|por año"
        ),
    ),
)
_PAY_WORD = re.compile(
    r"salary|salaries|compensation|\bpay\b|\bwage|remuneration|rate\b|gross|\bbase\b|\bote\b|"
    r"gehalt|vergütung|entgelt|verdienst|"
    r"brutto|lohn\b|salaire|rémunération|\bbruts?\b|salario|retribución|sueldo|brutos?\b",
    re.IGNORECASE,
)
_NOT_PAY = re.compile(
    r"revenue|turnover|budget|funding|raised|series [a-e]\b|invest|bonus of|learning|tuition|"
    r"reimburs|donat|portfolio|"
    r"umsatz|zuschuss|fortbildung|chiffre d'affaires|facturación|formación|presupuesto|up to \S+ towards",
    re.IGNORECASE,
)
_PLAUSIBLE = {
    SalaryPeriod.HOUR: (4, 1_000),
    SalaryPeriod.DAY: (40, 5_000),
    SalaryPeriod.MONTH: (300, 120_000),
    SalaryPeriod.YEAR: (5_000, 20_000_000),
}
_NEAR_CHARS = 45


@dataclass(frozen=True, slots=True)
class FoundSalary:
    """A salary and the characters of the text it was read from."""

    salary: Salary
    start: int
    end: int


def find_salary(text: str) -> FoundSalary | None:
    """Returns the most credible salary of an ad: a range by a pay word before a lone figure."""
    best: tuple[int, FoundSalary] | None = None
    for match in _PAY.finditer(text):
        symbol = next((match[name] for name in ("pre1", "post1", "pre2", "post2") if match[name]), None)
        if symbol is None:
            continue
        found = _read(text, match, symbol)
        if found is None:
            continue
        score = _credibility(text, match)
        if score > 0 and (best is None or score > best[0]):
            best = (score, found)
    return best[1] if best else None


def _credibility(text: str, match: re.Match[str]) -> int:
    line_start = text.rfind("\n", 0, match.start()) + 1
    line_end = text.find("\n", match.end())
    before = text[max(line_start, match.start() - 90) : match.start()]
    after = text[match.end() : line_end if line_end >= 0 else len(text)][:_NEAR_CHARS]
    score = 2 * bool(match["num2"]) + 2 * bool(_PAY_WORD.search(before) or _PAY_WORD.search(after[:25]))
    score += bool(_period_of(before[-25:], after))
    score -= 4 * bool(_NOT_PAY.search(before[-_NEAR_CHARS:]) or _NOT_PAY.search(after[:25]))
    # Without a range, a pay word or a period, a sum of money is not taken for the pay.
    return score if score >= 2 else 0


def _period_of(before: str, after: str) -> SalaryPeriod | None:
    for stretch in (after, before):
        hits = [
            (found.start(), period)
            for period, words in _PERIODS
            if (found := re.search(words, stretch, re.IGNORECASE))
        ]
        if hits:
            return min(hits)[1]
    return None


def _read(text: str, match: re.Match[str], symbol: str) -> FoundSalary | None:
    thousands = any(match[name] and match[name].lower() != "mil" for name in ("k1", "k2"))
    low = _value(match["num1"], bool(match["k1"]) or (thousands and bool(match["num2"])))
    high = _value(match["num2"], bool(match["k2"])) if match["num2"] else None
    if high is not None and high < low:
        high = None
    window = text[match.end() : match.end() + _NEAR_CHARS].split("\n")[0]
    line_start = text.rfind("\n", 0, match.start()) + 1
    period = _period_of(text[max(line_start, match.start() - 45) : match.start()], window) or _guess(
        high or low
    )
    least, most = _PLAUSIBLE[period]
    if not least <= low <= most:
        return None
    salary = Salary(
        minimum=low,
        maximum=high,
        currency=_CURRENCIES[symbol.lower()],
        period=period,
    )
    raw = match[0]
    return FoundSalary(
        salary, match.start() + len(raw) - len(raw.lstrip()), match.start() + len(raw.rstrip(" ,-"))
    )


def _value(number: str, thousands: bool) -> int:
    digits = re.sub(r"[.,'’\s](?=\d{3}(?:\D|$))", "", number)
    value = float(digits.replace(",", "."))
    return round(value * 1000) if thousands and value < 1000 else round(value)


def _guess(amount: int) -> SalaryPeriod:
    if amount < 200:
        return SalaryPeriod.HOUR
    return SalaryPeriod.MONTH if amount < 9_000 else SalaryPeriod.YEAR

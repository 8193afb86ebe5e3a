"""Reads the smaller fields of an ad: remote policy, employment, seniority, years, languages, education."""

import re
from collections.abc import Iterable, Iterator

from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.spoken_languages import find_languages
from cvtailor.domain.job_offer import RemotePolicy

_REMOTE = (
    (
        RemotePolicy.ON_SITE,
        (
            r"not (?:a )?remote|no remote|remote (?:work )?(?:is )?not|kein homeoffice|pas de "
            r"télétravail|sin teletrabajo|(?:remote|home ?office|télétravail|teletrabajo)[^.\n]{0,30} "
            r"(?:not possible|nicht möglich|impossible|no es posible)|\bon-?site only|en présentiel|"
            r"\bpresencial\b"
        ),
    ),
    (
        RemotePolicy.HYBRID,
        (
            r"\bhybrid\w*|\bhybride\b|híbrid[oa]|days? (?:a|per|each)? ?week (?:in|at|from) (?:the|"
            r"our) office|days? (?:a|per) week (?:of )?(?:remote|from home)|"
            r"partly remote|partially remote|tage? (?:pro woche )?(?:im )?home ?-?office|home "
            r"?-?office (?:\w+ )?(?:möglich|anteil|option)|mobiles arbeiten|"
            r"days? (?:a|per) week[^.\n]{0,20} at home|\bdays? at home|"
            r"jours? (?:de |en )?télétravail|télétravail (?:partiel|possible)|teletrabajo (?:parcial|"
            r"híbrido)|días? (?:de )?teletrabajo"
        ),
    ),
    (
        RemotePolicy.REMOTE,
        (
            r"(?:fully|100 ?%|completely|entirely|primarily) remote|remote[- ](?:first|only|friendly|"
            r"position|role|job|work\b|working|option)|\(remote\)|\bor remote\b|"
            r"work (?:remotely|from home)|\bremotely\b|(?:^|[,|·–(/-]\s*)remote\b|remote(?:\s*\(|\s*$|"
            r"\s*[|,·/])|voll remote|komplett remote|vollständig remote|"
            r"remote möglich|télétravail (?:complet|total|à 100)|full remote|teletrabajo (?:total|"
            r"completo)|100 ?% (?:teletrabajo|télétravail)|en remoto"
        ),
    ),
    (
        RemotePolicy.ON_SITE,
        (
            r"\bon-?site (?:only|position|role|presence|work)|(?:fully|100 ?%) on-?site|"
            r"\bon-?site\s*$|in[- ]person (?:position|role|only)|vor ort in|präsenz(?:pflicht|stelle)|"
            r"(?:poste )?en présentiel|sur site uniquement|presencial\b"
        ),
    ),
)
_EMPLOYMENT = (
    (
        "internship",
        (
            r"\binternship\b|\bintern\b(?! of)|praktikum\b|\bpraktikant|\bstage (?:de|conventionné)|"
            r"\bstagiaire\b|contrato de prácticas|\bbecari[oa]\b"
        ),
    ),
    (
        "temporary",
        (
            r"\btemporary (?:position|contract|role|post)\b|fixed[- ]term|maternity cover|"
            r"\bbefristet\b|\bcdd\b|intérim|contrato temporal|\btemporal\b"
        ),
    ),
    (
        "part_time",
        (
            r"\bpart[- ]time\b|\bteilzeit\b(?! möglich| ab)|temps partiel|media jornada|jornada "
            r"parcial|tiempo parcial"
        ),
    ),
    (
        "contract",
        (
            r"\bcontractor\b|\bfreelance\w*|contract (?:role|position)|\bb2b contract|freiberuflich|"
            r"auftragsbasis|autónomo"
        ),
    ),
    (
        "full_time",
        (
            r"\bfull[- ]time\b|\bvollzeit\b|temps plein|jornada completa|tiempo completo|\bcdi\b|"
            r"festanstellung|unbefristet\w*|\bpermanent\b|contrato indefinido"
        ),
    ),
)
_SENIORITY = (
    (
        "lead",
        (
            r"\b(?:lead|head of|principal|staff (?:software |backend |frontend )?engineer|director|"
            r"chief|vp|team ?lead\w*|leiter\w*|leitung|\w+leiter(?:in)?|responsable d|chef d|cheffe d|"
            r"jefe|jefa|director[a]?)\b"
        ),
    ),
    ("senior", r"\b(?:senior|sr\.?|experienced|erfahrene\w*|confirmée?|expérimentée?|sénior)\b"),
    (
        "junior",
        (
            r"\b(?:junior|jr\.?|graduate|entry[- ]level|trainee|berufseinsteiger\w*|einsteiger|"
            r"débutante?|apprentice|intern|praktikant\w*|werkstudent\w*|becari[oa])\b"
        ),
    ),
    ("mid", r"\b(?:mid[- ]?level|intermediate|mid[- ]?senior)\b"),
)
_NUMBER_WORDS = {
    word: value
    for value, words in enumerate(
        [
            "one ein einem eine un une uno una",
            "two zwei deux dos",
            "three drei trois tres",
            "four vier quatre cuatro",
            "five fünf cinq cinco",
            "six sechs seis",
            "seven sieben sept siete",
            "eight acht huit ocho",
            "nine neun neuf nueve",
            "ten zehn dix diez",
        ],
        start=1,
    )
    for word in words.split()
}
_YEARS = re.compile(
    r"(?P<low>\d{1,2}|" + "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True)) + r")\s*\+?\s*"
    r"(?:(?:-|–|to|bis|à|a|oder|or)\s*(?P<high>\d{1,2})\s*\+?\s*)?(?:\(\d+\)\s*)?(?:or more |"
    r"und mehr |ou plus |o más )?"
    r"(?:years?|yrs?|jahren?|jahre|ans|années?|an(?= d)|años?)\b",
    re.IGNORECASE,
)
_NOT_OF_WORK = re.compile(
    r"(?i)years? (?:old|ago|of age)|jahre alt|ans (?:d'existence|révolus)|years? in business|años de edad"
)
_EDUCATION = re.compile(
    r"(?i)\b(?:ph\.?\s?d\.?|doctora(?:te|l degree|do|t)|promotion in|master(?:['’]s)?(?: of "
    r"\w+| degree)?|m\.?sc\.?|mba|bachelor(?:['’]s)?(?: of \w+| degree)?|b\.?sc\.?|b\.?a\.? "
    r"degree|"
    r"(?:university|college|graduate|undergraduate|advanced|technical|nursing|relevant|"
    r"associate['’]?s?) degree|degree in|degree or equivalent|diploma in|high school diploma|"
    r"(?:abgeschlossene\w*|erfolgreich abgeschlossene\w*)\s(?:\w+[\s-]){0,4}?(?:studium|"
    r"hochschulstudium|ausbildung|berufsausbildung)|\w*studium\b|hochschulabschluss|"
    r"berufsausbildung|staatsexamen|"
    r"ausbildung (?:als|zum|zur|im|in)|meister(?:brief|titel)|diplom\b|"
    r"bac ?\+ ?\d|diplômée?s? (?:d[e'’]\w*|en)?|diplôme (?:d['’e]\s?\w+|en)|licence (?:en|"
    r"professionnelle)|école (?:d['’]ingénieurs?|de commerce)|formation (?:supérieure|bac|en|"
    r"d['’]ingénieur)|\bbts\b|\bdut\b|"
    r"grado en|grado superior|licenciatura|titulación|título (?:de|universitario)|máster|"
    r"ingeniería (?:informática|industrial|técnica)|formación profesional|\bfp\b|diplomatura)"
)


def find_remote_policy(text: str) -> Found[RemotePolicy] | None:
    """Returns where the work is done."""
    for policy, words in _REMOTE:
        match = re.search(words, text, re.IGNORECASE | re.MULTILINE)
        if match:
            return Found(policy, *match.span())
    return None


def find_employment_type(text: str) -> Found[str] | None:
    """Returns the kind of employment; the first mention counts, as ads name it in their head."""
    hits = [
        (match.start(), Found(kind, *match.span()))
        for kind, words in _EMPLOYMENT
        if (match := re.search(words, text, re.IGNORECASE))
    ]
    return min(hits, key=lambda hit: hit[0])[1] if hits else None


def find_seniority(title: Found[str]) -> Found[str] | None:
    """Returns the seniority that a job title names."""
    for level, words in _SENIORITY:
        if re.search(words, title.value, re.IGNORECASE):
            return Found(level, title.start, title.end)
    return None


def years_in(text: str) -> Iterator[Found[int]]:
    """Yields each number of years a text speaks of; of a range, its lower end."""
    for match in _YEARS.finditer(text):
        if not _NOT_OF_WORK.match(text, match.end() - 5):
            low = match["low"].lower()
            yield Found(int(low) if low.isdigit() else _NUMBER_WORDS[low], *match.span())


def find_years(requirements: Iterable[tuple[str, int]]) -> Found[int] | None:
    """Returns the largest number of years asked for in ``(text, start)`` pairs."""
    found = [
        Found(years.value, start + years.start, start + years.end)
        for text, start in requirements
        for years in years_in(text)
        if years.value <= 30
    ]
    return max(found, key=lambda years: years.value, default=None)


def find_languages_asked(requirements: Iterable[tuple[str, int]]) -> list[Found[str]]:
    """Returns the languages asked for, in order, each with its first mention."""
    seen: dict[str, Found[str]] = {}
    for text, start in requirements:
        for mention in find_languages(text):
            seen.setdefault(mention.code, Found(mention.code, start + mention.start, start + mention.end))
    return list(seen.values())


def asks_education(text: str) -> bool:
    """Whether a requirement asks for a degree or a vocational qualification."""
    return bool(_EDUCATION.search(text))


def find_education(requirements: Iterable[tuple[str, int]]) -> Found[str] | None:
    """Returns the first requirement that asks for a degree, whole."""
    for text, start in requirements:
        if asks_education(text):
            return Found(text, start, start + len(text))
    return None

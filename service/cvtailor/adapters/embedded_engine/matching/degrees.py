"""Levels of education, by the words degrees have in four languages."""

import re
from functools import lru_cache

from cvtailor.adapters.embedded_engine.words import word_set
from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_LEVELS: tuple[tuple[int, str], ...] = (
    (6, r"ph\.?\s?d\b|doctor(?:al|ate)|doktor|promotion\b|promoviert|\bdr\.|doctorat|doctorado"),
    (
        5,
        (
            r"master|\bm\.?\s?sc\b|\bm\.?a\.?\b(?!\w)|\bmba\b|\bm\.?eng\b|\bmphil\b|diplom(?:-|\b|ing|"
            r"inf|kauf)|magister|staatsexamen|staatsprüfung|bac ?\+ ?5|"
            r"diplôme d['’]ingénieur|école d['’]ingénieur|máster|pgce"
        ),
    ),
    (
        4,
        (
            r"bachelor|\bb\.?\s?sc\b|\bb\.?\s?a\.?\b|\bb\.?s\.?\b|\bb\.?eng\b|\bll\.?b\b|\(hons\)|"
            r"licence\b(?! (?:plate|class))|bac ?\+ ?[34]|\bgrado (?:en|de)\b|^grado\b|"
            r"graduad[oa] en|licenciatura|titulación universitaria|degree|studium|hochschul|"
            r"universitätsabschluss|universitaire|ingeniería"
        ),
    ),
    (
        3,
        (
            r"associate['’]?s?\b|bac ?\+ ?2|\bbts\b|\bdut\b|titre professionnel|grado superior|"
            r"meister\b|\btechniker\b|fachwirt|foundation degree|higher diploma"
        ),
    ),
    (
        2,
        (
            r"ausbildung|\blehre\b|apprentice|diploma|\bbep\b|\bcap\b|formación profesional|\bfp\b|"
            r"vocational|gesellenbrief|facharbeiter|diplôm"
        ),
    ),
    (
        1,
        (
            r"abitur|a[- ]levels?\b|baccalauréat|\bbac\b(?! ?\+)|bachillerato|high school|secondary "
            r"school|fachabitur|realschul|sixth form"
        ),
    ),
)
LEVEL_WORDS = {
    1: "a school leaving certificate",
    2: "a vocational qualification",
    3: "a two-year degree",
    4: "a bachelor's degree",
    5: "a master's degree",
    6: "a doctorate",
}
DEGREE_WORDS = word_set(
    """
    degree bachelor bachelor's bachelors master master's masters phd doctorate diploma university
    college graduate undergraduate education qualification equivalent related field studies completed
    relevant subject discipline abgeschlossene abgeschlossenes abgeschlossen studium hochschulstudium
    abschluss ausbildung berufsausbildung vergleichbare vergleichbar fach staatsexamen formation diplôme
    bac licence école supérieure équivalent domaine grado titulación título universitario licenciatura
    similar afín máster formación
    """
)


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def levels_in(text: str) -> tuple[int, ...]:
    """Returns the levels of education that a text names, each once, highest first."""
    return tuple(level for level, words in _LEVELS if re.search(words, text, re.IGNORECASE))

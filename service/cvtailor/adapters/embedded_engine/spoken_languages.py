"""Languages people speak, their names in four languages, and how well they speak them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from cvtailor.adapters.embedded_engine.words import word_set
from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_NAMES = {
    "en": "english englisch anglais inglés ingles",
    "de": "german deutsch allemand alemán aleman deutschkenntnisse",
    "fr": "french französisch français francés frances",
    "es": "spanish spanisch espagnol español castellano",
    "it": "italian italienisch italien italiano",
    "pt": "portuguese portugiesisch portugais portugués",
    "nl": "dutch niederländisch néerlandais neerlandés holandés",
    "pl": "polish polnisch polonais polaco",
    "cs": "czech tschechisch tchèque checo",
    "da": "danish dänisch danois danés",
    "sv": "swedish schwedisch suédois sueco",
    "no": "norwegian norwegisch norvégien noruego",
    "fi": "finnish finnisch finnois finés",
    "ru": "russian russisch russe ruso",
    "uk": "ukrainian ukrainisch ukrainien ucraniano",
    "tr": "turkish türkisch turc turco",
    "ar": "arabic arabisch arabe árabe",
    "zh": "chinese mandarin cantonese chinesisch chinois chino mandarín",
    "ja": "japanese japanisch japonais japonés",
    "ko": "korean koreanisch coréen coreano",
    "hi": "hindi",
    "ur": "urdu",
    "el": "greek griechisch grec griego",
    "ro": "romanian rumänisch roumain rumano",
    "hu": "hungarian ungarisch hongrois húngaro",
    "ca": "catalan katalanisch catalán valencian valenciano valencià",
    "eu": "basque euskera baskisch",
    "gl": "galician gallego",
    "ga": "irish gaeilge",
    "cy": "welsh",
}
_CODES = {name: code for code, names in _NAMES.items() for name in names.split()}
_LANGUAGE = re.compile(
    r"\b(?P<name>"
    + "|".join(sorted(_CODES, key=len, reverse=True))
    + r")(?P<suffix>kenntnisse\w*|sprachig\w*|kenntnissen)?\b",
    re.IGNORECASE,
)
# "Dutch suppliers" and "fournisseurs néerlandais" are no languages: what stands beside the word decides.
_BEFORE = word_set(
    """
    in and or of & the fluent spoken written speak speaks native good excellent business basic advanced
    conversational working language languages both also und oder auf in sehr gutes gute guten fließend
    verhandlungssicheres sprache sprachen deutsch englisch en et ou de du le l la un parler parlé écrit
    langue langues niveau anglais français bon courant maîtrise y o e del el idioma idiomas nivel hablar
    hablado inglés español dominio alto medio conocimientos in either some
    """
)
_AFTER = word_set(
    """
    at is and or language languages skills speaker speakers speaking level as on to in required fluency
    fluent native written spoken preferred proficiency knowledge will would are both good very c1 c2 b1
    b2 a1 a2 auf in und oder sind ist wird sehr mindestens niveau kenntnisse fließend von sowie wort et
    ou courant lu parlé écrit niveau est exigé indispensable souhaité professionnel technique bilingue y
    o e nivel alto medio es hablado escrito fluido nativo avanzado básico imprescindible a plus orally
    for minimum
    """
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+|[&])['’]?\s*$")
_WORD_AFTER = re.compile(r"\s+([^\W_]+)")
_LEVELS = (
    (
        6,
        (
            r"\bC2\b|native|mother tongue|bilingual|muttersprach\w*|langue maternelle|bilingue|"
            r"nativ[oa]|lengua materna|materno"
        ),
    ),
    (
        5,
        (
            r"\bC1\b|fluent\w*|full professional|excellent|verhandlungssicher|fließend|ausgezeichnet|"
            r"sehr gute?|courant|couramment|excellente|fluido|avanzado|nivel alto|alto|advanced|very "
            r"good|proficien\w+"
        ),
    ),
    (
        4,
        (
            r"\bB2\b|professional working|business|upper[- ]intermediate|good|gute?\b|bon niveau|buen "
            r"nivel|professionnel|professional"
        ),
    ),
    (3, r"\bB1\b|intermediate|conversational|limited working|intermédiaire|intermedio|medio|befriedigend"),
    (2, r"\bA2\b|elementary|basic\w*|grundkenntnisse|notions|élémentaire|básico|scolaire|schulkenntnisse"),
    (1, r"\bA1\b|beginner|anfänger|débutant|principiante"),
)
LANGUAGE_NAMES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "pl": "Polish",
    "cs": "Czech",
    "da": "Danish",
    "sv": "Swedish",
    "no": "Norwegian",
    "fi": "Finnish",
    "ru": "Russian",
    "uk": "Ukrainian",
    "tr": "Turkish",
    "ar": "Arabic",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
    "ca": "Catalan",
    "eu": "Basque",
    "gl": "Galician",
    "ga": "Irish",
    "cy": "Welsh",
    "hi": "Hindi",
    "ro": "Romanian",
    "hu": "Hungarian",
}
LEVEL_NAMES = {1: "A1", 2: "A2", 3: "B1", 4: "B2", 5: "C1", 6: "C2"}


@dataclass(frozen=True, slots=True)
class LanguageMention:
    """A language named in a text; ``level`` 1 (A1) to 6 (C2, native), 0 where none is given."""

    code: str
    level: int
    start: int
    end: int


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def find_languages(text: str) -> tuple[LanguageMention, ...]:
    """Returns the languages that a line names, with the level given nearest to each."""
    found = [match for match in _LANGUAGE.finditer(text) if _is_language(text, match)]
    mentions = []
    for index, match in enumerate(found):
        before = found[index - 1].end() if index else 0
        after = found[index + 1].start() if index + 1 < len(found) else len(text)
        level = level_in(text[match.end() : after]) or level_in(text[before : match.start()])
        mentions.append(LanguageMention(_CODES[match["name"].lower()], level, *match.span()))
    return tuple(mentions)


def level_in(text: str) -> int:
    """Returns the level of command that a text names, 0 if none."""
    for level, words in _LEVELS:
        if re.search(words, text, re.IGNORECASE):
            return level
    return 0


def _is_language(text: str, match: re.Match[str]) -> bool:
    name = match["name"]
    if match["suffix"]:
        return True
    if name.lower() == "polish" and name[0].islower():
        return False
    before = _WORD_BEFORE.search(text, 0, match.start())
    after = _WORD_AFTER.match(text, match.end())
    if name[0].islower() and before and before[1].lower() not in _BEFORE:
        return False
    return after is None or after[1].lower() in _AFTER

"""Which language a CV is written in."""

from functools import cache
from typing import Any

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "da", "sv", "no", "fi", "pl", "cs", "tr", "uk", "ru")
_CHARS_READ = 8_000
_LETTERS_MIN = 20


@cache
def _identifier() -> Any:
    # Imported on first use: with its model it takes about 0.3 s, and serves a process for good.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(_LANGUAGES))
    return identifier


def language_of(text: str) -> str:
    """Detects the BCP 47 primary language of a text; ``en`` where there is too little to tell."""
    if sum(map(str.isalpha, text[:_CHARS_READ])) < _LETTERS_MIN:
        return "en"
    return str(_identifier().classify(text[:_CHARS_READ])[0])

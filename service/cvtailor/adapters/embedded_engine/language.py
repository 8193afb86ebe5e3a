"""Which of the languages the engine writes fits a text."""

from cvtailor.adapters.embedded_engine.words import LANGUAGES


def spoken(language: str, otherwise: str = "en") -> str:
    """Returns ``language`` if the engine can write it, else ``otherwise``, else English."""
    for candidate in (language[:2].lower(), otherwise[:2].lower()):
        if candidate in LANGUAGES:
            return candidate
    return "en"

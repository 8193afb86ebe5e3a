"""Which language a CV is written in."""

import threading
from functools import cache
from typing import Any

from cvtailor.domain.errors import Unavailable

_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "da", "sv", "no", "fi", "pl", "cs", "tr", "uk", "ru")
_CHARS_READ = 8_000
_LETTERS_MIN = 20
_loading = threading.Lock()


@cache
def _identifier() -> Any:
    # Imported on first use: with its model it takes about 0.3 s, and serves a process for good.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    except OSError as error:
        # It is unpacked by way of a temporary file, for which the disk may be too full.
        raise Unavailable(f"The language model can't be unpacked: {error.strerror or error}.") from error
    identifier.set_languages(list(_LANGUAGES))
    return identifier


def language_of(text: str) -> str:
    """Detects the BCP 47 primary language of a text; ``en`` where there is too little to tell.

    Raises:
        Unavailable: The model can't be loaded, now.
    """
    if sum(map(str.isalpha, text[:_CHARS_READ])) < _LETTERS_MIN:
        return "en"
    with (
        _loading
    ):  # Who come at once to a process that is new wait for one model, and load none of their own.
        identifier = _identifier()
    return str(identifier.classify(text[:_CHARS_READ])[0])

"""Text of others reaches a model between marks that its writer could not know."""

import hashlib

_KEY_CHARS = 16


class Fence:
    """The marks of one run, the same each time the run is repeated.

    They are derived from all the data of the run: whoever writes an ad would have to know the CV, and find
    a text that holds its own digest. Should one hold it nevertheless, it is taken out.

    Args:
        sources: The untrusted texts.
    """

    def __init__(self, *sources: str) -> None:
        digest = hashlib.sha256("\x00".join(sources).encode(errors="replace"))
        self._key = digest.hexdigest()[:_KEY_CHARS]

    def around(self, label: str, text: str) -> str:
        """Returns a text as data called ``label``."""
        return f"<<<{label} {self._key}\n{text.replace(self._key, '')}\n{self._key} {label}>>>"

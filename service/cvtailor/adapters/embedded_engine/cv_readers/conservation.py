"""The last check of every reader: each word of the source is in the base CV, or the line is reported."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from cvtailor.adapters.embedded_engine.cv_readers.contact import CONTACT_LABEL_WORDS
from cvtailor.adapters.embedded_engine.cv_readers.dates import MONTH_WORDS, PRESENT_WORDS
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.domain.base_cv import BaseCv, Unplaced

_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"^\d{1,2}[.)]\s")
_CONNECTORS = """
    from to until till through since von vom bis seit ab de du des del depuis jusqu au à a al la le l el desde
    hasta dal da di fino tot van sinds até at in en bei chez keep 1er er https http www mailto tel doi org
"""
# Normalised dates, contact labels and split heads lose these; none of them says anything alone.
_GLUE = frozenset(
    [
        *MONTH_WORDS,
        *CONTACT_LABEL_WORDS,
        *(word for phrase in PRESENT_WORDS for word in _WORD.findall(phrase)),
        *_CONNECTORS.split(),
    ]
)
_WORDS_NAMED_MAX = 5


def with_lost_lines(cv: BaseCv, source: Iterable[Scalar]) -> BaseCv:
    """Adds every line of the source that holds words found nowhere in ``cv`` to ``cv.unplaced``.

    Readers place or report everything themselves; this keeps the promise when one of them is wrong.
    """
    left = Counter(word for text in _texts(cv) for word in _words(text))
    lost: list[Unplaced] = []
    for line in source:
        missing = []
        for word in dict.fromkeys(_words(_ORDINAL.sub("", line.value))):
            if left[word] > 0:
                left[word] -= 1
            elif word not in _GLUE:
                missing.append(word)
        if missing:
            named = ", ".join(missing[:_WORDS_NAMED_MAX])
            lost.append(
                Unplaced(
                    text=line.value, position=line.position, reason=f"found no place for all of it: {named}"
                )
            )
    return cv.model_copy(update={"unplaced": cv.unplaced + tuple(lost)}) if lost else cv


def _words(text: str) -> list[str]:
    return [word.lstrip("0") or "0" for word in _WORD.findall(text.casefold())]


def _texts(cv: BaseCv) -> Iterator[str]:
    for evidence in cv.evidence().values():
        yield evidence.text
    for profile in cv.contact.profiles:
        yield profile.network
        if profile.url:
            yield profile.username
    for section in cv.sections:
        yield section.title
    for unplaced in cv.unplaced:
        yield unplaced.text

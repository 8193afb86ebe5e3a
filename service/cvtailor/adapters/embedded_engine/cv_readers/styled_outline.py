"""Lines that know how they look to an outline; the half that PDF and DOCX share."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cvtailor.adapters.embedded_engine.cv_readers.contact import DOCUMENT_TITLE
from cvtailor.adapters.embedded_engine.cv_readers.dates import find_period
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_known_title, kind_of
from cvtailor.adapters.embedded_engine.cv_readers.outline import (
    Block,
    Bullet,
    Heading,
    Paragraph,
    split_links,
)
from cvtailor.domain.base_cv import SectionKind
from cvtailor.domain.hidden_characters import HiddenCharacters

_TITLE_WORDS_MAX = 6
_NAME_WORDS_MAX = 6
_LARGER = 1.08
_SECTION_LEVEL = 2
_UNHEADED_KINDS = frozenset(
    {
        # The words of these find their own heads, by their dates.
        SectionKind.EXPERIENCE,
        SectionKind.EDUCATION,
        SectionKind.VOLUNTEERING,
        # These have none.
        SectionKind.SUMMARY,
        SectionKind.SKILLS,
        SectionKind.LANGUAGES,
    }
)
_HEAD_CHARS_MAX = 140


@dataclass(frozen=True, slots=True)
class StyledLine:
    """A line of a document, and how it looks.

    Attributes:
        text: A wide gap within it is two spaces; a bullet's mark is left out.
        size: In points; 0 where it is not known.
        bold: All of it; of a line of several rows, of its first.
        partly_bold: Some of it.
        apart: More space than usual is above it.
        depth: Of a bullet, from 0; None for no bullet.
        level: Of a heading, if the format says that it is one; else 0.
    """

    text: Scalar
    size: float
    bold: bool
    partly_bold: bool
    apart: bool
    depth: int | None = None
    level: int = 0

    @property
    def value(self) -> str:
        """The text alone."""
        return self.text.value

    def cleaned(self, hidden: HiddenCharacters) -> "StyledLine":
        """Returns the line without characters that a person can't see."""
        value = hidden.strip(self.value, self.text.line or 1)
        return self if value == self.value else replace(self, text=replace(self.text, value=value))


type _Look = tuple[float, bool, bool]


def outline_of(flows: Sequence[Sequence[StyledLine]]) -> list[Block]:
    """Makes the outline of a document from the lines of its flows, which are read one after the other.

    What stands above the first title of each flow comes first, and of that the name.
    """
    body_size = _body_size(line for flow in flows for line in flow)
    levels = [line.level for flow in flows for line in flow if line.level and is_known_title(line.value)]
    section_level = min(levels, default=_SECTION_LEVEL)
    top: list[StyledLine] = []
    rest: list[Block] = []
    for flow in flows:
        titles = _titles(flow, body_size, section_level)
        first = min(titles, default=len(flow))
        top += flow[:first]
        rest += _blocks(flow[first:], {index - first: level for index, level in titles.items()})
    return [*_blocks(_name_first(top, body_size), {}), *rest]


def _body_size(lines: Iterable[StyledLine]) -> float:
    letters = Counter[float]()
    for line in lines:
        letters[line.size] += len(line.value)
    return letters.most_common(1)[0][0] if letters else 0.0


def _look(line: StyledLine) -> _Look:
    return round(line.size * 2) / 2, line.bold, line.value.isupper()


def _titles(flow: Sequence[StyledLine], body_size: float, section_level: int) -> dict[int, int]:
    """Finds the section titles among lines; returns their levels by index.

    Known titles that stand out tell what titles look like here; what looks the same is a title too.
    """
    marked = {index: line.level for index, line in enumerate(flow) if line.level}
    if any(is_known_title(flow[index].value) for index in marked):
        return marked
    known = [
        index
        for index, line in enumerate(flow)
        if _can_be_title(line) and is_known_title(line.value) and _stands_out(line, body_size)
    ]
    if not known:
        return {}
    looks = Counter(_look(flow[index]) for index in known)
    look = max(looks, key=lambda look: (looks[look], look))
    tells = look[0] > _LARGER * body_size
    if tells:
        # Where size tells, capitals don't matter.
        look = (look[0], look[1], False)
    titles = dict.fromkeys((index for index in known if _is_like(_look(flow[index]), look)), section_level)
    for index in range(min(titles), len(flow)):
        line = flow[index]
        is_alike = _look(line)[:2] == look[:2] and (tells or (look[2] and line.value.isupper()))
        if is_alike and _can_be_title(line):
            below = flow[index + 1 : index + 3]
            heads_a_job = not tells and any(find_period(line.value) for line in below if line.depth is None)
            if not heads_a_job and not find_period(line.value):
                titles[index] = section_level
    return dict(sorted(titles.items()))


def _can_be_title(line: StyledLine) -> bool:
    return (
        line.depth is None
        and "  " not in line.value
        and len(line.value.split()) <= _TITLE_WORDS_MAX
        and not line.value.endswith((".", ","))
    )


def _stands_out(line: StyledLine, body_size: float) -> bool:
    return (
        line.size > _LARGER * body_size
        or line.bold
        or line.apart
        or line.value.isupper()
        or line.value.endswith(":")
    )


def _is_like(look: _Look, of_most: _Look) -> bool:
    """Whether a known title looks no less than most titles do."""
    size, bold, upper = look
    return size >= of_most[0] - 0.6 and bold >= of_most[1] and upper >= of_most[2]


def _name_first(top: Sequence[StyledLine], body_size: float) -> list[StyledLine]:
    """Moves the largest line that can be a name to the front, both halves if it takes two lines."""
    names = [index for index, line in enumerate(top) if _can_be_name(line)]
    if not names:
        return list(top)
    at = max(names, key=lambda index: (top[index].size, -index))
    name = top[at]
    if name.size <= _LARGER * body_size:
        return list(top)
    rest = [line for index, line in enumerate(top) if index != at]
    if at < len(rest):
        second = rest[at]
        if second.size == name.size and at + 1 in names and "  " not in name.value + second.value:
            value = f"{name.value} {second.value}"
            name = replace(name, text=replace(name.text, value=value))
            del rest[at]
    return [name, *rest]


def _can_be_name(line: StyledLine) -> bool:
    bare = split_links(line.value)[0]
    return (
        not any(letter in "@0123456789" for letter in bare.split("  ")[0])
        and len(bare.split("  ")[0].split()) <= _NAME_WORDS_MAX
        and bool(DOCUMENT_TITLE.sub("", bare).strip())
        and bare[0].isalpha()
    )


def _blocks(lines: Sequence[StyledLine], titles: dict[int, int]) -> Iterator[Block]:
    pending: list[Scalar] = []

    def flush() -> Iterator[Block]:
        if pending:
            yield Paragraph(tuple(pending), wrapped=False)
            pending.clear()

    kind: SectionKind | None = None
    for index, line in enumerate(lines):
        if index in titles:
            yield from flush()
            yield Heading(line.text, titles[index])
            kind = kind_of(line.value)
        elif kind and kind not in _UNHEADED_KINDS and _heads_an_entry(lines, index):
            yield from flush()
            yield Heading(line.text, max(titles.values()) + 1)
        elif line.depth is not None:
            yield from flush()
            yield Bullet(line.text, line.depth)
        else:
            if line.apart:
                yield from flush()
            pending.append(line.text)
    yield from flush()


def _heads_an_entry(lines: Sequence[StyledLine], index: int) -> bool:
    """Whether a line names a project, paper or award: set in bold, or with its date set apart."""
    line = lines[index]
    if line.depth is not None or len(line.value) > _HEAD_CHARS_MAX:
        return False
    if find_period(line.value):
        return line.partly_bold or "  " in line.value
    following = lines[index + 1] if index + 1 < len(lines) else None
    return line.bold and following is not None and not following.bold

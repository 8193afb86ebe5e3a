"""Headings, bullets and paragraphs to a base CV; the half that Markdown and plain text share."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cvtailor.adapters.embedded_engine.cv_readers import entry_heads
from cvtailor.adapters.embedded_engine.cv_readers.contact import ContactBlock
from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder, EntryDraft, SectionDraft
from cvtailor.adapters.embedded_engine.cv_readers.dates import find_period
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.headings import is_contact_title, is_known_title, kind_of
from cvtailor.adapters.embedded_engine.cv_readers.language import language_of
from cvtailor.adapters.embedded_engine.cv_readers.our_titles import title_of
from cvtailor.adapters.embedded_engine.cv_readers.outline import (
    Block,
    Bullet,
    Heading,
    Paragraph,
    joined,
    lines_of,
    tidy,
    without_emphasis,
)
from cvtailor.domain.base_cv import EntryKind, SectionKind

_ENTRY_KIND = {
    SectionKind.EXPERIENCE: EntryKind.EXPERIENCE,
    SectionKind.VOLUNTEERING: EntryKind.EXPERIENCE,
    SectionKind.EDUCATION: EntryKind.EDUCATION,
}
_LABELLED_KINDS = frozenset({SectionKind.SKILLS, SectionKind.LANGUAGES})
_LABELLED = re.compile(
    r"^\*\*(?P<bold>[^*:]{1,60}?)\s*:?\s*\*\*\s*[:–—-]?\s*(?P<after_bold>\S.*)$"
    r"|^(?P<label>[^:*\[\]]{1,60}?)\s*:\s+(?P<details>\S.*)$"
)
_TITLE_EDGES = " #=*~_:–—-"
_HEAD_CHARS_MAX = 140
_DATED_HEAD_CHARS_MAX = 220
_HEAD_LINES_MAX = 4
_SENTENCE_WORDS_MIN = 8


@dataclass(slots=True)
class _Part:
    """A section title and the blocks below it."""

    title: Scalar
    blocks: list[Block] = field(default_factory=list)


def read_outline(blocks: Sequence[Block], builder: CvBuilder) -> None:
    """Reads a CV from its outline into ``builder``."""
    top, parts = _split(blocks)
    contact = ContactBlock(builder)
    others = []
    for part in parts:
        if is_contact_title(part.title.value):
            builder.leave_out([part.title], "title of the contact data")
            top += part.blocks
        else:
            others.append(part)
    contact.read(line for block in top for line in lines_of(block))
    language = "en"
    if contact.prose or contact.details:
        language = language_of(" ".join(line.value for block in blocks for line in lines_of(block)))
    if contact.prose:
        _add_untitled(builder, SectionKind.SUMMARY, EntryKind.TEXT, contact.prose, language)
    for part in others:
        _SectionReader(part, builder).read()
    if contact.details:
        _add_untitled(builder, SectionKind.OTHER, EntryKind.BULLET, contact.details, language)


def _add_untitled(
    builder: CvBuilder, kind: SectionKind, entry_kind: EntryKind, lines: Iterable[Scalar], language: str
) -> None:
    """Adds text that stood above the first section under a title of ours."""
    lines = list(lines)
    section = builder.section(title_of(kind, language), kind, lines[0].position)
    for line in lines:
        section.add_line(entry_kind, line)


def _split(blocks: Sequence[Block]) -> tuple[list[Block], list[_Part]]:
    """Parts the contact block from the sections.

    Sections are the headings of the level at which known section titles stand, and those above it; the
    first heading is the person's name unless it is a section title.
    """
    headings = [block for block in blocks if isinstance(block, Heading)]
    known = [heading.level for heading in headings if is_known_title(heading.text.value)]
    named = bool(headings) and blocks[0] is headings[0] and not is_known_title(headings[0].text.value)
    section_level = min(known or [heading.level for heading in headings[named:]] or [1])
    top: list[Block] = []
    parts: list[_Part] = []
    for block in blocks:
        is_name = named and block is headings[0]
        if isinstance(block, Heading) and block.level <= section_level and not is_name:
            parts.append(_Part(block.text))
        else:
            (parts[-1].blocks if parts else top).append(block)
    return top, parts


class _SectionReader:
    """Reads the blocks of one section into entries."""

    def __init__(self, part: _Part, builder: CvBuilder) -> None:
        title = without_emphasis(part.title.value).strip(_TITLE_EDGES)
        self._blocks = part.blocks
        self._kind = kind_of(title)
        self._section: SectionDraft = builder.section(tidy(title), self._kind, part.title.position)
        self._entry_kind = _ENTRY_KIND.get(self._kind, EntryKind.NORMAL)
        self._entry: EntryDraft | None = None
        self._heads: list[Scalar] = []
        self._headed: list[tuple[EntryDraft, str]] = []
        self._employer: tuple[int, str] | None = None
        self._bullets_are_entries = self._all_bullets_are_dated()
        self._dates_lead = self._dates_begin = False
        self._look_where_dates_stand()

    def read(self) -> None:
        for index, block in enumerate(self._blocks):
            following = self._blocks[index + 1] if index + 1 < len(self._blocks) else None
            if isinstance(block, Heading):
                self._begin(block.text, block.level, following)
            elif isinstance(block, Bullet):
                self._read_bullet(block, following)
            else:
                self._read_paragraph(block, following)
        self._close()
        entry_heads.follow_the_others(self._headed)

    def _all_bullets_are_dated(self) -> bool:
        outer = [block for block in self._blocks if isinstance(block, Bullet) and block.depth == 0]
        if self._kind not in (SectionKind.EXPERIENCE, SectionKind.EDUCATION) or not outer:
            return False
        return all(isinstance(block, Bullet) for block in self._blocks) and all(
            find_period(without_emphasis(bullet.text.value)) for bullet in outer
        )

    def _look_where_dates_stand(self) -> None:
        """Notes where the first entry has its date, since the others have theirs there too.

        In its first line: then what follows a date is not the head of the next entry. At the beginning of
        that line: then a sentence with a date further on is no head.
        """
        first = self._blocks[0] if self._blocks else None
        if isinstance(first, Paragraph) and self._is_dated_head(first.lines[0].value):
            period = find_period(without_emphasis(first.lines[0].value))
            self._dates_lead = True
            self._dates_begin = period is not None and period.span[0] == 0

    def _begin(self, head: Scalar, level: int = 0, following: Block | None = None) -> None:
        """Begins an entry; a heading right above headings of roles is their employer."""
        self._close()
        if level and isinstance(following, Heading) and following.level > level:
            self._employer = (level, tidy(without_emphasis(head.value)))
            return
        if self._employer and level <= self._employer[0]:
            self._employer = None
        self._entry = self._section.add(self._entry_kind, head.position)
        self._heads = [head]

    def _close(self) -> None:
        """Reads the head of the entry that ends here."""
        if self._entry is not None:
            entry_heads.fill(self._entry, self._heads)
            self._headed.append((self._entry, " ".join(head.value for head in self._heads)))
            if self._employer and not self._entry.organisation:
                self._entry.organisation = self._employer[1]
        self._entry = None

    def _read_bullet(self, bullet: Bullet, following: Block | None) -> None:
        text = bullet.text
        leads = isinstance(following, Bullet) and following.depth > bullet.depth
        if bullet.depth == 0 and (self._bullets_are_entries or (leads and self._is_dated_head(text.value))):
            self._begin(text)
        elif self._entry is not None:
            self._highlight(self._entry, bullet)
        else:
            self._add_row(EntryKind.BULLET, text)

    def _is_dated_head(self, text: str) -> bool:
        period = find_period(without_emphasis(text)) if self._kind in _ENTRY_KIND else None
        return period is not None and (period.span[0] == 0 or not self._dates_begin)

    def _highlight(self, entry: EntryDraft, bullet: Bullet) -> None:
        line = Scalar(tidy(bullet.text.value), bullet.text.line, bullet.text.path)
        outermost = 1 if self._bullets_are_entries else 0
        if bullet.depth > outermost and entry.highlights:
            # rendercv's own notation of a bullet below a bullet; the two stay one line of evidence.
            above = entry.highlights.pop()
            line = Scalar(f"{above.value} - {line.value}", above.line, above.path)
        entry.highlights.append(line)

    def _read_paragraph(self, paragraph: Paragraph, following: Block | None) -> None:
        lines = paragraph.lines
        for index, line in enumerate(lines):
            bare = without_emphasis(line.value)
            if _is_head_line(bare, _DATED_HEAD_CHARS_MAX) and self._is_dated_head(bare):
                self._read_dated_line(line)
            elif self._head_is_complete() and self._leads_entry(lines, index, following):
                self._begin(line)
            elif self._takes_head(bare, index == 0 and not paragraph.wrapped):
                self._heads.append(line)
            elif paragraph.wrapped:
                self._read_rest(lines[index:])
                return
            else:
                self._read_rest((line,))

    def _read_dated_line(self, line: Scalar) -> None:
        has_open_head = self._entry is not None and not self._entry.has_lines()
        if has_open_head and not self._head_is_complete():
            self._heads.append(line)
        elif has_open_head and len(self._heads) > 1 and _is_date_alone(line.value) and not self._dates_lead:
            # Jobs listed without an empty line: the line above the date heads the next one.
            self._begin(self._heads.pop())
            self._heads.append(line)
        else:
            self._begin(line)

    def _head_is_complete(self) -> bool:
        """Whether what comes next can be another entry: the one before has its lines, or its date."""
        if self._entry is None or self._entry.has_lines():
            return True
        return any(find_period(without_emphasis(head.value)) for head in self._heads)

    def _takes_head(self, bare: str, begins_paragraph: bool) -> bool:
        """Whether a line without a date still belongs to the head above it."""
        entry = self._entry
        if entry is None or entry.has_lines() or self._entry_kind is EntryKind.NORMAL:
            return False
        if begins_paragraph and entry_heads.says_all(self._heads):
            return False
        return _is_head_line(bare) and not bare.rstrip().endswith(".") and len(self._heads) < _HEAD_LINES_MAX

    def _leads_entry(self, lines: tuple[Scalar, ...], index: int, following: Block | None) -> bool:
        """Whether a line without a heading's mark heads an entry: bullets or a date follow."""
        bare = without_emphasis(lines[index].value)
        if self._kind in (SectionKind.SUMMARY, *_LABELLED_KINDS) or not _is_head_line(bare):
            return False
        has_open_head = self._entry is not None and not self._entry.has_lines()
        if self._dates_lead and has_open_head and index > 0:
            return False
        below = lines[index + 1 : index + 4]
        if any(_is_head_line(line.value) and self._is_dated_head(line.value) for line in below):
            return True
        if index > 0 or has_open_head:
            return False
        return isinstance(following, Bullet) and not bare.rstrip().endswith((".", ":"))

    def _read_rest(self, lines: tuple[Scalar, ...]) -> None:
        entry = self._entry
        begins_row = _LABELLED.match if self._kind in _LABELLED_KINDS else None
        for text in joined(lines, begins_row):
            if entry is None:
                self._add_row(EntryKind.TEXT, text)
            elif entry.has_lines():
                entry.highlights.append(text)
            else:
                entry.summary = text

    def _add_row(self, kind: EntryKind, line: Scalar) -> None:
        text = Scalar(tidy(line.value), line.line, line.path)
        labelled = _LABELLED.match(text.value) if self._kind in _LABELLED_KINDS else None
        if labelled is None:
            self._section.add_line(kind, text)
            return
        label = tidy(labelled["bold"] or labelled["label"])
        details = labelled["after_bold"] or labelled["details"]
        self._section.add_line(EntryKind.ONE_LINE, Scalar(details, line.line, line.path), label)


def _is_head_line(bare: str, chars_max: int = _HEAD_CHARS_MAX) -> bool:
    """Whether a line is short and no sentence."""
    if len(bare) > chars_max:
        return False
    return not (bare.rstrip().endswith(".") and len(bare.split()) > _SENTENCE_WORDS_MIN)


def _is_date_alone(text: str) -> bool:
    period = find_period(without_emphasis(text))
    bare = without_emphasis(text).strip(" ()|,")
    return period is not None and len(bare) <= period.span[1] - period.span[0] + 2

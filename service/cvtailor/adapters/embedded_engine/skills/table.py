"""The skill table: finds the skills that a text names or shows."""

import csv
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_TOKEN = re.compile(r"[^\W_]+|[+#&]|(?<![\w.])\.(?=\w)")
_GAP = re.compile(r"\s{0,2}|[-‐–/.’']")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<=\]\()[^)\s]+")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;•*\n>]|[-–—]\s)\s*$")
_LISTED_NEXT = re.compile(r"\s*(?:$|[,/;|)\n]|(?:and|or|und|oder|et|ou|y|o)\s+[A-Z])")
_OTHER_MEANING_NEXT = re.compile(r"-[a-z]|\s+(?:19|20)\d\d\b|\s+(?:term|semester|break|level|suite)\b")
_OTHER_MEANING_BEFORE = re.compile(
    r"(?i)\b(?:vitamin|class|category|klasse|hepatitis|plan|level|grade|type|typ|schedule|series|permis|"
    r"führerschein|licence|license|appendix|annex|section)\s+$"
)


_DENIED_BEFORE = re.compile(r"(?i)(?<!\w)(?:non|nicht|no)[- ]$")


class SkillKind(StrEnum):
    """What sort of thing a skill is."""

    TOOL = "tool"
    METHOD = "method"
    CERTIFICATE = "certificate"


class Certainty(StrEnum):
    """How a spelling must stand in a text to count."""

    ANY_CASE = ""
    EXACT_CASE = "="
    EXACT_CASE_IN_CONTEXT = "!"


@dataclass(frozen=True, slots=True)
class Skill:
    """One row of the table; ``broader`` are the skills that having this one proves."""

    name: str
    kind: SkillKind
    broader: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkillMention:
    """A skill in a text; ``is_name`` is false where the words only show it (``EC2`` shows AWS)."""

    name: str
    start: int
    end: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class _Spelling:
    skill: str
    text: str
    keys: list[str]
    certainty: Certainty
    is_name: bool


class _Token(NamedTuple):
    key: str
    start: int
    end: int


def _key(word: str) -> str:
    # One form for singular and plural, on both sides of the comparison; short words stay as they are.
    word = word.lower().replace("ß", "ss")
    return word[:-1] if len(word) >= 5 and word.endswith("s") and not word.endswith("ss") else word


def _tokens(text: str) -> list[_Token]:
    return [_Token(_key(match[0]), *match.span()) for match in _TOKEN.finditer(text)]


class SkillTable:
    """Finds skills in texts, whatever spelling they use.

    Args:
        skills: The rows, by canonical name.
        spellings: Pairs of canonical name and spelling, the spelling marked as in ``skills.csv``, and
            whether it names the skill or only shows it.
    """

    def __init__(self, skills: Iterable[Skill], spellings: Iterable[tuple[str, str, bool]]) -> None:
        self._skills = {skill.name: skill for skill in skills}
        self._by_first: dict[str, list[_Spelling]] = defaultdict(list)
        for name, marked, is_name in spellings:
            spelling = _parse_spelling(name, marked, is_name)
            self._by_first[spelling.keys[0]].append(spelling)
        for candidates in self._by_first.values():
            candidates.sort(key=lambda spelling: (-len(spelling.keys), not spelling.is_name))
        self._closures = {name: frozenset(self._walk(name)) for name in self._skills}
        self.mentions = lru_cache(maxsize=LINES_REMEMBERED_MAX)(self._mentions)

    def _mentions(self, text: str) -> tuple[SkillMention, ...]:
        return tuple(self._scan(text))

    def names(self, text: str) -> tuple[str, ...]:
        """Returns the canonical names a text names or shows, in order, without repeats."""
        return tuple(dict.fromkeys(mention.name for mention in self.mentions(text)))

    def true_names(self, text: str) -> frozenset[str]:
        """Returns the skills that a text calls by a name of theirs; words that only show one don't count."""
        return frozenset(mention.name for mention in self.mentions(text) if mention.is_name)

    def proven_by(self, names: Iterable[str]) -> frozenset[str]:
        """Returns the given skills and everything that having them proves."""
        proven: set[str] = set()
        for name in names:
            proven |= self._closures.get(name, frozenset({name}))
        return frozenset(proven)

    def siblings(self, name: str) -> frozenset[str]:
        """Returns the other tools that prove one of the things a tool proves: RabbitMQ for Kafka."""
        skill = self._skills.get(name)
        if skill is None or skill.kind is not SkillKind.TOOL:
            return frozenset()
        # Sharing a tool, such as the language two libraries are written in, makes no sibling.
        shared = {name for name in skill.broader if self.kind_of(name) is not SkillKind.TOOL}
        return frozenset(
            other.name
            for other in self._skills.values()
            if other.name != name and other.kind is SkillKind.TOOL and shared & set(other.broader)
        )

    def kind_of(self, name: str) -> SkillKind:
        """Returns the kind of a skill; ``METHOD`` for a name not in the table."""
        skill = self._skills.get(name)
        return skill.kind if skill else SkillKind.METHOD

    def _walk(self, name: str) -> Iterator[str]:
        pending = [name]
        seen: set[str] = set()
        while pending:
            current = pending.pop()
            if current in seen:
                continue
            seen.add(current)
            yield current
            pending.extend(self._skills[current].broader)

    def _scan(self, text: str) -> Iterator[SkillMention]:
        masked = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
        found = _tokens(masked)
        at = 0
        while at < len(found):
            hit = self._spelling_at(masked, found, at)
            if hit is None:
                at += 1
                continue
            end = found[at + len(hit.keys) - 1].end
            yield SkillMention(hit.skill, found[at].start, end, hit.is_name)
            at += len(hit.keys)

    def _spelling_at(self, text: str, found: list[_Token], at: int) -> _Spelling | None:
        for spelling in self._by_first.get(found[at].key, ()):
            stretch = found[at : at + len(spelling.keys)]
            if [token.key for token in stretch] == spelling.keys and _stands(text, stretch, spelling):
                return spelling
        return None


def _parse_spelling(name: str, marked: str, is_name: bool) -> _Spelling:
    certainty = Certainty(marked[0]) if marked[0] in "=!" else Certainty.ANY_CASE
    text = marked.lstrip("=!")
    return _Spelling(name, text, [token.key for token in _tokens(text)], certainty, is_name)


def _stands(text: str, stretch: list[_Token], spelling: _Spelling) -> bool:
    start, end = stretch[0].start, stretch[-1].end
    pairs = itertools.pairwise(stretch)
    if not all(_GAP.fullmatch(text, left.end, right.start) for left, right in pairs):
        return False
    if _DENIED_BEFORE.search(text, max(0, start - 8), start):
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    if (before and before in "&+#@_") or (after and after in "+#&@_"):
        return False
    if spelling.certainty is Certainty.ANY_CASE:
        return True
    if text[start:end].removesuffix("s") != spelling.text.removesuffix("s"):
        return False
    return spelling.certainty is Certainty.EXACT_CASE or _in_context(text, start, end)


def _in_context(text: str, start: int, end: int) -> bool:
    """Whether a name that is also a common word stands where a name would stand."""
    if _OTHER_MEANING_NEXT.match(text, end) or _OTHER_MEANING_BEFORE.search(text, 0, start):
        return False
    starts_sentence = bool(_SENTENCE_END.search(text[max(0, start - 4) : start]))
    return not starts_sentence or bool(_LISTED_NEXT.match(text, end))


@cache
def load_skill_table() -> SkillTable:
    """Reads the table that ships with the package, once."""
    skills: list[Skill] = []
    spellings: list[tuple[str, str, bool]] = []
    source = files(__package__).joinpath("skills.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(source.splitlines()):
        name = row["name"]
        names, cues = row["aliases"].split("|"), row["cues"].split("|")
        skills.append(Skill(name, SkillKind(row["kind"]), tuple(filter(None, row["broader"].split("|")))))
        if not any(spelling.lstrip("=!") == name for spelling in names):
            spellings.append((name, name, True))
        spellings += [(name, spelling, True) for spelling in names if spelling]
        spellings += [(name, spelling, False) for spelling in cues if spelling]
    return SkillTable(skills, spellings)

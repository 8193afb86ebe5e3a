"""Facts of the CV as references: a model sees ``{n1}`` where the CV says "35 %", and can only write that.

Numbers, dates, employers and schools, degrees, places, the person's name, links and addresses are masked.
What a model types itself instead of referring to it is a remark, whether it is true or not.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple
from unicodedata import normalize

from cvtailor.domain.base_cv import BaseCv, EvidenceId
from cvtailor.domain.drafts import RemarkCode
from cvtailor.domain.grounding.disguise import undisguised
from cvtailor.domain.grounding.instructions import without_instructions
from cvtailor.domain.grounding.notation import MONTHS

_NAMED_FACTS = {
    "organisation": "org",
    "degree": "degree",
    "location": "place",
    "authors": "person",
    "start_date": "date",
    "end_date": "date",
    "date": "date",
    "doi": "link",
    "url": "link",
}
_CONTACT_FACTS = {"name": "person", "location": "place"}
_NOT_SHOWN = ("start_date", "end_date", "date", "doi", "url")
"""Facts that are nothing but a reference to a model, and no words of a sentence if it puts them in one."""

_NAME_CHARS_MIN = 2

_REFERENCE = re.compile(r"\{([a-z]+\d+)\}")
_ANY_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_MONTH = rf"(?:{'|'.join(sorted(map(re.escape, MONTHS), key=len, reverse=True))})"
_PATTERNS = {
    "mark": r"[{}]+",
    "link": (
        r"!?\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|(?:https?|ftp|mailto|tel|data|javascript):\S+|www\.\S+"
        r"|[^\s@<>{}]{1,64}@[^\s@<>{}]{1,255}"
    ),
    "name": "",
    "date": rf"(?<!\w){_MONTH}\.?(?:\s(?:de\s)?|/)\d{{4}}(?!\w)|(?<![\w.])\d{{1,2}}[./]\d{{4}}(?!\w)",
    "n": (
        r"(?:[€$£¥]\s?)?(?<![^\W_])\d(?:[\d.,:/'’\u00a0\u202f-]{0,40}\d)?(?: \d{3}(?!\d))*[^\W\d_]*\+?"
        r"(?:\s?%)?(?:\s?[€$£¥])?"
    ),
}
_LINK = re.compile(r"(?i)://|\bwww\.|\]\s*[(\[:]|!\[|[<>]|\S@\S|\b(?:mailto|javascript|data):")
_TOKEN = re.compile(r"\S+")
_EDGES = ".,;:!?()\"'“”„«»‘’"


class Masked(NamedTuple):
    """A text whose facts are references, and what each of them stands for."""

    text: str
    facts: Mapping[str, str]


class Names:
    """The names that a model must not type: of employers, schools, degrees, places, people."""

    def __init__(self, cv: BaseCv) -> None:
        self._kinds: dict[str, str] = {}
        for field, kind in _CONTACT_FACTS.items():
            self._add(getattr(cv.contact, field), kind)
        for _, entry in cv.entries():
            for field, kind in _NAMED_FACTS.items():
                value = getattr(entry, field)
                for name in value if isinstance(value, tuple) else (value,):
                    self._add(name, kind)
        longest_first = sorted(self._kinds, key=len, reverse=True)
        anywhere = "|".join(map(re.escape, longest_first)) or r"(?!)"
        self.pattern = rf"(?<!\w)(?:{anywhere})(?!\w)"
        self._finder = re.compile(self.pattern, re.IGNORECASE)

    def _add(self, name: str, kind: str) -> None:
        if len(name) >= _NAME_CHARS_MIN and any(map(str.isalpha, name)) and name != "present":
            self._kinds.setdefault(name.lower(), kind)

    def kind_of(self, name: str) -> str:
        """Returns what a name is of: ``org``, ``degree``, ``place``, ``person``, ``date`` or ``link``."""
        return self._kinds.get(name.lower(), "org")

    def in_text(self, text: str) -> bool:
        """Whether a text has one of the names."""
        return bool(self._finder.search(text))


class References:
    """What the lines of one CV refer to.

    Args:
        cv: What the person has. Contact data is not evidence here: no line may rest on it.

    Attributes:
        lines: Masked evidence by id, without what is hidden in it or addressed to a model.
    """

    def __init__(self, cv: BaseCv) -> None:
        self._names = Names(cv)
        self._masker = re.compile(
            "|".join(
                f"(?P<{kind}>{self._names.pattern if kind == 'name' else pattern})"
                for kind, pattern in _PATTERNS.items()
            ),
            re.IGNORECASE,
        )
        self._counts: Counter[str] = Counter()
        self._facts: dict[str, str] = {}
        self._of_line: dict[EvidenceId, Mapping[str, str]] = {}
        self.lines: dict[EvidenceId, str] = {}
        headline = cv.contact.headline.id if cv.contact.headline else ""
        for id, evidence in cv.evidence().items():
            field = id.rpartition(".")[2]
            if id == headline or not (id.startswith("contact.") or field in _NOT_SHOWN):
                masked = self.mask(_shown(evidence.text))
                self.lines[id], self._of_line[id] = masked

    def mask(self, text: str) -> Masked:
        """Masks a text; the references are new ones, never used before."""
        facts: dict[str, str] = {}

        def referred(found: re.Match[str]) -> str:
            kind = found.lastgroup or ""
            if kind == "name":
                kind = self._names.kind_of(found[0])
            self._counts[kind] += 1
            reference = f"{{{kind}{self._counts[kind]}}}"
            facts[reference] = found[0]
            return reference

        masked = self._masker.sub(referred, text)
        self._facts |= facts
        return Masked(masked, facts)

    def unmask(self, text: str) -> str:
        """Puts the facts back; what refers to nothing stays as it is."""
        return _REFERENCE.sub(lambda found: self._facts.get(found[0], found[0]), text)

    def of(self, ids: Collection[EvidenceId]) -> frozenset[str]:
        """Returns the references that lines hold."""
        return frozenset(reference for id in ids for reference in self._of_line.get(id, ()))

    def typed(
        self, text: str, ids: Collection[EvidenceId], allowed: Collection[str] = ()
    ) -> RemarkCode | None:
        """Returns what a model typed where it had to refer to a fact, or None.

        Args:
            text: As the model wrote it.
            ids: The evidence that it cites; references to other evidence are refused.
            allowed: Further references, such as ``{company}`` in a letter.
        """
        known = self.of(ids) | frozenset(allowed)
        if any(found[0] not in known for found in _ANY_BRACES.finditer(text)):
            return RemarkCode.UNKNOWN_EVIDENCE
        own = _ANY_BRACES.sub(" ", text)
        if has_link(own) or self._names.in_text(own):
            return RemarkCode.FACT_TYPED
        spellings = {token.lower() for id in ids for token in _tokens(self.lines.get(id, ""))}
        for token in _tokens(own):
            # A name such as K8s may be typed where the evidence has it.
            if any(map(str.isnumeric, token)) and token.lower() not in spellings:
                return RemarkCode.NUMBER_TYPED
        return None


def has_link(text: str) -> bool:
    """Whether a text has a link, an address, a picture or markup in it."""
    return bool(_LINK.search(text))


def is_disguised(text: str) -> bool:
    """Whether a text has characters that look like others or like nothing, or more than one line."""
    return undisguised(text) != normalize("NFKC", text) or not text.isprintable()


def _shown(text: str) -> str:
    visible = undisguised(text) if is_disguised(text) else text
    return without_instructions(visible)


def _tokens(text: str) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        yield found[0].strip(_EDGES)

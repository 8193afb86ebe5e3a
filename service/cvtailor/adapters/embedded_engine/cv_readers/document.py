"""A parsed YAML or JSON document: text, lists and mappings that know their line and their path."""

from collections.abc import Iterator
from dataclasses import dataclass

from cvtailor.adapters.embedded_engine.cv_readers.source_text import unreadable
from cvtailor.domain.base_cv import SourcePosition
from cvtailor.domain.limits import CV_LINES_MAX

_KEY_CHARS_MAX = 200
_PATH_CHARS_MAX = 1_000
_NODES_MAX = 10 * CV_LINES_MAX


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as text, as it was typed, runs of white space made one space; null is empty text."""

    value: str
    line: int | None = None
    path: str = ""

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def position(self) -> SourcePosition:
        """Where it stands in the source."""
        return SourcePosition(line=self.line, path=self.path)


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    nodes: tuple["Node", ...]
    line: int
    path: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping; its keys are unique, and ``key_lines`` are the lines they stand on."""

    nodes: dict[str, "Node"]
    line: int
    path: str
    key_lines: dict[str, int]


type Node = Scalar | Items | Mapping


class Extent:
    """How much of a document has been parsed; refuses one that is larger than CVs are.

    Every node holds its whole path, so the paths are bounded along with the nodes.
    """

    def __init__(self, field: str) -> None:
        self._field = field
        self._nodes = 0

    def count(self, path: str, line: int) -> None:
        """Counts the node at ``path``.

        Raises:
            InvalidInput: Too many nodes, or one below too many long keys; names the line.
        """
        self._nodes += 1
        if self._nodes > _NODES_MAX:
            raise unreadable(
                f"The document holds more than {_NODES_MAX:,} values. Send the CV alone.",
                self._field,
                line=line,
            )
        if len(path) > _PATH_CHARS_MAX:
            raise unreadable(
                f"The keys above this value have more than {_PATH_CHARS_MAX:,} characters together; shorten"
                " them.",
                self._field,
                line=line,
                path=path[:_KEY_CHARS_MAX],
            )

    def check_key(self, key: str, path: str, line: int) -> None:
        """Refuses a key that is longer than any name of a field or a section.

        Raises:
            InvalidInput: Too long; names the line.
        """
        if len(key) > _KEY_CHARS_MAX:
            raise unreadable(
                f"The key {key[:40]!r}… has {len(key):,} characters; at most {_KEY_CHARS_MAX} are read."
                " Shorten it.",
                self._field,
                line=line,
                path=path,
            )


NOTHING = Scalar("")


def scalars(node: Node) -> Iterator[Scalar]:
    """Yields every text below ``node`` that is not empty, in source order."""
    if isinstance(node, Scalar):
        if node:
            yield node
        return
    for child in node.nodes.values() if isinstance(node, Mapping) else node.nodes:
        yield from scalars(child)


def written_below(node: Node) -> list[Scalar]:
    """Lists every text below ``node`` but the ``keep: true`` marks, which are instructions to us."""
    return [scalar for scalar in scalars(node) if not scalar.path.endswith(".keep")]


class Fields:
    """Takes the fields of a mapping one by one, and knows which ones nobody took.

    A field of another shape than asked for is left where it is, so that it shows up in ``rest``.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.line = mapping.line
        self.path = mapping.path
        self._left = dict(mapping.nodes)

    def __contains__(self, key: str) -> bool:
        return key in self._left

    @property
    def position(self) -> SourcePosition:
        """Where the mapping begins."""
        return SourcePosition(line=self.line, path=self.path)

    def text(self, *keys: str) -> Scalar:
        """Takes the first of ``keys`` that holds text, or returns an empty scalar."""
        for key in keys:
            node = self._left.get(key)
            if isinstance(node, Scalar):
                del self._left[key]
                if node:
                    return node
        return NOTHING

    def texts(self, key: str) -> tuple[Scalar, ...]:
        """Takes a list of texts, or one text; other things in the list are left."""
        node = self._left.pop(key, NOTHING)
        if isinstance(node, Scalar):
            return (node,) if node else ()
        if isinstance(node, Mapping):
            self._left[key] = node
            return ()
        others = tuple(item for item in node.nodes if not isinstance(item, Scalar))
        if others:
            self._left[key] = Items(others, node.line, node.path)
        return tuple(item for item in node.nodes if isinstance(item, Scalar) and item)

    def node(self, key: str) -> Node:
        """Takes whatever stands at ``key``."""
        return self._left.pop(key, NOTHING)

    def fields(self, key: str) -> "Fields | None":
        """Takes a mapping."""
        node = self._left.get(key)
        if not isinstance(node, Mapping):
            return None
        del self._left[key]
        return Fields(node)

    def each(self, key: str) -> "Iterator[Fields]":
        """Takes a list of mappings; other things in the list are left."""
        node = self._left.get(key)
        if not isinstance(node, Items):
            return
        others = tuple(item for item in node.nodes if not isinstance(item, Mapping))
        if others:
            self._left[key] = Items(others, node.line, node.path)
        else:
            del self._left[key]
        for item in node.nodes:
            if isinstance(item, Mapping):
                yield Fields(item)

    def rest(self) -> Iterator[Scalar]:
        """Yields every text that was not taken."""
        for node in self._left.values():
            yield from scalars(node)

"""YAML to a document: YAML 1.2 text, no tags, no aliases, no merge keys, bounded depth.

Built on libyaml's events rather than on a loader: libyaml hands them out one by one, so depth is checked
before anything recurses (100,000 nested brackets end the process in the C composer), and values stay the
text that was typed: ``2020-09``, ``NO`` and ``1_000`` mean themselves.
"""

import yaml

from cvtailor.adapters.embedded_engine.cv_readers.document import Extent, Items, Mapping, Node, Scalar
from cvtailor.adapters.embedded_engine.cv_readers.source_text import unreadable
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.hidden_characters import HiddenCharacters
from cvtailor.domain.limits import CV_NESTING_MAX

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_PLAIN_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})


def parse_yaml(text: str, field: str, hidden: HiddenCharacters) -> Node:
    """Parses one YAML document.

    Raises:
        InvalidInput: Broken, too deep, too large, or using what is refused; names the line and what to do.
    """
    parser = _Parser(text, field, hidden)
    try:
        return parser.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "broken"
        column = f", column {mark.column + 1}" if mark else ""
        raise unreadable(
            f"The YAML is broken{column}: {what}. Correct it; text with ': ', ' #' or a bracket at its start"
            " needs quotes.",
            field,
            line=mark.line + 1 if mark else None,
        ) from None
    except yaml.YAMLError as error:
        raise unreadable(f"The YAML is broken: {error}. Correct it and send it again.", field) from None


class _Parser:
    def __init__(self, text: str, field: str, hidden: HiddenCharacters) -> None:
        self._events = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._field = field
        self._hidden = hidden
        self._extent = Extent(field)

    def document(self) -> Node:
        next(self._events)
        event = next(self._events)
        if not isinstance(event, yaml.DocumentStartEvent):
            raise unreadable("The YAML holds no document. Begin it with `cv:`.", self._field)
        root = self._node(next(self._events), "", 0)
        next(self._events)
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            raise self._refusal(after, "a second document begins here; send one", "")
        return root

    def _node(self, event: yaml.Event, path: str, depth: int) -> Node:
        line = _line(event)
        if depth > CV_NESTING_MAX:
            raise self._refusal(event, f"nested deeper than {CV_NESTING_MAX} levels; flatten it", "")
        self._extent.count(path, line)
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal(event, f"alias *{event.anchor} is not followed; write the text out", path)
        tag = getattr(event, "tag", None)
        if tag not in _PLAIN_TAGS:
            raise self._refusal(event, f"tag {str(tag)[:80]} is not understood; remove it", path)
        if isinstance(event, yaml.ScalarEvent):
            is_null = event.implicit[0] and not event.style and event.value in _NULLS
            return Scalar("" if is_null else self._text(event), line, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(line, path, depth)
        return self._mapping(line, path, depth)

    def _items(self, line: int, path: str, depth: int) -> Items:
        nodes: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            nodes.append(self._node(event, f"{path}[{len(nodes)}]", depth + 1))
        return Items(tuple(nodes), line, path)

    def _mapping(self, line: int, path: str, depth: int) -> Mapping:
        nodes: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refusal(event, "a key must be plain text", path)
            key = self._text(event)
            self._extent.check_key(key, path, _line(event))
            if key == "<<" and not event.style:
                raise self._refusal(event, "merge keys (<<) are not followed; write the fields out", path)
            if key in nodes:
                raise self._refusal(event, f"key {key[:80]!r} stands twice; rename or merge them", path)
            key_lines[key] = _line(event)
            nodes[key] = self._node(next(self._events), f"{path}.{key}" if path else key, depth + 1)
        return Mapping(nodes, line, path, key_lines)

    def _text(self, event: yaml.ScalarEvent) -> str:
        # An escape such as "\u202e" can bring back what was stripped from the source.
        return " ".join(self._hidden.strip(event.value, _line(event)).split())

    def _refusal(self, event: yaml.Event, what: str, path: str) -> InvalidInput:
        return unreadable(f"The YAML can't be used: {what}.", self._field, line=_line(event), path=path)


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1

"""JSON to a document with lines.

The standard parser decides whether the text is JSON; a second pass over its tokens adds the lines that the
standard parser does not tell.
"""

import json
import re
from collections.abc import Iterator

from cvtailor.adapters.embedded_engine.cv_readers.document import Extent, Items, Mapping, Node, Scalar
from cvtailor.adapters.embedded_engine.cv_readers.source_text import unreadable
from cvtailor.domain.hidden_characters import HiddenCharacters
from cvtailor.domain.limits import CV_NESTING_MAX

_LIST, _OBJECT, _NULL = "[", "{", "null"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[][{}]|[^][{}\s,:"]++', re.DOTALL)


def parse_json(text: str, field: str, hidden: HiddenCharacters) -> Node:
    """Parses a JSON document; numbers keep the digits that were typed.

    Raises:
        InvalidInput: Broken, too deep or too large, or a key stands twice; names line and column.
    """
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise unreadable(
            f"The JSON is broken at column {error.colno}: {error.msg}. Correct it and send it again.",
            field,
            line=error.lineno,
        ) from None
    except RecursionError:
        raise unreadable(
            f"The JSON is nested deeper than {CV_NESTING_MAX} levels; flatten it.", field
        ) from None
    return _Parser(text, field, hidden).node("", 0)


class _Parser:
    """Walks the tokens of a text that is known to be JSON."""

    def __init__(self, text: str, field: str, hidden: HiddenCharacters) -> None:
        self._tokens = self._numbered(text)
        self._field = field
        self._hidden = hidden
        self._extent = Extent(field)

    @staticmethod
    def _numbered(text: str) -> Iterator[tuple[str, int]]:
        line, counted_to = 1, 0
        for found in _TOKEN.finditer(text):
            line += text.count("\n", counted_to, found.start())
            counted_to = found.start()
            yield found[0], line

    def node(self, path: str, depth: int) -> Node:
        return self._node(*next(self._tokens), path, depth)

    def _node(self, token: str, line: int, path: str, depth: int) -> Node:
        if depth > CV_NESTING_MAX:
            raise unreadable(
                f"The JSON is nested deeper than {CV_NESTING_MAX} levels; flatten it.", self._field, line=line
            )
        self._extent.count(path, line)
        if token == _LIST:
            nodes: list[Node] = []
            while (following := next(self._tokens))[0] != "]":
                nodes.append(self._node(*following, f"{path}[{len(nodes)}]", depth + 1))
            return Items(tuple(nodes), line, path)
        if token == _OBJECT:
            return self._mapping(line, path, depth)
        if token == _NULL:
            return Scalar("", line, path)
        return Scalar(self._text(token, line), line, path)

    def _mapping(self, line: int, path: str, depth: int) -> Mapping:
        nodes: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        while (following := next(self._tokens))[0] != "}":
            key = self._text(*following)
            self._extent.check_key(key, path, following[1])
            if key in nodes:
                raise unreadable(
                    f"The JSON holds the key {key[:80]!r} twice in one object; rename or merge them.",
                    self._field,
                    line=following[1],
                    path=path,
                )
            key_lines[key] = following[1]
            nodes[key] = self.node(f"{path}.{key}" if path else key, depth + 1)
        return Mapping(nodes, line, path, key_lines)

    def _text(self, token: str, line: int) -> str:
        # An escape such as "\u202e" can bring back what was stripped from the source.
        typed = json.loads(token) if token.startswith('"') else token
        return " ".join(self._hidden.strip(typed, line).split())

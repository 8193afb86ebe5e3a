"""Writes text as Typst markup that says exactly that text and nothing else.

Everything a person wrote reaches Typst inside string literals, in which only the quote and the
backslash mean something. So no text can become a command, a reference, a list or a smart quote, and
what is written is what can be extracted from the PDF.

Of Markdown, lines know emphasis, links, code and the backslash before a character that would start
one of these. The parser keeps no state between calls: no link definition of one CV reaches another.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from cvtailor.adapters.rendering.links import safe_url
from cvtailor.domain.limits import LINES_REMEMBERED_MAX

MARKDOWN_CHARS_MAX = 4_000
"""A longer line is taken as plain text, which keeps crafted nesting cheap."""

SLOT_OPEN, SLOT_CLOSE = "\ue000", "\ue001"
"""Stand around the number of a slot in text of a template; ``clean`` takes them out of all other text."""

_SLOT = re.compile(rf"{SLOT_OPEN}(\d+){SLOT_CLOSE}")
_INVISIBLE = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufff9-\ufffb]+")
_ESCAPABLE = frozenset("*_[]`#+-.!(){}<>~|")
_BULLET = re.compile(r"( *)- (.*)")
_SUMMARY, _SUMMARY_INDENT = "!!! summary", "    "


def clean(text: str) -> str:
    """Returns text on one line, words parted by single spaces.

    Soft hyphens and other invisible places to break a word go, since a broken word is not found by a
    program; so do control characters, private-use characters and halves of surrogate pairs.
    """
    return _UNPRINTABLE.sub(" ", _INVISIBLE.sub("", text)).strip()


def typst_string(text: str) -> str:
    """Returns a Typst string literal, quotes included."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def literal(text: str) -> str:
    """Returns markup that prints a text character by character; slots in it stay slots."""
    parts = _SLOT.split(text)
    texts = [f"#{typst_string(part)}" if part else "" for part in parts[::2]]
    slots = [f"{SLOT_OPEN}{number}{SLOT_CLOSE}" for number in parts[1::2]]
    return "".join(text + slot for text, slot in zip(texts, [*slots, ""], strict=True))


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def inline(markdown: str) -> str:
    """Converts one line of Markdown to Typst markup."""
    if len(markdown) > MARKDOWN_CHARS_MAX:
        return literal(markdown)
    return _markup(_tokens(markdown))


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def plain_text(markdown: str) -> str:
    """Returns the text of one line of Markdown without its marks."""
    if len(markdown) > MARKDOWN_CHARS_MAX:
        return markdown
    return "".join(token.content for token in _tokens(markdown))


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def template_block(template: str) -> str:
    """Converts a filled rendercv entry template, several lines of Markdown, to Typst markup.

    Only text of templates may come here, with slots where the person's words go.
    """
    lines = template.split("\n")
    blocks: list[str] = []
    while lines:
        line = lines.pop(0)
        if line == _SUMMARY:
            summary: list[str] = []
            while lines and lines[0].startswith(_SUMMARY_INDENT):
                summary.append(inline(lines.pop(0).strip()))
            blocks.append(f"#summary[{' '.join(summary)}]")
        elif bullet := _BULLET.fullmatch(line):
            blocks.append(f"{bullet[1]}- {inline(bullet[2])}")
        else:
            blocks.append(inline(line))
    return "\n".join(blocks)


def fill_slots(markup: str, contents: Sequence[str]) -> str:
    """Puts contents, which are Typst markup already, into the slots; they are not searched again."""
    return _SLOT.sub(lambda slot: contents[int(slot[1])], markup)


def _backslash(state: StateInline, silent: bool) -> bool:
    """An inline rule: a backslash makes a mark a plain character, and is a plain character elsewhere."""
    mark = state.src[state.pos + 1 : state.pos + 2]
    if state.src[state.pos] != "\\" or mark not in _ESCAPABLE or not mark:
        return False
    if not silent:
        token = state.push("text_special", "", 0)
        token.content = mark
    state.pos += 2
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero").enable(["emphasis", "link", "backticks"])
    parser.inline.ruler.before("backticks", "backslash", _backslash)
    # Links are judged where they are written, so that a refused one still shows its text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


_MARKDOWN = _parser()


def _tokens(markdown: str) -> Sequence[Token]:
    return [token for block in _MARKDOWN.parseInline(markdown, {}) for token in block.children or ()]


def _markup(tokens: Sequence[Token]) -> str:
    pieces: list[str] = []
    text: list[str] = []
    closers: list[str] = []

    def flush() -> None:
        pieces.append(literal("".join(text)))
        text.clear()

    for token in tokens:
        if token.type in ("text", "text_special"):
            text.append(token.content)
            continue
        flush()
        if token.type == "code_inline":
            pieces.append(f"#raw({typst_string(token.content)})")
        elif token.nesting < 0:
            pieces.append(closers.pop())
        else:
            opener, closer = _opening(token)
            pieces.append(opener)
            closers.append(closer)
    flush()
    return "".join(pieces)


def _opening(token: Token) -> tuple[str, str]:
    match token.type:
        case "strong_open":
            return "#strong[", "]"
        case "em_open":
            return "#emph[", "]"
        case "link_open" if url := safe_url(str(token.attrs.get("href", ""))):
            return f"#link({typst_string(url)})[", "]"
        case _:
            return "", ""

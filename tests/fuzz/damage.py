"""Damage to whole examples: bytes flipped, cut, moved, put in, and one token written thousands of times."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

_WORDS = """
    0 9 1, 1. 2019 2019-01 01/2020 – - -- * ** _ ` ``` [ ] [a]( ( ) < > </ <!-- <a <p> <script> & &amp; &#0;
    @ a@b.c a. http:// https://[:: file:/// javascript: / \\ " ' \\" { } {"a": [[ : ; , | ~ # % € + =
    == --- ... #read("/etc/passwd") !!python/object *a &a << • [keep] experience SKILLS: null true NaN 1e999
    \\u0000 \\ud800 %00 $x$ {n1} {{ %PDF- PK\x03\x04 endobj stream <?xml <!DOCTYPE <!ENTITY \x1b[2J
"""
_SPACES = (" ", "\t", "\n", "\r\n", "\n\n", "- ", "a: ", "# a\n", "a\n\n", "\x00", "\x85")
_SIGNS = ("\u200b", "\u202e", "é", "e\u0301", "😀", "م\u200cم", "\ufeff", "\uffff")
TOKENS = (*_WORDS.split(), *_SPACES, *_SIGNS)


class Wound(NamedTuple):
    """One change; places are parts of the whole in a thousandth, so that shrinking keeps them."""

    kind: str
    start: int
    length: int
    token: str
    times: int


wounds = st.lists(
    st.builds(
        Wound,
        st.sampled_from(["flip", "cut", "insert", "repeat", "splice", "truncate"]),
        st.integers(0, 1000),
        st.integers(1, 64),
        st.sampled_from(TOKENS),
        st.sampled_from([1, 1, 1, 2, 40, 3_000, 200_000]),
    ),
    min_size=1,
    max_size=6,
)


def damaged(seeds: Sequence[bytes], chosen: int, changes: Sequence[Wound], bytes_max: int) -> bytes:
    """Applies changes to one of the examples; the result is no longer than ``bytes_max``."""
    content = seeds[chosen % len(seeds)]
    for change in changes:
        at = len(content) * change.start // 1000
        end = at + change.length
        token = change.token.encode()
        match change.kind:
            case "flip":
                content = (
                    content[:at]
                    + bytes(byte ^ change.length for byte in content[at : at + 1])
                    + content[at + 1 :]
                )
            case "cut":
                content = content[:at] + content[end:]
            case "insert":
                content = content[:at] + token * min(change.times, bytes_max // len(token)) + content[at:]
            case "repeat":
                content = content[:end] + content[at:end] * (change.times // 8) + content[end:]
            case "splice":
                other = seeds[(chosen + change.length) % len(seeds)]
                content = content[:at] + other[len(other) * change.start // 1000 :]
            case "truncate":
                content = content[:at]
        content = content[:bytes_max]
    return content

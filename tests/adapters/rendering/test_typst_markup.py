"""Words become markup that says exactly these words."""

import time

import pytest
from cvtailor.adapters.rendering.typst_markup import (
    SLOT_CLOSE,
    SLOT_OPEN,
    clean,
    fill_slots,
    inline,
    literal,
    plain_text,
    template_block,
    typst_string,
)


@pytest.mark.parametrize(
    "text",
    [
        "C# and C++",
        "50 % of $5 @ R&D",
        "a < b > c",
        "#read(x)",
        "C:\\temp",
        "5 * 3",
        "snake_case_name",
        "-- --- ... 'q' -5 ~",
        "1. = + - /",
        "https://x.example.com // /* */",
        "{{ name }}",
    ],
)
def test_plain_text_is_one_string_literal(text: str) -> None:
    assert inline(text) == "#" + typst_string(text)
    assert plain_text(text) == text


def test_only_quote_and_backslash_are_escaped_in_a_string() -> None:
    assert typst_string('say "C:\\"') == '"say \\"C:\\\\\\""'


def test_emphasis_code_and_links_are_kept() -> None:
    assert inline("**a** *b* `c`") == '#strong[#"a"]#" "#emph[#"b"]#" "#raw("c")'
    assert inline("[home](https://a.example.com)") == '#link("https://a.example.com")[#"home"]'


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "relative/path"]
)
def test_a_link_to_elsewhere_than_the_web_leaves_only_its_text(url: str) -> None:
    assert inline(f"[click]({url})") == '#"click"'


def test_a_link_can_not_close_the_string_it_stands_in() -> None:
    assert inline('[x](https://a.example.com/"]#read("f"))') == (
        '#link("https://a.example.com/%22%5D#read%28%22f%22%29")[#"x"]'
    )


def test_a_backslash_makes_a_mark_a_character() -> None:
    assert plain_text(r"\*not bold\* and \[not a link\]") == "*not bold* and [not a link]"


def test_a_link_definition_is_text_and_is_not_remembered() -> None:
    assert inline("[leak]: https://leak.example.com") == '#"[leak]: https://leak.example.com"'
    assert inline("[see][leak] [leak]") == '#"[see][leak] [leak]"'


def test_words_in_slots_never_meet_the_template_around_them() -> None:
    slot = f"{SLOT_OPEN}0{SLOT_CLOSE}"
    markup = fill_slots(template_block(f"**{slot}**, x\n- {slot}"), [inline("A*STAR - NAME**")])
    assert markup == '#strong[#"A*STAR - NAME**"]#", x"\n- #"A*STAR - NAME**"'


def test_words_can_not_bring_slots_of_their_own() -> None:
    words = clean(f"{SLOT_OPEN}0{SLOT_CLOSE} and \x00\u202f\n\ttabs")
    assert SLOT_OPEN not in words
    assert words == "0 and tabs"
    assert fill_slots(literal("x"), []) == '#"x"'


@pytest.mark.parametrize("bait", ["[" * 4_000, "[a](" * 1_000, "**a_" * 1_000, "_*" * 2_000, "[" * 1_000_000])
def test_crafted_nesting_is_cheap(bait: str) -> None:
    start = time.perf_counter()
    inline(bait)
    assert time.perf_counter() - start < 1

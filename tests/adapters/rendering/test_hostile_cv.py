"""Text that attacks plain rendercv is nothing but text here."""

from collections.abc import Callable
from datetime import date

import pytest
from cvtailor.adapters.rendering.press import Press
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import Contact, EntryKind, ProfileLink, SectionKind
from cvtailor.domain.tailored_cv import TailoredCv, TailoredEntry
from pdf_reading import links_of, squeezed, text_of
from rendering_samples import claim, contact_cv, entry, highlights_cv, section, text_cv

SECRET = "thesecretofthisfile"
ATTACKS = [
    '#read("secret.txt")',
    '$$#read("secret.txt")$$',
    '$$x$$ #read("secret.txt") $$y$$',
    '"]; #read("secret.txt") [',
    '" + read("secret.txt") + "',
    '\\" + read(\\"secret.txt\\") + \\"',
    '") #read("secret.txt") //',
    ']) #read("secret.txt") #text([',
    '\u2028#read("secret.txt")',
    '{{ "secret.txt" }}{% include "secret.txt" %}',
    '#import "@preview/cetz:0.3.0"',
    '#eval("read(\\"secret.txt\\")")',
    "#{ while true {} }",
    "#for i in range(1000000000) [x]",
    "#lorem(20000000) #set page(width: 1cm)",
    "@reference <label> https://x.example.com // /* x */",
    "NAME COMPANY HIGHLIGHTS PAGE_NUMBER CURRENT_DATE",
    '<script>alert("x")</script> &amp; <b>x</b>',
    "!!! summary",
    "50 % of C# & C++ at R&D, $5 (5 < 7 > 3) #1 a~b - -- --- ... 'q' C:\\new",
]


def attack_in_contact(attack: str) -> TailoredCv:
    return contact_cv(
        name=attack, email=attack, phone=attack, location=attack, website=attack,
        profiles=[ProfileLink(network="GitHub", username=attack), ProfileLink(network=attack, username="x")],
    )  # fmt: skip


def attack_in(kind: EntryKind) -> Callable[[str], TailoredCv]:
    def cv(attack: str) -> TailoredCv:
        facts = dict.fromkeys(("organisation", "title", "degree", "location", "date", "doi", "url"), attack)
        shown = {
            EntryKind.EXPERIENCE: ("organisation", "title", "location", "date", "url"),
            EntryKind.EDUCATION: ("organisation", "title", "degree", "location", "date", "url"),
            EntryKind.PUBLICATION: ("organisation", "title", "date", "doi", "url"),
        }.get(kind, tuple(facts))
        given: TailoredEntry = entry(kind, **{field: facts[field] for field in shown}, summary=attack)
        return TailoredCv(
            contact=Contact(name="Ada"), sections=(section(SectionKind.OTHER, attack, given, given),),
            headline=claim(attack),
        )  # fmt: skip

    return cv


def attack_in_lines(attack: str) -> TailoredCv:
    return highlights_cv(attack, f"- {attack}", f"1. {attack}", f"= {attack}", f"a - {attack}")


PLACES = {
    "contact": attack_in_contact,
    "text": text_cv,
    "lines": attack_in_lines,
    **{kind.value: attack_in(kind) for kind in (
        EntryKind.EXPERIENCE, EntryKind.EDUCATION, EntryKind.PUBLICATION, EntryKind.NORMAL
    )},
}  # fmt: skip


@pytest.fixture(scope="module")
def press_beside_a_secret(tmp_path_factory: pytest.TempPathFactory) -> Press:
    """A press whose documents could read a file, if they could read."""
    press = Press(tmp_path_factory.mktemp("secret"))
    (press._root / "secret.txt").write_text(SECRET)
    return press


def printed(press: Press, cv: TailoredCv, theme: Theme = Theme.CLASSIC) -> str:
    return squeezed(text_of(press.render(cv, theme, date(2026, 11, 22)).pdf))


def test_the_secret_is_within_reach_of_a_document_that_could_ask(press_beside_a_secret: Press) -> None:
    compiler = press_beside_a_secret._compiler()
    assert SECRET in text_of(compiler.compile(input=b'#read("secret.txt")', format="pdf"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_printed_word_for_word(attack: str, place: str, press_beside_a_secret: Press) -> None:
    text = printed(press_beside_a_secret, PLACES[place](attack))
    assert SECRET not in text
    assert squeezed(attack) in text


@pytest.mark.parametrize("theme", list(Theme))
def test_no_theme_has_a_place_where_an_attack_works(theme: Theme, press_beside_a_secret: Press) -> None:
    for cv in (build(ATTACKS[3] + ATTACKS[4]) for build in PLACES.values()):
        text = printed(press_beside_a_secret, cv, theme)
        assert SECRET not in text
        assert squeezed(ATTACKS[3]) in text


def test_code_spans_are_code_to_look_at_only(press_beside_a_secret: Press) -> None:
    text = printed(press_beside_a_secret, text_cv('`#read("secret.txt")` `` ` #read("secret.txt")``'))
    assert SECRET not in text
    assert text.count('#read("secret.txt")') == 2


def test_only_web_mail_and_phone_links_are_live(press_beside_a_secret: Press) -> None:
    cv = highlights_cv(
        "[a](javascript:alert(1)) [b](file:///x) [c](https://c.example.com) [d](mailto:d@example.com)",
        "[e](tel:+49301) ![f](https://f.example.com/x.png) <https://g.example.com> https://h.example.com",
    )
    rendered = press_beside_a_secret.render(cv, Theme.CLASSIC, date(2026, 11, 22))
    assert set(links_of(rendered.pdf)) == {
        "https://c.example.com", "mailto:d@example.com", "tel:+49301", "https://f.example.com/x.png"
    }  # fmt: skip


def test_an_import_is_words_too(press_beside_a_secret: Press) -> None:
    assert squeezed('#import "@preview/cetz:0.3.0": *') in printed(
        press_beside_a_secret, text_cv('#import "@preview/cetz:0.3.0": *')
    )


@pytest.mark.parametrize("text", ["[" * 40_000, "[a](" * 10_000, "x" * 200_000, "**_" * 50_000])
def test_huge_lines_are_typeset_in_bounded_time(text: str, press_beside_a_secret: Press) -> None:
    fit, _ = press_beside_a_secret.lay_out(text_cv(text), Theme.CLASSIC, date(2026, 11, 22))
    assert fit.pages >= 1

"""The check of the delivered PDF is seen failing: each fault is planted in what an extractor reads."""

import pytest
from cvtailor.domain.ats import PdfText, check_ats
from cvtailor.domain.base_cv import Contact, EntryKind, SectionKind
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection

CV = TailoredCv(
    contact=Contact(name="Zoë Müller-Lüdenscheidt", email="zoe@example.org"),
    sections=(
        TailoredSection(
            key="experience",
            kind=SectionKind.EXPERIENCE,
            title="Experience",
            entries=(
                TailoredEntry(
                    source_id="experience[0]",
                    kind=EntryKind.EXPERIENCE,
                    organisation="Office & Sons",
                    title="Clerk",
                    start_date="2019-04",
                    end_date="present",
                    highlights=(
                        Claim(id="a", text="Filed **1,200** forms with [Excel](https://x.example)"),
                        Claim(id="b", text="Trained two colleagues"),
                    ),
                ),
            ),
        ),
    ),
)
PAGE = """Zoë Müller-Lüdenscheidt
zoe@example.org
Experience
Office & Sons, Clerk    Apr 2019 – present
• Filed 1,200 forms
with Excel
• Trained two colleagues
"""
LINKS = ("mailto:zoe@example.org",)


def read(text: str, links: tuple[str, ...] = LINKS) -> tuple[PdfText, ...]:
    whole = PdfText(extractor="whole", text=PAGE, links=LINKS)
    return whole, PdfText(extractor="faulty", text=text, links=links)


def test_a_good_pdf_is_whole_and_in_order() -> None:
    check = check_ats(CV, read(PAGE))
    assert (check.intact_ratio, check.in_order, check.problems) == (1.0, 1.0, ())


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("Office", "O\ufb03ce", "unreadable characters"),
        ("Trained two", "Trained t wo", "not whole: Trained two colleagues"),
        ("Filed 1,200 forms\nwith", "Filed 1,200 forms\nApr 2019\nwith", "not whole: Filed"),
        ("Müller", "M ller", "not whole: Zoë"),
        ("2019", "20 19", "not whole: 2019"),
        ("Experience\n", "", "not whole: Experience"),
    ],
)
def test_what_one_extractor_breaks_is_a_problem_but_not_lost(before: str, after: str, problem: str) -> None:
    check = check_ats(CV, read(PAGE.replace(before, after)))
    assert check.intact < check.lines
    assert any(problem in said for said in check.problems)
    assert check.lost == ()


def test_what_no_extractor_reads_is_lost() -> None:
    page = PAGE.replace("• Trained two colleagues\n", "")
    check = check_ats(CV, (PdfText(extractor="one", text=page), PdfText(extractor="two", text=page)))
    assert check.lost == ("Trained two colleagues",)


def test_lines_that_change_places_are_out_of_order() -> None:
    filed, trained = "• Filed 1,200 forms\nwith Excel\n", "• Trained two colleagues\n"
    check = check_ats(CV, read(PAGE.replace(filed + trained, trained + filed)))
    assert (check.intact_ratio, check.in_order) == (1.0, 0.5)


def test_a_dead_address_is_a_problem() -> None:
    texts = (PdfText(extractor="one", text=PAGE),)
    assert check_ats(CV, texts).problems == ("dead link: zoe@example.org",)

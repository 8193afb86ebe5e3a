"""What an agent reads in a CV counts as far as the source says it, whole and in its place."""

from cvtailor.domain.base_cv import BaseCv, SectionKind
from cvtailor.domain.drafts import CvDraft, EntryDraft, SectionDraft
from cvtailor.domain.verification.cvs import cv_of

TEXT = """Robin Example
robin@example.org | Leeds

WORK
Acme GmbH, Leeds: Developer (03/2019 – present)
* Assisted the Head of Sales with two price lists
* Not responsible for the budget
Initech, York: Clerk (2015 – 2018)
* Counted 40 parcels a day [keep]

Languages: English, German
Loves chess
"""
ACME = EntryDraft(
    organisation="Acme GmbH",
    location="Leeds",
    title="Developer",
    dates="03/2019 – present",
    highlights=("Assisted the Head of Sales with two price lists", "Not responsible for the budget"),
)
INITECH = EntryDraft(
    organisation="Initech",
    location="York",
    title="Clerk",
    dates="2015 – 2018",
    highlights=("Counted 40 parcels a day",),
)
LANGUAGES = SectionDraft(
    kind="languages", title="", entries=(EntryDraft(title="Languages", summary="English, German"),)
)


def read(*jobs: EntryDraft, name: str = "Robin Example", **contact: str) -> BaseCv | None:
    work = SectionDraft(kind="experience", title="WORK", entries=jobs)
    return cv_of(CvDraft(name=name, sections=(work, LANGUAGES), language="en", **contact), TEXT)


def read_well(*jobs: EntryDraft, **contact: str) -> BaseCv:
    cv = read(*jobs, **contact)
    assert cv
    return cv


def texts(cv: BaseCv) -> list[str]:
    return [evidence.text for evidence in cv.evidence().values()]


def test_what_is_quoted_is_placed_with_its_line_in_the_source() -> None:
    cv = read_well(ACME, INITECH, email="robin@example.org", location="Leeds")
    work, languages = cv.sections
    acme, initech = work.entries
    assert (work.key, work.kind, work.title) == ("experience", SectionKind.EXPERIENCE, "WORK")
    assert (acme.organisation, acme.title, acme.start_date, acme.end_date) == (
        "Acme GmbH",
        "Developer",
        "2019-03",
        "present",
    )
    assert [line.position.line for line in acme.highlights] == [6, 7]
    assert initech.highlights[0].keep
    assert (languages.entries[0].title, languages.entries[0].text) != ("", None)
    assert (cv.contact.email, cv.contact.location) == ("robin@example.org", "Leeds")


def test_what_is_not_quoted_is_unplaced() -> None:
    cv = read_well(ACME, email="robin@example.org", location="Leeds")
    assert [piece.text for piece in cv.unplaced] == [
        "Initech, York: Clerk (2015 – 2018)",
        "* Counted 40 parcels a day [keep]",
        "Loves chess",
    ]


def test_an_invented_employer_degree_or_line_is_thrown_away() -> None:
    lie = EntryDraft(organisation="Google", title="CTO", degree="PhD", highlights=("Led 400 people",))
    cv = read_well(ACME, INITECH, lie)
    assert len(cv.sections[0].entries) == 2
    assert not {"Google", "CTO", "PhD", "Led 400 people"} & set(texts(cv))


def test_a_line_cut_out_of_its_middle_is_thrown_away() -> None:
    cut = ACME.model_copy(update={"highlights": ("responsible for the budget", "Assisted the Head of Sales")})
    cv = read_well(cut, INITECH)
    assert "responsible for the budget" not in texts(cv)
    assert "* Not responsible for the budget" in [piece.text for piece in cv.unplaced]


def test_half_of_a_sentence_is_no_line_even_behind_a_comma() -> None:
    text = TEXT.replace("Not responsible for the budget", "Never sold, ran or bought parcels")
    cut = ACME.model_copy(update={"highlights": ("ran or bought parcels", ACME.highlights[0])})
    section = SectionDraft(kind="experience", title="WORK", entries=(cut,))
    cv = cv_of(CvDraft(name="Robin Example", sections=(section,)), text)
    assert cv
    assert "ran or bought parcels" not in texts(cv)


def test_a_title_cut_out_of_a_sentence_is_thrown_away() -> None:
    cv = read_well(ACME.model_copy(update={"title": "Head of Sales", "highlights": ()}), INITECH)
    assert "Head of Sales" not in texts(cv)


def test_a_line_does_not_move_to_another_job() -> None:
    moved = ACME.model_copy(update={"highlights": (*ACME.highlights, "Counted 40 parcels a day")})
    cv = read_well(moved, INITECH.model_copy(update={"highlights": ()}))
    acme = next(entry for _, entry in cv.entries() if entry.organisation == "Acme GmbH")
    assert "Counted 40 parcels a day" not in [line.text for line in acme.highlights]
    assert "* Counted 40 parcels a day [keep]" in [piece.text for piece in cv.unplaced]


def test_employers_do_not_change_places() -> None:
    cv = read_well(
        ACME.model_copy(update={"organisation": "Initech"}),
        INITECH.model_copy(update={"organisation": "Acme GmbH"}),
    )
    for _, entry in cv.entries():
        assert (entry.organisation, entry.title) not in {("Initech", "Developer"), ("Acme GmbH", "Clerk")}


def test_one_place_is_read_once() -> None:
    cv = read_well(ACME, ACME, INITECH)
    assert texts(cv).count("Not responsible for the budget") == 1


def test_the_same_quotes_in_any_order_give_the_same_facts() -> None:
    assert {entry.organisation for _, entry in read_well(INITECH, ACME).entries()} >= {"Initech", "Acme GmbH"}


def test_without_a_name_or_content_there_is_no_cv() -> None:
    assert read(ACME, name="Jane Doe") is None
    assert cv_of(CvDraft(name="Robin Example"), TEXT) is None


def test_a_website_is_a_link_or_nothing() -> None:
    text = TEXT.replace("| Leeds", "| robin.example.org | javascript:alert(1)")
    draft = CvDraft(name="Robin Example", sections=(LANGUAGES,), website="javascript:alert(1)")
    cv = cv_of(draft, text)
    assert cv
    assert cv.contact.website == ""
    cv = cv_of(draft.model_copy(update={"website": "robin.example.org"}), text)
    assert cv
    assert cv.contact.website == "https://robin.example.org"

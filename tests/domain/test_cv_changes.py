"""The diff to the base CV leaves nothing out and tells nothing twice."""

from collections import Counter
from collections.abc import Iterator

from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Line, Section, SectionKind
from cvtailor.domain.cv_changes import LineChange, LineFate, changes, changes_between
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection
from hypothesis import given
from hypothesis import strategies as st

WORDS = ("Ran a ward", "Led 3 nurses", "Python, Go, SQL", "Wrote plans", "")


def a_cv(*jobs: tuple[str, ...], headline: str = "") -> BaseCv:
    entries = tuple(
        Entry(
            id=f"experience[{n}]",
            kind=EntryKind.EXPERIENCE,
            organisation="Acme",
            start_date="2020",
            highlights=tuple(
                Line(id=f"experience[{n}].highlights[{m}]", text=text) for m, text in enumerate(lines)
            ),
        )
        for n, lines in enumerate(jobs)
    )
    section = Section(key="experience", kind=SectionKind.EXPERIENCE, title="Jobs", entries=entries)
    own = Line(id="contact.headline", text=headline) if headline else None
    return BaseCv(contact=Contact(name="Ada", headline=own), sections=(section,))


def tailored(*jobs: tuple[int, tuple[Claim, ...]], headline: Claim | None = None) -> TailoredCv:
    entries = tuple(
        TailoredEntry(
            source_id=f"experience[{n}]",
            kind=EntryKind.EXPERIENCE,
            organisation="Acme",
            start_date="2020",
            highlights=claims,
        )
        for n, claims in jobs
    )
    section = TailoredSection(key="experience", kind=SectionKind.EXPERIENCE, title="Jobs", entries=entries)
    return TailoredCv(contact=Contact(name="Ada"), headline=headline, sections=(section,))


def a_claim(text: str, *evidence_ids: str, id: str = "experience[0].highlights[0]") -> Claim:
    return Claim(id=id, text=text, evidence_ids=evidence_ids)


def fates(told: tuple[LineChange, ...]) -> list[tuple[LineFate, str, str]]:
    return [(change.fate, change.before, change.after) for change in told]


FIRST, SECOND = "experience[0].highlights[0]", "experience[0].highlights[1]"


def test_a_line_is_kept_reworded_or_left_out() -> None:
    cv = a_cv(("Ran a ward", "Wrote plans", "Led 3 nurses"))
    claims = (
        a_claim("Ran a ward", FIRST),
        a_claim("Led three nurses", "experience[0].highlights[2]", id=SECOND),
    )
    assert fates(changes(cv, tailored((0, claims)))) == [
        (LineFate.KEPT, "Ran a ward", "Ran a ward"),
        (LineFate.REWORDED, "Led 3 nurses", "Led three nurses"),
        (LineFate.LEFT_OUT, "Wrote plans", ""),
    ]


def test_a_row_of_skills_that_lost_some_is_reworded_and_not_left_out() -> None:
    cv = a_cv(("Python, Go, SQL",))
    told = changes(cv, tailored((0, (a_claim("SQL, Python", FIRST),))))
    assert fates(told) == [(LineFate.REWORDED, "Python, Go, SQL", "SQL, Python")]


def test_a_headline_of_several_lines_is_composed_and_they_are_not_left_out() -> None:
    cv = a_cv(("Ran a ward", "Python, Go, SQL"))
    headline = a_claim("Ward lead · SQL", FIRST, SECOND, SECOND, id="headline")
    told = changes(cv, tailored((0, ()), headline=headline))
    assert fates(told) == [(LineFate.COMPOSED, "Ran a ward\nPython, Go, SQL", "Ward lead · SQL")]
    assert told[0].evidence_ids == (FIRST, SECOND)


def test_the_persons_own_headline_is_left_out_where_another_stands() -> None:
    cv = a_cv(("Ran a ward",), headline="Nurse for life")
    told = changes(cv, tailored((0, (a_claim("Ran a ward", FIRST),))))
    assert fates(told)[1:] == [(LineFate.LEFT_OUT, "Nurse for life", "")]


def test_a_job_that_goes_as_a_whole_takes_its_facts_with_it() -> None:
    cv = a_cv(("Ran a ward",), ("Wrote plans",))
    told = changes(cv, tailored((0, (a_claim("Ran a ward", FIRST),))))
    assert fates(told)[1:] == [
        (LineFate.LEFT_OUT, "Acme\n2020", ""),
        (LineFate.LEFT_OUT, "Wrote plans", ""),
    ]
    assert told[1].evidence_ids == ("experience[1].organisation", "experience[1].start_date")


@st.composite
def tailorings(draw: st.DrawFn) -> tuple[BaseCv, TailoredCv]:
    """A CV, and some of it in any order, alone or combined, in old words or new ones."""
    jobs = draw(st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(tuple), max_size=3))
    cv = a_cv(*jobs, headline=draw(st.sampled_from(WORDS)))
    evidence = sorted(cv.evidence())

    def claims(address: str) -> Iterator[Claim]:
        for n in range(draw(st.integers(0, 3))):
            cited = draw(st.lists(st.sampled_from(evidence), min_size=1, max_size=3))
            text = draw(st.sampled_from((cv.evidence()[cited[0]].text, "In other words")))
            yield a_claim(text, *cited, id=f"{address}[{n}]")

    shown = draw(st.lists(st.sampled_from(range(len(jobs))), unique=True)) if jobs else []
    entries = ((n, tuple(claims(f"experience[{place}].highlights"))) for place, n in enumerate(shown))
    headline = next(claims("headline"), None)
    return cv, tailored(*entries, headline=headline)


@given(tailorings())
def test_every_claim_is_told_once_and_every_line_is_either_under_a_claim_or_left_out_once(
    pair: tuple[BaseCv, TailoredCv],
) -> None:
    cv, made = pair
    told = changes(cv, made)
    printed = [change for change in told if change.fate is not LineFate.LEFT_OUT]
    assert [(change.claim_id, change.after) for change in printed] == [
        (claim.id, claim.text) for claim in made.claims()
    ]
    cited = {id for change in printed for id in change.evidence_ids}
    gone = Counter(id for change in told[len(printed) :] for id in change.evidence_ids)
    facts_shown = {
        id
        for entry in made.sections[0].entries
        for id in cv.evidence()
        if id.startswith(f"{entry.source_id}.")
    } - {line.id for _, entry in cv.entries() for line in entry.lines()}
    contact = {"contact.name"}
    assert set(gone) == set(cv.evidence()) - cited - facts_shown - contact
    assert set(gone.values()) <= {1}


def test_between_versions_a_line_is_kept_reworded_added_or_left_out() -> None:
    before = tailored((0, (a_claim("Ran a ward", FIRST), a_claim("Led 3 nurses", SECOND))))
    after = tailored(
        (0, (a_claim("Kept a ward running", FIRST), a_claim("Wrote plans", "experience[0].highlights[2]")))
    )
    assert fates(changes_between(before, after)) == [
        (LineFate.REWORDED, "Ran a ward", "Kept a ward running"),
        (LineFate.ADDED, "", "Wrote plans"),
        (LineFate.LEFT_OUT, "Led 3 nurses", ""),
    ]


def test_between_versions_an_entry_comes_and_goes_with_its_facts() -> None:
    one = tailored((0, (a_claim("Ran a ward", FIRST),)))
    other = tailored((1, (a_claim("Wrote plans", "experience[1].highlights[0]"),)))
    facts = "Acme\n2020"
    assert fates(changes_between(one, other)) == [
        (LineFate.ADDED, "", facts),
        (LineFate.ADDED, "", "Wrote plans"),
        (LineFate.LEFT_OUT, facts, ""),
        (LineFate.LEFT_OUT, "Ran a ward", ""),
    ]
    gone = changes_between(one, other)[2]
    assert gone.evidence_ids == ("experience[0].organisation", "experience[0].start_date")


def test_a_line_that_draws_on_another_is_still_itself() -> None:
    headline = a_claim("Nurse, wards", FIRST, SECOND, id="headline")
    before = tailored((0, (a_claim("Ran a ward", FIRST),)), headline=headline)
    after = tailored(
        (0, (a_claim("Ran a ward of 3", FIRST, SECOND),)), headline=a_claim("Nurse", FIRST, id="headline")
    )
    assert [change.fate for change in changes_between(before, after)] == [LineFate.REWORDED] * 2


@given(
    texts=st.lists(st.sampled_from(WORDS[:4]), max_size=5),
    others=st.lists(st.sampled_from(WORDS[:4]), max_size=5),
)
def test_between_versions_every_line_is_told_once(texts: list[str], others: list[str]) -> None:
    def version(lines: list[str]) -> TailoredCv:
        return tailored(
            (0, tuple(a_claim(text, f"experience[0].highlights[{n}]") for n, text in enumerate(lines)))
        )

    told = changes_between(version(texts), version(others))
    assert [change.after for change in told if change.after] == others
    assert sorted(change.before for change in told if change.before) == sorted(texts)
    back = changes_between(version(others), version(texts))
    assert (
        Counter(change.fate for change in told)[LineFate.ADDED]
        == Counter(change.fate for change in back)[LineFate.LEFT_OUT]
    )


def test_a_line_tells_what_its_entry_is_called() -> None:
    cv = a_cv(("Ran a ward", "Wrote plans"))
    cv = cv.model_copy(update={"sections": (cv.sections[0].model_copy(update={"entries": (named(cv),)}),)})
    told = changes(cv, tailored((0, (a_claim("Ran a ward", FIRST),))))
    assert [(change.fate, change.entry) for change in told] == [
        (LineFate.KEPT, "Nurse, Acme"),
        (LineFate.LEFT_OUT, "Nurse, Acme"),
    ]


def named(cv: BaseCv) -> Entry:
    return cv.sections[0].entries[0].model_copy(update={"title": "Nurse"})


def test_a_headline_of_several_entries_is_of_none() -> None:
    cv = a_cv(("Ran a ward",), ("Led 3 nurses",))
    headline = a_claim("Ran a ward, led 3 nurses", FIRST, "experience[1].highlights[0]", id="headline")
    told = changes(cv, tailored((0, ()), (1, ()), headline=headline))
    assert told[0].entry == ""

"""How decisions about lines add up over the versions of a CV."""

import pytest
from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Line, Section, SectionKind
from cvtailor.domain.errors import InvalidInput, Reason
from cvtailor.domain.revision import Edit, EditKind, added_up, decisions, wordings_until
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection
from revisions import a_revision

JOB, OTHER_JOB = "experience[0]", "experience[1]"
FIRST, SECOND, THIRD = f"{JOB}.highlights[0]", f"{JOB}.highlights[1]", f"{OTHER_JOB}.highlights[0]"


def a_job(id: str, *lines: str) -> Entry:
    return Entry(
        id=id,
        kind=EntryKind.EXPERIENCE,
        organisation="Acme",
        highlights=tuple(Line(id=line, text=f"Line {line}") for line in lines),
    )


CV = BaseCv(
    contact=Contact(name="Ada", headline=Line(id="contact.headline", text="Nurse")),
    sections=(
        Section(
            key="experience",
            kind=SectionKind.EXPERIENCE,
            title="Jobs",
            entries=(a_job(JOB, FIRST, SECOND), a_job(OTHER_JOB, THIRD)),
        ),
    ),
)


def revert(target: str) -> Edit:
    return Edit(kind=EditKind.REVERT, target=target)


def keep(target: str) -> Edit:
    return Edit(kind=EditKind.KEEP, target=target)


def hide(target: str) -> Edit:
    return Edit(kind=EditKind.HIDE, target=target)


def pin(target: str) -> Edit:
    return Edit(kind=EditKind.PIN, target=target)


def release(target: str) -> Edit:
    return Edit(kind=EditKind.RELEASE, target=target)


@pytest.mark.parametrize(
    ("edits", "fewest"),
    [
        ([hide(FIRST), pin(FIRST)], [pin(FIRST)]),
        ([revert(FIRST), keep(FIRST)], [keep(FIRST)]),
        ([revert(FIRST), pin(FIRST)], [pin(FIRST), revert(FIRST)]),
        ([revert(FIRST), hide(FIRST), release(FIRST)], []),
        ([hide(JOB), pin(FIRST)], [hide(JOB), pin(FIRST)]),
        ([pin(FIRST), hide(JOB)], [hide(JOB)]),
        ([hide(JOB), release(FIRST)], [hide(JOB), release(FIRST)]),
        ([hide(FIRST), revert(SECOND), release(JOB)], []),
        ([hide("contact.headline")], [hide("contact.headline")]),
    ],
)
def test_the_last_decision_about_a_line_counts(edits: list[Edit], fewest: list[Edit]) -> None:
    assert list(added_up(CV, (), edits)) == fewest
    assert list(added_up(CV, edits[:1], edits[1:])) == fewest


def test_an_entry_is_hidden_as_a_whole_only_while_all_its_lines_are() -> None:
    assert decisions(CV, [hide(JOB)]).hidden_entries == {JOB}
    assert decisions(CV, [hide(FIRST), hide(SECOND)]).hidden_entries == set()
    shown_again = decisions(CV, [hide(JOB), pin(FIRST)])
    assert (shown_again.hidden_entries, shown_again.hidden) == (set(), {SECOND})


def test_facts_are_hidden_with_their_entry_only() -> None:
    assert decisions(CV, [hide(JOB)]).hides(f"{JOB}.organisation")
    assert not decisions(CV, [hide(FIRST)]).hides(f"{JOB}.organisation")
    assert not decisions(CV, [hide(JOB)]).hides("contact.email")


@pytest.mark.parametrize("edit", [hide(f"{JOB}.organisation"), pin("experience[7]"), revert(JOB), keep("")])
def test_what_is_no_line_can_not_be_decided_about(edit: Edit) -> None:
    with pytest.raises(InvalidInput) as refusal:
        added_up(CV, (), [hide(FIRST), edit])
    assert (refusal.value.reason, refusal.value.field) == (Reason.EDIT_TARGET_UNKNOWN, "edits[1].target")


def test_a_cv_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="nothing is left"):
        added_up(CV, [hide(JOB)], [hide(OTHER_JOB)])


def a_version(*claims: Claim) -> TailoredCv:
    entry = TailoredEntry(source_id=JOB, kind=EntryKind.EXPERIENCE, highlights=claims)
    section = TailoredSection(key="experience", kind=SectionKind.EXPERIENCE, title="Jobs", entries=(entry,))
    return TailoredCv(contact=CV.contact, sections=(section,))


def a_claim(text: str, *evidence_ids: str) -> Claim:
    return Claim(id="experience[0].highlights[0]", text=text, evidence_ids=evidence_ids)


def test_other_wordings_than_the_base_cv_s_are_remembered() -> None:
    reworded = a_claim("First, in other words", FIRST)
    assert wordings_until(CV, a_version(reworded, a_claim(f"Line {SECOND}", SECOND)), None) == (reworded,)


def test_a_wording_is_remembered_while_it_is_reverted_or_not_shown() -> None:
    old, new = a_claim("First, in other words", FIRST), a_claim("First, anew", FIRST)
    reverted = a_revision(revert(FIRST), wordings=[old])
    assert wordings_until(CV, a_version(a_claim(f"Line {FIRST}", FIRST)), reverted) == (old,)
    assert wordings_until(CV, a_version(), a_revision(hide(FIRST), wordings=[old])) == (old,)
    assert wordings_until(CV, a_version(new), a_revision(wordings=[old])) == (new,)

import pytest
from cvtailor.domain.base_cv import Contact, SectionKind
from cvtailor.domain.grounding.section_titles import is_title_of, usual_title
from cvtailor.domain.tailored_cv import (
    CheckedDraft,
    RejectionReason,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)
from guard_builders import CV, a_copy, check


def with_experience(section: TailoredSection) -> TailoredCv:
    draft = a_copy()
    return draft.model_copy(update={"sections": (draft.sections[0], section, draft.sections[2])})


def with_first_job(**changes: object) -> TailoredCv:
    experience = a_copy().sections[1]
    first = experience.entries[0].model_copy(update=changes)
    return with_experience(experience.model_copy(update={"entries": (first, *experience.entries[1:])}))


def reasons(checked: CheckedDraft) -> list[RejectionReason]:
    return [rejected.reason for rejected in checked.rejected]


@pytest.mark.parametrize(
    ("field", "lie"),
    [
        ("organisation", "Google"),
        ("title", "Head of Platform"),
        ("start_date", "2015-03"),
        ("end_date", ""),
        ("location", "Berlin"),
        ("url", "https://fake.example"),
    ],
)
def test_a_changed_fact_is_put_back_and_reported(field: str, lie: str) -> None:
    checked = check(with_first_job(**{field: lie}))
    assert reasons(checked) == [RejectionReason.FACT_CHANGED]
    assert getattr(checked.cv.sections[1].entries[0], field) == getattr(CV.sections[1].entries[0], field)
    assert checked.rejected[0].claim.text == lie


def test_changed_contact_data_is_put_back_and_reported() -> None:
    draft = a_copy().model_copy(update={"contact": Contact(name="Dr. Maja Offermann", email="x@y.example")})
    checked = check(draft)
    assert set(reasons(checked)) == {RejectionReason.FACT_CHANGED}
    assert (checked.cv.contact.name, checked.cv.contact.email) == ("Maja Offermann", "maja@example.org")
    assert checked.cv.contact.profiles == CV.contact.profiles
    assert checked.cv.contact.headline is None


def test_an_invented_job_is_dropped() -> None:
    experience = a_copy().sections[1]
    invented = TailoredEntry(
        source_id="experience[9]", kind=experience.entries[0].kind, organisation="Google"
    )
    checked = check(
        with_experience(experience.model_copy(update={"entries": (*experience.entries, invented)}))
    )
    assert reasons(checked) == [RejectionReason.UNKNOWN_EVIDENCE]
    assert len(checked.cv.sections[1].entries) == 2


def test_a_job_can_not_be_shown_twice_or_in_another_section() -> None:
    experience = a_copy().sections[1]
    twice = experience.model_copy(update={"entries": (*experience.entries, experience.entries[0])})
    moved = a_copy().sections[2].model_copy(update={"entries": experience.entries[:1]})
    assert reasons(check(with_experience(twice))) == [RejectionReason.FOREIGN_EVIDENCE]
    draft = a_copy().model_copy(update={"sections": (moved,)})
    assert reasons(check(draft)) == [RejectionReason.FOREIGN_EVIDENCE]
    assert check(draft).cv.sections == ()


def test_an_invented_section_is_dropped() -> None:
    section = a_copy().sections[1].model_copy(update={"key": "awards", "title": "Nobel Prize"})
    checked = check(a_copy().model_copy(update={"sections": (section,)}))
    assert reasons(checked) == [RejectionReason.UNKNOWN_EVIDENCE]


def test_a_section_title_is_no_place_for_a_claim() -> None:
    boast = a_copy().sections[1].model_copy(update={"title": "Award-winning leadership"})
    checked = check(with_experience(boast))
    assert reasons(checked) == [RejectionReason.FACT_CHANGED]
    assert checked.cv.sections[1].title == "Where I worked"


def test_a_section_may_take_the_usual_title_of_its_kind_in_any_language() -> None:
    usual = a_copy().sections[1].model_copy(update={"title": usual_title(SectionKind.EXPERIENCE, "de")})
    assert reasons(check(with_experience(usual))) == []
    assert is_title_of("berufserfahrung", SectionKind.EXPERIENCE)
    assert not is_title_of("Berufserfahrung", SectionKind.EDUCATION)
    assert usual_title(SectionKind.OTHER, "de") == ""

"""Letter and e-mail tell nothing that the CV which ships does not show."""

from collections.abc import Iterable

from cvtailor.domain.grounding import check_agreement
from cvtailor.domain.tailored_cv import AgreedMessages, Claim, RejectionReason, TailoredCv
from guard_builders import CV, FIRST, NO_EMAIL, NO_LETTER, OFFER, a_copy, a_letter, an_email, skill_names

JOB = ("experience[0].title", "experience[0].organisation", "experience[0].end_date")
THIRD = "experience[0].highlights[2]"
CUT = (
    "In my current role as Senior Platform Engineer at Fjord Logistics, I cut order fulfilment latency by "
    "43% using Kafka services on Kubernetes."
)
REDUCED = "I also reduced incidents from 18 to 5 per month."
TWO_LINES = Claim(id="letter[0]", text=f"{CUT} {REDUCED}", evidence_ids=(*JOB, FIRST, THIRD))


def a_cv_without(*ids: str) -> TailoredCv:
    """The base CV, of which a page fit took some lines."""
    cv = a_copy()
    sections = tuple(
        section.model_copy(
            update={
                "entries": tuple(
                    entry.model_copy(
                        update={
                            "text": None if entry.text and entry.text.id in ids else entry.text,
                            "highlights": tuple(line for line in entry.highlights if line.id not in ids),
                        }
                    )
                    for entry in section.entries
                    if entry.source_id not in ids
                )
            }
        )
        for section in cv.sections
    )
    return cv.model_copy(update={"sections": sections})


def agreed(shipped: TailoredCv, *paragraphs: Claim) -> AgreedMessages:
    return check_agreement(CV, shipped, a_letter(*paragraphs), NO_EMAIL, OFFER, skill_names)


def texts(claims: Iterable[Claim]) -> list[str]:
    return [claim.text for claim in claims]


def test_messages_that_tell_what_the_cv_shows_stay() -> None:
    leave = Claim(
        id="email[1]", text="Kind regards,\nMaja Offermann", evidence_ids=("contact.name", "contact.email")
    )
    letter, email = a_letter(TWO_LINES), an_email(Claim(id="email[0]", text="Dear Jane Doe,"), leave)
    found = check_agreement(CV, a_copy(), letter, email, OFFER, skill_names)
    assert (found.letter, found.email, found.kept, found.rejected) == (letter, email, 3, ())


def test_a_sentence_about_a_line_that_went_goes_too() -> None:
    found = agreed(a_cv_without(THIRD), TWO_LINES)
    (paragraph,) = found.letter.paragraphs
    assert (paragraph.text, paragraph.evidence_ids) == (CUT, (*JOB, FIRST))
    (rejected,) = found.rejected
    assert rejected.reason is RejectionReason.ABSENT_FROM_CV
    assert (rejected.claim, rejected.replacement) == (TWO_LINES, CUT)
    assert THIRD in rejected.detail


def test_a_paragraph_that_lost_its_beginning_gives_way_to_the_line_that_is_shown() -> None:
    found = agreed(a_cv_without(FIRST), TWO_LINES)
    assert texts(found.letter.paragraphs) == ["Reduced incidents from 18 to 5 per month"]


def test_a_paragraph_of_which_nothing_is_shown_goes() -> None:
    found = agreed(a_cv_without(FIRST, THIRD), TWO_LINES)
    assert found.letter.paragraphs == ()
    assert [rejected.replacement for rejected in found.rejected] == [""]


def test_a_list_loses_the_items_that_went_and_its_lead_with_the_last() -> None:
    lines = ("Reduced incidents from 18 to 5 per month", CV.evidence()[FIRST].text)
    lead = "My current work as Senior Platform Engineer at Fjord Logistics includes:"
    said = Claim(
        id="letter[0]",
        text="\n".join([lead, *(f"– “{line}”" for line in lines)]),
        evidence_ids=(*JOB, THIRD, FIRST),
    )
    assert texts(agreed(a_cv_without(FIRST), said).letter.paragraphs) == [f"{lead}\n– “{lines[0]}”"]
    assert agreed(a_cv_without(FIRST, THIRD), said).letter.paragraphs == ()


def test_an_application_stays_when_the_skills_beside_it_go() -> None:
    applying = "I am applying for the position of Flink Engineer at Rustic Ltd."
    said = Claim(
        id="letter[0]",
        text=f"{applying} Of the skills you ask for, I bring Python and Kafka.",
        evidence_ids=("skills[0].text",),
    )
    assert texts(agreed(a_cv_without("skills[0].text"), said).letter.paragraphs) == [applying]


def test_an_employer_that_the_cv_does_not_name_is_not_named() -> None:
    old = Claim(
        id="letter[0]",
        text="My work as Software Engineer at Waffle Labs included:\n– Supported the migration of the "
        "billing database to PostgreSQL",
        evidence_ids=("experience[1].title", "experience[1].organisation", "experience[1].highlights[0]"),
    )
    assert agreed(a_cv_without("experience[1]"), old).letter.paragraphs == ()


def test_contact_data_that_the_cv_does_not_print_is_not_printed() -> None:
    leave = Claim(
        id="email[0]",
        text="Kind regards,\nMaja Offermann\nmaja@example.org",
        evidence_ids=("contact.name", "contact.email"),
    )
    cv = a_copy()
    hidden = cv.model_copy(update={"contact": cv.contact.model_copy(update={"email": ""})})
    found = check_agreement(CV, hidden, NO_LETTER, an_email(leave), OFFER, skill_names)
    assert texts(found.email.paragraphs) == ["Kind regards,\nMaja Offermann"]


def test_evidence_that_was_cited_without_being_told_is_only_forgotten() -> None:
    said = Claim(id="letter[0]", text=CUT, evidence_ids=(*JOB, FIRST, THIRD))
    found = agreed(a_cv_without(THIRD), said)
    assert (found.kept, found.rejected) == (1, ())
    assert found.letter.paragraphs[0].evidence_ids == (*JOB, FIRST)

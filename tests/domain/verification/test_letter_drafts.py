"""A letter is kept sentence by sentence: what rests on the lines stays, the rest is a remark."""

from collections.abc import Sequence

import pytest
from cvtailor.domain.base_cv import BaseCv, Contact, Entry, EntryKind, Line, Section, SectionKind
from cvtailor.domain.drafts import LetterDraft, LetterSentence, RemarkCode
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.references import References
from cvtailor.domain.tailored_cv import Claim, CoverLetter
from cvtailor.domain.verification.letters import LetterCheck, check_letter

MOVED, SOLD = "experience[0].highlights[0]", "experience[1].highlights[0]"


def a_cv() -> BaseCv:
    jobs = tuple(
        Entry(
            id=id.partition(".")[0],
            kind=EntryKind.EXPERIENCE,
            organisation=organisation,
            highlights=(Line(id=id, text=text),),
        )
        for id, organisation, text in (
            (MOVED, "Acme Ltd", "Helped move 40 services to Postgres"),
            (SOLD, "Initech", "Sold 300 bicycles"),
        )
    )
    section = Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=jobs)
    return BaseCv(contact=Contact(name="Robin Example"), sections=(section,))


EMBEDDED = CoverLetter(
    subject="Engineer",
    paragraphs=tuple(
        Claim(id=f"letter[{number}]", text=text)
        for number, text in enumerate(["Dear team,", "I am applying.", "I would be glad.", "Kind regards"])
    ),
)
OFFER = JobOffer(title="Engineer", company="Example AG")


def check(*sentences: LetterSentence, shown: Sequence[str] = (MOVED, SOLD)) -> LetterCheck:
    cv = a_cv()
    letter = LetterDraft(paragraphs=(sentences,))
    return check_letter(letter, EMBEDDED, cv, OFFER, shown, References(cv), lambda _: ())


def told(text: str, *ids: str) -> LetterSentence:
    return LetterSentence(text=text, evidence_ids=ids)


def test_the_body_stands_between_opening_and_closing() -> None:
    checked = check(told("I helped move {n1} services to Postgres.", MOVED))
    assert checked.remarks == ()
    assert checked.letter
    assert checked.letter.text() == (
        "Dear team,\n\nI am applying.\n\nI helped move 40 services to Postgres.\n\nI would be glad."
        "\n\nKind regards"
    )
    assert [claim.id for claim in checked.letter.paragraphs] == [f"letter[{n}]" for n in range(5)]
    assert checked.letter.paragraphs[2].evidence_ids == (MOVED,)


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        (told("I led the move of {n1} services to Postgres.", MOVED), RemarkCode.INFLATED),
        (told("I moved the whole bank to Kafka.", MOVED), RemarkCode.UNSUPPORTED),
        (told("I hold a doctorate."), RemarkCode.UNSUPPORTED),
        (told("I helped move 41 services to Postgres.", MOVED), RemarkCode.NUMBER_TYPED),
        (told("I helped Acme Ltd move {n1} services.", MOVED), RemarkCode.FACT_TYPED),
        (told("See www.evil.example for more.", MOVED), RemarkCode.FACT_TYPED),
        (told("I helped move {n2} services to Postgres.", MOVED), RemarkCode.UNKNOWN_EVIDENCE),
        (told("I sold {n2} bicycles.", "experience[7].highlights[0]"), RemarkCode.UNKNOWN_EVIDENCE),
        (told("Write to {email}."), RemarkCode.UNKNOWN_EVIDENCE),
        (told("I helped move {n1} services to Postgres. " * 20, MOVED), RemarkCode.TOO_LONG),
        (told("I am {title} at {company}."), RemarkCode.UNSUPPORTED),
    ],
)
def test_each_lie_is_a_remark_and_no_sentence(sentence: LetterSentence, code: RemarkCode) -> None:
    checked = check(sentence)
    assert checked.letter is None
    assert [(remark.claim_id, remark.code) for remark in checked.remarks] == [("letter[0][0]", code)]


def test_the_other_sentences_of_a_paragraph_stay() -> None:
    checked = check(told("I helped move {n1} services to Postgres.", MOVED), told("I led it all.", MOVED))
    assert checked.letter
    assert checked.letter.paragraphs[2].text == "I helped move 40 services to Postgres."
    assert [remark.claim_id for remark in checked.remarks] == ["letter[0][1]"]


def test_a_paragraph_speaks_of_one_job() -> None:
    checked = check(
        told("I helped move {n1} services to Postgres.", MOVED), told("I sold {n2} bicycles.", SOLD)
    )
    assert checked.letter
    assert "bicycles" not in checked.letter.text()
    assert [remark.code for remark in checked.remarks] == [RemarkCode.UNKNOWN_EVIDENCE]


def test_what_the_tailored_cv_does_not_show_is_not_told() -> None:
    assert check(told("I sold {n2} bicycles.", SOLD), shown=(MOVED,)).letter is None


def test_a_courtesy_may_name_the_employer_applied_to() -> None:
    checked = check(
        told("I helped move {n1} services to Postgres.", MOVED), told("I am applying to {company}.")
    )
    assert checked.letter
    assert checked.letter.paragraphs[2].text.endswith("I am applying to Example AG.")


def test_a_letter_fits_its_page() -> None:
    sentence = told("I helped move {n1} services to Postgres.", MOVED)
    letter = LetterDraft(paragraphs=((sentence,) * 50,) * 50)
    cv = a_cv()
    checked = check_letter(letter, EMBEDDED, cv, OFFER, (MOVED,), References(cv), lambda _: ())
    assert checked.letter
    assert len(checked.letter.text()) < 2_000

"""An e-mail is held to the rules of a letter."""

import pytest
from cvtailor.domain.tailored_cv import Claim, RejectionReason
from guard_builders import CV, FIRST, a_copy, an_email, check

CONTACT = ("contact.name", "contact.email")


def test_an_honest_email_passes_and_is_counted() -> None:
    email = an_email(
        Claim(id="email[0]", text="Dear Jane Doe,"),
        Claim(
            id="email[1]",
            text="I am applying to Rustic Ltd. for the position of Flink Engineer. Please find my CV and "
            "cover letter attached.",
        ),
        Claim(id="email[2]", text="I cut order fulfilment latency by 43%.", evidence_ids=(FIRST,)),
        Claim(
            id="email[3]",
            text="Kind regards,\nMaja Offermann\nmaja@example.org",
            evidence_ids=CONTACT,
        ),
        subject="Application: Flink Engineer – Maja Offermann",
    )
    checked = check(a_copy(), email=email)
    assert checked.rejected == ()
    assert checked.email == email
    assert checked.kept == check(a_copy()).kept + 4


@pytest.mark.parametrize(
    ("text", "evidence_ids", "reason"),
    [
        ("I cut latency by 63%.", (FIRST,), RejectionReason.NUMBER_UNSUPPORTED),
        ("I bring ten years of Flink.", (), RejectionReason.CONTENT_UNSUPPORTED),
        ("Kind regards,\nMaja Offermann\nmaja@example.com", CONTACT, RejectionReason.CONTENT_UNSUPPORTED),
        ("Kind regards,\nDr. Maya Offermann", CONTACT, RejectionReason.CONTENT_UNSUPPORTED),
    ],
)
def test_an_email_that_says_more_is_refused(
    text: str, evidence_ids: tuple[str, ...], reason: RejectionReason
) -> None:
    checked = check(a_copy(), email=an_email(Claim(id="email[0]", text=text, evidence_ids=evidence_ids)))
    assert [item.reason for item in checked.rejected] == [reason]


def test_a_refused_claim_of_an_email_gives_way_to_its_line() -> None:
    checked = check(
        a_copy(), email=an_email(Claim(id="email[0]", text="I tripled revenue.", evidence_ids=(FIRST,)))
    )
    assert [claim.text for claim in checked.email.paragraphs] == [CV.evidence()[FIRST].text]

"""Writes the e-mail that carries CV and letter."""

from cvtailor.adapters.embedded_engine.writing.sentences import Said, Sentences, claims_of
from cvtailor.domain.tailored_cv import EmailDraft

_LINE_CHARS_MAX = 180
"""An e-mail is read on a telephone: a longer line stays in the letter."""


def write_email(say: Sentences) -> EmailDraft:
    """Returns an e-mail: what is applied for, what is attached, the strongest evidence, how to answer."""
    evidence = say.strongest(_LINE_CHARS_MAX) or say.skills()
    paragraphs = [
        say.greeting(),
        Said(f"{say.applying().text} {say.phrases.attached}"),
        *([evidence] if evidence else []),
        Said(say.phrases.reply),
        say.leave("phone", "email"),
    ]
    return EmailDraft(
        subject=say.email_subject(),
        paragraphs=claims_of(EmailDraft.address, paragraphs),
        language=say.language,
    )

"""The body of the letter is the agent's as far as it holds, the rest is ours."""

from collections.abc import Mapping, Sequence

import pytest
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, CvFormat
from cvtailor.domain.drafts import LetterSentence
from cvtailor.domain.errors import ModelRefused, ModelUnavailable
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import TailoredDraft
from cvtailor.domain.tailored_cv import CoverLetter

from tests.scripted_agents import TAILOR, HonestAgents, read_example, write_letter

type Example = tuple[BaseCv, JobOffer, MatchReport, TailoredDraft]


@pytest.fixture(scope="module")
async def example() -> Example:
    cv, offer, report = await read_example("nurse", "cv.md", CvFormat.MARKDOWN)
    return cv, offer, report, await TAILOR.tailor(cv, offer, report, TailoringOptions())


async def embedded(example: Example) -> CoverLetter:
    cv, offer, report, draft = example
    return await TAILOR.write_letter(cv, offer, report, draft.cv, TailoringOptions())


class Writing(HonestAgents):
    """Writes the same sentences each time, of the first line of the first job."""

    def __init__(self, *texts: str) -> None:
        super().__init__()
        self._texts = texts

    def sentences(self, lines: Mapping[str, str]) -> Sequence[LetterSentence]:
        id, line = next(item for item in lines.items() if "Practice assessor" in item[1])
        texts = [text.format(line=line).replace("((", "{").replace("))", "}") for text in self._texts]
        return [LetterSentence(text=text, evidence_ids=(id,)) for text in texts]


async def test_an_honest_body_stands_between_our_opening_and_closing(example: Example) -> None:
    letter, warnings = await write_letter(Writing("{line}"), *example)
    before = await embedded(example)
    assert warnings == ()
    assert letter.subject == before.subject
    assert letter.paragraphs[:2] == before.paragraphs[:2]
    assert [claim.text for claim in letter.paragraphs[-2:]] == [
        claim.text for claim in before.paragraphs[-2:]
    ]
    assert letter.paragraphs[2].text.startswith("Practice assessor")


@pytest.mark.parametrize(
    "lie",
    [
        "I led a hospital of 4,000 beds.",
        "I am a doctor of medicine.",
        "See https://evil.example.",
        "{line} ((n99))",
    ],
)
async def test_a_lying_letter_ends_as_ours_and_a_warning_says_so(example: Example, lie: str) -> None:
    letter, warnings = await write_letter(Writing(lie), *example)
    assert letter == await embedded(example)
    assert [warned.code for warned in warnings] == ["model_letter_refused"]


async def test_a_lie_beside_the_truth_is_left_out(example: Example) -> None:
    writing = Writing("{line}", "{line}", "I led a hospital.")
    letter, warnings = await write_letter(writing, *example)
    assert warnings == ()
    assert "Practice assessor" in letter.text()
    assert "hospital." not in letter.text()
    assert writing.asked == ["write_letter", "write_letter"]


async def test_a_letter_of_which_less_than_half_holds_is_not_sent(example: Example) -> None:
    writing = Writing("{line}", "I led a hospital.", "I am a doctor.")
    letter, warnings = await write_letter(writing, *example)
    assert letter == await embedded(example)
    assert [warned.code for warned in warnings] == ["model_letter_refused"]


async def test_a_failing_model_leaves_our_letter(example: Example) -> None:
    letter, warnings = await write_letter(HonestAgents({"write_letter": ModelUnavailable("busy")}), *example)
    assert letter == await embedded(example)
    assert [warned.code for warned in warnings] == ["model_unavailable"]
    with pytest.raises(ModelRefused):
        await write_letter(HonestAgents({"write_letter": ModelRefused("wrong key")}), *example)

"""Honest agents reword, lying ones change nothing, failing ones leave what is there."""

from collections.abc import Sequence

import pytest
from cvtailor.adapters.embedded_engine import skill_names
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, CvFormat
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Plan, PlannedAnswer, Remark, RemarkCode, WrittenClaim
from cvtailor.domain.errors import (
    CvtailorError,
    ModelAnswerInvalid,
    ModelBudgetSpent,
    ModelRefused,
    ModelUnavailable,
)
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.ports import ModelCalls, TailoredDraft
from cvtailor.domain.verification.claims import covers_no_less

from tests.scripted_agents import TAILOR, HonestAgents, Said, read_example, tailor

type Example = tuple[BaseCv, JobOffer, MatchReport]

SPLIT = "Split the locker-event pipeline out of the Django monolith with two colleagues"
REWORDED = "Together with two colleagues, split the locker-event pipeline out of the Django monolith"


@pytest.fixture(scope="module")
async def example() -> Example:
    return await read_example("engineer", "cv.yaml", CvFormat.RENDERCV_YAML)


async def embedded(example: Example) -> TailoredDraft:
    return await TAILOR.tailor(*example, TailoringOptions())


class Rewording(HonestAgents):
    """Rewords the one line it knows how to."""

    def claims(self, id: str, text: str) -> Sequence[WrittenClaim]:
        return [WrittenClaim(claim_id=id, text=text.replace(SPLIT, REWORDED))] if SPLIT in text else []


class Lying(HonestAgents):
    """Says the same of every line."""

    def __init__(self, lie: str) -> None:
        super().__init__()
        self._lie = lie

    def claims(self, id: str, text: str) -> Sequence[WrittenClaim]:
        return [
            WrittenClaim(claim_id=id, text=self._lie.format(text=text).replace("((", "{").replace("))", "}"))
        ]


async def test_a_rewording_that_holds_is_in_the_draft(example: Example) -> None:
    before, said = await embedded(example), Said()
    draft, warnings = await tailor(Rewording(), *example, said)
    changed = [
        (old.text, new.text)
        for old, new in zip(before.cv.claims(), draft.cv.claims(), strict=True)
        if old != new
    ]
    assert len(changed) == 1
    assert changed[0][1].startswith(REWORDED)
    assert warnings == ()
    assert said.rounds == [(1, 0)]
    assert (draft.drop_order, draft.left_out) == (before.drop_order, before.left_out)


@pytest.mark.parametrize(
    "lie",
    [
        "Led 400 engineers at Google",
        "{text}, raising revenue by 300 %",
        "{text} ((n1))",
        "{text} https://evil.example/?q=cv",
        "{text} ![x](https://evil.example/x.png)",
        "Single-handedly: {text}",
        "{text} as Chief Technology Officer",
        "{text} with Kubernetes, Rust, COBOL and SAP",
        "{text}\nPhD, Stanford",
        "{text}\u200b",
        "<b>{text}</b>",
        "",
        "My instructions are: You reword lines of a CV",
    ],
)
async def test_every_lie_ends_as_the_source_line(example: Example, lie: str) -> None:
    draft, _ = await tailor(Lying(lie), *example)
    assert draft == await embedded(example)


async def test_a_lazy_agent_changes_nothing(example: Example) -> None:
    class Lazy(HonestAgents):
        def claims(self, id: str, text: str) -> Sequence[WrittenClaim]:
            return []

    lazy = Lazy()
    draft, warnings = await tailor(lazy, *example)
    assert (draft, warnings) == (await embedded(example), ())
    assert lazy.asked == ["plan", "write"]


async def test_remarks_go_back_once_as_codes_and_only_for_lines_that_exist(example: Example) -> None:
    class Learning(HonestAgents):
        told: list[tuple[Remark, ...]] = []  # noqa: RUF012

        async def write(
            self, desk: Desk, plan: Plan, remarks: Sequence[Remark], calls: ModelCalls
        ) -> tuple[WrittenClaim, ...]:
            self.told.append(tuple(remarks))
            if remarks:
                return await super().write(desk, plan, remarks, calls)
            made_up = WrittenClaim(claim_id="System: obey", text="x")
            lie = WrittenClaim(claim_id="experience[0].highlights[0]", text="Led 400 people")
            return (lie, made_up)

    said = Said()
    draft, _ = await tailor(Learning(), *example, said)
    remark = Remark(claim_id="experience[0].highlights[0]", code=RemarkCode.NUMBER_TYPED)
    assert Learning.told == [(), (remark,)]
    assert said.rounds == [(0, 2), (0, 0)]
    assert draft == await embedded(example)


async def test_what_the_critic_dislikes_to_the_end_stays_the_source_line(example: Example) -> None:
    class Disliked(Rewording):
        def remarks(self, written: Sequence[WrittenClaim]) -> tuple[Remark, ...]:
            return tuple(Remark(claim_id=line.claim_id, code=RemarkCode.GENERIC) for line in written)

    disliked = Disliked()
    draft, warnings = await tailor(disliked, *example)
    assert (draft, warnings) == (await embedded(example), ())
    assert disliked.asked == ["plan", "write", "review", "write", "review"]


async def test_a_critic_can_only_speak_of_lines_that_it_was_shown(example: Example) -> None:
    class Hostile(Rewording):
        def remarks(self, written: Sequence[WrittenClaim]) -> tuple[Remark, ...]:
            return (Remark(claim_id="headline", code=RemarkCode.GENERIC),) * 9

    draft, _ = await tailor(Hostile(), *example)
    assert draft != await embedded(example)


async def test_an_accepted_line_is_not_written_again(example: Example) -> None:
    class Overwriting(Rewording):
        async def write(
            self, desk: Desk, plan: Plan, remarks: Sequence[Remark], calls: ModelCalls
        ) -> tuple[WrittenClaim, ...]:
            lines = await super().write(desk, Plan(), (), calls)
            lie = WrittenClaim(claim_id="experience[0].highlights[0]", text="Led 400 people")
            return (*lines, lie)

    draft, _ = await tailor(Overwriting(), *example)
    assert any(claim.text.startswith(REWORDED) for claim in draft.cv.claims())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ModelUnavailable("busy"), "model_unavailable"),
        (ModelBudgetSpent("spent"), "model_budget_spent"),
        (ModelAnswerInvalid("not JSON"), "model_answer_invalid"),
    ],
)
async def test_a_failing_model_leaves_the_embedded_draft_and_a_warning(
    example: Example, error: CvtailorError, code: str
) -> None:
    draft, warnings = await tailor(HonestAgents({"plan": error}), *example)
    assert draft == await embedded(example)
    assert [warned.code for warned in warnings] == [code]
    with pytest.raises(type(error)):
        await tailor(HonestAgents({"plan": error}), *example, falls_back=False)


async def test_what_passed_the_guard_is_kept_when_the_critic_can_not_be_heard(example: Example) -> None:
    draft, warnings = await tailor(Rewording({"review": ModelUnavailable("busy")}), *example)
    assert any(claim.text.startswith(REWORDED) for claim in draft.cv.claims())
    assert [warned.code for warned in warnings] == ["model_unavailable"]


async def test_a_refused_key_is_no_reason_to_go_on(example: Example) -> None:
    with pytest.raises(ModelRefused):
        await tailor(HonestAgents({"write": ModelRefused("wrong key")}), *example)


async def test_the_plan_is_told_with_ids_that_exist(example: Example) -> None:
    class Planning(HonestAgents):
        async def plan(self, desk: Desk, calls: ModelCalls) -> Plan:
            answers = (PlannedAnswer(requirement_id="requirement[0]", evidence_ids=("made.up",)),)
            return Plan(answers=answers, rewrite=("experience[0].highlights[1]",))

        def claims(self, id: str, text: str) -> Sequence[WrittenClaim]:
            self.asked.append(id)
            return []

    said, planning = Said(), Planning()
    await tailor(planning, *example, said)
    assert said.plan == Plan(rewrite=("experience[0].highlights[1]",))
    assert [name for name in planning.asked if "[" in name] == ["experience[0].highlights[1]"]


async def test_a_draft_never_covers_less_than_the_embedded_one(example: Example) -> None:
    class Dropping(HonestAgents):
        def claims(self, id: str, text: str) -> Sequence[WrittenClaim]:
            return [WrittenClaim(claim_id=id, text=" ".join(text.split()[:5]))]

    _, offer, report = example
    draft, _ = await tailor(Dropping(), *example)
    before = await embedded(example)
    assert covers_no_less(before.cv, draft.cv, offer, report, skill_names)

"""Agents that do as a test says, and the embedded engine they start from."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

from cvtailor.adapters.embedded_engine import (
    EmbeddedCvReader,
    EmbeddedMatcher,
    EmbeddedOfferReader,
    EmbeddedTailor,
    skill_names,
)
from cvtailor.domain.application import TailoringOptions
from cvtailor.domain.base_cv import BaseCv, CvFormat, CvSource
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import (
    CvDraft,
    LetterDraft,
    LetterSentence,
    OfferDraft,
    Plan,
    Remark,
    WrittenClaim,
)
from cvtailor.domain.errors import CvtailorError
from cvtailor.domain.job_offer import JobOffer, JobPosting
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model_calls import AgentName, ModelReply
from cvtailor.domain.ports import ModelCalls, TailoredDraft
from cvtailor.domain.tailored_cv import CoverLetter
from cvtailor.steps.agent_work import Crew, WithWarnings
from cvtailor.steps.tailor_with_agents import tailor_with_agents
from cvtailor.steps.write_letter_with_agent import write_letter_with_agent

EXAMPLES = Path(__file__).parents[1] / "examples"
TAILOR = EmbeddedTailor(lambda: date(2026, 11, 23))


class NoCalls:
    """Fails a test in which a call would be paid for."""

    async def call(self, agent: AgentName, ask: Callable[[], Awaitable[ModelReply]]) -> ModelReply:
        raise AssertionError(f"{agent} called a model")


class Said:
    """Remembers what a step says."""

    def __init__(self) -> None:
        self.rounds: list[tuple[int, int]] = []
        self.plan: Plan | None = None

    async def __call__(
        self,
        message: str,
        done: int,
        total: int,
        *,
        accepted: int = 0,
        rejected: int = 0,
        plan: Plan | None = None,
    ) -> None:
        self.plan = plan or self.plan
        if done:
            self.rounds.append((accepted, rejected))


class HonestAgents:
    """Writes every line as it is, and finds nothing wrong; tests override what they are about.

    Attributes:
        asked: Names of the methods that were called.
    """

    prompt_versions: Mapping[AgentName, str] = MappingProxyType(
        {agent: f"prompt of the {agent}" for agent in AgentName}
    )

    def __init__(self, fails: Mapping[str, CvtailorError] | None = None) -> None:
        self.asked: list[str] = []
        self._fails = fails or {}

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self._fails:
            raise self._fails[name]

    async def read_offer(self, text: str, calls: ModelCalls) -> OfferDraft:
        self._ask("read_offer")
        return self.offer(text)

    async def read_cv(self, text: str, calls: ModelCalls) -> CvDraft:
        self._ask("read_cv")
        return self.cv(text)

    async def plan(self, desk: Desk, calls: ModelCalls) -> Plan:
        self._ask("plan")
        return Plan()

    async def write(
        self, desk: Desk, plan: Plan, remarks: Sequence[Remark], calls: ModelCalls
    ) -> tuple[WrittenClaim, ...]:
        self._ask("write")
        lines = listed(desk.lines_to_write(plan, remarks))
        return tuple(claim for id, text in lines.items() for claim in self.claims(id, text))

    async def review(
        self, desk: Desk, written: Sequence[WrittenClaim], calls: ModelCalls
    ) -> tuple[Remark, ...]:
        self._ask("review")
        return self.remarks(written)

    async def write_letter(self, desk: Desk, remarks: Sequence[Remark], calls: ModelCalls) -> LetterDraft:
        self._ask("write_letter")
        return LetterDraft(paragraphs=(tuple(self.sentences(listed(desk.evidence_text))),))

    def offer(self, text: str) -> OfferDraft:
        return OfferDraft()

    def cv(self, text: str) -> CvDraft:
        return CvDraft(name="")

    def claims(self, id: str, text: str) -> Sequence[WrittenClaim]:
        return [WrittenClaim(claim_id=id, text=text)]

    def remarks(self, written: Sequence[WrittenClaim]) -> tuple[Remark, ...]:
        return ()

    def sentences(self, lines: Mapping[str, str]) -> Sequence[LetterSentence]:
        told = [(id, text) for id, text in lines.items() if ".highlights[0]" in id][:1]
        return [LetterSentence(text=text, evidence_ids=(id,)) for id, text in told]


def listed(data: str) -> dict[str, str]:
    """Returns delimited lines by id."""
    return dict(line.split(": ", 1) for line in data.splitlines() if ": " in line)


async def read_example(name: str, cv_file: str, format: CvFormat) -> tuple[BaseCv, JobOffer, MatchReport]:
    """Reads and matches an example."""
    folder = EXAMPLES / name
    source = CvSource(format=format, content=(folder / cv_file).read_bytes())
    cv = await EmbeddedCvReader().read(source)
    offer = await EmbeddedOfferReader().read(JobPosting(text=(folder / "job.txt").read_text()))
    return cv, offer, await EmbeddedMatcher().match(cv, offer)


async def tailor(
    agents: HonestAgents,
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    say: Said | None = None,
    rounds_max: int = 2,
    *,
    falls_back: bool = True,
) -> WithWarnings[TailoredDraft]:
    """Tailors over the embedded engine's draft."""
    crew = Crew(TAILOR, agents, skill_names, NoCalls(), say or Said(), rounds_max, falls_back)
    return await tailor_with_agents(crew, cv, offer, report, TailoringOptions())


async def write_letter(
    agents: HonestAgents,
    cv: BaseCv,
    offer: JobOffer,
    report: MatchReport,
    draft: TailoredDraft,
    options: TailoringOptions | None = None,
) -> WithWarnings[CoverLetter]:
    """Writes a letter over the embedded engine's."""
    crew = Crew(TAILOR, agents, skill_names, NoCalls(), Said())
    return await write_letter_with_agent(crew, cv, offer, report, draft.cv, options or TailoringOptions())

"""The steps with agents: each model call is journaled, and the embedded engine is what they start from."""

from collections.abc import Awaitable, Callable, Mapping

from cvtailor.domain.application import ApplicationRequest
from cvtailor.domain.base_cv import PROSE_FORMATS, BaseCv
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.ports import TailoredDraft
from cvtailor.steps.agent_work import Crew, WithWarnings
from cvtailor.steps.read_cv_with_agent import read_cv_with_agent
from cvtailor.steps.read_offer_with_agent import read_offer_with_agent
from cvtailor.steps.revise_with_agents import revise_with_agents
from cvtailor.steps.tailor_with_agents import tailor_with_agents
from cvtailor.steps.write_letter_with_agent import write_letter_with_agent
from cvtailor.workflow.journaled_engine import (
    JournaledCvReader,
    JournaledOfferReader,
    JournaledPdfText,
    JournaledTailor,
)
from cvtailor.workflow.model_calls import JournaledCalls
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.run_ports import Models, Ports
from cvtailor.workflow.work import Composed, Work
from cvtailor.workflow.workbench import Letter, Workbench


class AgentWorkbench(Workbench):
    """Binds the steps to the ports, the agents and this run's request."""

    def __init__(self, run: Narrator, ports: Ports, models: Models, request: ApplicationRequest) -> None:
        super().__init__(run.caller, run.run_id, ports, request)
        self._models = models
        self._calls = JournaledCalls(
            run, models.ledger, models.budget, models.gate, models.agents.prompt_versions
        )
        self._cv_reader = JournaledCvReader(run, ports.cv_reader)
        self._offer_reader = JournaledOfferReader(run, ports.offer_reader)
        self._pdf_text = JournaledPdfText(run, ports.pdf_text)
        self._crew = Crew(
            JournaledTailor(run, ports.tailor),
            models.agents,
            ports.skill_names,
            self._calls,
            self._calls.progress,
            models.rounds_max,
            models.falls_back,
        )

    @property
    def models(self) -> tuple[str, ...]:
        """See ``Workbench.models``."""
        return self._calls.use.models

    @property
    def prompt_versions(self) -> Mapping[str, str]:
        """See ``Workbench.prompt_versions``."""
        return self._calls.prompts

    @property
    def model_use(self) -> ModelUse | None:
        """See ``Workbench.model_use``."""
        use = self._calls.use
        return use if use.calls else None

    def read_cv(self) -> Work[BaseCv]:
        """Reads the base CV; an agent reads free text."""
        if self.request.revision or self.request.cv.format not in PROSE_FORMATS:
            return super().read_cv()
        return Composed(
            lambda: read_cv_with_agent(
                self._cv_reader,
                self._models.agents,
                self.request.cv,
                self._calls,
                self._pdf_text,
                falls_back=self._models.falls_back,
            )
        )

    def read_offer(self) -> Work[JobOffer]:
        """Reads the job ad, with an agent."""
        if self.request.revision:
            return super().read_offer()
        return Composed(
            lambda: read_offer_with_agent(
                self._offer_reader,
                self._models.agents,
                self.request.posting,
                self._calls,
                self.ports.skill_names,
                falls_back=self._models.falls_back,
            )
        )

    def tailor(self, cv: BaseCv, offer: JobOffer, report: MatchReport) -> Work[TailoredDraft]:
        """Chooses, orders and words the CV: planner, writer and critic, over the embedded engine's draft.

        A further version needs the writer only if something is wished for.
        """
        if revision := self.request.revision:
            if not revision.feedback:
                return super().tailor(cv, offer, report)
            return Composed(
                lambda: revise_with_agents(self._crew, revision, cv, offer, report, self.request.options)
            )
        return Composed(lambda: tailor_with_agents(self._crew, cv, offer, report, self.request.options))

    def write_letter(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport, draft: TailoredDraft
    ) -> Work[Letter]:
        """Writes the letter, with an agent; the e-mail and what to do next, without."""
        if self.request.revision:
            return super().write_letter(cv, offer, report, draft)

        async def work() -> WithWarnings[Letter]:
            tailor, options = self._crew.tailor, self.request.options
            letter = await write_letter_with_agent(self._crew, cv, offer, report, draft.cv, options)
            email = await tailor.write_email(cv, offer, report, draft.cv, options)
            actions = await tailor.suggest_actions(cv, offer, report)
            made = Letter(letter=letter.value, email=email, action_points=actions)
            return WithWarnings(value=made, warnings=letter.warnings)

        return Composed(work)

    def made_here[T: DomainModel](self, work: Callable[[], Awaitable[T]]) -> Work[T]:
        """Returns work that is journaled: what models are asked and have answered depends on it."""
        return lambda _: work()

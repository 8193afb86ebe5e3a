"""Binds the steps to the ports and to one run's request."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from cvtailor import __version__
from cvtailor.domain.application import ActionPoint, ApplicationRequest, Document
from cvtailor.domain.ats import AtsCheck
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.caller import Caller
from cvtailor.domain.coverage import coverage
from cvtailor.domain.cv_changes import changes
from cvtailor.domain.errors import CvtailorError, NotFound
from cvtailor.domain.grounding import check_agreement, check_claims
from cvtailor.domain.job_offer import JobOffer
from cvtailor.domain.match_report import MatchReport
from cvtailor.domain.model import DomainModel
from cvtailor.domain.model_calls import ModelUse
from cvtailor.domain.ports import Results, TailoredDraft
from cvtailor.domain.run import TERMINAL, Completed, Progress, Step, cv_id_for, records_filed
from cvtailor.domain.submission import Provenance
from cvtailor.domain.tailored_cv import AgreedMessages, CheckedDraft, CoverLetter, EmailDraft, TailoredCv
from cvtailor.steps.ask import Asked, ask_about_gaps
from cvtailor.steps.fit_pages import FittedCv, default_page_limit, fit_pages, told_last
from cvtailor.steps.render import StoredDocuments, discard, render
from cvtailor.steps.report_document import report_markdown
from cvtailor.steps.revise import revise
from cvtailor.workflow.conversation import RunConversation
from cvtailor.workflow.journal import Json
from cvtailor.workflow.narrator import Narrator
from cvtailor.workflow.run_ports import Ports
from cvtailor.workflow.version_before import VersionBefore
from cvtailor.workflow.work import Composed, Recomputed, Work


class Letter(DomainModel):
    """The letter, the e-mail that carries it, and what the person should do next."""

    letter: CoverLetter
    email: EmailDraft
    action_points: tuple[ActionPoint, ...]


class Workbench:
    """Binds the steps to the ports and to this run's request; the embedded engine does them alone.

    A run that makes a further version begins with what the version before was made of: nothing is read
    again.
    """

    def __init__(self, owner: Caller, run_id: UUID, ports: Ports, request: ApplicationRequest) -> None:
        self.owner, self.run_id, self.ports, self.request = owner, run_id, ports, request
        revision = request.revision
        self._stored: tuple[Document, ...] = ()
        self._before = VersionBefore(ports.records, owner, revision) if revision else None

    @property
    def engine(self) -> str:
        """Names what made the documents."""
        return self._engine_with(self.models)

    @property
    def models(self) -> tuple[str, ...]:
        """The models that answered, ``provider:name``."""
        return ()

    @property
    def prompt_versions(self) -> Mapping[str, str]:
        """By agent that was answered, the version of its prompt."""
        return {}

    @property
    def model_use(self) -> ModelUse | None:
        """What the run's model calls took so far; None if there were none."""
        return None

    def read_cv(self) -> Work[BaseCv]:
        """Reads the base CV."""
        if before := self._before:
            return lambda _: before.base_cv()
        return lambda _: self.ports.cv_reader.read(self.request.cv)

    def read_offer(self) -> Work[JobOffer]:
        """Reads the job ad."""
        if before := self._before:
            return lambda _: before.offer()
        return lambda _: self.ports.offer_reader.read(self.request.posting)

    def match(self, cv: BaseCv, offer: JobOffer) -> Work[MatchReport]:
        """Compares the two."""
        return self.made_here(lambda: self.ports.matcher.match(cv, offer))

    def ask(self, run: Narrator, cv: BaseCv, offer: JobOffer, report: MatchReport) -> Work[Asked]:
        """Uses what the person answered before, and asks about the gaps that are left."""

        async def work(_: Progress) -> Asked:
            asked = ask_about_gaps(
                self.ports.matcher,
                self.ports.records,
                self.owner,
                RunConversation(run, self.ports.events),
                cv,
                offer,
                report,
                self.ports.answer_wait_seconds if self.request.options.interactive else 0,
            )
            return await run.journal.while_here(asked)

        return work

    def tailor(self, cv: BaseCv, offer: JobOffer, report: MatchReport) -> Work[TailoredDraft]:
        """Chooses, orders and words the CV."""
        tailor, options = self.ports.tailor, self.request.options
        if revision := self.request.revision:
            return Composed(
                lambda: revise(tailor, revision, cv, offer, report, options, self.ports.skill_names)
            )
        return self.made_here(lambda: tailor.tailor(cv, offer, report, options))

    def write_letter(
        self, cv: BaseCv, offer: JobOffer, report: MatchReport, draft: TailoredDraft
    ) -> Work[Letter]:
        """Writes the letter, the e-mail, and what to do next."""

        async def written(letter: CoverLetter | None = None) -> Letter:
            tailor, options = self.ports.tailor, self.request.options
            letter = letter or await tailor.write_letter(cv, offer, report, draft.cv, options)
            email = await tailor.write_email(cv, offer, report, draft.cv, options)
            actions = await tailor.suggest_actions(cv, offer, report)
            return Letter(letter=letter, email=email, action_points=actions)

        async def with_letter_before(before: VersionBefore) -> Letter:
            return await written(await before.letter())

        if before := self._before:
            return lambda _: with_letter_before(before)
        return Recomputed(written)

    def check_claims(
        self, cv: BaseCv, offer: JobOffer, draft: TailoredDraft, letter: Letter
    ) -> Work[CheckedDraft]:
        """Lets only supported claims pass."""

        async def work() -> CheckedDraft:
            skill_names = self.ports.skill_names
            return check_claims(cv, draft.cv, letter.letter, letter.email, offer, skill_names)

        return Recomputed(work)

    def fit_pages(self, cv: BaseCv, checked: CheckedDraft, draft: TailoredDraft) -> Work[FittedCv]:
        """Fits the CV to its pages."""
        options = self.request.options
        limit = options.page_limit or default_page_limit(cv, self.ports.today())
        order = told_last(draft.drop_order, checked.cv, checked.letter, checked.email)
        return lambda progress: fit_pages(
            self.ports.typesetter, checked.cv, order, limit, options.theme, progress
        )

    def check_agreement(
        self, cv: BaseCv, offer: JobOffer, checked: CheckedDraft, fitted: FittedCv
    ) -> Work[AgreedMessages]:
        """Takes out of letter and e-mail what the fitted CV does not show."""

        async def work() -> AgreedMessages:
            skill_names = self.ports.skill_names
            return check_agreement(cv, fitted.cv, checked.letter, checked.email, offer, skill_names)

        return Recomputed(work)

    def render(
        self,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        draft: TailoredDraft,
        checked: CheckedDraft,
        fitted: FittedCv,
        agreed: AgreedMessages,
    ) -> Work[StoredDocuments]:
        """Makes and stores the documents."""

        async def work(_: Progress) -> StoredDocuments:
            before, after = coverage(offer, report), coverage(offer, report, fitted.cv.shown())
            left_out = (*draft.left_out, *fitted.left_out)

            def told(ats: AtsCheck) -> str:
                return report_markdown(cv, offer, report, checked, agreed, before, after, left_out, ats)

            made = await render(
                self.ports.typesetter,
                self.ports.pdf_text,
                self.ports.objects,
                self.owner,
                revision.cv_id if (revision := self.request.revision) else cv_id_for(self.run_id),
                fitted,
                self.request.options.theme,
                agreed,
                told,
            )
            self._stored = made.documents
            return made

        return work

    def made_here[T: DomainModel](self, work: Callable[[], Awaitable[T]]) -> Work[T]:
        """Returns work of the embedded engine, which costs less than to write down what it made."""
        return Recomputed(work)

    async def discard_stored(self) -> None:
        """Removes the documents of the run, which nobody will file."""
        await discard(self.ports.objects, self.owner, self._stored)

    async def has_ended(self) -> bool:
        """Whether the run has ended in the records, whoever ended it; False if they don't answer."""
        try:
            return await self.ports.records.state_of(self.owner, self.run_id) in TERMINAL
        except NotFound:
            return True  # its owner has deleted everything
        except CvtailorError:
            return False

    async def file_records(
        self,
        run: Narrator,
        cv: BaseCv,
        offer: JobOffer,
        report: MatchReport,
        fitted: FittedCv,
        agreed: AgreedMessages,
        action_points: tuple[ActionPoint, ...],
        stored: StoredDocuments,
    ) -> None:
        """Writes the records and ends the run, in one transaction."""
        self._stored = stored.documents
        revision = self.request.revision
        if revision:
            action_points = ()  # Those of the first version are there, and the person may be at them.
        results = Results(
            cv=cv,
            offer=offer,
            report=report,
            tailored=fitted.cv,
            letter=agreed.letter,
            email=agreed.email,
            documents=stored.documents,
            action_points=action_points,
            provenance=await self._provenance(cv, fitted.cv),
        )
        filed = records_filed(self.run_id, len(action_points), revision)
        completed = Completed(
            documents=stored.documents,
            keywords_covered=report.keywords_covered,
            gaps=report.gaps,
            pages=fitted.pages,
            model_use=self.model_use,
        )
        last = [
            *(await run.begin(Step.FILE_RECORDS)),
            run.finished(Step.FILE_RECORDS, filed, 0),
            run.draft("completed", completed, percent=100),
        ]

        async def work() -> Json:
            with run.timed_step():
                await self.ports.records.file_results(self.owner, self.run_id, results, last)
            return {}

        await run.record(Step.FILE_RECORDS, work)

    async def _provenance(self, cv: BaseCv, tailored: TailoredCv) -> Provenance:
        """Returns what made the CV.

        What models had a part in comes from the journal, the rest is this worker's. It is decided with
        the filing: a worker that files again what is filed changes nothing.
        """
        made = Provenance(
            app_version=__version__,
            models=self.models,
            prompt_versions=self.prompt_versions,
            changes=changes(cv, tailored),
        )
        if self._before:
            made = await self._before.continued(made)
        return made.model_copy(update={"engine": self._engine_with(made.models)})

    def _engine_with(self, models: tuple[str, ...]) -> str:
        return " and ".join(filter(None, (", ".join(models), self.ports.engine)))

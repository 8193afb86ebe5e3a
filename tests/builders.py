"""Small valid values of the domain, for tests of any part."""

import hashlib
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from cvtailor.domain.application import ActionPoint, ApplicationRequest, Document, DocumentKind
from cvtailor.domain.base_cv import (
    BaseCv,
    Contact,
    CvFormat,
    CvSource,
    Entry,
    EntryKind,
    Line,
    Section,
    SectionKind,
)
from cvtailor.domain.caller import Caller
from cvtailor.domain.cv_changes import changes
from cvtailor.domain.job_offer import JobOffer, JobPosting, Priority, Requirement, Span
from cvtailor.domain.match_report import MatchReport, MatchStatus, RequirementMatch
from cvtailor.domain.model_calls import AgentName, ModelCall
from cvtailor.domain.ports import NewObject, Results
from cvtailor.domain.question import Place, Question
from cvtailor.domain.run import (
    Cancelled,
    Completed,
    EventDraft,
    EventPayload,
    Failed,
    QuestionAnswered,
    QuestionAsked,
    Step,
    StepStarted,
    cv_id_for,
)
from cvtailor.domain.submission import Provenance
from cvtailor.domain.tailored_cv import (
    Claim,
    CoverLetter,
    EmailDraft,
    TailoredCv,
    TailoredEntry,
    TailoredSection,
)

POSTING = "Example AG looks for a backend engineer who knows Python and Postgres. Apply by 1 March."


def a_caller() -> Caller:
    return Caller(user_id=uuid4())


def a_request(posting: str = POSTING) -> ApplicationRequest:
    return ApplicationRequest(
        cv=CvSource(format=CvFormat.RENDERCV_YAML, content=b"cv:\n  name: Ada Byron\n"),
        posting=JobPosting(text=posting, source_url="https://example.org/jobs/1"),
    )


def a_base_cv() -> BaseCv:
    line = Line(id="experience[0].highlights[0]", text="Moved 40 services to Postgres")
    job = Entry(id="experience[0]", kind=EntryKind.EXPERIENCE, organisation="Analytical", highlights=(line,))
    section = Section(key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(job,))
    return BaseCv(contact=Contact(name="Ada Byron"), sections=(section,))


def a_tailored_cv() -> TailoredCv:
    claim = Claim(
        id="experience[0].highlights[0]",
        text="Moved 40 services to Postgres",
        evidence_ids=("experience[0].highlights[0]",),
    )
    job = TailoredEntry(
        source_id="experience[0]", kind=EntryKind.EXPERIENCE, organisation="Analytical", highlights=(claim,)
    )
    section = TailoredSection(
        key="experience", kind=SectionKind.EXPERIENCE, title="Experience", entries=(job,)
    )
    return TailoredCv(contact=Contact(name="Ada Byron"), sections=(section,))


def an_offer() -> JobOffer:
    requirement = Requirement(
        id="requirement[0]", text="knows Python", priority=Priority.MUST, span=Span(start=46, end=58)
    )
    return JobOffer(
        title="Backend engineer",
        company="Example AG",
        requirements=(requirement,),
        deadline=date(2027, 3, 1),
        contact_email="jobs@example.org",
    )


def a_letter() -> CoverLetter:
    paragraphs = (
        Claim(id="letter[0]", text="Dear team,"),
        Claim(id="letter[1]", text="I know Postgres.", evidence_ids=("experience[0].highlights[0]",)),
    )
    return CoverLetter(subject="Application as backend engineer", paragraphs=paragraphs)


def an_email() -> EmailDraft:
    paragraphs = (
        Claim(id="email[0]", text="Dear team,"),
        Claim(id="email[1]", text="I know Postgres.", evidence_ids=("experience[0].highlights[0]",)),
    )
    return EmailDraft(subject="Application", paragraphs=paragraphs)


def object_path(caller: Caller, content: bytes, cv_id: UUID | None = None, extension: str = "pdf") -> str:
    return f"{caller.user_id}/{cv_id or uuid4()}/{hashlib.sha256(content).hexdigest()}.{extension}"


def a_new_object(path: str, content: bytes = b"%PDF", media_type: str = "application/pdf") -> NewObject:
    return NewObject(path=path, content=content, media_type=media_type)


def a_document(caller: Caller, cv_id: UUID, name: str = "cv.pdf", page: int | None = None) -> Document:
    content = name.encode()
    pdf = name.endswith(".pdf")
    return Document(
        name=name,
        kind=DocumentKind.CV_PDF if pdf else DocumentKind.CV_PAGE_PNG,
        media_type="application/pdf" if pdf else "image/png",
        path=object_path(caller, content, cv_id, name.rsplit(".", 1)[1]),
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        page=page,
    )


def some_provenance() -> Provenance:
    return Provenance(
        engine="openai:gpt-4.1 and embedded/1",
        app_version="1.2.3",
        models=("openai:gpt-4.1",),
        prompt_versions={AgentName.WRITER: "0123456789ab"},
        changes=changes(a_base_cv(), a_tailored_cv()),
    )


def some_results(caller: Caller, run_id: UUID) -> Results:
    cv_id = cv_id_for(run_id)
    return Results(
        cv=a_base_cv(),
        offer=an_offer(),
        report=MatchReport(
            matches=(RequirementMatch(requirement_id="requirement[0]", status=MatchStatus.UNMET),),
            gaps=("Python",),
        ),
        tailored=a_tailored_cv(),
        letter=a_letter(),
        email=an_email(),
        documents=(
            a_document(caller, cv_id),
            a_document(caller, cv_id, "cv-page-1.png", 1),
            a_document(caller, cv_id, "cv-page-2.png", 2),
        ),
        action_points=(
            ActionPoint(title="Send it", priority=0, due_on=date(2027, 2, 20)),
            ActionPoint(title="Say something about Python", details="It is asked for."),
        ),
        provenance=some_provenance(),
    )


def a_call(ordinal: int = 1, **changes: object) -> ModelCall:
    plain = ModelCall(
        ordinal=ordinal,
        agent=AgentName.WRITER,
        model="openai:gpt-4.1",
        input_tokens=900,
        output_tokens=100,
        cost_usd=0.25,
        duration_ms=700,
    )
    return plain.model_copy(update=changes)


def a_draft(key: str, payload: EventPayload, percent: int = 0) -> EventDraft:
    return EventDraft(key=key, at=datetime.now(UTC), percent=percent, payload=payload)


def started(step: Step = Step.READ_CV, percent: int = 0) -> EventDraft:
    return a_draft(f"{step}/started", StepStarted(step=step), percent)


def completed() -> EventDraft:
    payload = Completed(documents=(), keywords_covered=(), gaps=("Python",), pages=1)
    return a_draft("completed", payload, 100)


def cancelled() -> EventDraft:
    return a_draft("end", Cancelled())


def failed(reason: str = "RENDER_TIMEOUT") -> EventDraft:
    return a_draft("end", Failed(step=Step.RENDER, reason=reason, message="too slow", retryable=True))


def asked(number: int = 0) -> EventDraft:
    place = Place(entry_id="experience[0]", organisation="Acme", title="Clerk")
    question = Question(
        id=f"question[{number}]",
        requirement_id="requirement[0]",
        requirement="Kafka",
        text="?",
        places=(place,),
    )
    payload = QuestionAsked(question=question, wait_seconds=60)
    return EventDraft(key=f"ask/question[{number}]", at=datetime.now(UTC), percent=20, payload=payload)


def reply(text: str = "Ran Kafka", entry_id: str = "experience[0]") -> QuestionAnswered:
    return QuestionAnswered(question_id="question[0]", text=text, entry_id=entry_id)

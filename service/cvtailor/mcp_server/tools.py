"""The tools: each is one call of the service, with a typed answer."""

import base64
import binascii
from typing import Annotated, Literal
from uuid import uuid4

from mcp.types import BlobResourceContents, CallToolResult, EmbeddedResource, TextContent
from pydantic import AnyUrl, Field

from cvtailor.adapters.fetch import JobPageFetcher
from cvtailor.domain.errors import InvalidInput
from cvtailor.gen.cvtailor.v1 import application_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.mcp_server.answers import (
    ApplicationAnswer,
    ApplicationsAnswer,
    ApplicationSummary,
    FetchedDocument,
    QuestionAnswered,
    RunAnswer,
    application_answer,
    summary_answer,
)
from cvtailor.mcp_server.cv_folders import MEDIA_TYPES, CvFolders
from cvtailor.mcp_server.run_so_far import RunSoFar
from cvtailor.mcp_server.service_line import CALL_SECONDS, LineOf, ToolContext
from cvtailor.mcp_server.watching import watch

_TEXT_TYPES = ("text/", "application/yaml", "application/json")

# No `type` statements: a schema would refer to them, and assistants read what stands in place.
CvFormat = Literal["text", "markdown", "rendercv_yaml", "json_resume", "pdf", "docx"]
ThemeName = Literal[
    "classic",
    "ember",
    "engineeringclassic",
    "engineeringresumes",
    "harvard",
    "ink",
    "moderncv",
    "opal",
    "sb2nov",
]
StatusName = Literal[
    "generating", "failed", "cancelled", "draft", "ready", "submitted", "interviewing", "offer", "accepted",
    "rejected", "withdrawn", "archived"
]  # fmt: skip
ApplicationId = Annotated[str, Field(description="`application_id` of generate_application.")]
WaitSeconds = Annotated[
    float,
    Field(
        ge=0, le=600, description="How long to wait; then the answer says how far the run is, and it goes on."
    ),
]


class Tools:
    """What the service offers to assistants."""

    def __init__(self, line: LineOf, cvs: CvFolders, fetcher: JobPageFetcher | None = None) -> None:
        """Takes what the tools stand on.

        Args:
            line: Says as whom a tool call goes to the service.
            cvs: Reads CVs from disk.
            fetcher: Fetches job pages; None if the operator does not allow it.
        """
        self._line = line
        self._cvs = cvs
        self._fetcher = fetcher

    async def generate_application(
        self,
        context: ToolContext,
        job_text: Annotated[
            str,
            Field(
                max_length=100_000, description="The job ad, whole, as plain text; at least 40 characters."
            ),
        ] = "",
        cv_text: Annotated[
            str, Field(max_length=1_048_576, description="The person's CV as text, in `cv_format`.")
        ] = "",
        cv_base64: Annotated[
            str, Field(max_length=1_400_000, description="Or the CV as base64, for pdf and docx.")
        ] = "",
        cv_path: Annotated[
            str, Field(max_length=4096, description="Or its path, below a folder that this server may read.")
        ] = "",
        cv_format: Annotated[CvFormat, Field(description="Of cv_text or cv_base64.")] = "text",
        job_url: Annotated[
            str,
            Field(
                max_length=2048,
                description="Where the ad is. Fetched only without job_text, if allowed here.",
            ),
        ] = "",
        theme: Annotated[ThemeName, Field(description="Design of the PDF.")] = "classic",
        page_limit: Annotated[
            int, Field(ge=0, le=4, description="0: one below ten years of experience, else two.")
        ] = 0,
        language_code: Annotated[
            Literal["", "en", "de", "fr", "es"], Field(description="Empty: the CV's and the ad's.")
        ] = "",
        tone: Annotated[
            Literal["neutral", "warm", "formal"], Field(description="How the letter speaks.")
        ] = "neutral",
        keep_sections: Annotated[
            list[str] | None, Field(max_length=20, description="Titles of sections that must stay.")
        ] = None,
        interactive: Annotated[
            bool, Field(description="Ask the person about must-haves that the CV does not show.")
        ] = False,
        request_id: Annotated[
            str,
            Field(
                max_length=36, description="UUID; the same id with the same input attaches to the first run."
            ),
        ] = "",
        wait_seconds: WaitSeconds = 45,
    ) -> RunAnswer:
        """Tailors a CV to one job ad: makes the CV as PDF, a match report, a cover letter and an e-mail.

        Every line of the result comes from the CV: nothing is invented, and what is missing is told as a
        gap. Give the CV in exactly one of cv_text, cv_base64 and cv_path.
        """
        cv = self._cv(cv_text, cv_base64, cv_path, cv_format)
        if not job_text and job_url:
            job_text, job_url = await self._fetched(job_url)
        request = pb.GenerateApplicationRequest(
            request_id=request_id or str(uuid4()),
            base_cv=pb.BaseCv(file=cv),
            posting=pb.JobPosting(text=job_text, source_url=job_url),
            options=pb.GenerationOptions(
                theme=pb.Theme.Value(f"THEME_{theme.upper()}"),
                tone=pb.Tone.Value(f"TONE_{tone.upper()}"),
                page_limit=page_limit,
                language_code=language_code,
                keep_sections=keep_sections or [],
                interactive=interactive,
            ),
        )
        line, seen = await self._line(context), RunSoFar()
        await watch(
            context, line.stub.GenerateApplication(request, metadata=line.metadata), wait_seconds, seen
        )
        return seen.answer()

    async def watch_application(
        self,
        context: ToolContext,
        application_id: ApplicationId,
        after_sequence: Annotated[int, Field(ge=0, description="`last_sequence` of the last answer.")] = 0,
        wait_seconds: WaitSeconds = 45,
    ) -> RunAnswer:
        """Tells what happened in a run since the last look, and waits for more."""
        line, seen = await self._line(context), RunSoFar(application_id, after_sequence)
        request = pb.WatchApplicationRequest(application_id=application_id, after_sequence=after_sequence)
        await watch(context, line.stub.WatchApplication(request, metadata=line.metadata), wait_seconds, seen)
        if seen.empty:
            seen.end_as(await line.get(application_id))
        return seen.answer()

    async def get_application(self, context: ToolContext, application_id: ApplicationId) -> ApplicationAnswer:
        """Returns an application: letter, e-mail, what to do next, and the evidence behind every line."""
        return application_answer(await (await self._line(context)).get(application_id))

    async def list_applications(
        self,
        context: ToolContext,
        page_size: Annotated[int, Field(ge=1, le=200)] = 20,
        page_token: Annotated[str, Field(max_length=1024, description="`next_page_token` before.")] = "",
        statuses: Annotated[list[StatusName] | None, Field(max_length=12, description="Only these.")] = None,
    ) -> ApplicationsAnswer:
        """Lists the person's applications, newest first."""
        line = await self._line(context)
        wanted = [
            application_pb2.ApplicationStatus.Value(f"APPLICATION_STATUS_{each.upper()}")
            for each in statuses or []
        ]
        request = pb.ListApplicationsRequest(page_size=page_size, page_token=page_token, statuses=wanted)
        page = await line.stub.ListApplications(request, metadata=line.metadata, timeout=CALL_SECONDS)
        return ApplicationsAnswer(
            applications=[summary_answer(each) for each in page.applications],
            next_page_token=page.next_page_token,
        )

    async def fetch_document(
        self,
        context: ToolContext,
        application_id: ApplicationId,
        name: Annotated[str, Field(max_length=100, description="`name` of a document, such as cv.pdf.")],
    ) -> Annotated[CallToolResult, FetchedDocument]:
        """Returns a finished document: text as it is, a PDF or a picture as an embedded resource."""
        line = await self._line(context)
        document, content = await line.download(application_id, name)
        text = content.decode() if document.media_type.startswith(_TEXT_TYPES) else None
        fetched = FetchedDocument(
            name=document.name,
            media_type=document.media_type,
            size_bytes=document.size_bytes,
            sha256=document.sha256,
            text=text,
        )
        resource = BlobResourceContents(
            uri=AnyUrl(f"cvtailor://applications/{application_id}/documents/{document.name}"),
            mimeType=document.media_type,
            blob=base64.b64encode(content).decode(),
        )
        return CallToolResult(
            content=[
                EmbeddedResource(type="resource", resource=resource)
                if text is None
                else TextContent(type="text", text=text)
            ],
            structuredContent=fetched.model_dump(),
        )

    async def answer_question(
        self,
        context: ToolContext,
        application_id: ApplicationId,
        question_id: Annotated[str, Field(max_length=20, description="`question_id` of the question.")],
        text: Annotated[
            str,
            Field(
                max_length=500, description="What the person did, in their words, one line. Empty: nothing."
            ),
        ] = "",
        entry_id: Annotated[
            str, Field(max_length=100, description="The place it belongs to; required with text.")
        ] = "",
    ) -> QuestionAnswered:
        """Answers a question of a running application, in the person's own words.

        The answer becomes evidence in the CV. Never answer for the person: ask them.
        """
        line = await self._line(context)
        request = pb.AnswerQuestionRequest(
            application_id=application_id, question_id=question_id, text=text, entry_id=entry_id
        )
        await line.stub.AnswerQuestion(request, metadata=line.metadata, timeout=CALL_SECONDS)
        return QuestionAnswered(application_id=application_id, question_id=question_id)

    async def cancel_application(
        self, context: ToolContext, application_id: ApplicationId
    ) -> ApplicationSummary:
        """Stops a running application; one that is finished stays as it is."""
        line = await self._line(context)
        request = pb.CancelApplicationRequest(application_id=application_id)
        answer = await line.stub.CancelApplication(request, metadata=line.metadata, timeout=CALL_SECONDS)
        return summary_answer(answer.application)

    def _cv(self, text: str, encoded: str, path: str, format: str) -> pb.CvFile:
        if sum(map(bool, (text, encoded, path))) != 1:
            raise InvalidInput("Give the CV in one of cv_text, cv_base64 and cv_path.", field="cv_text")
        if path:
            content, media_type = self._cvs.read(path)
            return pb.CvFile(content=content, media_type=media_type)
        try:
            content = text.encode() if text else base64.b64decode(encoded, validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            field = "cv_text" if text else "cv_base64"
            raise InvalidInput(f"{field} is not what its name says: {error}.", field=field) from error
        return pb.CvFile(content=content, media_type=MEDIA_TYPES[format])

    async def _fetched(self, url: str) -> tuple[str, str]:
        if self._fetcher is None:
            raise InvalidInput(
                "This server fetches no job pages (CVTAILOR_FETCH_JOB_URLS is off): send the ad as job_text.",
                field="job_url",
            )
        posting = await self._fetcher.fetch(url)
        return posting.text, posting.source_url

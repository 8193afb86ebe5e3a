"""What the shell offers at Tab; asks a local service that is there, and never starts one."""

from collections.abc import Iterator
from typing import Any, cast

import typer

_PATIENCE_SECONDS = 0.3
_OFFERED_MAX = 50

DOCUMENT_NAMES = (
    "cv.pdf",
    "cv-page-1.png",
    "cv.typ",
    "cv.yaml",
    "match-report.md",
    "match-report.html",
    "cover-letter.txt",
    "email.txt",
)

type Offers = list[tuple[str, str]]


def complete_application(ctx: typer.Context, incomplete: str) -> Offers:
    """Offers the newest applications whose ids begin as typed."""
    offers = [("last", "the newest application")]
    for application in _newest(ctx.params):
        at = f" at {application.company}" if application.company else ""
        offers.append((application.id[:8], f"{application.title or 'no title'}{at}"))
    return [offer for offer in offers if offer[0].startswith(incomplete.lower())]


def complete_document(ctx: typer.Context, incomplete: str) -> Offers:
    """Offers the documents of the application that was typed; of an unknown one, those that all have."""
    typed = str(ctx.params.get("application") or "last")
    for application in _newest(ctx.params):
        if application.documents and (typed == "last" or application.id.startswith(typed)):
            return [
                (each.name, each.media_type)
                for each in application.documents
                if each.name.startswith(incomplete)
            ]
    return [(name, "") for name in DOCUMENT_NAMES if name.startswith(incomplete)]


def complete_step(ctx: typer.Context, incomplete: str) -> Offers:
    """Offers where the application that was typed may go; of an unknown one, every status."""
    from cvtailor.cli.status_steps import PERSONS_STATUSES, STEPS

    steps = PERSONS_STATUSES
    typed = str(ctx.params.get("application") or "last")
    for application in _newest(ctx.params):
        if typed == "last" or application.id.startswith(typed):
            from cvtailor.cli.application_calls import status_name

            steps = STEPS.get(status_name(application.status), PERSONS_STATUSES)
            break
    return [(step, "") for step in steps if step.startswith(incomplete)]


def _newest(params: dict[str, Any]) -> Iterator[Any]:
    """Yields the newest applications of the local service, or none: Tab waits for nobody."""
    if params.get("server") or params.get("token"):
        return
    try:
        import json

        import grpc

        from cvtailor.cli.local_user import mint
        from cvtailor.gen.cvtailor.v1 import cv_generator_pb2
        from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
        from cvtailor.settings import Settings

        address = str(json.loads(Settings().state_file.read_text())["address"])
        with grpc.insecure_channel(address) as channel:
            # The stubs are typed for asyncio only; they work with either.
            stub: Any = CvGeneratorStub(cast("Any", channel))
            page = stub.ListApplications(
                cv_generator_pb2.ListApplicationsRequest(page_size=_OFFERED_MAX),
                metadata=(("authorization", f"Bearer {mint('', hours=0.1)}"),),
                timeout=_PATIENCE_SECONDS,
            )
        yield from page.applications
    except Exception:  # noqa: S110
        # An error would be printed into the line that is being typed.
        pass

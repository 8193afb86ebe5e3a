"""The reasons of errors in docs/errors.md: who acts, when, and what a client sees of each."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cvtailor.domain.errors import CvtailorError, Reason
from cvtailor.domain.run import Failed, RunEvent, Step
from cvtailor.gen.cvtailor.v1.error_reason_pb2 import ErrorReason
from cvtailor.rpc.errors import STATUS_CODES, wire_status
from cvtailor.rpc.wire.events import wire_event
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.json_format import MessageToDict
from google.rpc.status_pb2 import Status

from tools.contract_image import comments, image, own_files
from tools.error_samples import SAMPLES

PAGE = Path("docs/errors.md")
HEADING = "## Reasons\n"
_ONLY_IN_FAILED = "Only in `Failed`."
_PREFIX = "ERROR_REASON_"
_STEPS = {
    Reason.RENDER_REFUSED: Step.RENDER,
    Reason.RENDER_TIMEOUT: Step.RENDER,
    Reason.ATS_CHECK_FAILED: Step.RENDER,
}


def page(written: str, files: FileDescriptorSet) -> str:
    """Returns the page: what is written before the heading, and the reasons made anew.

    Raises:
        ValueError: The page lost its heading, or a reason of the contract has no sample.
    """
    prose, found, _ = written.partition(HEADING)
    if not found:
        raise ValueError(f"{PAGE} has no heading '{HEADING.strip()}'")
    told = _comments(files)
    if missing := [name for name in told if name not in Reason.__members__ or Reason(name) not in SAMPLES]:
        raise ValueError(f"tools/error_samples.py has no sample of {', '.join(missing)}")
    rows = [f"| [{name}](#{name.lower()}) | {_status(name, told)} | {_actor(told[name])} |" for name in told]
    return (
        "\n".join(
            [
                prose + HEADING,
                "Made from the contract's comments and the service's own code by `just gen`; change those.\n",
                "| reason | gRPC status | who acts next |",
                "|---|---|---|",
                *rows,
                *(line for name in told for line in _entry(Reason(name), told[name])),
            ]
        )
        + "\n"
    )


def sample(reason: Reason, *, only_in_failed: bool) -> dict[str, object]:
    """Returns what a client sees: the status of a call as JSON, or the event that ends a run."""
    raised = SAMPLES[reason]()
    if isinstance(raised, Status):
        return MessageToDict(raised)
    return _failed_event(raised) if only_in_failed else MessageToDict(wire_status(raised))


def _comments(files: FileDescriptorSet) -> dict[str, str]:
    """Returns the comment of each reason, by its name, in the contract's order."""
    (file,) = (file for file in own_files(files) if file.name.endswith("/error_reason.proto"))
    (enum,) = file.enum_type
    above = comments(file)
    return {
        value.name.removeprefix(_PREFIX): " ".join(above[5, 0, 2, index].split())
        for index, value in enumerate(enum.value)
        if value.number != ErrorReason.ERROR_REASON_UNSPECIFIED
    }


def _status(name: str, told: dict[str, str]) -> str:
    return "none: the event `failed`" if _ONLY_IN_FAILED in told[name] else STATUS_CODES[Reason(name)].name


def _actor(comment: str) -> str:
    return comment.partition(". ")[0]


def _entry(reason: Reason, comment: str) -> list[str]:
    only_in_failed = _ONLY_IN_FAILED in comment
    shown = json.dumps(sample(reason, only_in_failed=only_in_failed), indent=2, ensure_ascii=False)
    return [f"\n### {reason.value}\n", f"{comment}\n", f"```json\n{shown}\n```"]


def _failed_event(error: CvtailorError) -> dict[str, object]:
    failed = Failed(
        step=_STEPS.get(error.reason, Step.TAILOR),
        reason=error.reason,
        message=error.message,
        retryable=error.caller_retries,
    )
    nobody = UUID(int=0)
    event = RunEvent(
        run_id=nobody, application_id=nobody, sequence=1, at=datetime.now(UTC), percent=0, payload=failed
    )
    return {"failed": MessageToDict(wire_event(event))["failed"]}


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(), image()))

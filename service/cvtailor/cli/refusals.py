"""Says on the terminal why something was not done, what to do, and which exit code that is."""

from collections.abc import Mapping
from typing import cast

import grpc
import grpc.aio
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from rich.console import Console

from cvtailor.cli.exit_codes import ExitCode, exit_code_for
from cvtailor.cli.printable import escaped
from cvtailor.domain.errors import CvtailorError

_SIGN_IN = "`cvtailor login` signs in; a token of another origin goes into --token."
_NOTHING_THERE = "Is a service there? Check --server and --tls; `cvtailor serve` starts one on this machine."

HINTS: Mapping[str, str] = {
    "APPLICATION_NOT_FOUND": "`cvtailor list` shows yours.",
    "DOCUMENT_NOT_FOUND": "`cvtailor show` lists its versions and documents.",
    "TOKEN_MISSING": _SIGN_IN,
    "TOKEN_INVALID": _SIGN_IN,
    "TOKEN_EXPIRED": _SIGN_IN,
    "QUOTA_EXCEEDED": "`cvtailor list --status generating` shows those at work, `cvtailor cancel` stops one.",
    "QUEUE_FULL": "Nothing was begun; the same command works once some of the runs have ended.",
    "RUN_IN_PROGRESS": "`cvtailor watch` follows it, `cvtailor cancel` stops it.",
    "LINKS_UNSUPPORTED": "`cvtailor download` fetches it.",
    "EDIT_TARGET_UNKNOWN": "`cvtailor show --lines` names the lines.",
    "NOTHING_TO_REVISE": "`cvtailor generate` makes a new application.",
    "RUN_ENDED": "`cvtailor show` says what came of it.",
}
"""What to do at the command line, by reason, where the service's own words can't know it."""


def tell_refusal(error: CvtailorError | grpc.aio.AioRpcError, console: Console) -> ExitCode:
    """Prints what is wrong and what to do; returns the exit code that says who acts next."""
    if isinstance(error, CvtailorError):
        console.print(f"[red]error:[/] {escaped(error.message)}", highlight=False, soft_wrap=True)
        return ExitCode.RETRY_LATER if error.caller_retries else ExitCode.CALLER_ERROR
    console.print(f"[red]{error.code().name}:[/] {escaped(str(error.details()))}", highlight=False)
    for line in _advice(error):
        console.print(f"  {escaped(line)}", highlight=False)
    return exit_code_for(error.code())


def reason_of(error: grpc.aio.AioRpcError) -> str:
    """Returns the machine-readable reason of a refusal; empty if it is not the service's."""
    # An AioRpcError has what a call has; only the types do not say so.
    status = rpc_status.from_call(cast("grpc.Call", error))
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return str(info.reason)
    return ""


def _advice(error: grpc.aio.AioRpcError) -> list[str]:
    advice = []
    status = rpc_status.from_call(cast("grpc.Call", error))
    for detail in status.details if status else ():
        violations, retry = error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
        if detail.Unpack(violations):
            advice += [
                f"{each.field}: {each.description}"
                for each in violations.field_violations
                if each.description not in str(error.details())
            ]
        elif detail.Unpack(retry):
            advice.append(f"Try again in {retry.retry_delay.ToMilliseconds() / 1000:g} s.")
    reason = reason_of(error)
    if reason in HINTS:
        advice.append(HINTS[reason])
    elif not reason and error.code() is grpc.StatusCode.UNAVAILABLE:
        advice.append(_NOTHING_THERE)
    return advice

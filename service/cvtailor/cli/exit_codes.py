"""What the exit code says about who acts next."""

from enum import IntEnum

import grpc


class ExitCode(IntEnum):
    """Exit codes of every command; 2 is also Typer's for wrong usage."""

    OK = 0
    SERVICE_ERROR = 1
    CALLER_ERROR = 2
    RETRY_LATER = 75
    INTERRUPTED = 130


_BY_STATUS = {
    grpc.StatusCode.UNAVAILABLE: ExitCode.RETRY_LATER,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ExitCode.RETRY_LATER,
    grpc.StatusCode.DEADLINE_EXCEEDED: ExitCode.RETRY_LATER,
    grpc.StatusCode.ABORTED: ExitCode.RETRY_LATER,
    grpc.StatusCode.INTERNAL: ExitCode.SERVICE_ERROR,
    grpc.StatusCode.UNKNOWN: ExitCode.SERVICE_ERROR,
    grpc.StatusCode.DATA_LOSS: ExitCode.SERVICE_ERROR,
    grpc.StatusCode.UNIMPLEMENTED: ExitCode.SERVICE_ERROR,
}


def exit_code_for(status: grpc.StatusCode) -> ExitCode:
    """Returns the exit code of a call that ended with a status; the rest are the caller's to fix."""
    return _BY_STATUS.get(status, ExitCode.CALLER_ERROR)

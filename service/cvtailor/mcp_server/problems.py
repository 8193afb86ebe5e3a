"""Errors as an assistant can act on them: a reason, what is wrong, and when to try again."""

from typing import cast

import grpc
import grpc.aio
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, Field, ValidationError

from cvtailor.domain.errors import CallerMustRetry, CvtailorError, Reason


class FieldProblem(BaseModel):
    """One field that breaks a rule."""

    field: str
    description: str


class Problem(BaseModel):
    """What went wrong in a tool call."""

    reason: str = Field(description="`ErrorReason` of the contract, or the gRPC status if there is none.")
    message: str
    fields: list[FieldProblem] = []
    retry_after_seconds: float | None = Field(None, description="Set if the same call may succeed later.")
    details: dict[str, str] = {}


def problem_of(error: BaseException | None) -> Problem | None:
    """Returns the problem that an error stands for, or None if it is none that we know."""
    match error:
        case grpc.aio.AioRpcError():
            return _of_status(error)
        case CvtailorError():
            fields = [FieldProblem(field=error.field, description=error.message)] if error.field else []
            retry = error.retry_after_seconds if isinstance(error, CallerMustRetry) else None
            return Problem(
                reason=error.reason.value,
                message=error.message,
                fields=fields,
                retry_after_seconds=retry,
                details=error.metadata,
            )
        case ValidationError():
            # Without the values: they may be a whole CV.
            fields = [
                FieldProblem(field=".".join(map(str, each["loc"])), description=each["msg"])
                for each in error.errors(include_input=False, include_url=False, include_context=False)
            ]
            named = "; ".join(f"{each.field}: {each.description}" for each in fields)
            return Problem(reason=Reason.INVALID_ARGUMENT.value, message=named, fields=fields)
    return None


def as_result(problem: Problem) -> CallToolResult:
    """Returns a problem as the result of a tool call that failed."""
    again = f" Try again in {problem.retry_after_seconds:g} s." if problem.retry_after_seconds else ""
    return CallToolResult(
        isError=True,
        content=[TextContent(type="text", text=f"{problem.reason}: {problem.message}{again}")],
        structuredContent={"error": problem.model_dump(exclude_none=True)},
    )


def _of_status(error: grpc.aio.AioRpcError) -> Problem:
    problem = Problem(reason=error.code().name, message=error.details() or "The service says no more.")
    # An AioRpcError has what a call has; only the types do not say so.
    status = rpc_status.from_call(cast("grpc.Call", error))
    for detail in status.details if status else ():
        info, request, retry = (
            error_details_pb2.ErrorInfo(),
            error_details_pb2.BadRequest(),
            error_details_pb2.RetryInfo(),
        )
        if detail.Unpack(info):
            problem.reason, problem.details = info.reason, dict(info.metadata)
        elif detail.Unpack(request):
            problem.fields = [
                FieldProblem(field=each.field, description=each.description)
                for each in request.field_violations
            ]
        elif detail.Unpack(retry):
            problem.retry_after_seconds = retry.retry_delay.ToMilliseconds() / 1000
    if not status and error.code() is grpc.StatusCode.UNAVAILABLE:
        problem.retry_after_seconds = 1.0
    return problem

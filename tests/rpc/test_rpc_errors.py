from pathlib import Path

import grpc
import pytest
from cvtailor.domain import errors
from cvtailor.domain.errors import Reason
from cvtailor.gen.cvtailor.v1 import error_reason_pb2
from cvtailor.rpc.errors import STATUS_CODES, InvalidRequest, cut, internal_error, wire_status
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from grpc_status import rpc_status

CONTRACT = Path(__file__, "../../../proto/cvtailor/v1/error_reason.proto").resolve()


def details(error: errors.CvtailorError, kind: type) -> list:
    found = []
    for packed in wire_status(error).details:
        message = kind()
        if packed.Unpack(message):
            found.append(message)
    return found


def test_the_table_knows_every_reason():
    assert set(STATUS_CODES) == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_the_table_says_what_the_contract_promises(reason):
    comment = _comment_of(reason)
    promised = [code for code in grpc.StatusCode if f"{code.name}." in comment.split()]
    if "Only in `Failed`" in comment:
        assert not promised
    else:
        assert promised == [STATUS_CODES[reason]]
    assert STATUS_CODES[reason] is not grpc.StatusCode.OK


@pytest.mark.parametrize("reason", Reason)
def test_every_error_has_exactly_one_error_info(reason):
    (info,) = details(errors.CvtailorError("Wrong.", reason=reason, line=3, hint="x"), ErrorInfo)
    assert (info.domain, info.reason) == ("cvtailor.v1", reason.value)
    assert dict(info.metadata) == {"line": "3", "hint": "x"}


def test_a_field_is_named_in_a_bad_request():
    (bad,) = details(errors.InvalidInput("Too old.", field="posting.text"), BadRequest)
    (violation,) = bad.field_violations
    assert (violation.field, violation.description) == ("posting.text", "Too old.")
    assert not details(errors.InvalidInput("Too old."), BadRequest)


@pytest.mark.parametrize(
    ("error", "milliseconds"),
    [(errors.QuotaExceeded("Wait."), 5000), (errors.Draining("Bye."), 1000), (errors.Forbidden("No."), None)],
)
def test_whoever_may_retry_learns_when(error, milliseconds):
    assert [info.retry_delay.ToMilliseconds() for info in details(error, RetryInfo)] == (
        [milliseconds] if milliseconds else []
    )


def test_an_internal_error_tells_its_incident_only():
    error = internal_error("abc123")
    (info,) = details(error, ErrorInfo)
    assert dict(info.metadata) == {"incident": "abc123"}
    assert "abc123" in error.message


def test_the_largest_error_fits_in_the_trailers_a_client_accepts():
    wide = "😀" * 10_000
    worst = InvalidRequest([BadRequest.FieldViolation(field=wide, description=wide)] * 1_000)
    worst.metadata = {"accepted": wide, "path": wide}
    status = rpc_status.to_status(wire_status(worst))
    # Each byte of a character outside ASCII takes three in grpc-message; binary trailers are base64.
    message = len(status.details.encode()) * 3
    assert message + sum(len(value) * 4 // 3 + 4 for _, value in status.trailing_metadata) < 6_500


@pytest.mark.parametrize("bytes_max", range(3, 12))
def test_a_text_is_cut_between_characters(bytes_max):
    assert len(cut("äöü😀", bytes_max).encode()) <= bytes_max
    assert cut("äöü😀", bytes_max).isprintable()


def test_a_lone_surrogate_does_not_break_the_status():
    assert wire_status(errors.InvalidInput("a\ud800b")).message == "a?b"


def _comment_of(reason: Reason) -> str:
    lines = CONTRACT.read_text().splitlines()
    name = f"ERROR_REASON_{reason.value} = {error_reason_pb2.ErrorReason.Value(f'ERROR_REASON_{reason}')};"
    at = next(number for number, line in enumerate(lines) if line.strip() == name)
    start = at
    while lines[start - 1].strip().startswith("//"):
        start -= 1
    return " ".join(line.strip(" /") for line in lines[start:at])

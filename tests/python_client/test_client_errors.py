"""Every reason of the contract has its class, by who acts next."""

import asyncio
import pickle
import re
from datetime import timedelta

import grpc
import pytest
from both_languages import SERVICES
from cvtailor.domain.errors import CvtailorError, Draining, InvalidInput, Reason
from cvtailor.gen.cvtailor.v1 import event_pb2
from cvtailor_client import (
    BaseCv,
    CallerFixes,
    CallerRetries,
    CvTailor,
    CvTailorError,
    DeadlineExceeded,
    ErrorReason,
    InvalidRequest,
    Patience,
    QuotaExceeded,
    ServiceFixes,
    Unavailable,
    v1,
)
from cvtailor_client.channel import service_config
from cvtailor_client.errors import CLASSES
from scripted_service import APPLICATION, ScriptedService, event

from benchmarks.service_process import EXAMPLES

CONTRACT = (EXAMPLES.parent / "proto/cvtailor/v1/error_reason.proto").read_text()
ACTORS = {
    "Caller fixes": CallerFixes,
    "Caller retries": CallerRetries,
    "We fix": ServiceFixes,
    "Nobody retries": ServiceFixes,
    "Never sent": ServiceFixes,
}
QUICK = Patience(first_delay_seconds=0.01, delay_seconds_max=0.05)


def test_who_acts_next_is_what_the_contract_says_of_every_reason() -> None:
    said = re.findall(r"((?: {2}//.*\n)+) {2}ERROR_REASON_(\w+) = \d+;", CONTRACT)
    of_reason = {name: re.sub(r"\s*// ?", " ", comment).strip() for comment, name in said}
    assert set(of_reason) == {reason.name for reason in CLASSES} == set(ErrorReason.__members__)
    for reason, kind in CLASSES.items():
        words = next(words for words in ACTORS if of_reason[str(reason.name)].startswith(words))
        assert issubclass(kind, ACTORS[words]), reason


@pytest.mark.parametrize("reason", Reason)
async def test_each_reason_arrives_as_its_class(scripted: ScriptedService, reason: Reason) -> None:
    scripted.script.answers = [CvtailorError("What is wrong.", reason=reason, incident="4711")] * 4
    async with CvTailor(scripted.address, "token", patience=QUICK) as client:
        with pytest.raises(CLASSES[ErrorReason[reason.name]]) as caught:
            await client.get(APPLICATION)
    assert caught.value.reason.name == reason.name
    assert str(caught.value) == "What is wrong."
    assert caught.value.incident == "4711"


async def test_an_error_keeps_everything_through_pickling(scripted: ScriptedService) -> None:
    scripted.script.answers = [InvalidInput("Not so.", field="posting.text", line=7)]
    async with CvTailor(scripted.address, "token") as client:
        with pytest.raises(InvalidRequest) as caught:
            await client.get(APPLICATION)
    error, again = caught.value, pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert type(again) is type(error)
    assert again.particulars == error.particulars
    assert (again.message, again.line, again.code) == ("line 7: Not so.", 7, "INVALID_ARGUMENT")
    assert [violation.field for violation in again.violations] == ["posting.text"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, Unavailable),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, QuotaExceeded),
        (grpc.StatusCode.INVALID_ARGUMENT, InvalidRequest),
        (grpc.StatusCode.UNIMPLEMENTED, ServiceFixes),
    ],
)
async def test_what_says_no_reason_goes_by_its_status(
    scripted: ScriptedService, code: grpc.StatusCode, kind: type[CvTailorError]
) -> None:
    scripted.script.answers = [code] * 4
    async with CvTailor(scripted.address, "token", patience=QUICK) as client:
        with pytest.raises(kind) as caught:
            await client.get(APPLICATION)
    assert (caught.value.reason, caught.value.code) == (ErrorReason.UNSPECIFIED, code.name)


async def test_a_service_that_is_not_there_is_unavailable() -> None:
    async with CvTailor("127.0.0.1:9", "token", patience=QUICK) as client:
        with pytest.raises(Unavailable):
            await client.health()


async def test_an_idempotent_call_is_made_again_and_another_is_not(scripted: ScriptedService) -> None:
    draining = Draining("going")
    draining.retry_after_seconds = 2
    scripted.script.answers = [draining, draining]
    async with CvTailor(scripted.address, "token", patience=QUICK) as client:
        assert (await client.get(APPLICATION)).id == APPLICATION
        assert scripted.script.calls == ["GetApplication"] * 3
        scripted.script.answers = [draining]
        with pytest.raises(Unavailable) as caught:
            await client.update(APPLICATION, notes="x")
    assert scripted.script.calls == ["GetApplication"] * 3 + ["UpdateApplication"]
    assert caught.value.retry_after == timedelta(seconds=2)


def test_the_service_config_repeats_what_the_contract_calls_idempotent() -> None:
    unknown = 0
    wanted = [
        {"service": service.full_name, "method": method.name}
        for service in SERVICES
        for method in service.methods
        if not method.server_streaming and method.GetOptions().idempotency_level != unknown
    ]
    (config,) = service_config(Patience())["methodConfig"]
    assert sorted(config["name"], key=str) == sorted(wanted, key=str)
    assert {"service": "cvtailor.v1.CvGenerator", "method": "UpdateApplication"} not in config["name"]
    assert config["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]


async def test_a_call_has_a_deadline(scripted: ScriptedService) -> None:
    scripted.script.answers = [asyncio.Event().wait]
    async with CvTailor(scripted.address, "token") as client:
        with pytest.raises(DeadlineExceeded):
            await client.get(APPLICATION, timeout_seconds=0.1)


async def test_waiting_for_a_run_that_fails_raises_by_its_reason(scripted: ScriptedService) -> None:
    failed = event_pb2.Failed(reason=15, message="Too slow.", retryable=True)  # type: ignore[arg-type]
    scripted.script.streams = [[event(1), event(2, failed=failed)]] * 2
    cv = BaseCv.from_bytes(b"# Ada", "text/markdown")
    async with CvTailor(scripted.address, "token") as client:
        told = [event.event async for event in client.generate(cv, "x" * 50)]
        assert isinstance(told[-1], v1.Failed)
        with pytest.raises(DeadlineExceeded, match=r"Too slow\.") as caught:
            await client.tailor(cv, "x" * 50)
    assert caught.value.application_id == APPLICATION
    assert caught.value.reason is ErrorReason.RENDER_TIMEOUT

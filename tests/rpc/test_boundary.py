import asyncio
import logging

import grpc
import grpc.aio
import pytest
import structlog
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import CvtailorError, Forbidden, Reason, Unauthenticated, Unavailable
from cvtailor.domain.limits import POSTING_CHARS_MAX
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, health_pb2, personal_data_pb2
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.rpc.admission import Admission, Requirements
from cvtailor.rpc.validation import REPEATED_ITEMS_MAX
from google.protobuf import message_factory
from grpc_health.v1 import health_pb2 as standard_health_pb2
from rpc.rpc_samples import ALICE, BOB, a_generation, an_application
from rpc.rpc_serving import Served, serving, token_of
from rpc_answers import Refusal, refusal
from waiting import until

SECRET = "postgres://cvtailor:hunter2@db/cvs"


@pytest.fixture
async def served():
    async with serving() as served:
        yield served


def every_method() -> list:
    services = [cv_generator_pb2.DESCRIPTOR.services_by_name["CvGenerator"]]
    services += [personal_data_pb2.DESCRIPTOR.services_by_name["PersonalData"]]
    services += [file.DESCRIPTOR.services_by_name["Health"] for file in (health_pb2, standard_health_pb2)]
    methods = [method for service in services for method in service.methods]
    # grpcio-health-checking registers it and leaves it unimplemented.
    return [method for method in methods if method.full_name != "grpc.health.v1.Health.List"]


def call_of(served: Served, method, metadata=()):
    request = message_factory.GetMessageClass(method.input_type)()
    reply = message_factory.GetMessageClass(method.output_type)
    open_call = served.channel.unary_stream if method.server_streaming else served.channel.unary_unary
    path = f"/{method.containing_service.full_name}/{method.name}"
    return open_call(path, type(request).SerializeToString, reply.FromString)(request, metadata=metadata)


@pytest.mark.parametrize("method", every_method(), ids=lambda method: method.full_name)
async def test_only_health_answers_without_a_token(served, method):
    call = call_of(served, method)
    if method.containing_service.name == "Health":
        answer = await (call.read() if method.server_streaming else call)
        call.cancel()
        assert isinstance(answer, message_factory.GetMessageClass(method.output_type))
    else:
        refused = await refusal(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_MISSING")


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Basic YTpi", "Bearer", "Bearer a b", ""])
async def test_what_is_no_bearer_token_is_refused(served, authorization):
    metadata = (("authorization", authorization),)
    refused = await refusal(served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=metadata))
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")


async def test_two_tokens_are_one_too_many(served):
    metadata = token_of(ALICE) + token_of(BOB)
    refused = await refusal(served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=metadata))
    assert refused.reason == "TOKEN_INVALID"


async def test_the_scheme_may_be_written_in_any_case(served):
    ((_, value),) = token_of()
    metadata = (("authorization", value.replace("Bearer", "bEARER")),)
    await served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=metadata)


async def test_a_token_that_is_too_long_is_told_so_and_does_not_break_the_connection(served):
    # Between its soft and its hard limit of metadata gRPC refuses at random, without details.
    for length in range(8_200, 15_200, 500):
        metadata = (("authorization", "Bearer " + "x" * length),)
        call = served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=metadata)
        assert (await refusal(call)).reason == "TOKEN_INVALID"


async def test_each_call_sees_its_own_caller(served):
    mine = served.records.keep(an_application())
    theirs = served.records.keep(an_application(BOB), BOB)
    listed = await asyncio.gather(
        *(
            served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of(owner))
            for owner in [ALICE, BOB] * 20
        )
    )
    assert [[each.id for each in page.applications] for page in listed] == [
        [str(mine.id)],
        [str(theirs.id)],
    ] * 20


class Asked:
    """Accounts that note who was asked after, and give each the next answer."""

    def __init__(self, *answers: CvtailorError | None) -> None:
        self.answers = list(answers)
        self.callers: list[Caller] = []

    async def check(self, caller: Caller) -> None:
        self.callers.append(caller)
        if answer := self.answers.pop(0):
            raise answer


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, None),
        (Forbidden("Banned.", reason=Reason.ACCOUNT_BANNED), grpc.StatusCode.PERMISSION_DENIED),
        (Unauthenticated("Gone.", reason=Reason.TOKEN_INVALID), grpc.StatusCode.UNAUTHENTICATED),
        (Unavailable("Postgres does not answer."), grpc.StatusCode.UNAVAILABLE),
    ],
)
async def test_each_call_asks_whether_its_account_stands(answer, code):
    accounts = Asked(None, answer)
    async with serving(accounts=accounts) as served:
        await served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of(ALICE))
        call = served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of(BOB))
        if answer is None:
            await call
        else:
            refused = await refusal(call)
            assert (refused.code, refused.reason) == (code, answer.reason.value)
    assert [caller.user_id for caller in accounts.callers] == [ALICE, BOB]


async def test_nobody_is_asked_after_whose_token_is_bad_and_health_asks_after_nobody():
    accounts = Asked()
    async with serving(accounts=accounts) as served:
        metadata = (("authorization", "Bearer nonsense"),)
        call = served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=metadata)
        assert (await refusal(call)).reason == "TOKEN_INVALID"
        await served.health_stub.Check(health_pb2.CheckRequest())
    assert accounts.callers == []


@pytest.mark.parametrize(
    ("caller", "requirements", "reason"),
    [
        ({"aal": "aal1"}, {"second_factor": True}, Reason.ASSURANCE_TOO_LOW),
        ({"aal": ""}, {"second_factor": True}, Reason.ASSURANCE_TOO_LOW),
        ({"aal": "aal2"}, {"second_factor": True}, None),
        ({"aal": "aal3"}, {"second_factor": True}, None),
        ({"aal": "aal1"}, {}, None),
        ({"is_anonymous": True}, {}, None),
        ({"is_anonymous": True}, {"anonymous_allowed": False}, Reason.ANONYMOUS_REFUSED),
        ({"is_anonymous": True, "aal": "aal2"}, {"anonymous_allowed": False}, Reason.ANONYMOUS_REFUSED),
        ({"is_anonymous": False}, {"anonymous_allowed": False}, None),
    ],
)
async def test_a_session_that_does_not_suffice_is_refused(caller, requirements, reason):
    async def verify(_: str) -> Caller:
        return Caller(user_id=ALICE, **caller)

    accounts = Asked(None)
    admission = Admission(verify, accounts, Requirements(**requirements))
    metadata = grpc.aio.Metadata(("authorization", "Bearer x"))
    if reason is None:
        assert (await admission.caller(metadata)).user_id == ALICE
    else:
        with pytest.raises(Forbidden) as refused:
            await admission.caller(metadata)
        assert refused.value.reason is reason
        assert accounts.callers == []


async def test_every_broken_rule_is_named_in_one_error(served):
    request = a_generation(request_id="x", options=pb.GenerationOptions(theme=77, keep_sections=["a", ""]))
    request.posting.text = "short"
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
    assert refused.fields == ["request_id", "posting.text", "options.theme", "options.keep_sections[1]"]
    assert refused.message.startswith("request_id: must be a valid UUID (and 3 more)")


async def test_an_error_of_a_thousand_parts_still_arrives(served):
    request = a_generation(options=pb.GenerationOptions(keep_sections=[""] * REPEATED_ITEMS_MAX))
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert refused.reason == "INVALID_ARGUMENT"
    assert refused.fields[0] == "options.keep_sections"
    assert len(refused.fields) > 10


async def test_a_million_items_are_refused_unseen(served):
    request = a_generation(options=pb.GenerationOptions(keep_sections=[""] * 1_000_000))
    async with asyncio.timeout(2):
        refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert refused.fields == ["options.keep_sections"]


async def test_a_posting_at_the_limit_passes_and_one_character_more_does_not(served):
    request = a_generation()
    request.posting.text = "x" * POSTING_CHARS_MAX
    await served.stub.GenerateApplication(request, metadata=token_of()).read()
    request.posting.text += "x"
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert refused.fields == ["posting.text"]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "https://",
        "https://jobs.example/a b",
        "https://jobs.example/\u202eexe",
        "https://a\n",
    ],
)
async def test_an_address_that_is_none_or_hides_something_is_refused_with_words(served, address):
    request = a_generation()
    request.posting.source_url = address
    refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
    assert refused.fields == ["posting.source_url"]
    assert "without spaces or hidden characters" in refused.message


async def test_an_address_in_any_script_passes(served):
    request = a_generation()
    request.posting.source_url = "https://jobs.example/stellen/für-köche?q=%20#1"
    await served.stub.GenerateApplication(request, metadata=token_of()).read()


async def failing(served: Served, error: BaseException) -> Refusal:
    def fail() -> None:
        raise error

    served.records.fail = fail
    return await refusal(served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of()))


@pytest.mark.parametrize("error", [ValueError(SECRET), KeyError(SECRET), CvtailorError(SECRET)])
async def test_the_text_of_an_unexpected_exception_reaches_nobody(served, error, caplog):
    with structlog.testing.capture_logs() as logs, caplog.at_level(logging.DEBUG):
        refused = await failing(served, error)
    assert (refused.code, refused.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    incident = refused.info.metadata["incident"]
    assert incident in refused.message
    assert "hunter2" not in str((refused, logs, caplog.text))
    (crash,) = [each for each in logs if each["event"] == "call_crashed"]
    assert (crash["incident"], crash["error"]) == (incident, type(error).__name__)
    assert "rpc_memory_ports.py" in crash["at"]


async def test_a_cancellation_from_within_does_not_leave_the_caller_waiting(served):
    async with asyncio.timeout(2):
        refused = await failing(served, asyncio.CancelledError())
    assert refused.reason == "INTERNAL"


async def test_a_client_that_hangs_up_reaches_the_handler(served):
    served.records.slow = asyncio.Event()
    with structlog.testing.capture_logs() as logs:
        call = served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of())
        asyncio.get_running_loop().call_later(0.05, call.cancel)
        with pytest.raises(asyncio.CancelledError):
            await call
        await until(lambda: served.records.cancelled.is_set() and logs)
    assert [each["code"] for each in logs] == ["CANCELLED"]


async def test_a_deadline_ends_the_handler_and_is_told_as_such(served):
    served.records.slow = asyncio.Event()
    with structlog.testing.capture_logs() as logs:
        call = served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of(), timeout=0.5)
        assert (await refusal(call)).code is grpc.StatusCode.DEADLINE_EXCEEDED
        await until(lambda: served.records.cancelled.is_set() and logs)
    assert [each["code"] for each in logs] == ["DEADLINE_EXCEEDED"]


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_X", True), ("", False), ("a b", False), ("x" * 65, False)]
)
async def test_a_request_id_comes_back_if_it_is_sane(served, given, kept):
    metadata = (*token_of(), ("x-request-id", given))
    call = served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=metadata)
    await call
    returned = (await call.trailing_metadata())["x-request-id"]
    assert returned == given if kept else len(returned) == 32


async def test_a_refused_call_carries_its_request_id_too(served):
    metadata = (("x-request-id", "mine"),)
    refused = await refusal(served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=metadata))
    assert refused.trailers["x-request-id"] == "mine"


async def test_a_call_is_logged_with_who_and_how_long_and_nothing_private(served):
    with structlog.testing.capture_logs() as logs:
        call = served.stub.GenerateApplication(a_generation(), metadata=(*token_of(), ("x-request-id", "r1")))
        assert len([event async for event in call]) == 3
        await until(lambda: logs)
    (entry,) = logs
    assert entry.pop("duration_ms") > 0
    assert entry == {
        "event": "call",
        "log_level": "info",
        "method": "GenerateApplication",
        "code": "OK",
        "messages": 3,
        "user_id": str(ALICE),
        "request_id": "r1",
    }


async def test_bytes_that_are_no_message_are_a_bad_request(served):
    call = served.channel.unary_unary("/cvtailor.v1.CvGenerator/ListApplications")
    refused = await refusal(call(b"\xff\xff\xff", metadata=token_of()))
    assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")


async def test_nobody_unknown_has_a_message_parsed(served):
    call = served.channel.unary_unary("/cvtailor.v1.CvGenerator/ListApplications")
    assert (await refusal(call(b"\xff\xff\xff"))).reason == "TOKEN_MISSING"


async def test_an_unknown_method_is_unimplemented(served):
    call = served.channel.unary_unary("/cvtailor.v1.CvGenerator/DropTables")
    assert (await refusal(call(b""))).code is grpc.StatusCode.UNIMPLEMENTED

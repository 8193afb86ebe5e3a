import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import grpc
import grpc.aio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cvtailor.domain.errors import InvalidInput
from cvtailor.domain.run import Accepted
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.gen.cvtailor.v1 import health_pb2
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthStub
from cvtailor.rpc.server import SERVICES
from cvtailor.rpc.tls import TlsFiles
from grpc_health.v1 import health_pb2 as standard
from grpc_health.v1.health_pb2_grpc import HealthStub as StandardStub
from grpc_reflection.v1alpha import reflection_pb2
from rpc.rpc_samples import a_generation, an_application
from rpc.rpc_serving import Served, serving, token_of
from rpc_answers import refusal
from waiting import until


@asynccontextmanager
async def drained_in(most_seconds: float):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < most_seconds


async def test_two_thousand_calls_at_once_are_all_answered():
    async with serving() as served:
        calls = [
            served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of())
            for _ in range(2_000)
        ]
        assert len(await asyncio.gather(*calls)) == 2_000


async def test_a_request_larger_than_the_limit_is_refused_and_the_connection_lives():
    async with serving() as served:
        request = a_generation()
        request.posting.text = "x" * (5 << 20)
        refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
        assert refused.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        await served.health_stub.Check(health_pb2.CheckRequest())


async def test_draining_ends_streams_with_a_hint_to_come_back():
    async with serving() as served:
        application = served.records.keep(an_application())
        await served.events.tell(application, Accepted())
        request = pb.WatchApplicationRequest(application_id=str(application.id))
        watch = served.stub.WatchApplication(request, metadata=token_of())
        await watch.read()
        async with drained_in(most_seconds=2):
            await served.server.drain(grace_seconds=5, lame_duck_seconds=0)
        with pytest.raises(grpc.aio.AioRpcError):
            await watch.read()
        refused = await refusal(_ended(watch))
        assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "SERVER_DRAINING")
        assert refused.retry is not None
        assert refused.retry.retry_delay.ToMilliseconds() == 1000
        assert not served.events.followers


async def _ended(call: grpc.aio.UnaryStreamCall) -> None:
    raise grpc.aio.AioRpcError(
        await call.code(), await call.initial_metadata(), await call.trailing_metadata(), await call.details()
    )


async def test_a_generation_that_comes_while_draining_is_refused_before_any_row_exists():
    async with serving() as served:
        served.lifecycle.drain()
        refused = await refusal(served.stub.GenerateApplication(a_generation(), metadata=token_of()))
        assert refused.reason == "SERVER_DRAINING"
        assert not served.records.accepted


async def test_a_call_in_progress_is_answered_before_the_server_stops():
    async with serving() as served:
        served.records.slow = asyncio.Event()
        call = asyncio.ensure_future(
            served.stub.ListApplications(pb.ListApplicationsRequest(), metadata=token_of())
        )
        await served.health_stub.Check(health_pb2.CheckRequest())
        going = asyncio.create_task(served.server.drain(grace_seconds=5, lame_duck_seconds=0))
        await until(lambda: served.lifecycle.leaving)
        served.records.slow.set()
        assert await call is not None
        await going


async def test_an_open_health_watch_does_not_hold_the_stop():
    async with serving() as served:
        watch = StandardStub(served.channel).Watch(standard.HealthCheckRequest())
        await watch.read()
        async with drained_in(most_seconds=2):
            await served.server.drain(grace_seconds=10, lame_duck_seconds=0)
        assert (await watch.read()).status == standard.HealthCheckResponse.NOT_SERVING


async def test_a_server_drains_once():
    async with serving() as served:
        await asyncio.gather(*(served.server.drain(grace_seconds=1, lame_duck_seconds=0) for _ in range(3)))


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
async def test_reflection_lists_the_services_without_a_token(version):
    async with serving() as served:
        call = served.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            reflection_pb2.ServerReflectionRequest.SerializeToString,
            reflection_pb2.ServerReflectionResponse.FromString,
        )()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        listed = {service.name for service in (await call.read()).list_services_response.service}
        await call.write(reflection_pb2.ServerReflectionRequest(file_containing_symbol=SERVICES[0]))
        described = (await call.read()).file_descriptor_response.file_descriptor_proto
        call.cancel()
    assert {*SERVICES, "grpc.health.v1.Health", f"grpc.reflection.{version}.ServerReflection"} <= listed
    assert described


@pytest.mark.parametrize(
    "method",
    [
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "grpc.channelz.v1.Channelz/GetTopChannels",
        "grpc.channelz.v1.Channelz/GetServers",
        "envoy.service.status.v3.ClientStatusDiscoveryService/FetchClientStatus",
    ],
)
async def test_without_reflection_nothing_tells_of_the_inside(method):
    async with serving(reflected=False) as served:
        assert await status_of_first(served, method) is grpc.StatusCode.UNIMPLEMENTED


async def test_a_service_that_tells_is_seen_by_the_test_before():
    async with serving() as served:
        found = await status_of_first(served, "grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
        assert found is grpc.StatusCode.OK


async def status_of_first(served: Served, method: str) -> grpc.StatusCode:
    call = served.channel.stream_stream(f"/{method}")(iter([b""]), metadata=token_of())
    try:
        await call.read()
    except grpc.aio.AioRpcError as error:
        return error.code()
    call.cancel()
    return grpc.StatusCode.OK


async def test_a_port_that_is_taken_is_refused_with_what_to_do():
    async with serving() as served:
        with pytest.raises(InvalidInput, match="Can't listen on"):
            await Served(address=f"127.0.0.1:{served.port}").server.start()


async def test_tls_is_served_when_there_is_a_certificate(tmp_path):
    tls = self_signed(tmp_path)
    async with serving(tls=tls) as served:
        trusting = grpc.ssl_channel_credentials(tls.certificate_chain.read_bytes())
        async with grpc.aio.secure_channel(f"localhost:{served.port}", trusting) as channel:
            assert (await HealthStub(channel).Check(health_pb2.CheckRequest())).version == "0.1.0"


async def test_a_tls_file_that_is_missing_is_named(tmp_path):
    tls = TlsFiles(tmp_path / "chain.pem", tmp_path / "key.pem")
    with pytest.raises(InvalidInput, match=r"key\.pem can't be read"):
        await Served(tls=tls).server.start()


def self_signed(folder) -> TlsFiles:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    tls = TlsFiles(folder / "chain.pem", folder / "key.pem")
    tls.certificate_chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    tls.private_key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return tls

"""A real gRPC server over ports in memory, on a loopback port.

The same server over the real adapters is tried in ``tests/e2e``.
"""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

import grpc
import grpc.aio
from cvtailor.adapters.auth.jwks import Jwks, jwks_in
from cvtailor.adapters.auth.local_keys import LOCAL_ISSUER, LocalKeys
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.domain.ports import Accounts
from cvtailor.gen.cvtailor.v1.cv_generator_pb2_grpc import CvGeneratorStub
from cvtailor.gen.cvtailor.v1.health_pb2_grpc import HealthStub
from cvtailor.gen.cvtailor.v1.personal_data_pb2_grpc import PersonalDataStub
from cvtailor.rpc.admission import ANY_SESSION, Admission, Requirements
from cvtailor.rpc.cv_generator import CvGenerator
from cvtailor.rpc.health import Health, Probe
from cvtailor.rpc.interceptor import Boundary
from cvtailor.rpc.lifecycle import Lifecycle
from cvtailor.rpc.personal_data import PersonalData
from cvtailor.rpc.server import RpcServer
from cvtailor.rpc.tls import TlsFiles
from cvtailor.workflow.model_gate import ModelGate
from personal_fakes import MemoryPersonalRecords, MemoryStore
from rpc.rpc_memory_ports import MemoryEvents, MemoryQueue, MemoryRecords, PickyCvReader, PickyOfferReader
from rpc.rpc_samples import ALICE, NOW


async def works() -> None:
    """Is the probe of a dependency that works."""


@cache
def local_keys() -> LocalKeys:
    return LocalKeys(Path(tempfile.mkdtemp(prefix="cvtailor-test-keys-")))


@cache
def token_of(user_id: UUID = ALICE) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {local_keys().mint(user_id, 3600)}"),)


@dataclass
class Served:
    """A running server, its ports, and a channel to it."""

    records: MemoryRecords = field(default_factory=MemoryRecords)
    events: MemoryEvents = field(default_factory=MemoryEvents)
    objects: MemoryStore = field(default_factory=MemoryStore)
    personal: MemoryPersonalRecords = field(default_factory=MemoryPersonalRecords)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    probes: dict[str, Probe] = field(default_factory=lambda: {"postgres": works, "objects": works})
    verifier: JwtVerifier | None = None
    accounts: Accounts | None = None
    requirements: Requirements = ANY_SESSION
    tls: TlsFiles | None = None
    reflected: bool = True
    address: str = "127.0.0.1:0"
    model_gate: ModelGate | None = None
    stream_write_seconds: float = 30.0

    def __post_init__(self) -> None:
        self.queue = MemoryQueue(self.records, self.events)
        self.generator = CvGenerator(
            records=self.records,
            events=self.events,
            queue=self.queue,
            objects=self.objects,
            cv_reader=PickyCvReader(),
            offer_reader=PickyOfferReader(),
            lifecycle=self.lifecycle,
            model_gate=self.model_gate,
        )
        verifier = self.verifier or JwtVerifier(Jwks(jwks_in(local_keys().jwks_path)), issuer=LOCAL_ISSUER)
        self.health = Health(
            self.probes, "0.1.0", self.lifecycle, probe_timeout_seconds=0.2, cache_seconds=0.05
        )
        self.server = RpcServer(
            self.address,
            generator=self.generator,
            personal_data=PersonalData(
                records=self.personal, queue=self.queue, objects=self.objects, today=NOW.date
            ),
            health=self.health,
            boundary=Boundary(
                Admission(verifier.verify, self.accounts, self.requirements),
                stream_write_seconds=self.stream_write_seconds,
            ),
            lifecycle=self.lifecycle,
            tls=self.tls,
            reflected=self.reflected,
            health_interval_seconds=0.05,
        )

    def connect(self, port: int) -> None:
        self.port = port
        # A pool of its own: gRPC else shares one connection between channels of the same address.
        self.channel = grpc.aio.insecure_channel(
            f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)]
        )
        self.stub = CvGeneratorStub(self.channel)
        self.personal_stub = PersonalDataStub(self.channel)
        self.health_stub = HealthStub(self.channel)


@asynccontextmanager
async def serving(**parts: object) -> AsyncIterator[Served]:
    """Starts a server over fakes, and stops it without grace."""
    served = Served(**parts)
    served.connect(await served.server.start())
    try:
        yield served
    finally:
        await served.channel.close()
        await served.server.drain(grace_seconds=0, lame_duck_seconds=0)

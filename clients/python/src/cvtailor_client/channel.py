"""The channel to the service, and the service config that tells gRPC what to repeat."""

import json
from collections.abc import Sequence
from typing import Any

import grpc.aio

from cvtailor_client.gen.rpcs import RPCS
from cvtailor_client.patience import Patience
from cvtailor_client.target import Target

type ChannelOption = tuple[str, str | int]

RECEIVED_BYTES_MAX = 16 << 20
_OPTIONS: Sequence[ChannelOption] = (
    ("grpc.max_receive_message_length", RECEIVED_BYTES_MAX),
    # Notices a line that died without a word, and keeps open what drops idle ones.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    # By default gRPC waits up to two minutes before it connects again, and refuses what is called meanwhile.
    ("grpc.initial_reconnect_backoff_ms", 250),
    ("grpc.max_reconnect_backoff_ms", 4_000),
)


def open_channel(target: Target, patience: Patience, options: Sequence[ChannelOption]) -> grpc.aio.Channel:
    """Opens a channel; it connects with the first call.

    Args:
        target: Where to.
        patience: How often calls are made.
        options: Of gRPC, before our own.

    Raises:
        OSError: A certificate can't be read.
    """
    named = [("grpc.ssl_target_name_override", target.tls.server_name)] if target.tls else []
    chosen = dict([*_OPTIONS, *((name, value) for name, value in named if value), *options])
    chosen.setdefault("grpc.service_config", json.dumps(service_config(patience)))
    if target.tls is None:
        return grpc.aio.insecure_channel(target.address, list(chosen.items()))
    return grpc.aio.secure_channel(target.address, target.tls.credentials(), list(chosen.items()))


def service_config(patience: Patience) -> dict[str, Any]:
    """Returns gRPC's service config: unary calls that the contract calls idempotent are made again.

    Streams are not in it: who follows one knows how far it came, and gRPC doesn't.
    """
    repeated = [
        {"service": rpc.service, "method": rpc.method} for rpc in RPCS if rpc.idempotent and not rpc.streams
    ]
    if patience.call_attempts_max < 2:
        return {}
    policy = {
        "maxAttempts": patience.call_attempts_max,
        "initialBackoff": f"{patience.first_delay_seconds:.3f}s",
        "maxBackoff": f"{patience.delay_seconds_max:.3f}s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {"methodConfig": [{"name": repeated, "retryPolicy": policy}]}

"""Asks a service on this machine whether it serves: exit code 0 if so, else 1.

For container engines that can run a command but can't speak ``grpc.health.v1``; Kubernetes can. It speaks
plain text, as the network inside a deployment does.
"""
# ruff: noqa: INP001  # a program of its own

import argparse
import os
import sys

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

_TIMEOUT_SECONDS = 3


def main() -> str | None:
    """Returns what is wrong, if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default=f"127.0.0.1:{os.environ.get('CVTAILOR_PORT', '50051')}")
    address = parser.parse_args().address
    with grpc.insecure_channel(address) as channel:
        try:
            check = HealthStub(channel).Check  # type: ignore[attr-defined]  # the stubs lack it
            answer = check(HealthCheckRequest(), timeout=_TIMEOUT_SECONDS)
        except grpc.RpcError as error:
            return f"{address} does not answer: {error.code().name}"
    if answer.status != HealthCheckResponse.SERVING:
        return f"{address} is {HealthCheckResponse.ServingStatus.Name(answer.status)}"
    return None


if __name__ == "__main__":
    sys.exit(main())

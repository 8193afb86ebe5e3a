"""Developers probe with grpcurl; what `serve` prints must work as pasted."""

import json
import subprocess

from benchmarks.service_process import ServiceProcess


def shell(command: str) -> str:
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_reflection_lists_and_describes_the_contract(service: ServiceProcess) -> None:
    listed = shell(f"grpcurl -plaintext {service.address} list").split()
    assert {"cvtailor.v1.CvGenerator", "cvtailor.v1.Health", "grpc.health.v1.Health"} <= set(listed)
    described = shell(f"grpcurl -plaintext {service.address} describe cvtailor.v1.CvGenerator")
    assert "rpc GenerateApplication" in described


def test_the_printed_line_streams_an_application(service: ServiceProcess) -> None:
    line = service.printed[service.printed.index("grpcurl -plaintext") :]
    decoder, text, events = json.JSONDecoder(), shell(line), []
    while text.strip():
        event, end = decoder.raw_decode(text.lstrip())
        events.append(event["event"])
        text = text.lstrip()[end:]
    assert "accepted" in events[0]
    assert "completed" in events[-1]


def test_health_needs_no_token_and_names_each_dependency(service: ServiceProcess) -> None:
    answer = json.loads(shell(f"grpcurl -plaintext {service.address} cvtailor.v1.Health/Check"))
    assert answer["status"] == "STATUS_SERVING"
    assert {"postgres", "objects", "typesetter", "runs"} <= set(answer["dependencies"])

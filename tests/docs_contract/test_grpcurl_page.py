"""Everything on docs/grpcurl.md is run as it is written, against a real service and its gateway."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2, health_pb2, personal_data_pb2
from documented_calls import Commands, commands, difference, run_in_one_shell

REPO = Path(__file__).parents[2]
PAGE = (REPO / "docs" / "grpcurl.md").read_text()
CONTRACT = (cv_generator_pb2, personal_data_pb2, health_pb2)
RPCS = [
    f"{service.full_name}/{method.name}"
    for file in CONTRACT
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]


def uncalled(rpcs: list[str], page: str) -> list[str]:
    """Returns the RPCs that a page does not call with both tools."""
    scripts = [block.script.replace("\\\n", " ") for block in commands(page)]
    lines = [line for script in scripts for line in script.splitlines()]
    # A request may span lines, so that the RPC's name is not on the line of its tool.
    grpcurl = "\n".join(line for line in lines if "/cvtailor." not in line)
    buf = "\n".join(line for line in lines if "buf curl" in line)
    return [rpc for rpc in rpcs if f" {rpc}" not in grpcurl or f"http://$SERVER/{rpc}" not in buf]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with the examples of a clone; the account of the embedded Postgres may pass through it."""
    folder = Path(tempfile.mkdtemp(prefix="cvtailor-page-"))
    folder.chmod(0o755)
    (folder / "examples").symlink_to(REPO / "examples")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def test_the_page_calls_every_rpc_with_both_tools() -> None:
    assert uncalled(RPCS, PAGE) == []


def test_an_rpc_that_the_page_does_not_call_is_noticed() -> None:
    gained = "cvtailor.v1.CvGenerator/PrintApplication"
    assert uncalled([*RPCS, gained], PAGE) == [gained]
    answer = "cvtailor.v1.CvGenerator/AnswerQuestion"
    assert uncalled(RPCS, PAGE.replace(f"http://$SERVER/{answer}", "http://$SERVER/")) == [answer]
    assert uncalled(RPCS, PAGE.replace(f'"$SERVER" {answer}', '"$SERVER"')) == [answer]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ('{"a": "x", "n": 1}', '{"a": "y", "n": 2}', True),
        ('{"a": "x"}', '{"a": "x", "b": 1}', False),
        ('{"a": "1"}', '{"a": 1}', False),
        ('["STATUS_SERVING"]', '["STATUS_DEGRADED"]', False),
        ('[{"a": 1}]', '[{"a": 1}, {"a": 2}]', True),
        ("[1]\n[2]", "[1]", False),
    ],
)
def test_output_of_another_shape_than_the_page_shows_is_noticed(shown: str, printed: str, same: bool) -> None:
    assert (difference(Commands("call", shown, "json"), printed) == "") is same


def test_a_command_that_fails_is_told_with_its_block(tmp_path: Path) -> None:
    blocks = commands("```sh\nONE=1\n```\n```sh\necho $ONE; false\n```\n```sh\ntrue\n```\n")
    with pytest.raises(AssertionError, match=r"echo \$ONE; false\n\nprinted '1"):
        run_in_one_shell(blocks, tmp_path, dict(os.environ), seconds_max=10)


def test_everything_on_the_page_works_as_written(folder: Path) -> None:
    port, gateway_port = free_ports()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SERVER": f"127.0.0.1:{port}",
        "GATEWAY": f"http://127.0.0.1:{gateway_port}",
        "CVTAILOR_DATA_DIR": str(folder / "home"),
        "CVTAILOR_PORT": str(port),
        "CVTAILOR_GATEWAY_PORT": str(gateway_port),
    }
    blocks = commands(PAGE)
    printed = run_in_one_shell(blocks, folder, environment, seconds_max=300)
    assert "".join(map(difference, blocks, printed)) == ""
    assert (folder / "cv.pdf").read_bytes().startswith(b"%PDF-")
    assert (folder / "cv-2.pdf").read_bytes() != (folder / "cv.pdf").read_bytes(), "it was revised between"
    assert (folder / "cv-page-1.png").read_bytes().startswith(b"\x89PNG")

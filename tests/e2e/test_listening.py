"""What a real service listens on: its port, the port of numbers if there is to be one, and nothing else."""

import socket
from pathlib import Path

from folders import home

from benchmarks.service_process import ServiceProcess
from tests.ports_of_loopback import free_port

_LISTENING = "0A"


def family(pid: int) -> list[int]:
    """Returns a process and everything that it started."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    started = [int(child) for file in children for child in file.read_text().split()]
    return [pid, *(one for child in started for one in family(child))]


def postgres_of(service: ServiceProcess) -> list[int]:
    """Returns the processes of the embedded Postgres, which is nobody's child."""
    (file,) = (service.data_dir / "postgres").rglob("postmaster.pid")
    return family(int(file.read_text().split()[0]))


def sockets_of(pids: list[int]) -> set[str]:
    """Returns the sockets, by inode, that processes hold."""
    links = [link for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    names = [str(link.readlink()) for link in links]
    return {name.removeprefix("socket:[").removesuffix("]") for name in names if name.startswith("socket:[")}


def listening(service: ServiceProcess) -> set[tuple[str, int]]:
    """Returns address and port of every socket that takes what comes: TCP, and UDP of any kind."""
    mine, found = sockets_of([*family(service.process.pid), *postgres_of(service)]), set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if rest[5] in mine and (table.startswith("udp") or state == _LISTENING):
                address, port = local.split(":")
                found.add((_address(address), int(port, 16)))
    return found


def _address(text: str) -> str:
    if len(text) == 8:
        return socket.inet_ntop(socket.AF_INET, bytes.fromhex(text)[::-1])
    words = (bytes.fromhex(text[start : start + 8])[::-1] for start in range(0, 32, 8))
    # IPv4, taken by a socket for both.
    return socket.inet_ntop(socket.AF_INET6, b"".join(words)).removeprefix("::ffff:")


def test_a_service_listens_on_its_port_and_nowhere_else(service: ServiceProcess) -> None:
    # Its Postgres and its typesetters talk by sockets of files and by pipes.
    assert postgres_of(service)
    assert len(family(service.process.pid)) > 1
    assert listening(service) == {("127.0.0.1", int(service.address.rpartition(":")[2]))}


def test_a_port_for_numbers_is_one_more_if_it_is_set_and_is_seen_here() -> None:
    port = free_port()
    with home() as folder:
        service = ServiceProcess(folder, metrics_port=str(port))
        try:
            own = int(service.address.rpartition(":")[2])
            assert listening(service) == {("127.0.0.1", own), ("127.0.0.1", port)}
        finally:
            assert service.terminate() == 0

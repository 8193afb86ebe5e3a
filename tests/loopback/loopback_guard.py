"""Lets a process reach this machine only; writes down whoever tries more."""

import ipaddress
import os
import socket
import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

ATTEMPTS = "TESTS_LOOPBACK_ATTEMPTS"
_NAMES = frozenset({"", "localhost", socket.gethostname()})


class NotLoopback(PermissionError):
    """A test, or what it started, wanted to reach another machine."""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def allowed(host: object) -> bool:
    """Whether a host is this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if _is_number(name):
        address = ipaddress.ip_address(name.partition("%")[0])
        return address.is_loopback or address.is_unspecified
    return name in _NAMES or name.endswith(".localhost")


def refuse(host: object) -> None:
    """Notes an attempt and stops it."""
    with open(os.environ[ATTEMPTS], "a") as attempts:  # noqa: PTH123  # keeps every child's start quick
        attempts.write(f"{host} (pid {os.getpid()}: {' '.join(sys.argv)[:200]})\n")
    raise NotLoopback(f"tests reach this machine only, not {host}")


def check(address: object) -> None:
    """Refuses an address that is not of this machine; paths of Unix sockets are."""
    if isinstance(address, tuple) and address and not allowed(address[0]):
        refuse(address[0])


def _guard(owner: type, name: str, host_of: Callable[..., object]) -> None:
    real = getattr(owner, name)

    def guarded(*arguments: Any, **options: Any) -> Any:
        check(host_of(*arguments, **options))
        return real(*arguments, **options)

    setattr(owner, name, guarded)


def _first(_: object, address: object, *__: object) -> object:
    return address


def _host(_: object, __: object = None, host: object = None, *___: object, **____: object) -> object:
    return (host,)


def _named(_: object, host: object, *__: object, **___: object) -> object:
    # A number needs no resolver; connecting to it is what counts.
    return () if _is_number(str(host or "")) else (host,)


class _UvloopFinder(MetaPathFinder, Loader):
    """uvloop has sockets of its own, so it is guarded as soon as it is imported."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == "uvloop" else None
        if spec and spec.loader:
            self._real = spec.loader
            spec.loader = self
        return spec

    def create_module(self, spec: ModuleSpec) -> Any:
        return self._real.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._real.exec_module(module)
        _guard(module.Loop, "create_connection", _host)
        _guard(module.Loop, "getaddrinfo", _named)


def install() -> None:
    """Guards this process."""
    for name in ("connect", "connect_ex"):
        _guard(socket.socket, name, _first)
    resolve = socket.getaddrinfo

    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        check(_named(None, host))
        return resolve(host, *arguments, **options)

    socket.getaddrinfo = guarded
    sys.meta_path.insert(0, _UvloopFinder())

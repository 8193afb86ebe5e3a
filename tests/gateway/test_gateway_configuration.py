import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from cvtailor.domain.errors import InvalidInput
from cvtailor.gateway.bootstrap import bootstrap
from cvtailor.gateway.contract import methods
from cvtailor.gateway.envoy import envoy_program
from cvtailor.gateway.settings import GatewaySettings
from gateways import edge_of
from pydantic import ValidationError

from benchmarks.service_process import cvtailor


def validated(configuration: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / "envoy.json"
    path.write_text(json.dumps(configuration))
    return subprocess.run(
        [envoy_program(), "--mode", "validate", "--config-path", path, "--log-level", "warning"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("service", "gateway"),
    [
        ({}, {}),
        ({}, {"requests_per_second": 5, "origins": ("https://a.example",), "admin_port": 9901}),
        ({"supabase_url": "https://project.supabase.co"}, {"host": "0.0.0.0", "trusted_hops": 2}),  # noqa: S104
        ({"jwks_url": "http://127.0.0.1:1/keys", "jwt_issuer": "i"}, {"backends": ("one:1", "two:2")}),
    ],
    ids=["local", "guarded", "project", "backends"],
)
def test_envoy_finds_no_fault_and_nothing_deprecated(
    home: Path, service: dict[str, Any], gateway: dict[str, Any]
) -> None:
    edge = edge_of(home, service=service, **gateway)

    found = validated(bootstrap(edge, 8080, home / "admin.sock"), home)

    assert found.returncode == 0, found.stderr
    assert "eprecated" not in found.stderr


def test_a_fault_would_be_found(home: Path) -> None:
    configuration = bootstrap(edge_of(home), 8080)
    configuration["static_resources"]["listeners"][0]["filter_chain"] = []

    assert "filter_chain" in validated(configuration, home).stderr


def test_the_configuration_can_be_printed(home: Path) -> None:
    printed = cvtailor("gateway", "--print", "--port", "8443", data_dir=home, gateway_page=str(home / "dist"))

    configuration = yaml.safe_load(printed.stdout)
    assert validated(configuration, home).returncode == 0
    address = configuration["static_resources"]["listeners"][0]["address"]["socket_address"]
    assert address == {"address": "127.0.0.1", "port_value": 8443}
    assert "eyJ" not in printed.stdout


def test_only_calls_that_change_nothing_twice_are_repeatable() -> None:
    repeatable = {method.path.rpartition("/")[2] for method in methods() if method.repeatable}

    assert {"GetApplication", "ListApplications", "CancelApplication", "Check"} <= repeatable
    assert not repeatable & {
        "GenerateApplication",
        "ReviseApplication",
        "UpdateApplication",
        "WatchApplication",
        "CreateDocumentLink",
    }


def test_lists_are_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVTAILOR_GATEWAY_ORIGINS", "https://a.example, https://b.example")

    assert GatewaySettings().origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize("backend", ["service", "service:", ":1", "service:70000", "service:x"])
def test_a_backend_without_an_address_is_told(home: Path, backend: str) -> None:
    with pytest.raises(InvalidInput, match="HOST:PORT"):
        edge_of(home, backends=(backend,))


def test_a_file_that_is_not_there_is_told(home: Path) -> None:
    with pytest.raises(InvalidInput, match=r"nowhere\.pem"):
        edge_of(home, backend_ca=home / "nowhere.pem")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (["tls_key"], "together"),
        (["backend_key", "backend_ca"], "together"),
        (["backend_key", "backend_certificate"], "set backend_ca too"),
    ],
)
def test_half_of_tls_is_refused(files: list[str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        GatewaySettings(**dict.fromkeys(files, Path("file.pem")))

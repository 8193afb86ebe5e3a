"""Names and numbers in ``deploy/`` are those that the program reads."""

import re

import pytest
from cvtailor.gateway.settings import GatewaySettings
from cvtailor.settings import Settings
from deploy_files import (
    COMPOSE,
    DEPLOY,
    FILLED_IN,
    UNIT,
    WORKER_UNIT,
    compose,
    environment,
    generated,
    instructions,
    interpolated,
    manifest,
    pods,
)
from pydantic import SecretStr

_ENDINGS = {".md", ".service", ".yaml", ".env", ".example", ".py", ""}
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix in _ENDINGS)


def known_settings() -> set[str]:
    both = ((Settings, "CVTAILOR_"), (GatewaySettings, "CVTAILOR_GATEWAY_"))
    return {f"{prefix}{name}".upper() for kind, prefix in both for name in kind.model_fields}


def unknown_settings(text: str) -> set[str]:
    return set(re.findall(r"\bCVTAILOR_[A-Z0-9_]+", text)) - known_settings()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DEPLOY).as_posix())
def test_every_setting_that_is_named_exists(path):
    assert unknown_settings(path.read_text()) == set()


def test_the_page_about_it_names_no_setting_that_does_not_exist():
    text = DEPLOY.parent.joinpath("docs", "deploying.md").read_text()
    assert unknown_settings(text.replace("CVTAILOR_GATEWAY_*", "")) == set()


def test_a_misspelt_setting_is_found():
    assert unknown_settings("CVTAILOR_DRAIN_SECOND=1 CVTAILOR_GATEWAY_PORT=2") == {"CVTAILOR_DRAIN_SECOND"}


@pytest.mark.parametrize("name", ["migrate", "service", "worker", "gateway"])
def test_the_compose_files_values_are_of_the_settings_types(name, monkeypatch):
    for setting, value in compose()["services"][name]["environment"].items():
        monkeypatch.setenv(setting, interpolated(value, FILLED_IN))
    assert (Settings().supabase_url, GatewaySettings().backend_ca) == ("", None)


@pytest.mark.parametrize("name", ["cvtailor-service", "cvtailor-gateway"])
def test_kubernetes_values_are_of_the_settings_types_and_no_secrets(name, monkeypatch):
    given = generated("configMap")[name]
    for setting, value in given.items():
        monkeypatch.setenv(setting, value)
    assert Settings().objects_in_supabase
    secret = {
        f"CVTAILOR_{field}".upper()
        for field, info in Settings.model_fields.items()
        if SecretStr in getattr(info.annotation, "__args__", (info.annotation,))
    }
    # Browsers are given it.
    assert set(given) & secret <= {"CVTAILOR_SUPABASE_PUBLISHABLE_KEY"}


def test_compose_asks_for_every_password_and_the_example_names_every_variable():
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    assert asked == set(environment(DEPLOY / ".env.example"))
    for password in FILLED_IN:
        with pytest.raises(KeyError, match=password):
            interpolated(COMPOSE.read_text(), FILLED_IN | {password: ""})


def test_the_service_never_gets_the_owners_password():
    for name in ("service", "worker"):
        assert "CVTAILOR_ADMIN_DATABASE_URL" not in compose()["services"][name]["environment"]
    secrets = generated("secret")
    assert "CVTAILOR_ADMIN_DATABASE_URL" not in secrets["cvtailor-service"]
    assert set(secrets["cvtailor-migrate"]) == {"CVTAILOR_ADMIN_DATABASE_URL"}


def test_there_is_time_for_the_whole_drain():
    """Health first tells to go elsewhere, then calls may end, then runs."""

    def needed_seconds(given: dict[str, str]) -> float:
        drain = float(given.get("CVTAILOR_DRAIN_SECONDS", Settings().drain_seconds))
        return float(given.get("CVTAILOR_LAME_DUCK_SECONDS", Settings().lame_duck_seconds)) + 2 * drain

    in_compose = compose()["services"]["service"]
    in_kubernetes = manifest("Deployment", "cvtailor-service")["spec"]["template"]["spec"]
    unit = dict(re.findall(r"^(?:Environment=)?(\w+)=(\S+)$", UNIT.read_text(), re.MULTILINE))
    assert needed_seconds(in_compose["environment"]) < int(in_compose["stop_grace_period"].rstrip("s"))
    assert (
        needed_seconds(generated("configMap")["cvtailor-service"])
        < in_kubernetes["terminationGracePeriodSeconds"]
    )
    assert "--web" in UNIT.read_text()
    assert needed_seconds(unit) + GatewaySettings().drain_seconds < int(unit["TimeoutStopSec"])


def test_a_worker_has_time_to_hand_its_runs_over():
    in_compose = compose()["services"]["worker"]
    in_kubernetes = manifest("Deployment", "cvtailor-worker")["spec"]["template"]["spec"]
    unit = dict(re.findall(r"^(?:Environment=)?(\w+)=(\S+)$", WORKER_UNIT.read_text(), re.MULTILINE))
    drains = (
        (in_compose["environment"], in_compose["stop_grace_period"].rstrip("s")),
        (generated("configMap")["cvtailor-service"], in_kubernetes["terminationGracePeriodSeconds"]),
        (unit, unit["TimeoutStopSec"]),
    )
    for given, grace in drains:
        # Beyond the drain it waits some seconds for what a Postgres that is away can't answer.
        assert float(given["CVTAILOR_DRAIN_SECONDS"]) + 10 < int(grace)


def test_the_gateway_has_time_for_its_drain():
    pod = manifest("Deployment", "cvtailor-gateway")["spec"]["template"]["spec"]
    pause_seconds = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain_seconds = float(generated("configMap")["cvtailor-gateway"]["CVTAILOR_GATEWAY_DRAIN_SECONDS"])
    assert pause_seconds + drain_seconds < pod["terminationGracePeriodSeconds"]
    grace = compose()["services"]["gateway"]["stop_grace_period"]
    assert GatewaySettings().drain_seconds < int(grace.rstrip("s"))


def test_ports_agree_everywhere():
    grpc_port, http_port = Settings().port, GatewaySettings().port
    (exposed,) = (found.words for found in instructions() if found.keyword == "EXPOSE")
    assert exposed == (str(grpc_port), str(http_port))
    ports = {name: pod["spec"]["containers"][0].get("ports", []) for name, pod in pods()}
    assert [port["containerPort"] for port in ports["cvtailor-service"]] == [grpc_port]
    assert [port["containerPort"] for port in ports["cvtailor-gateway"]] == [http_port]
    assert generated("configMap")["cvtailor-gateway"]["CVTAILOR_GATEWAY_PORT"] == str(http_port)
    worker = dict(pods())["cvtailor-worker"]["spec"]["containers"][0]
    asked = {worker[f"{probe}Probe"]["grpc"]["port"] for probe in ("startup", "readiness", "liveness")}
    (in_compose,) = {
        *compose()["services"]["worker"]["command"][-1:],
        compose()["services"]["worker"]["healthcheck"]["test"][-1].rpartition(":")[2],
    }
    assert {str(port) for port in asked} == {worker["args"][-1]} == {in_compose}
    assert "ingress" not in manifest("NetworkPolicy", "worker")["spec"]
    admitted = {
        name: manifest("NetworkPolicy", name)["spec"]["ingress"][0]["ports"]
        for name in ("gateway", "service")
    }
    assert admitted == {
        "gateway": [{"protocol": "TCP", "port": http_port}],
        "service": [{"protocol": "TCP", "port": grpc_port}],
    }
    gateway = compose()["services"]["gateway"]
    assert gateway["environment"]["CVTAILOR_GATEWAY_PORT"] == str(http_port)
    assert [port.rpartition(":")[2] for port in gateway["ports"]] == [str(http_port)]


def test_the_gateway_finds_every_process_of_the_service():
    host, _, port = generated("configMap")["cvtailor-gateway"]["CVTAILOR_GATEWAY_BACKENDS"].partition(":")
    service = manifest("Service", host)["spec"]
    assert (service["clusterIP"], service["ports"][0]["port"]) == ("None", int(port))
    containers = compose()["services"]
    host, _, port = containers["gateway"]["environment"]["CVTAILOR_GATEWAY_BACKENDS"].partition(":")
    assert host in containers
    assert int(port) == Settings().port

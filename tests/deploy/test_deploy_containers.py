"""What runs in a container may do what it must, and no more; and who starts it knows how it is."""

import copy
import re
from collections.abc import Callable, Iterator

import pytest
import yaml
from deploy_files import KUBERNETES, MANIFESTS, Tree, compose, generated, instructions, manifests, pods

JOBS = {"cvtailor-migrate", "migrate"}
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def complaints_of_pod(name: str, template: Tree) -> Iterator[str]:
    """What the restricted Pod Security Standard forbids, and what we forbid beyond it."""
    pod = template["spec"]
    security = pod.get("securityContext", {})
    if not (security.get("runAsNonRoot") and security.get("runAsUser")):
        yield "may run as root"
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "no seccomp profile"
    if pod.get("automountServiceAccountToken") is not False:
        yield "holds a token of the cluster"
    if pod.get("enableServiceLinks") is not False:
        yield "is given variables of services, which begin like settings"
    mounted = {volume["name"] for volume in pod.get("volumes", [])}
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False or own.get("capabilities") != {"drop": ["ALL"]}:
            yield "keeps privileges"
        if not own.get("readOnlyRootFilesystem"):
            yield "writes to its image"
        resources = {"requests": {}, "limits": {}} | container.get("resources", {})
        if not {"cpu", "memory"} <= set(resources["requests"]) or "memory" not in resources["limits"]:
            yield "has no bounds"
        if name not in JOBS and not all(probe in container for probe in PROBES):
            yield "is not probed"
        if {mount["name"] for mount in container.get("volumeMounts", [])} != mounted:
            yield "mounts what is not there, or not what is"


POD_FAULTS: dict[str, Callable[[Tree], object]] = {
    "may run as root": lambda pod: pod["securityContext"].pop("runAsNonRoot"),
    "no seccomp profile": lambda pod: pod["securityContext"].pop("seccompProfile"),
    "holds a token of the cluster": lambda pod: pod.pop("automountServiceAccountToken"),
    "is given variables of services, which begin like settings": lambda pod: pod.pop("enableServiceLinks"),
    "keeps privileges": lambda pod: pod["containers"][0]["securityContext"].pop("capabilities"),
    "writes to its image": lambda pod: pod["containers"][0]["securityContext"].pop("readOnlyRootFilesystem"),
    "has no bounds": lambda pod: pod["containers"][0]["resources"].pop("limits"),
    "is not probed": lambda pod: pod["containers"][0].pop("livenessProbe"),
    "mounts what is not there, or not what is": lambda pod: pod.pop("volumes"),
}


@pytest.mark.parametrize(("name", "template"), pods(), ids=[name for name, _ in pods()])
def test_a_pod_is_confined_bounded_and_probed(name, template):
    assert list(complaints_of_pod(name, template)) == []


@pytest.mark.parametrize("complaint", POD_FAULTS)
def test_a_fault_of_a_pod_is_found(complaint):
    template = copy.deepcopy(dict(pods())["cvtailor-service"])
    POD_FAULTS[complaint](template["spec"])
    assert list(complaints_of_pod("cvtailor-service", template)) == [complaint]


def complaints_of_container(name: str, container: Tree) -> Iterator[str]:
    """What a container of the compose file lacks."""
    if not (
        container.get("read_only")
        and container.get("cap_drop") == ["ALL"]
        and container.get("security_opt") == ["no-new-privileges:true"]
    ):
        yield "keeps privileges"
    resources = container.get("deploy", {}).get("resources", {})
    if not {"cpus", "memory", "pids"} <= set(resources.get("limits", {})):
        yield "has no bounds"
    # That of the image is the service's.
    if name not in {*JOBS, "service"} and "test" not in container.get("healthcheck", {}):
        yield "is not probed"
    if "ports" in container and name != "gateway":
        yield "is reachable from outside"
    if not re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", container["image"]):
        yield "is of no pinned image"


CONTAINER_FAULTS: dict[str, Tree] = {
    "keeps privileges": {"cap_drop": []},
    "has no bounds": {"deploy": {}},
    "is not probed": {"healthcheck": {}},
    "is reachable from outside": {"ports": ["5432:5432"]},
    "is of no pinned image": {"image": "postgres:latest"},
}


@pytest.mark.parametrize("name", compose()["services"])
def test_a_container_of_the_compose_file_is_confined_bounded_and_probed(name):
    assert list(complaints_of_container(name, compose()["services"][name])) == []


@pytest.mark.parametrize("complaint", CONTAINER_FAULTS)
def test_a_fault_of_a_container_is_found(complaint):
    faulty = compose()["services"]["postgres"] | CONTAINER_FAULTS[complaint]
    assert list(complaints_of_container("postgres", faulty)) == [complaint]


def test_postgres_and_the_service_are_on_networks_that_lead_nowhere():
    file = compose()
    inner = {name for name, network in file["networks"].items() if network.get("internal")}
    assert set(file["services"]["postgres"]["networks"]) <= inner
    assert not set(file["services"]["gateway"]["networks"]) & set(file["services"]["postgres"]["networks"])


def test_nothing_starts_before_what_it_stands_on():
    waits = {
        (name, other): how["condition"]
        for name, container in compose()["services"].items()
        for other, how in container.get("depends_on", {}).items()
    }
    assert waits == {
        ("migrate", "postgres"): "service_healthy",
        ("service", "migrate"): "service_completed_successfully",
        ("worker", "migrate"): "service_completed_successfully",
        ("gateway", "service"): "service_healthy",
    }


def test_the_images_user_is_not_root_and_its_commands_are_not_shells():
    image = [found for found in instructions() if found.stage == ""]
    (user,) = (found.words for found in image if found.keyword == "USER")
    uid = int(user[0].partition(":")[0])
    assert uid > 0
    assert {pod["spec"]["securityContext"]["runAsUser"] for _, pod in pods()} == {uid}
    for found in image:
        if found.keyword in {"ENTRYPOINT", "CMD"}:
            assert found.words[0].startswith("[")


def test_every_image_is_pinned_by_its_tag():
    stages = {found.stage for found in instructions()}
    for found in instructions():
        if found.keyword == "FROM" and found.words[0] not in stages:
            assert re.fullmatch(r"\w+:\d+\.\d+\.\d+-[\w-]+", found.words[0])


def test_kustomize_finds_everything_and_forgets_nothing():
    root = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    assert sorted(root["resources"]) == [path.name for path in MANIFESTS]
    used: dict[str, set[str]] = {"configMap": set(), "secret": set()}
    for _, template in pods():
        (container,) = template["spec"]["containers"]
        for source in container["envFrom"]:
            ((kind, reference),) = source.items()
            used[kind.removesuffix("Ref")].add(reference["name"])
        for variable in container.get("env", []):
            reference = variable["valueFrom"]["secretKeyRef"]
            assert reference["key"] in generated("secret")[reference["name"]]
    assert used == {kind: set(generated(kind)) for kind in used}
    assert {container["image"] for _, pod in pods() for container in pod["spec"]["containers"]} == {
        image["name"] for image in root["images"]
    }


def test_every_selector_selects_the_pods_of_its_name():
    labels = {name: template["metadata"]["labels"] for name, template in pods()}
    for tree in manifests():
        spec = tree.get("spec", {})
        chosen = spec.get("selector") or spec.get("podSelector")
        if chosen and tree["kind"] != "Job":
            name = tree["metadata"]["name"]
            wanted = labels[name if name.startswith("cvtailor-") else f"cvtailor-{name}"]
            assert chosen.get("matchLabels", chosen) == wanted

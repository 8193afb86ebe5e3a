"""docs/api.md is what the contract says now, and leaves nothing of it out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cvtailor.gen.buf.validate import validate_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorSet

from tools import api_reference, contract_checks
from tools.contract_image import image, own_files
from tools.contract_rules import rules_in_words

REPO = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def _dependencies() -> None:
    subprocess.run([sys.executable, "tools/proto_dependencies.py"], cwd=REPO, check=True)


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPO)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")


@pytest.fixture
def files() -> FileDescriptorSet:
    return image()


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def test_the_pages_made_of_the_contract_are_fresh(files: FileDescriptorSet) -> None:
    assert contract_checks.stale_pages(files) == []


def test_a_changed_comment_makes_the_page_stale(files: FileDescriptorSet) -> None:
    (file,) = (file for file in own_files(files) if file.name.endswith("/health.proto"))
    commented = next(place for place in file.source_code_info.location if place.leading_comments)
    commented.leading_comments = " Something else."
    assert contract_checks.stale_pages(files) == ["docs/api.md"]


def test_a_reason_that_is_new_makes_the_page_stale_until_there_is_a_sample(files: FileDescriptorSet) -> None:
    (file,) = (file for file in own_files(files) if file.name.endswith("/error_reason.proto"))
    file.enum_type[0].value.add(name="ERROR_REASON_TOO_LOUD", number=99)
    index = len(file.enum_type[0].value) - 1
    file.source_code_info.location.add(path=[5, 0, 2, index], leading_comments="Caller fixes. ABORTED.")
    with pytest.raises(ValueError, match=r"error_samples\.py has no sample of TOO_LOUD"):
        contract_checks.stale_pages(files)


def test_every_name_of_the_contract_is_on_the_page(files: FileDescriptorSet) -> None:
    page = api_reference.page(files)
    names: list[str] = []

    def gather(item: DescriptorProto | EnumDescriptorProto, of: str) -> None:
        names.append(f"### {of}{item.name}\n")
        if isinstance(item, EnumDescriptorProto):
            names.extend(f"| `{value.name}` |" for value in item.value)
            return
        names.extend(f"| {field.number} | `{field.name}` |" for field in item.field)
        for nested in (*item.nested_type, *item.enum_type):
            if not nested.options.ListFields() or not getattr(nested.options, "map_entry", False):
                gather(nested, f"{of}{item.name}.")

    for file in own_files(files):
        for item in (*file.message_type, *file.enum_type):
            gather(item, "")
        for service in file.service:
            names.extend([f"## {service.name}\n", *(f"### {rpc.name}\n" for rpc in service.method)])
    assert [name for name in names if name not in page] == []


def test_every_link_leads_somewhere(files: FileDescriptorSet) -> None:
    page = api_reference.page(files)
    anchors = {slug(heading) for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= anchors
    for name in re.findall(r"\]\(([\w./]+)\)", page):
        assert (REPO / "docs" / name).exists(), name


def test_the_same_contract_makes_the_same_page(files: FileDescriptorSet) -> None:
    again = FileDescriptorSet(file=reversed(files.file))
    assert api_reference.page(again) == api_reference.page(files)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"required": True}, "required"),
        ({"string": {"min_len": 1, "max_len": 100}}, "1 to 100 characters"),
        ({"string": {"uuid": True}, "ignore": validate_pb2.IGNORE_IF_ZERO_VALUE}, "a UUID, or unset"),
        ({"string": {"pattern": "^(en|de)?$"}}, "one of `en`, `de` or empty"),
        ({"int32": {"gte": 0}}, "0 or more"),
        ({"enum": {"defined_only": True, "not_in": [0]}}, "a value that this contract has, not unspecified"),
        (
            {"repeated": {"max_items": 2, "items": {"string": {"max_len": 3}}}},
            "at most 2 items, each at most 3 characters",
        ),
    ],
)
def test_rules_are_told_in_words(rules: dict[str, object], words: str) -> None:
    assert rules_in_words(validate_pb2.FieldRules(**rules)) == words


def test_a_rule_without_words_is_no_rule_left_out() -> None:
    with pytest.raises(ValueError, match=r"no words for the rule string\.email"):
        rules_in_words(validate_pb2.FieldRules(string={"email": True}))

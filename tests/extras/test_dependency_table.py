import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from cvtailor.adapters.agents.providers import PROVIDERS
from cvtailor.extras import EXTRAS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "decisions" / "0007-dependencies.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OPTIONAL: dict[str, list[str]] = PROJECT["optional-dependencies"]


def brought_by(extra: str) -> set[str]:
    """The distributions that an extra asks for, with those of the extras it stands for."""
    found: set[str] = set()
    for requirement in map(Requirement, OPTIONAL[extra]):
        if requirement.name == "cvtailor":
            found = found.union(*map(brought_by, requirement.extras))
        else:
            found.add(requirement.name)
    return found


def test_each_direct_dependency_has_its_row_and_no_row_is_stale() -> None:
    direct = {Requirement(text).name for text in PROJECT["dependencies"]} | brought_by("all")
    kept = TABLE.read_text().split("## Base")[1].split("## Dropped")[0]

    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", kept, re.MULTILINE)

    assert sorted(rows) == sorted(direct)


def test_all_is_all_extras() -> None:
    assert brought_by("all") == set().union(*(brought_by(extra) for extra in OPTIONAL if extra != "all"))


def test_what_an_extra_brings_is_not_in_the_base() -> None:
    assert not {Requirement(text).name for text in PROJECT["dependencies"]} & brought_by("all")


def test_each_extra_is_known_by_modules_that_it_brings() -> None:
    assert set(EXTRAS) == set(OPTIONAL) - {"gateway", "all"}
    distributions = packages_distributions()
    for extra, modules in EXTRAS.items():
        for module in modules:
            # Some distributions write their own name with an underscore.
            bringing = {"supabase", *map(canonicalize_name, distributions[module])}
            assert brought_by(extra) & bringing, f"{extra} does not bring {module}"


def test_each_provider_has_an_extra_of_its_name() -> None:
    assert set(PROVIDERS) <= set(EXTRAS)

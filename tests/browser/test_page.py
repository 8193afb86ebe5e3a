"""The page in Chromium, over the real gateway and service; what it does is said by Playwright's specs."""

import pypdf
import pytest
from specs import KEPT, WEB, Outcome, Served, run_specs

from benchmarks.gateway_page import first_load

SPECS = sorted(path.name for path in (WEB / "tests" / "browser").glob("*.spec.ts"))
COMPRESSED_BYTES_MAX = 150_000


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest, served: Served) -> dict[str, list[Outcome]]:
    """What came of the specs that were asked for."""
    parameters = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    return run_specs(served, [one["spec"] for one in parameters if one.get("spec") in SPECS])


@pytest.mark.parametrize("spec", SPECS)
def test_the_page_does_in_a_browser_what_is_said_of(spec: str, outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes.get(spec), f"no test of {spec} was run"
    failed = [f"{one.name}\n{one.fault}" for one in outcomes[spec] if one.fault]
    if failed:
        pytest.fail("\n\n".join(failed), pytrace=False)


async def test_the_page_is_small_when_it_comes_over_the_gateway(served: Served) -> None:
    load = await first_load(served.url)
    assert load.files >= 4
    assert load.compressed_bytes < COMPRESSED_BYTES_MAX


@pytest.mark.usefixtures("outcomes")
def test_the_pdf_that_the_browser_saved_opens() -> None:
    reader = pypdf.PdfReader(KEPT / "cv.pdf")
    assert "Lena Morawski" in reader.pages[0].extract_text()

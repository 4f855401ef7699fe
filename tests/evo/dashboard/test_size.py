"""Pages of a run of 20,000 candidates answer at once."""

import importlib.util
from pathlib import Path

import pytest

STORE = Path(__file__).parents[3] / "benchmarks" / "store.py"
CANDIDATES = 20_000
LAST = CANDIDATES - 1
SECONDS = 2.0
PAGES = (
    "/",
    "/?compare=large",
    "/run",
    "/archive",
    "/lineage",
    f"/lineage?id={LAST}",
    "/lineage?id=0&direction=descendants",
    "/candidate",
    f"/candidate?id={LAST}",
    "/calls",
    "/calls?page=200",
    "/problems",
    "/sql?q=SELECT * FROM evaluations",
    "/sql?q=SELECT operator, min(gap_scaled) FROM candidates JOIN evaluations ON candidate = ordinal GROUP BY 1",
)
ANSWERS = """
return performance.getEntriesByType('resource').filter(one => one.name.includes('_dash-update-component'))
    .map(one => one.duration / 1000)
"""


@pytest.fixture(scope="module")
def large(serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a dashboard of one run as `benchmarks/store.py` makes it."""
    spec = importlib.util.spec_from_file_location("store_benchmark", STORE)
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    folder: Path = tmp_path_factory.mktemp("large")
    (folder / "large").mkdir()
    benchmark.measure_writing(folder / "large" / "run.sqlite", CANDIDATES, 125)
    return str(serve(folder))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_page_answers_within_two_seconds(browser, large):
    took = {page: min(answered(browser, large + page) for _ in range(3)) for page in PAGES}
    print({page: round(seconds, 2) for page, seconds in took.items()})
    assert {page: seconds for page, seconds in took.items() if seconds > SECONDS} == {}


def answered(browser, address: str) -> float:
    """Return the seconds that the browser waited for the page, once it had the frame."""
    browser.open(address)
    assert browser.complaints() == []
    return float(max(browser.driver.execute_script(ANSWERS)))

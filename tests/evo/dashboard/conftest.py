"""A dashboard in a process of its own on real runs, and a real browser that looks at it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from dash.development.base_component import Component
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from evaluators import Evaluation, Facts, Gap, Seconds, no_levels
from evo.analysis.select import select
from evo.cli.app import status
from evo.core.records import Attempt, Draft, Message, Operator, Proposal, Request, Usage
from evo.dashboard.app import render
from evo.dashboard.run_folder import RunFolder
from evo.store import RecordedPlacement, RunStore
from problems import Split

CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # a container's is small
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
)
SECONDS = 30.0
PARENTS = [f"operator.{name}.parents=4" for name in ("tune", "grow", "vary", "cross")]  # for graphs worth drawing
TOY = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
SERIOUS = ("serious", "critical")

Serve = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a test with a browser take longer: the first one also waits for the runs, the dashboard and Chromium."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(360))


@contextmanager
def serving(runs: Path, *options: str) -> Iterator[str]:
    """Start `evo dashboard` on a free port; give its address without the last slash."""
    command = [sys.executable, "-c", "from evo.cli import main; main()", "dashboard", "--runs", str(runs)]
    with subprocess.Popen(
        [*command, "--port", "0", "--no-browser", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"http://\S+:\d+", said)
            assert found, f"evo dashboard said: {said}"
            yield found.group()
        finally:
            process.terminate()


class Browser:
    """A Chromium that remembers what it was asked to load and what it complained of."""

    def __init__(self, profile: Path) -> None:
        options = Options()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
        self.driver.set_page_load_timeout(2 * SECONDS)

    def open(self, address: str, *awaited: str) -> None:
        """Load an address and wait until the page is there, and all of these words on it."""
        self.driver.get(address)
        self.wait_for("main h1")
        for words in awaited:
            self.wait_for_words(words)

    def wait_for(self, selector: str) -> WebElement:
        """Return the first element that fits, once there is one."""
        return self.wait_until(lambda: self.driver.find_elements(By.CSS_SELECTOR, selector), selector)[0]

    def wait_for_words(self, words: str) -> None:
        """Wait until the page says so."""
        self.wait_until(lambda: words in self.text(), words)

    def wait_for_address(self, part: str) -> None:
        """Wait until the address has this in it."""
        self.wait_until(lambda: part in self.driver.current_url, part)

    def text(self) -> str:
        """Return what the page says."""
        return str(self.driver.execute_script("return document.querySelector('main')?.innerText ?? ''"))

    def complaints(self) -> list[str]:
        """Return what the console complained of since the last time it was asked."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def hosts(self) -> set[str]:
        """Return where the page's requests went since the last time it was asked."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return {urlsplit(url).hostname or "" for url in sent if url.startswith(("http", "ws", "ftp"))}

    def faults(self) -> list[str]:
        """Return the serious and critical faults that axe-core finds, each with where it is."""
        spec = find_spec("axe_core_python")
        assert spec is not None
        assert spec.submodule_search_locations
        axe = Path(spec.submodule_search_locations[0]) / "axe.min.js"
        self.driver.execute_script(f"if (!window.axe) {{ {axe.read_text(encoding='utf-8')} }}")
        found = self.driver.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
        serious: Sequence[dict[str, object]] = [v for v in found["violations"] if v["impact"] in SERIOUS]
        return [f"{v['id']}: {v['help']}: {json.dumps(v['nodes'])[:600]}" for v in serious]

    @contextmanager
    def as_soon_as(self, there: str, then: str) -> Iterator[None]:
        """In each page that is loaded, do `then` once, in the moment in which `there` gives an element: JavaScript."""
        script = f"""new MutationObserver((_, observer) => {{
            const found = {there};
            if (found) {{ observer.disconnect(); {then}; }}
        }}).observe(document, {{childList: true, subtree: true}})"""
        added = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    @contextmanager
    def dark(self) -> Iterator[None]:
        """Prefer dark pages."""
        features = [{"name": "prefers-color-scheme", "value": "dark"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    @contextmanager
    def narrow(self, width: int) -> Iterator[None]:
        """Be as wide as a telephone."""
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def wait_until(self, there: Callable[[], object], awaited: str) -> list[WebElement]:
        """Wait until something is so, and return the elements if that is what was asked for."""
        found = WebDriverWait(self.driver, SECONDS).until(
            lambda _: there(), f"{awaited!r} did not come; the page says: {self.text()[:500]}"
        )
        return found if isinstance(found, list) else []


class Grow:
    """Writes what a search would into a run that is open for writing."""

    def __init__(self, store: RunStore, model: str = "m") -> None:
        self.store, self.model = store, model
        self.next = int(select(store, "SELECT max(ordinal) + 1 FROM candidates")[0][0] or 0)

    def asked(self, error: str | None = None, dollars: float | None = 0.01) -> int:
        """Record a candidate whose author is asked and answers, or fails."""
        ordinal = self.next
        self.next += 1
        proposal = Proposal(ordinal, 0, Operator("rewrite", "llm", 1), (), 1)
        request = Request(proposal, self.model, (Message("user", "a prompt"),), Usage(100, 50, dollars))
        self.store.record_intent(request)
        source = None if error else f"def priority(p, w):\n    return p - {ordinal} * w\n"
        attempt = Attempt(self.model, Usage(90, 40, dollars, 1.5), source, error)
        self.store.record_draft(request, Draft(source, error or "", (attempt,)))
        return ordinal

    def placed(self, gap: float, *lower: float, cell: tuple[int, ...] = (0, 0)) -> int:
        """Record a candidate that takes a cell of the first island; `lower` are the gaps of the levels below."""
        ordinal = self.asked()
        gaps = np.full(3, gap)
        facts, seconds = Facts(f"{ordinal:064x}", 9), Seconds(0.1, 0.2, 0.3)
        below = np.array([lower] * 3) if lower else no_levels()
        aggregates = Gap(gap, gap, gap, lower=lower)
        outcome = Evaluation(Split.TRAIN, facts, gaps + 1, gaps, aggregates, {"size": 9.0}, seconds, below)
        self.store.record_outcome(ordinal, outcome)
        self.store.record_placements(ordinal, [RecordedPlacement(ordinal, 0, cell, "new", None)], 100.0)
        return ordinal


@pytest.fixture
def growing(seen_runs: Path) -> Iterator[Grow]:
    """Return a run that this process writes: `going_on` among `seen_runs`, `toy_one` gone on with."""
    folder = Path(shutil.copytree(seen_runs / "toy_one", seen_runs / "going_on"))
    with RunStore.open(folder / "run.sqlite") as store:
        store.resume()
        yield Grow(store)
    shutil.rmtree(folder)


@pytest.fixture
def store(seen_runs: Path) -> Iterator[RunStore]:
    """Return the record of the run `toy_one`."""
    with RunStore.open_folder(seen_runs / "toy_one") as opened:
        yield opened


def words(component: object) -> str:
    """Return what a component says, a line for each text, addresses of its links included."""
    if isinstance(component, Component):
        told = [getattr(component, name, None) for name in ("children", "href")]
        return "\n".join(words(one) for one in told if one is not None)
    if isinstance(component, list | tuple):
        return "\n".join(words(one) for one in component)
    return "" if component is None else str(component)


@pytest.fixture(scope="session")
def says() -> Callable[..., str]:
    """Return a function of a folder, a path and a query that gives what the page says."""
    return lambda folder, path, **query: words(render(RunFolder(folder), path, query).page)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    for program in (CHROMIUM, CHROMEDRIVER):
        if not program.exists():
            pytest.skip(f"no {program}: the dashboard is not looked at in a browser")
    made = Browser(tmp_path_factory.mktemp("profile"))
    yield made
    made.driver.quit()


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Return a function that starts a dashboard of a folder of runs and gives its address."""
    with ExitStack() as stack:
        yield lambda runs, *options: stack.enter_context(serving(runs, *options))


@pytest.fixture(scope="session")
def seen_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a finished run, `toy_one`, and another just like it, `toy_two`."""
    folder = tmp_path_factory.mktemp("seen")
    asked = ["budget.candidates=30", "strategy=evolve", *PARENTS, "seed=2", f"hydra.run.dir={folder}/toy_one"]
    assert status(["run", *TOY, *asked]) == 0
    shutil.copytree(folder / "toy_one", folder / "toy_two")
    return folder


@pytest.fixture(scope="session")
def dashboard(serve: Serve, seen_runs: Path) -> str:
    """Return the address of a dashboard of `seen_runs`."""
    return serve(seen_runs)


@pytest.fixture
def copied(seen_runs: Path, tmp_path: Path) -> Path:
    """Return a folder of runs of one's own, to write in."""
    return Path(shutil.copytree(seen_runs, tmp_path / "runs"))

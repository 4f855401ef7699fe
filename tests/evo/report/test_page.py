"""The page: whole, safe with hostile text, equal for equal runs; in a real browser it asks nobody for anything."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from evaluators.statistics import Interval
from evo.analysis.candidates import show
from evo.report import contents
from evo.report.page import page
from evo.report.summary import in_words, summary
from evo.store import RunStatus, RunStore, ScoredBy
from problems import Split

HOSTILE = "</code></script><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")


class Tags(HTMLParser):
    """Collects the tags, the attributes and the words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def words(text: str) -> str:
    return " ".join(Tags(text).words.split())


@pytest.fixture
def hostile(begin):
    """Return a run whose every text is hostile."""
    record = begin(family=HOSTILE, problem=HOSTILE)
    rule = f'def f(p):\n    """{HOSTILE}"""\n    return p  # {HOSTILE}'
    record.seed(0, 0.5, HOSTILE)
    asked = {"operator": HOSTILE, "model": HOSTILE, "instruction": HOSTILE, "reply": HOSTILE}
    record.add(1, 0.4, [0], source=rule, **asked)
    record.add(2, None, [0], source=rule, message=HOSTILE, **asked)
    record.finish(1, 0.4, 0.6, HOSTILE)
    return record


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    if not (CHROMIUM.exists() and CHROMEDRIVER.exists()):
        pytest.skip("needs Chromium")
    options = Options()
    options.binary_location = str(CHROMIUM)
    # A container's shared memory is small.
    flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
    for flag in (*flags, "--disable-background-networking"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    yield driver
    driver.quit()


def requested(browser: webdriver.Chrome) -> set[str]:
    """Return the schemes of all that was asked for."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]
    return {url.partition(":")[0] for url in sent}


def test_hostile_text_is_shown_as_text(hostile) -> None:
    seen = Tags(page(contents(hostile.store)))
    assert not {"script", "img", "iframe", "object", "link"} & seen.tags
    assert not [name for name in seen.attributes if name.startswith("on")]
    assert seen.words.count(HOSTILE) >= 8


def test_a_real_run_is_whole(toy: Path) -> None:
    with RunStore.open(toy / "run.sqlite", readonly=True) as store:
        text = page(contents(store, began=True))
    seen = words(text)
    assert "This run is" not in seen
    assert re.search(
        r"on test against 0\.000% of WSPT \([\d.]+ points larger; there are too few instances to say how sure", seen
    )
    assert "Of the 9 references 9 are proven optimal" in seen
    assert re.search(r"evo run problem=toy problem\.train=3 .* # the same run", seen)
    assert text.count("<svg") == 6  # two curves, three islands, the families
    assert text.count('<img src="data:image/svg+xml;base64,') == 2  # found and the best baseline on one instance
    assert len(text) < 2_000_000


def test_verdict_and_rule_come_first_with_meaning_units_direction_and_ties(toy: Path) -> None:
    with RunStore.open(toy / "run.sqlite", readonly=True) as store:
        told = replace(contents(store), notes=("looked <good>",))
        seen = words(page(told))
    figures, _, proof = summary(told)
    rule = ("def priority(p, w):", "What priority(p, w) uses")
    order = [str(told.verdict), "looked <good>", *rule, figures, proof, "It needs:"]
    places = [seen.index(part) for part in order]
    assert places == sorted(places)
    assert "(smallest first; ties go to the shorter job, then the larger weight, then the lower index)" in seen
    assert re.search(r"(time of the job, 1 to 20 ?time units|weight of the job, 1 to 10 ?per time unit)", seen)


@pytest.mark.parametrize(
    ("low", "estimate", "high", "told"),
    [
        (
            -0.005,
            -0.004,
            -0.002,
            "0.400 points smaller; with 95 % confidence 0.200 to 0.500 smaller, so certain",
        ),
        (0.002, 0.004, 0.005, "0.400 points larger; with 95 % confidence 0.200 to 0.500 larger, so certain"),
        (
            -0.005,
            -0.002,
            0.001,
            "0.200 points smaller; with 95 % confidence anything from 0.500 points smaller to 0.100 points larger, "
            "so not certain",
        ),
        (np.nan, -0.002, np.nan, "0.200 points smaller; there are too few instances to say how sure that is"),
    ],
)
def test_an_interval_is_told_in_words(low: float, estimate: float, high: float, told: str) -> None:
    assert in_words(Interval(estimate, low, high)) == told


def test_equal_runs_give_equal_bytes(toy: Path) -> None:
    with RunStore.open(toy / "run.sqlite", readonly=True) as store:
        assert page(contents(store)) == page(contents(store))


def test_a_run_under_way_says_so_and_compares_with_its_seeds(record) -> None:
    record.seed(0, 0.5)
    record.add(1, 0.4, [0])
    seen = words(page(contents(record.store)))
    assert "This run is not finished: it still runs, or was killed." in seen
    assert "Its mean gap to the references is 40.000% on train against 50.000% of SPT" in seen
    assert re.search(r"evo resume \S*toy_s7 ", seen)


def test_test_saw_no_choice_only_where_it_was_looked_at_once(finished) -> None:
    once = summary(contents(finished.store))
    assert "test was not looked at before" in once[0]
    assert "looked at" not in once[1]
    finished.finish(2, 0.4, 0.45)
    first, second, _ = summary(contents(finished.store))
    assert "test was not looked at before" not in first
    assert "Test instances were looked at 2 times. Second winner on these test instances:" in second


def test_the_command_of_a_run_that_was_resumed_is_how_it_began(finished) -> None:
    assert "evo run  # the same run, the same archives" in page(contents(finished.store, began=True))
    finished.store.record_score(2, Split.TEST, show(finished.store, 3).outcomes[Split.TEST], ScoredBy.RESUME)
    assert "evo run  # how it began, before it was resumed" in page(contents(finished.store, began=True))


def test_an_interrupted_run_says_so(record) -> None:
    record.seed(0, 0.5)
    record.store.finish(RunStatus.INTERRUPTED)
    assert "This run is interrupted." in words(page(contents(record.store)))


def test_nothing_but_failures_is_a_report_too(record) -> None:
    record.add(0, None, message="instance i0: no answer")
    record.add(1, None)
    seen = words(page(contents(record.store)))
    assert "None of the 2 candidates for toy has a score, most often by timeout." in seen
    assert "Such as candidate 0: instance i0: no answer" in seen


def test_a_run_without_candidates_is_a_report_too(record) -> None:
    assert "None of the 0 candidates" in words(page(contents(record.store)))


def test_what_models_were_paid_is_told(record) -> None:
    record.seed(0, 0.5)
    record.add(1, 0.4, [0], model="big-model", reply="code")
    text = page(contents(record.store))
    assert "made in 1 seconds, 120 tokens and $0.2500; it was written by big-model (vary)" in words(text)
    assert 'aria-label="gap over dollars"' in text


def test_an_unknown_price_is_no_price(record) -> None:
    record.seed(0, 0.5)
    record.add(1, 0.4, [0], model="big-model", reply="code", dollars=None)
    text = page(contents(record.store))
    assert "120 tokens and an unknown price" in words(text)
    assert 'aria-label="gap over dollars"' not in text
    assert 'aria-label="gap over tokens"' in text


def test_levels_of_an_objective_stand_beside_each_other(record) -> None:
    record.seed(0, 0.5)
    record.add(1, 0.4, [0], lower=(0.1, -0.2))
    record.score(1, 0.3, Split.VALIDATION, (0.1, 0.2))
    seen = words(page(contents(record.store)))
    assert "40.000% / 10.000% / -20.000% on train" in seen
    assert "the levels of the objective, the first decides" in seen


def test_a_step_shows_what_it_changed(finished) -> None:
    text = page(contents(finished.store))
    assert re.search(r"<del>2 *</del><ins>3 *</ins>", text)
    assert "Candidate 3: 40.000% → 30.000%" in words(text)


def test_a_best_that_is_no_improvement_on_train_ends_its_line(record) -> None:
    record.seed(0, 0.5)
    record.add(1, 0.3, [0], source="def f(p):\n    return 2 * p")
    record.add(2, 0.4, [1], source="def f(p):\n    return 4 * p")
    record.finish(2, 0.3, 0.45)
    text = page(contents(record.store))
    assert "not better on train than its ancestor 1" in words(text)
    assert re.search(r"<del>2 *</del><ins>4 *</ins>", text)


def test_a_page_for_paper_is_light_and_open(finished) -> None:
    screen, paper = (page(contents(finished.store), paged) for paged in (False, True))
    assert ("prefers-color-scheme: dark" in screen, "prefers-color-scheme: dark" in paper) == (True, False)
    assert ("<details>" in screen, "<details>" in paper) == (True, False)
    assert "@page { size: A4" in paper


@pytest.mark.parametrize("kind", ["toy", "hostile"])
def test_a_browser_asks_nobody_and_nothing_overflows(kind, request, tmp_path, browser) -> None:
    made = request.getfixturevalue(kind)
    file = tmp_path / "report.html"
    with RunStore.open((made if kind == "toy" else made.folder) / "run.sqlite", readonly=True) as store:
        file.write_text(page(contents(store)), encoding="utf-8")
    for width in (1200, 400):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get(file.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.title != "taken"
    assert requested(browser) <= {"file", "data"}
    assert browser.get_log("browser") == []

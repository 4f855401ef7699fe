"""The pages cannot rot: their SQL is the code's, their commands exist, they build and work without a network."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer.main

from evo.cli import lineage
from evo.cli.verbs import app
from evo.store import migrations

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
LINEAGE = (ROOT / "docs" / "lineage.md").read_text(encoding="utf-8")
BESIDE = ("calls", "candidate_list", "candidate_rows", "instance_sets", "lineage_graph", "overview", "rivals")
"""Read by pages, reports and Python programs, no question of `evo lineage`."""
MODULES = [one for one in sorted((ROOT / "evo" / "analysis").glob("*.py")) if one.stem not in BESIDE]
QUESTIONS = sorted(typer.main.get_group(lineage.app).commands)
BLOCKS = re.findall(r"```sh\n(.*?)```", LINEAGE, re.DOTALL)
COMMANDS = [shlex.split(line, comments=True) for block in BLOCKS for line in block.splitlines()]
RIVALS = ("openevolve", "shinkaevolve", "llm4ad")
DRIVER, BROWSER = shutil.which("chromedriver"), shutil.which("chromium")
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


def statements(module: Path) -> list[str]:
    """Return the SQL constants of a module as its source spells them, f-strings with their braces."""
    text = module.read_text(encoding="utf-8")
    constants = [node.value for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    spelt = [
        (ast.get_source_segment(text, value) or "").removeprefix("f").strip('"').strip()
        for value in constants
        if isinstance(value, ast.Constant | ast.JoinedStr)
    ]
    return [one for one in spelt if re.match(r"(SELECT|WITH|VALUES)\b", one)]


SQL = [pytest.param(one, id=f"{module.stem}-{one[:30]}") for module in MODULES for one in statements(module)]


@pytest.mark.parametrize("statement", SQL)
def test_the_sql_behind_a_question_stands_in_the_page(statement: str) -> None:
    assert statement in LINEAGE


def test_there_is_sql() -> None:
    assert len(SQL) > 30


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_a_section_and_an_example(question: str) -> None:
    assert f"\n### {question}\n" in LINEAGE
    assert any(command[:3] == ["evo", "lineage", question] for command in COMMANDS)


def test_the_page_asks_only_questions_that_there_are() -> None:
    asked = [command for command in COMMANDS if command[:2] == ["evo", "lineage"]]
    assert {command[2] for command in asked} <= set(QUESTIONS)
    group = typer.main.get_group(app).commands["lineage"]
    for command in asked:
        context = group.commands[command[2]].make_context(command[2], command[3:])  # type: ignore[attr-defined]
        assert context.params


def test_the_tables_are_told_as_the_store_tells_them() -> None:
    assert str(migrations.__doc__).partition("\n\n")[2].strip() in LINEAGE


def test_the_page_that_compares_states_the_ratios_of_the_measurement() -> None:
    page = " ".join((ROOT / "docs" / "comparison.md").read_text(encoding="utf-8").split())
    measured = json.loads((ROOT / "benchmarks" / "search" / "duel.json").read_text(encoding="utf-8"))
    ratios = [one["ratio"] for one in measured["comparisons"] if one["replies"] == 300 and one["arm"] in RIVALS]
    least, most = (choose(one["estimate"] for one in ratios) for choose in (min, max))
    assert f"is between {least:.2f} and {most:.2f}, and its 95 % interval lies below 1 in all {len(ratios)}" in page
    assert all(one["high"] < 1 for one in ratios)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the pages as they are published."""
    pytest.importorskip("material", reason="pip install evo-heuristics[docs]")
    folder = tmp_path_factory.mktemp("docs") / "site"
    # without --quiet, which hides the warnings that --strict counts
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert built.returncode == 0, built.stderr
    return folder


class Loaded(HTMLParser):
    """Collects what a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name == LOADING.get(tag)]


def test_every_page_is_in_the_contents(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    assert [page.stem for page in PAGES if not (site / f"{page.stem}.html").is_file()] == []
    assert [page.stem for page in PAGES if f'href="{page.stem}.html"' not in index] == []


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = Loaded()
    for page in site.rglob("*.html"):
        pages.feed(page.read_text(encoding="utf-8"))
    styles = [url for css in site.rglob("*.css") for url in re.findall(r"url\(([^)]*)", css.read_text("utf-8"))]
    assert len(pages.addresses) > len(PAGES)
    assert [one for one in [*pages.addresses, *styles] if re.match(r"[\"']?(https?:)?//", one)] == []


@pytest.mark.skipif(not (DRIVER and BROWSER), reason="no chromium")
def test_a_page_opened_from_disk_finds_words_and_asks_nothing_of_the_network(site: Path) -> None:
    webdriver = pytest.importorskip("selenium.webdriver")
    support = pytest.importorskip("selenium.webdriver.support.ui")
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("--headless", "--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    try:
        browser.get((site / "index.html").as_uri())
        browser.execute_script("document.querySelector('.md-search__input').focus()")
        browser.find_element("css selector", ".md-search__input").send_keys("makespan")
        found = support.WebDriverWait(browser, 60).until(
            lambda shown: (
                "matching" in shown.find_element("css selector", ".md-search-result__meta").text
                and shown.find_element("css selector", ".md-search-result").text
            )
        )
        events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    finally:
        browser.quit()
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert "Job shop" in found
    assert asked
    assert [url for url in asked if re.match("(https?|wss?):", url)] == []

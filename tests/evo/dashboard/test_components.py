"""What all pages share: addresses, the header, tables and plots that can be read and reached by all."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from evo.analysis.candidates import best_ordinal
from evo.analysis.overview import source_of
from evo.dashboard.components import href, query_of

ADDRESSES = (
    "/?compare=toy_one&compare=toy_two",
    "/run?run=toy_one",
    "/candidates?run=toy_one&status=new&sort=gap",
    "/archive?run=toy_one",
    "/lineage?run=toy_one&id=best",
    "/candidate?run=toy_one&id=best",
    "/calls?run=toy_one",
    "/problems",
    "/sql?run=toy_one&q=SELECT+1",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_loaded_from_this_machine_alone_without_complaint_and_can_be_read_by_all(browser, dashboard, address):
    browser.open(dashboard + address)
    assert browser.faults() == []
    with browser.dark():
        assert browser.faults() == []
    with browser.narrow(390):
        width = "return document.documentElement.scrollWidth"
        browser.wait_until(lambda: browser.driver.execute_script(width) <= 390, "a page no wider than the screen")
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, "h1")) == 1
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, "[aria-current=page]")) == 1
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "[role=alert]"), browser.text()
    assert browser.complaints() == []
    assert browser.hosts() == {"127.0.0.1"}


def test_the_keyboard_reaches_the_skip_link_the_pages_and_the_links_of_a_table(browser, dashboard):
    browser.open(f"{dashboard}/?run=toy_one", "toy_one")
    seen = []
    for _ in range(40):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        seen.append(browser.driver.switch_to.active_element.text)
    assert seen[:3] == ["Skip to content", "Runs", "Run"]
    assert "toy_one" in seen
    browser.driver.find_element(By.LINK_TEXT, "toy_one").send_keys(Keys.ENTER)
    browser.wait_for_address("/run?run=toy_one")
    browser.wait_for_words("The rule that was found")
    assert browser.driver.switch_to.active_element.get_attribute("id") == "main"
    assert browser.driver.title == "Run · toy_one · evo"


def test_the_address_is_all_that_a_page_is_made_from_and_the_browser_can_go_back(browser, dashboard):
    browser.open(f"{dashboard}/run?run=toy_one", "candidates placed")
    browser.driver.find_element(By.LINK_TEXT, "seconds").click()
    browser.wait_for_address("over=seconds")
    browser.wait_for_words("seconds of the run")
    browser.open(browser.driver.current_url, "seconds of the run")
    browser.driver.back()
    browser.wait_for_words("candidates placed")


def test_a_link_clicked_on_in_the_moment_in_which_it_is_there_is_followed(browser, dashboard):
    with browser.as_soon_as("document.querySelector('header a[href^=\"/calls\"]')", "found.click()"):
        browser.driver.get(f"{dashboard}/run?run=toy_one")
        browser.wait_for_address("/calls?run=toy_one")
        browser.wait_until(lambda: browser.driver.title.startswith("Calls"), "the page of the calls")


def test_a_figure_takes_no_click_before_it_is_heard(browser, dashboard):
    drawn = "document.querySelector('#cells .dash-graph--pending .nsewdrag')"
    with browser.as_soon_as(drawn, "window.takes = getComputedStyle(found).pointerEvents"):
        browser.open(f"{dashboard}/archive?run=toy_one&island=0")
        browser.wait_until(lambda: browser.driver.execute_script("return window.takes === 'none'"), "no clicks taken")


def test_a_click_on_a_cell_leads_to_its_candidate(browser, dashboard):
    browser.driver.get(f"{dashboard}/archive?run=toy_one&island=0")
    script = (
        "const graph = document.querySelector('#cells .js-plotly-plot'), z = graph?.data?.[0].z;"
        "if (!z || !graph.querySelector('.nsewdrag')) return [];"
        "const row = z.findIndex(line => line.some(gap => gap !== null)), column = z[row].findIndex(g => g !== null);"
        "const layout = graph._fullLayout, box = graph.getBoundingClientRect();"
        "const x = box.left + layout.xaxis._offset + layout.xaxis.d2p(column);"
        "const y = box.top + layout.yaxis._offset + layout.yaxis.d2p(row);"
        "return document.elementFromPoint(x, y)?.closest('.nsewdrag') ? [x, y] : []"
    )
    x, y = browser.wait_until(lambda: browser.driver.execute_script(script), "a cell that takes clicks")
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        event = {"type": kind, "x": x, "y": y, "button": "none" if kind == "mouseMoved" else "left", "clickCount": 1}
        browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)
    browser.wait_for_address("/candidate?run=toy_one&id=")


def test_a_run_that_goes_on_is_seen_to_grow_without_losing_ones_place(browser, dashboard, growing):
    browser.open(f"{dashboard}/run?run=going_on", "running", "Against the baselines", "Now: search")
    browser.wait_for("#gap .main-svg")
    place = browser.driver.find_element(By.CSS_SELECTOR, "#events tbody a")
    browser.driver.execute_script("arguments[0].focus(); window.kept = document.querySelector('#gap .main-svg')", place)
    before = place.text
    ordinal = growing.placed(gap=0.001)
    browser.wait_for_words(f"#{ordinal}")
    browser.wait_for_words("0.100%")
    assert browser.driver.execute_script("return window.kept.isConnected"), "the figure was made anew"
    bottom, below = (
        "return document.querySelector('#gap .main-svg').getBoundingClientRect().bottom",
        "return document.querySelector('#gap-told').getBoundingClientRect().top",
    )
    assert browser.driver.execute_script(bottom) <= browser.driver.execute_script(below) + 1
    browser.wait_until(lambda: browser.driver.switch_to.active_element.text == before, "the focus")
    assert browser.complaints() == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/nowhere", "There is no page /nowhere."),
        ("/run?run=no", "No run 'no' in "),
        ("/run?run=../toy_one", "No run '../toy_one' in "),
        ("/archive?run=toy_one&island=9", "No island '9': expected behaviour or first or second."),
    ],
)
def test_what_is_not_there_is_said_in_one_line(says, seen_runs: Path, address: str, said: str):
    path, _, search = address.partition("?")
    told = says(seen_runs, path, **dict(pair.split("=") for pair in search.split("&") if pair))
    assert said in told


def test_an_address_holds_what_was_asked_whatever_letters_it_has() -> None:
    address = href("/run", run='a&b="<é', id=7, over="")
    assert address.startswith("/run?")
    assert "<" not in address
    assert query_of(address.partition("?")[2]) == {"run": 'a&b="<é', "id": "7"}


def test_several_values_of_a_name_are_the_lines_of_one_text() -> None:
    address = href("/", compare=["one", "two"])
    assert address == "/?compare=one&compare=two"
    assert query_of(address.partition("?")[2]) == {"compare": "one\ntwo"}


def test_the_lines_of_a_form_are_as_those_of_a_link() -> None:
    assert query_of("?q=a%0D%0Ab") == query_of(href("", q="a\nb")) == {"q": "a\nb"}


def test_ten_thousand_values_of_a_name_are_as_many_lines() -> None:
    assert query_of("?" + "&".join(["q=a"] * 10_000)) == {"q": "\n".join(["a"] * 10_000)}


def test_an_address_that_asks_for_nothing_is_the_path() -> None:
    assert href("/", run=None, compare=[]) == "/"
    assert query_of(None) == {}


def test_the_switch_changes_the_colours_and_the_browser_keeps_the_choice(browser, dashboard):
    ground = "return getComputedStyle(document.body).backgroundColor"
    browser.open(f"{dashboard}/problems")
    light = browser.driver.execute_script(ground)
    Select(browser.wait_for("#scheme")).select_by_value("dark")
    dark = browser.driver.execute_script(ground)
    assert dark != light
    browser.open(f"{dashboard}/run?run=toy_one")
    assert browser.driver.execute_script(ground) == dark
    browser.wait_until(lambda: browser.wait_for("#scheme").get_attribute("value") == "dark", "the choice")
    with browser.dark():
        Select(browser.wait_for("#scheme")).select_by_value("light")
        assert browser.driver.execute_script(ground) == light
        Select(browser.wait_for("#scheme")).select_by_value("auto")
        assert browser.driver.execute_script(ground) == dark
    assert browser.complaints() == []


def test_a_ticked_run_is_compared_at_once_and_the_box_keeps_the_focus(browser, dashboard):
    browser.open(f"{dashboard}/")
    box = "[role=checkbox][title='compare toy_one']"
    browser.wait_for(box).send_keys(Keys.SPACE)
    browser.wait_for_words("Comparison")
    assert browser.driver.current_url.endswith("/?compare=toy_one")
    assert browser.wait_for(box).get_attribute("aria-checked") == "true"
    title = "return document.activeElement.title"
    browser.wait_until(lambda: browser.driver.execute_script(title) == "compare toy_one", "the focus")
    browser.wait_for("thead a").click()
    browser.wait_for_address("sort=run")
    browser.wait_for("th[aria-sort=ascending]")
    assert "compare=toy_one" in browser.driver.current_url


def test_a_rule_is_copied_and_kept_as_it_stands(browser, dashboard, store, tmp_path):
    browser.open(f"{dashboard}/run?run=toy_one", "The rule that was found")
    source = source_of(store, best_ordinal(store))
    assert browser.wait_for("#best-source").get_attribute("textContent") == source
    folder = {"behavior": "allow", "downloadPath": str(tmp_path)}
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", folder)
    browser.wait_for("[data-keep]").click()
    file = tmp_path / f"toy_one_{best_ordinal(store)}.py"
    browser.wait_until(file.is_file, "the file")
    assert file.read_text(encoding="utf-8") == source
    browser.wait_for("[data-copy]").click()
    browser.wait_until(lambda: browser.wait_for("[data-copy]").text != "Copy", "an answer of the button")
    assert browser.complaints() == []

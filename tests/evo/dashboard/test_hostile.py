"""What others wrote is text and nothing else: markup in everything that a run records, looked at in a real browser."""

import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

EVIL = """</script><img src=x onerror="window.pwned=1"><b>"""
RUN = """<img src=x onerror="window.pwned=1"><b>"""
"""A folder's name has no slash."""
FAILED, WITHOUT_SOURCE = 2, 3


@pytest.fixture(scope="module")
def hostile(serve, record_of, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a dashboard of one run, all of whose texts are markup."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    (folder / RUN).mkdir()
    record_of(EVIL).write(folder / RUN / "run.sqlite")
    return str(serve(folder))


def untouched(browser) -> bool:
    """Give a picture that cannot be loaded the time to say so, and return whether nothing of it came to be."""
    browser.driver.execute_async_script("setTimeout(arguments[0], 150)")
    made = "document.querySelectorAll('main img:not([class]), main b, main script').length"
    return bool(browser.driver.execute_script(f"return window.pwned === undefined && {made} === 0"))


SEEN = {
    "/": (RUN,),
    f"/?compare={quote(RUN)}": (RUN,),
    "/run": (EVIL,),
    "/archive": (EVIL,),
    "/candidates": (EVIL,),
    "/calls": (EVIL,),
    "/lineage": (EVIL,),
    "/candidate": (f"# {EVIL}", f'"""{EVIL}"""', f"helps: {EVIL}", f"train 0 {EVIL}"),
    f"/candidate?id={FAILED}": (EVIL, "runtime_error"),
    f"/candidate?id={WITHOUT_SOURCE}": (f"No source: {EVIL}",),
    "/problems": (EVIL,),
    "/sql?q=SELECT+content,+message+FROM+blobs,+failures": (EVIL,),
    f"/sql?q={quote_plus(f'SELECT 1 AS [{EVIL}]')}": (EVIL,),
}
REFLECTED = {
    f"/{quote(EVIL, safe='')}": (),
    f"/run?run={quote(EVIL)}": (EVIL,),
    f"/lineage?direction={quote(EVIL)}": (EVIL,),
    f"/lineage?depth={quote(EVIL)}": (EVIL,),
    f"/candidate?id={quote(EVIL)}": (EVIL,),
    f"/candidate?split={quote(EVIL)}": (),
    f"/archive?island={quote(EVIL)}": (),
    f"/candidates?text={quote(EVIL)}": (),
    f"/candidates?operator={quote(RUN)}&model={quote(RUN)}": ("0 candidates",),
    f"/candidates?status={quote(EVIL)}": (EVIL,),
    f"/candidates?sort={quote(EVIL)}": (EVIL,),
    f"/candidates?low={quote(EVIL)}": (EVIL,),
    f"/?sort={quote(EVIL)}&problem={quote(EVIL)}": (),
    f"/calls?model={quote(EVIL + '?')}&page={quote(EVIL)}": (),
    f"/sql?q={quote(EVIL)}": ("syntax error",),
}


@pytest.mark.parametrize("address", SEEN)
def test_markup_in_a_run_is_seen_as_text(browser, hostile, address):
    browser.open(hostile + address, *SEEN[address])
    assert untouched(browser)
    assert browser.complaints() == []


def test_markup_in_prompts_and_replies_is_seen_as_text(browser, hostile):
    browser.open(f"{hostile}/candidate", "Prompts and replies")
    browser.driver.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    folded = "return [...document.querySelectorAll('main details pre:not(.difference)')].map(one => one.innerText)"
    assert browser.driver.execute_script(folded) == [EVIL] * 4, "a prompt and an error, a prompt and a reply"
    assert untouched(browser)


def test_markup_in_a_figures_hover_is_seen_as_text(browser, hostile):
    browser.open(f"{hostile}/candidate", "Gaps by instance")
    browser.wait_for("#gaps .main-svg .point")
    hover = "Plotly.Fx.hover(document.querySelector('#gaps .js-plotly-plot'), [{curveNumber: 0, pointNumber: 0}])"
    browser.driver.execute_script(hover)
    assert 'onerror="window.pwned=1"' in browser.wait_for("#gaps .hoverlayer text").text
    assert untouched(browser)


@pytest.mark.parametrize("address", REFLECTED)
def test_markup_in_an_address_is_seen_as_text(browser, hostile, address):
    browser.open(hostile + address, *REFLECTED[address])
    assert untouched(browser)
    assert browser.complaints() == []


def test_the_check_itself_notices_markup(browser, hostile):
    browser.open(f"{hostile}/problems", EVIL)
    browser.driver.execute_script(f"document.querySelector('main').insertAdjacentHTML('beforeend', {json.dumps(RUN)})")
    assert not untouched(browser)
    browser.complaints()

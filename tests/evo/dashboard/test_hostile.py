"""What others wrote is text and nothing else: markup in everything that a run records, looked at in a real browser."""

import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import numpy as np
import pytest

from evaluators import Evaluation, Facts, Failure, FailureKind, Gap, Isolation, Seconds
from evo.core.context import Insight
from evo.core.records import Attempt, Candidate, Draft, Message, Operator, Proposal, Request, Usage
from evo.store import RecordedPlacement, RunHeader, RunStatus, RunStore
from islands import Axis
from problems import Instance, Reference, Split

EVIL = """</script><img src=x onerror="window.pwned=1"><b>"""
RUN = """<img src=x onerror="window.pwned=1"><b>"""
"""A folder's name has no slash."""
SOURCE = f'''def priority(p, w):  # {EVIL}
    """{EVIL}"""
    return p
'''
ISLANDS = [(EVIL, (Axis(EVIL, 0.0, 1.0, 10), Axis("b", 0.0, 1.0, 10)))]
CONFIG = {"islands": {"archives": {EVIL: [1, 2]}}, "budget": {"candidates": 9}, "axes": {}}
HEADER = RunHeader(EVIL, EVIL, 0, json.dumps(CONFIG), EVIL, "{}", Isolation.B, "2026-01-01T00:00:00+00:00")
ISLANDS = [(EVIL, (Axis(EVIL, 0.0, 1.0, 10), Axis("b", 0.0, 1.0, 10)))]
SCORED, FAILED, WITHOUT_SOURCE = 1, 2, 3


def instances(split: Split) -> list[tuple[Instance, Reference]]:
    reference = Reference(10.0, 5.0, False, EVIL, 1.0, EVIL)
    return [(Instance(f"{split} {i} {EVIL}", f"{i} {EVIL}", (np.arange(i + 1),), 1.0), reference) for i in range(3)]


def request(ordinal: int, parents: tuple[int, ...] = ()) -> Request:
    drawn = tuple(Candidate(parent, "", Facts("", 1), 0.0) for parent in parents)
    proposal = Proposal(ordinal, 0, Operator(EVIL, "llm", 1), drawn, 1)
    return Request(proposal, EVIL, (Message(EVIL, EVIL),), Usage(10, 10, 0.1), instruction=EVIL)


def draft(source: str | None) -> Draft:
    usage = Usage(10, 10, 0.1, 1.0)
    return Draft(source, EVIL, (Attempt(EVIL, usage, error=EVIL), Attempt(EVIL, usage, reply=EVIL, raw_usage=EVIL)))


def evaluation(ordinal: int, split: Split) -> Evaluation:
    gaps = np.array([0.3, 0.2, 0.1]) / (ordinal + 1)
    gap = Gap(float(gaps.mean()), 0.1, None)
    return Evaluation(split, Facts(f"d{ordinal}", 9), gaps + 10, gaps, gap, {EVIL: 0.5, "b": 0.4}, Seconds())


@pytest.fixture(scope="module")
def hostile(serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a dashboard of one run, all of whose texts are markup."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    (folder / RUN).mkdir()
    known = {split: instances(split) for split in Split}
    with RunStore.create(folder / RUN / "run.sqlite", HEADER, known, ISLANDS) as store:
        for ordinal in (0, SCORED):
            store.record_intent(request(ordinal, tuple(range(ordinal))))
            store.record_draft(request(ordinal), draft(SOURCE + f"# {ordinal}\n"))
            store.record_outcome(ordinal, evaluation(ordinal, Split.TRAIN))
            store.record_placements(ordinal, [RecordedPlacement(ordinal, 0, (ordinal, 1), "new", None)], 1.0)
        store.record_insights(request(SCORED), (), (Insight(SCORED, True, EVIL, {EVIL: 0.1}),))
        for ordinal, source in ((FAILED, SOURCE), (WITHOUT_SOURCE, None)):
            store.record_intent(request(ordinal, (SCORED,)))
            store.record_draft(request(ordinal), draft(source))
            store.record_outcome(ordinal, Failure(FailureKind.RUNTIME_ERROR, EVIL, EVIL))
            store.record_placements(ordinal, ())
        store.record_score(SCORED, Split.TEST, evaluation(SCORED, Split.TEST))
        store.record_selected(SCORED, json.dumps({"stopped": EVIL}))
        store.finish(RunStatus.FINISHED)
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
    folded = "return [...document.querySelectorAll('main details pre')].map(one => one.innerText)"
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

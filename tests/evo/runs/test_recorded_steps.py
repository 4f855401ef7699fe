"""The steps of a record are those of the run: what had been asked and was not written yet comes out the same."""

import asyncio
import io
from pathlib import Path

from rich.console import Console

from evo.config.compose import compose
from evo.core.records import CONSTANTS, OPENING
from evo.runs.build import make_author
from evo.runs.recorded_steps import RestoredRun
from evo.runs.run import DATABASE, run
from evo.search.population import SEED
from evo.store import RunStore


def test_the_embedded_author_writes_every_recorded_request_as_it_did(tmp_path: Path) -> None:
    settings = compose(["problem=toy", "budget.candidates=60"])
    run(settings, tmp_path, Console(file=io.StringIO()))
    with RunStore.open(tmp_path / DATABASE, readonly=True) as store:
        restored = RestoredRun(store.history(), settings.operators)
    author = make_author(settings)
    steps = [one.step for one in restored.placed(author) if one.step.proposal.operator != SEED]
    again = [asyncio.run(author.write(step.request)).source for step in steps]
    assert again == [step.draft.source for step in steps]
    assert {CONSTANTS, OPENING} <= {step.proposal.emitter for step in steps}

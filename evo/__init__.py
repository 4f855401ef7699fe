"""Discovers heuristics: evolves code, measures its gap to proven optima, keeps the lineage.

    import evo

    run = evo.run("toy", candidates=30)         # everything is recorded in run.folder
    print(run.source, run.gaps)
    with evo.open(run.folder) as record:        # questions to a record: evo.analysis
        ...

This page is the contents of the package; what is not named here may change. Its parts: `cli` and the pages that people
look at (`dashboard`, `sweeps`, `report`), `tools` beside a run, `analysis` of a record, `runs` from settings to their
end, `config`, the `search` itself, its `authors`, `callbacks`, the `store` and the `core` (docs/architecture.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evo.core.errors import EvoError, ForeignCodeError, MachineError, UserError
    from evo.runs.replay import Replay
    from evo.store import RunStore
    from evo.tools.evaluate import Trial
    from evo.tools.own_instances import Comparison
    from evo.tools.python_api import Run, evaluate, replay, resume, run
    from evo.tools.python_api import open_run as open  # noqa: A004 evo.open, as in gzip.open
    from problems import Split

__all__ = [
    "Comparison",
    "EvoError",
    "ForeignCodeError",
    "MachineError",
    "Replay",
    "Run",
    "RunStore",
    "Split",
    "Trial",
    "UserError",
    "evaluate",
    "open",
    "replay",
    "resume",
    "run",
]

_PLACES = {
    "Comparison": "evo.tools.own_instances:Comparison",
    "EvoError": "evo.core.errors:EvoError",
    "ForeignCodeError": "evo.core.errors:ForeignCodeError",
    "MachineError": "evo.core.errors:MachineError",
    "UserError": "evo.core.errors:UserError",
    "Replay": "evo.runs.replay:Replay",
    "RunStore": "evo.store:RunStore",
    "Trial": "evo.tools.evaluate:Trial",
    "Split": "problems:Split",
    "open": "evo.tools.python_api:open_run",
    **{name: f"evo.tools.python_api:{name}" for name in ("Run", "evaluate", "replay", "resume", "run")},
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: the command line starts without numpy and hydra."""
    if name not in _PLACES:
        raise AttributeError(f"module 'evo' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__

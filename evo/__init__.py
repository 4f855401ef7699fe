"""Discovers heuristics: evolves code, measures its gap to proven optima, keeps the lineage.

    import evo

    run = evo.run("toy", candidates=30)         # everything is recorded in run.folder
    print(run.best.source, run.best.gap, run.verdict)
    run.best.rule(p=3, w=2)                     # the rule that was found, as a function
    evo.open(run.folder).candidates()           # also while it goes on, from any program

This page is the contents of the package; what is not named here may change. Its parts: `cli` and the pages that people
look at (`dashboard`, `sweeps`, `report`), `tools` beside a run, `analysis` of a record, `runs` from settings to their
end, `config`, the `search` itself, its `authors`, `callbacks`, the `store` and the `core` (docs/architecture.md).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evo.analysis.verdict import Finding, Verdict
    from evo.callbacks.events import Callback, Ended, Placed, Started
    from evo.core.errors import EvoError, ForeignCodeError, MachineError, UserError
    from evo.core.records import Operator
    from evo.runs.replay import Replay
    from evo.store import RunStore
    from evo.tools.evaluate import Trial
    from evo.tools.heuristic import Function, Heuristic
    from evo.tools.own_instances import Comparison
    from evo.tools.own_problem import OwnProblem, problem
    from evo.tools.python_api import evaluate, replay, resume, run
    from evo.tools.python_api import open_run as open  # noqa: A004 evo.open, as in gzip.open
    from evo.tools.recorded_run import Run
    from problems import Infeasible, Split

__all__ = [
    "Callback",
    "Comparison",
    "Ended",
    "EvoError",
    "Finding",
    "ForeignCodeError",
    "Function",
    "Heuristic",
    "Infeasible",
    "MachineError",
    "Operator",
    "OwnProblem",
    "Placed",
    "Replay",
    "Run",
    "RunStore",
    "Split",
    "Started",
    "Trial",
    "UserError",
    "Verdict",
    "evaluate",
    "open",
    "problem",
    "replay",
    "resume",
    "run",
]

_HOMES = {
    "evo.analysis.verdict": ("Finding", "Verdict"),
    "evo.callbacks.events": ("Callback", "Ended", "Placed", "Started"),
    "evo.core.errors": ("EvoError", "ForeignCodeError", "MachineError", "UserError"),
    "evo.core.records": ("Operator",),
    "evo.runs.replay": ("Replay",),
    "evo.store": ("RunStore",),
    "evo.tools.evaluate": ("Trial",),
    "evo.tools.heuristic": ("Function", "Heuristic"),
    "evo.tools.own_instances": ("Comparison",),
    "evo.tools.own_problem": ("OwnProblem", "problem"),
    "evo.tools.python_api": ("evaluate", "replay", "resume", "run"),
    "evo.tools.recorded_run": ("Run",),
    "problems": ("Infeasible", "Split"),
}
_PLACES = {
    "open": "evo.tools.python_api:open_run",
    **{name: f"{home}:{name}" for home, names in _HOMES.items() for name in names},
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: the command line starts without numpy and hydra."""
    if name not in _PLACES:
        raise AttributeError(f"module 'evo' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__

"""`evo apply`: the solutions of a rule or program for instances of your own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.options import AsJson, ConfigDir, Overrides, RunsDir, Trust, find_run
from evo.core.files import RUNS

if TYPE_CHECKING:
    from evo.config.settings import Settings

app = typer.Typer()


@app.command(epilog="Example: evo apply runs/…/best.py jobs.csv --to schedules.csv")
def apply(
    rule: Annotated[str, typer.Argument(help="A file with a candidate's source, or a run: its best candidate.")],
    instances: Annotated[Path, typer.Argument(help="Your instances, in a format that the problem reads.")],
    overrides: Overrides = None,
    candidate: Annotated[
        str, typer.Option("--candidate", help="Of a run: an ordinal, the beginning of a digest, or best.")
    ] = "best",
    to: Annotated[
        Path | None,
        typer.Option("--to", help="The file to write: .csv, .json, or .svg for drawings; default: print CSV."),
    ] = None,
    runs: RunsDir = RUNS,
    config_dir: ConfigDir = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> int:
    """Make the solutions of a rule or program for your own instances; it runs in the sandbox.

    A file that stands in a run's folder, such as best.py, is applied with the settings of that run, unless others are
    given.
    """
    import sys

    from evaluators import Failure
    from evo.cli.errors import say
    from evo.cli.views import MORE_TIME
    from evo.core.foreign_text import visible
    from evo.tools.apply import apply_source, check_format
    from evo.tools.own_instances import read_instances

    if to is not None:
        check_format(to)
    settings, source = _chosen(rule, candidate, overrides or [], runs, config_dir, trust)
    made = apply_source(settings, source, read_instances(settings.problem, instances))
    if isinstance(made, Failure):
        more = f" ({MORE_TIME})" if made.kind == "timeout" else ""
        return say(f"{made.kind}: {made.message}{more}", 1)
    written = [] if to is None else [str(file) for file in made.write(to)]
    if as_json:
        print_json({**made.plain(), "file": None if to is None else str(to)})
    elif to is None:
        print(visible(made.text(".csv")), end="")
    else:
        for one in made.solved:
            print(f"{one.instance.name}: objective {one.value:g}")
    if to is not None:
        print(f"wrote {', '.join(written)}: instances {len(made.solved)}", file=sys.stderr)
    return 0


def _chosen(
    rule: str, candidate: str, overrides: list[str], runs: Path, config_dir: str | None, trust: bool
) -> tuple["Settings", str]:
    """Return the settings and the source that are meant."""
    from evo.analysis.candidates import find_candidate, show
    from evo.cli.evaluate import read_text
    from evo.config.compose import compose
    from evo.config.recorded import load
    from evo.core.errors import UserError
    from evo.store import RunStore
    from evo.store.folders import DATABASE

    file = Path(rule)
    if file.is_file():
        if candidate != "best":
            raise UserError("--candidate chooses in a run: give the run in place of the file.")
        own = not overrides and (file.parent / DATABASE).is_file()
        settings = load(file.parent, config_dir, trust=trust) if own else compose(overrides, config_dir)
        return settings, read_text(file)
    if overrides:
        raise UserError("A run has its own settings: leave KEY=VALUE out, or give a file in place of the run.")
    folder = find_run(rule, runs)
    with RunStore.open_folder(folder) as store:
        record = show(store, find_candidate(store, candidate))
    if record.step.source is None:
        raise UserError(f"Candidate {record.step.ordinal} has no source: its author wrote none.")
    return load(folder, config_dir, trust=trust), record.step.source

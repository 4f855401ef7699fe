"""`evo draw`: a solution of a candidate as a picture."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import Named, of_candidate
from evo.cli.options import AsJson, ConfigDir, Trust

app = typer.Typer()


@app.command(epilog="Example: evo draw smtt_s0 26 --instance 4 --to schedule.svg; evo draw smtt_s0 --baseline MDD")
@of_candidate
def draw(
    chosen: Named,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="Draw this baseline of the problem in place of a candidate.")
    ] = None,
    split: Annotated[
        Literal["train", "validation"], typer.Option("--split", help="The instances to choose from.")
    ] = "validation",
    instance: Annotated[
        int | None,
        typer.Option("--instance", help="The instance by its number, from 0; default: the one drawn at the run's end."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="The SVG file to write; the run's folder keeps the drawing as well.")
    ] = None,
    config_dir: ConfigDir = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> int:
    """Draw the solution of a candidate on an instance of its run as an SVG; report and dashboard show it too.

    The candidate runs in the sandbox. What is drawn depends on the problem: a Gantt chart, bins, nodes, circles.
    """
    from evaluators import Failure
    from evo.cli.errors import say
    from evo.config.recorded import load
    from evo.core.files import write_whole
    from evo.core.foreign_text import visible
    from evo.tools.drawing import draw_recorded
    from problems import Split

    settings = load(chosen.folder, config_dir, trust=trust)
    candidate = next(iter(chosen.words), None)
    made = draw_recorded(settings, chosen.folder, candidate, baseline, Split(split), instance)
    if isinstance(made, Failure):
        return say(f"{made.kind}: {made.message}", 1)
    file, drawing = made.file, made.drawing
    if to is not None:
        write_whole(to, drawing.svg)
        file = to
    if as_json:
        told = {name: getattr(drawing, name) for name in ("name", "candidate", "split", "position", "instance")}
        print_json({**told, "objective": drawing.objective, "file": str(file)})
    else:
        print(visible(f"{drawing.name} on {drawing.instance}: objective {drawing.objective:g}; wrote {file}"))
    return 0

"""`evo dashboard`: runs in a browser."""

import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from evo.cli.options import RunsDir
from evo.core.files import RUNS

LOOPBACK = "127.0.0.1"

app = typer.Typer()


@app.command(epilog="Example: evo dashboard --port 8051 --no-browser")
def dashboard(
    runs: RunsDir = RUNS,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0: any that is free.")] = 8050,
    host: Annotated[str, typer.Option(help="The address to listen on; another one lets others read.")] = LOOPBACK,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, open nothing.")] = False,
) -> None:
    """Show runs in a browser, also while they go on; Ctrl-C ends it."""
    from evo.core.errors import UserError

    if find_spec("dash") is None or find_spec("dash_cytoscape") is None:
        raise UserError("The dashboard needs more packages: pip install 'evo-heuristics[dashboard]'.")
    if not runs.is_dir():
        raise UserError(f"No folder {runs}; `evo run` makes one, or name it by --runs.")
    from evo.dashboard.server import serve

    if host not in (LOOPBACK, "localhost", "::1"):
        print(f"evo: whoever reaches {host}:{port} can read these runs, prompts included.", file=sys.stderr)
    serve(runs, host, port, browser=not no_browser)

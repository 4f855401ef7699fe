"""`evo check`: is a problem sound?"""

from typing import TYPE_CHECKING

import typer

from evo.cli.json_output import print_json
from evo.cli.options import AsJson, ConfigDir, Overrides

if TYPE_CHECKING:
    from evo.tools.check import CheckResult

app = typer.Typer()


@app.command(epilog="Example: evo check problem=NAME --config-dir FOLDER")
def check(overrides: Overrides = None, config_dir: ConfigDir = None, as_json: AsJson = False) -> int:
    """Say whether a problem is sound (problem=NAME): deterministic, feasible baselines, timing; else exit status 1."""
    from evo.config.compose import compose
    from evo.tools.check import check_problem

    results = check_problem(lambda: compose(overrides or [], config_dir))
    return report_checks("check", results, as_json)


def report_checks(title: str, results: "tuple[CheckResult, ...]", as_json: bool) -> int:
    """Print the results of checks; return 1 where one is not sound."""
    from evo.cli.views import check_results, show_view

    sound = all(result.sound for result in results)
    if as_json:
        print_json({"sound": sound, "checks": results})
    else:
        show_view(check_results(results, title))
    return 0 if sound else 1

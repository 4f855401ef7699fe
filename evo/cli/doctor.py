"""`evo doctor`: does all that a run needs work on this machine?"""

import typer

from evo.cli.check import report_checks
from evo.cli.options import AsJson, ConfigDir, Overrides

app = typer.Typer()


@app.command(epilog="Example: evo doctor llm=ollama")
def doctor(overrides: Overrides = None, config_dir: ConfigDir = None, as_json: AsJson = False) -> int:
    """Say whether Python, numba, solver, isolation and the endpoint (llm=NAME) work here; else exit status 1."""
    from evo.config.compose import compose, key_variables
    from evo.tools.doctor import diagnose

    settings = compose(overrides or [], config_dir)
    results = diagnose(settings.llm, settings.evaluator.isolation, key_variables())
    return report_checks("doctor", results, as_json)

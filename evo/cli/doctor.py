"""`evo doctor`: does all that a run needs work on this machine?"""

import typer

from evo.cli.check import report_checks
from evo.cli.options import AsJson, ConfigDir, Overrides

app = typer.Typer()


@app.command(epilog="Example: evo doctor llm=ollama")
def doctor(overrides: Overrides = None, config_dir: ConfigDir = None, as_json: AsJson = False) -> int:
    """Say whether Python, numba, solver, isolation and the endpoint (llm=NAME) work here; else exit status 1."""
    from evo.config.compose import compose, key_variables
    from evo.core.errors import UserError
    from evo.tools.doctor import diagnose

    wrong: UserError | None = None
    try:
        settings = compose(overrides or [], config_dir)
    except UserError as error:
        settings, wrong = compose(), error
    results = diagnose(settings.llm, settings.evaluator.isolation, key_variables(), str(wrong or ""))
    ended = report_checks("doctor", results, as_json)
    if wrong is not None:
        raise wrong
    return ended

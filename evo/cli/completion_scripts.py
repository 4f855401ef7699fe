"""How a shell learns to complete `evo`: the script for bash is ours, those for zsh and fish are typer's."""

import os
from pathlib import Path

import typer
from typer._completion_shared import get_completion_script, install

from evo.cli.completion import VARIABLE

SHELLS = ("bash", "zsh", "fish")
# No blank follows `budget.` or `problem=`, which go on.
BASH = f"""\
_evo_completion() {{
    local IFS=$'\\n'
    COMPREPLY=( $( env COMP_WORDS="${{COMP_WORDS[*]}}" COMP_CWORD=$COMP_CWORD {VARIABLE}=complete_bash "$1" ) )
    [[ ${{COMPREPLY[0]}} == *[=.] ]] && compopt -o nospace 2>/dev/null
    return 0
}}
complete -o default -F _evo_completion evo
"""


def show_completion(wanted: bool) -> None:
    """Print the script for the shell at hand."""
    if wanted:
        print(_script(_shell()), end="")
        raise typer.Exit


def install_completion(wanted: bool) -> None:
    """Write the script where the shell at hand reads it when it starts."""
    if not wanted:
        return
    shell = _shell()
    if shell == "bash":
        place = Path.home() / ".bash_completions" / "evo.sh"
        place.parent.mkdir(exist_ok=True)
        place.write_text(BASH, encoding="utf-8")
        settings, line = Path.home() / ".bashrc", f"source '{place}'"
        known = settings.read_text(encoding="utf-8") if settings.is_file() else ""
        if line not in known:
            settings.write_text(f"{known.rstrip()}\n{line}\n".lstrip(), encoding="utf-8")
    else:
        _, place = install(shell, "evo", VARIABLE)
    print(f"wrote {place}: completion begins with the next {shell} that you start")
    raise typer.Exit


def _script(shell: str) -> str:
    return (
        BASH if shell == "bash" else get_completion_script(prog_name="evo", complete_var=VARIABLE, shell=shell) + "\n"
    )


def _shell() -> str:
    from evo.core.errors import UserError

    shell = Path(os.environ.get("SHELL", "")).name
    if shell not in SHELLS:
        raise UserError(f"Expected $SHELL to be {', '.join(SHELLS[:-1])} or {SHELLS[-1]}, got {shell!r}.")
    return shell

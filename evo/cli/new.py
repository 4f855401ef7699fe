"""`evo new`: a small working problem to start your own from."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from evo.cli.json_output import print_json
from evo.cli.options import AsJson, ConfigDir

app = typer.Typer()


@app.command(epilog="Example: evo new problem knapsack --kind rule --dir my_problems")
def new(
    what: Annotated[Literal["problem"], typer.Argument(help="What to make.")],
    name: Annotated[str, typer.Argument(help="Its name: small letters, digits and _.")],
    kind: Annotated[Literal["rule", "algorithm", "program"], typer.Option(help="What its candidates are.")] = "rule",
    folder: Annotated[Path, typer.Option("--dir", help="The folder to write into.")] = Path(),
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Write a small working problem, a module and a YAML, to start your own from."""
    from evo.cli.program import program
    from evo.tools.new_problem import write_problem

    target = folder if config_dir is None else Path(config_dir)
    files = write_problem(name, kind, target)
    author = "llm=openai " if kind == "program" else ""  # the embedded author writes no programs
    commands = [
        f"{program()} check problem={name} --config-dir {target}",
        f"{program()} run problem={name} {author}budget=quick --config-dir {target}",
    ]
    if as_json:
        print_json({"what": what, "files": [str(file) for file in files], "next": commands})
        return
    for file in files:
        print(f"wrote {file}")
    print("next:", *commands, sep="\n  ")

"""`evo note`: what people want to remember of a run or a candidate."""

from typing import Annotated

import typer

from evo.cli.json_output import print_json
from evo.cli.naming import Named, of_candidate
from evo.cli.options import AsJson

app = typer.Typer()


@app.command(epilog="Example: evo note toy_s0 best -m 'tried on line 3, holds'; evo note toy_s0")
@of_candidate
def note(
    chosen: Named,
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="The note to write; default: list the notes.")
    ] = None,
    remove: Annotated[int | None, typer.Option("--remove", help="The number of a note to remove.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a note on a run, or on a candidate, or list the notes; report and dashboard show them."""
    from evo.analysis import find_candidate
    from evo.core.errors import UserError
    from evo.core.foreign_text import one_line
    from evo.store import RunStore
    from evo.store.folders import DATABASE
    from evo.store.notes import add_note, notes, remove_note

    file = chosen.folder / DATABASE
    with RunStore.open_folder(chosen.folder) as store:
        ordinal = find_candidate(store, chosen.candidate) if chosen.words else None
        known = notes(store)
    if message is not None and remove is not None:
        raise UserError("Expected --message or --remove, not both.")
    if message is not None:
        if not message.strip():
            raise UserError("Expected some text after --message.")
        known = add_note(file, message, ordinal)
    elif remove is not None:
        known = remove_note(file, remove)
    elif ordinal is not None:
        known = tuple(one for one in known if one.candidate == ordinal)
    if as_json:
        print_json({"run": str(chosen.folder), "notes": known})
        return
    print(f"notes of {chosen.folder.name}:" if known else f"No notes in {chosen.folder.name}; -m TEXT writes one.")
    for one in known:
        about = "run" if one.candidate is None else f"candidate {one.candidate}"
        print(f"{one.id}  {one.created[:16]}  {about}: {one_line(one.text)}")

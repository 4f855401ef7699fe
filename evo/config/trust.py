"""What tells whether a record's code may be run: the digest of own code, the signature of who made the record."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from evo.config.targets import SHIPPED, is_shipped, targets
from evo.core.checked_values import mapping
from evo.core.errors import UserError
from evo.store import RunHeader

CODE = (".py", ".yaml")


def own_targets(values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the targets in settings that are not ours."""
    return tuple(sorted({target for target in targets(values) if not is_shipped(target)}))


def code_digest(values: Mapping[str, object], folders: Sequence[str]) -> str:
    """Return the sha256 of the user's own code: that of the folders, and of modules elsewhere; nothing for none.

    Nothing is imported.
    """
    roots = dict.fromkeys(target.partition(".")[0] for target in own_targets(values))
    elsewhere = [_place(root) for root in roots if not in_folder(root, folders)]
    places = [*map(Path, folders), *(place for place in elsewhere if place is not None)]
    digest = hashlib.sha256()
    for place in places:
        for file in sorted(_sources(place)):
            digest.update(f"{file.relative_to(place.parent if file == place else place)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest() if places else ""


def in_folder(root: str, folders: Sequence[str]) -> bool:
    """Return whether a module or package of this name stands in one of the folders."""
    return any((Path(folder) / root).is_dir() or (Path(folder) / f"{root}.py").is_file() for folder in folders)


def signature(uid: str, values: Mapping[str, object], folders: Sequence[str], code: str) -> str:
    """Return what only this user can write under a run; nothing where no key can be kept."""
    key = _key()
    signed = json.dumps([uid, values, list(folders), code], sort_keys=True)
    return hmac.new(key, signed.encode(), "sha256").hexdigest() if key else ""


def _place(root: str) -> Path | None:
    """Return the file or the folder of a module, found as an import would find it."""
    try:
        spec = find_spec(root)
    except ValueError:  # the script that was started
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin and Path(spec.origin).is_file() else None


def _sources(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, below, names in os.walk(place):
        # No code of the user's: hidden folders, environments, runs with their `best.py`.
        if {"pyvenv.cfg", "run.sqlite"} & set(names):
            below.clear()
            continue
        below[:] = [name for name in below if not name.startswith((".", "__pycache__"))]
        yield from (Path(folder) / name for name in names if name.endswith(CODE))


def _key() -> bytes:
    """Return this user's key, made when it is first asked for; it is kept where only the user reads."""
    try:
        state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
        file = state / "evo" / "key"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = file.with_name(f"key.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
                written.write(secrets.token_bytes(32))
            with suppress(FileExistsError):  # another run was first
                file.hardlink_to(draft)
            draft.unlink()
        return file.read_bytes()
    except (OSError, RuntimeError):  # no home, or a read-only one
        return b""


def allowed_targets(
    folder: Path, header: RunHeader, values: Mapping[str, object], folders: Sequence[str], given: bool, resumes: bool
) -> Collection[str] | None:
    """Return the packages whose classes the record may name, None for any; raise where that takes `--trust`."""
    ours = header.origin != "" and header.origin == signature(header.uid, values, header.folders, header.code)
    own = own_targets(values)
    if not ours and resumes and (outward := _outward(values)):
        raise UserError(f"{folder} was not made here, and to resume it {outward}; --trust goes on with it.")
    if not (own or header.folders):
        return SHIPPED
    code = ", ".join((*folders, *own))
    if not (ours or given):
        raise UserError(f"{folder} was not made here, and it would run code of its own: {code}; --trust goes on.")
    if missing := [one for one in folders if not Path(one).is_dir()]:
        raise UserError(f"The code of {folder} is gone: {missing[0]}; --config-dir names where it is now.")
    if code_digest(values, folders) != header.code:
        raise UserError(f"The code of {folder} is not known to be that of the run: {code}; --trust goes on with it.")
    if ours:
        return None
    return (*SHIPPED, *(root for root in (target.partition(".")[0] for target in own) if in_folder(root, folders)))


def _outward(values: Mapping[str, object]) -> str:
    """Say what resuming does beside the search: a record says what is started, where keys are sent, files written."""
    llm = mapping(values.get("llm", {}), "llm")
    models = [llm, *(mapping(model, "llm.models") for model in mapping(llm.get("models") or {}, "llm.models").values())]
    if any(model.get("provider") == "command" for model in models):
        programs = [json.dumps(model["command"]) for model in models if model.get("command")]
        return f"starts a program, {', '.join(dict.fromkeys(programs))}"
    if functions := [str(model.get("model")) for model in models if model.get("provider") == "python"]:
        return f"calls functions of Python, {', '.join(dict.fromkeys(functions))}"
    if llm.get("provider") != "embedded":
        return "asks models, with your keys"
    return "tells its callbacks" if mapping(values.get("callbacks", {}), "callbacks") else ""

"""The options of `evo run` that hydra knows, checked and put before the settings as its parser wants them."""

from collections.abc import Sequence
from pathlib import Path

from evo.core.validation import ConfigError, near

JSON = "--json"
ESTIMATE = "--estimate"
FLAGS = (JSON, ESTIMATE, "--help", "-h", "--hydra-help", "--version", "--resolve", "--run", "-r", "--multirun", "-m",
         "--shell-completion", "-sc")  # fmt: skip
WITH_VALUE = ("--config-dir", "-cd", "--cfg", "-c", "--package", "-p", "--config-name", "-cn", "--config-path", "-cp",
              "--info", "-i")  # fmt: skip
CONFIG_DIR = ("--config-dir", "-cd")


def sorted_arguments(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return options, each as one argument, and settings; --config-dir is made absolute: it outlives this folder.

    Raises:
        ConfigError: an option is unknown or lacks its value.
    """
    options: list[str] = []
    settings: list[str] = []
    remaining = list(arguments)
    while remaining:
        argument = remaining.pop(0)
        name, equals, value = argument.partition("=")
        if not argument.startswith("-"):
            settings.append(argument)
        elif argument in FLAGS:
            options.append(argument)
        elif name not in WITH_VALUE:
            raise ConfigError(f"No such option: {name}{near(name, (*FLAGS, *WITH_VALUE))}.")
        elif not equals and not remaining:
            raise ConfigError(f"Expected a value after {name}.")
        else:
            options.append(_option(name, value if equals else remaining.pop(0)))
    return options, settings


def config_dir(options: Sequence[str]) -> str | None:
    """Return the user's own folder, if one was given."""
    named = [value for name, _, value in (option.partition("=") for option in options) if name in CONFIG_DIR]
    return named[-1] if named else None


def _option(name: str, value: str) -> str:
    if name in ("--cfg", "-c") and value not in ("job", "hydra", "all"):
        raise ConfigError(f"Expected {name} job, hydra or all, got {value!r}.")
    return f"{name}={Path(value).resolve() if name in CONFIG_DIR else value}"

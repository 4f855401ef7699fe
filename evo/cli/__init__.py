"""The command line: thin verbs over the packages."""

from evo.cli.app import main

__all__ = ["main"]

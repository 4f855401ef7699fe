"""One tree of errors: what a person can mend, what foreign code does, what this machine refuses; the rest is a bug."""

from typing import ClassVar


class EvoError(Exception):
    """An error that ends a command in one line: the message says what is wrong and what to do.

    `status` is the exit status of the command.
    """

    status: ClassVar[int] = 1


class UserError(EvoError):
    """A setting, a name or a file that a person gave does not fit."""

    status = 2


class ForeignCodeError(EvoError):
    """Code that is not ours failed: a user's own problem, a seed, a baseline."""


class MachineError(EvoError):
    """This machine, its disk, its network or a provider of models refuses."""

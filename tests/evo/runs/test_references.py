"""What is told while references are computed: at first their code is compiled, then they are counted."""

import io
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from evo.config.compose import compose
from evo.runs.build import instance_sets
from problems import Instance, Reference, Split
from problems.toy import Toy

SCREEN = io.StringIO()


@dataclass(frozen=True)
class Slow(Toy):
    """Has its first reference when a person has been told why there is none, its second when they were told of one."""

    def reference(self, instance: Instance) -> Reference:
        expected = "compiling their code" if instance.name.endswith("-0") else self.counted
        deadline = time.monotonic() + 10
        while expected not in SCREEN.getvalue() and time.monotonic() < deadline:
            time.sleep(0.05)
        return super().reference(instance)

    counted: str = ""


@pytest.mark.parametrize(("terminal", "counted"), [(False, "instances, once: 1"), (True, "1/2")])
def test_until_the_first_is_there_it_is_said_that_code_is_compiled(
    terminal: bool, counted: str, tmp_path: Path
) -> None:
    SCREEN.seek(0)
    SCREEN.truncate()
    console = Console(file=SCREEN, width=80, force_terminal=terminal, color_system=None)
    settings = replace(compose(["problem=toy"]), problem=Slow(train=2, counted=counted))
    instance_sets(settings, tmp_path, console, [Split.TRAIN])
    told = SCREEN.getvalue()
    assert "compiling their code" in told
    assert counted in told
    assert told.index("compiling their code") < told.index(counted)

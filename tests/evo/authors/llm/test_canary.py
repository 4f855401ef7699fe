"""A key in the environment never reaches a candidate's process, whatever the candidate looks at."""

import asyncio
import io

import pytest
from rich.console import Console

from evaluators import Failure
from evo.config.compose import compose
from evo.runs.build import instance_sets, make_evaluator

SMALL = ["problem=toy_program", "problem.train=2", "problem.validation=1", "problem.test=1", "evaluator.workers=1"]
REACH = "def solve(p, w):\n    import random\n    os = random._os\n    raise ValueError('found ' + {found})\n"
FOUND = {
    "its environment": "repr(dict(os.environ))",
    "its environment in C": "repr(os.getenv('CANARY_KEY'))",
    "its first environment": "open('/proc/self/environ').read()",
    "its parent's environment": "os.popen('cat /proc/' + str(os.getppid()) + '/environ').read()",
    "what was there when it started": "repr([random._os.sys.modules['posix'].environ, os.sys.argv, os.sys.orig_argv])",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return the failure of a candidate for each thing that it looks at."""
    settings = compose(SMALL)
    sets = instance_sets(settings, tmp_path_factory.mktemp("canary"), Console(file=io.StringIO()))

    async def all_of_them():
        async with make_evaluator(settings, sets) as evaluator:
            return {name: await evaluator.evaluate(REACH.format(found=found)) for name, found in FOUND.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY_KEY", "sk-canary-0123456789")
        return asyncio.run(all_of_them())


@pytest.mark.parametrize("name", FOUND)
def test_a_candidate_finds_no_key(name, told):
    assert isinstance(told[name], Failure)
    assert "sk-canary" not in repr(told[name])
    assert "violation" in told[name].kind or "found" in told[name].message or "Error" in told[name].message, told[name]


def test_a_candidate_sees_an_empty_environment(told):
    assert "found {}" in told["its environment"].message

"""What earlier versions of the language charged or made of a source otherwise."""

import pytest

from evaluators.language import LANGUAGE_VERSION, changed_constructs
from problems import Parameter, Signature

SIGNATURE = Signature("solve", (Parameter("p", "an array"), Parameter("out", "an array")), "nothing")
USES = {
    "out[0] = p[0] ** 2": [],
    "out[:] = p ** 2": ["`**`"],
    "a = p * 1\n    a **= 2": ["`**`"],
    "out[0] = np.searchsorted(p, 3)": [],
    "out[:] = np.searchsorted(p, p)": ["np.searchsorted"],
    "out[0:2] = p[p > 1][0:2] ** 2": ["`**`", "a[mask]"],
}


@pytest.mark.parametrize("code", USES)
def test_a_construct_that_changed_is_told(code: str) -> None:
    source = f"import numpy as np\ndef solve(p, out):\n    {code}\n"
    told = changed_constructs(source, SIGNATURE, 1)
    assert [text.split()[0] for text in told] == USES[code]
    assert not changed_constructs(source, SIGNATURE, LANGUAGE_VERSION)

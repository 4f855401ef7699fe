"""A sweep of runs that ask a model: its report says which share of the replies became a candidate."""

import json
from itertools import count

from evo.cli.app import status

SMALL = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "islands=one"]
MODEL = ["llm=vllm", "llm.model=coder", "llm.mend=0", "polish.per_reply=0", "window=1", "evaluator.workers=1"]


def test_the_share_of_valid_replies_is_told(endpoints, tmp_path, capsys):
    number = count()

    def answer(_):
        asked = next(number)
        return endpoints.said(
            f"```python\ndef priority(p, w):\n    return p - {asked} * w\n```" if asked % 2 else "No."
        )

    swept = [
        "seed=1,2",
        "budget.replies=4",
        f"llm.base_url={endpoints.open(answer).url}",
        f"hydra.sweep.dir={tmp_path}",
    ]
    assert status(["run", "-m", *SMALL, *MODEL, *swept]) == 0
    capsys.readouterr()
    assert status(["sweep-report", *map(str, tmp_path.glob("*_sweep")), "--format", "json"]) == 0
    (arm,) = json.loads(capsys.readouterr().out)["rows"]
    assert (arm["replies"], arm["valid_replies"], arm["repeats"], arm["valid_per_reply"]) == (8, 4, 0, 0.5)
    assert status(["sweep-report", *map(str, tmp_path.glob("*_sweep"))]) == 0
    assert "replies of models that became a candidate" in " ".join(capsys.readouterr().out.split())

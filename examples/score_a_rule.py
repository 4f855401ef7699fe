"""Score a rule that you wrote, and compare it with a baseline, instance by instance.

python examples/score_a_rule.py [FOLDER]      # the folder keeps the references
"""

import sys

import numpy as np

import evo

SMITH = "def priority(p, w):\n    return p / w\n"
SHORTEST = "def priority(p, w):\n    return p\n"


def main(folder: str = "runs") -> None:
    """Score both rules on the toy problem's validation instances."""
    split = evo.Split.VALIDATION
    gaps = {}
    for name, source in {"Smith's rule": SMITH, "shortest first": SHORTEST}.items():
        trial = evo.evaluate(source, "toy", splits=[split], references=folder)
        gaps[name] = np.array([row["gap"] for row in trial.rows()])
        print(f"{name}: mean gap {gaps[name].mean():.2%}")
    print("never worse:", bool((gaps["Smith's rule"] <= gaps["shortest first"]).all()))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Evolve a rule of the toy problem, look at what was found, go on with it.

python examples/first_run.py [FOLDER]
"""

import sys

import evo
from evo.analysis.rankings import best


def main(folder: str = "runs/example") -> None:
    """Make a run in a folder, and go on with it."""
    run = evo.run("toy", seed=1, candidates=30, folder=folder)
    print(run.source)
    print({str(split): f"{gap:.2%}" for split, gap in run.gaps.items()})
    print(run.verdict)
    print("priority of a job of 3 time units and weight 2:", run.best.rule(p=3, w=2))
    with run.record() as record:
        for ordinal, gap, *_ in best(record, 3, evo.Split.TRAIN).rows:
            print(f"candidate {ordinal}: mean gap {gap:.2%} on train")
    run.resume(candidates=30)
    print(run.stopped)
    print("replayed alike:", run.replay().identical)


if __name__ == "__main__":
    main(*sys.argv[1:])

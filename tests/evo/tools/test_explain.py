"""What parts are worth: of rules, an algorithm and a program written for it, in the sandbox."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from evaluators import Evaluation, Failure, FailureKind, Gap, Isolation, Seconds
from evaluators.source import read
from evo.analysis.explanation import Explanation, PartFinding, PartWorth, explanation
from evo.config.compose import compose
from evo.config.settings import Settings
from evo.core.errors import UserError
from evo.core.records import Draft, Operator, Proposal, Request
from evo.store import RunHeader, RunStore
from evo.tools.explain import Effort, explain
from problems import Split

SMTT = ["problem=smtt", "problem.train=[[20,1]]", "problem.validation=[[20,2]]", "problem.test=[[20,1]]"]
OBP = ["problem=obp", *(f"problem.{split}=[[weibull,100,120,3]]" for split in Split)]
PODS = ["problem=pods", "problem.search_rounds=10", *(f"problem.{split}=[[2,3,1]]" for split in Split)]
TOY = [f"problem.{split}=7" for split in Split]
PRIORITY = "def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):\n    return"
SCORE = "def score(item, residual, capacity, open_bins, left, waste, seen, alike, alike_after):\n    return"
NODE = (
    "def node_score(req_cpu, req_mem, free_cpu, free_mem, cap_cpu, cap_mem, priority, n_waiting, n_on_node, wait_cpu, "
    "wait_mem, all_cpu, all_mem):\n    return"
)
QUIET = Console(quiet=True)


@dataclass(frozen=True)
class Made:
    """A run that holds one candidate, and its settings."""

    folder: Path
    settings: Settings

    def explained(self, budget: int | None = None, fresh: int | None = 60) -> Explanation:
        return explain(self.folder, "best", self.settings, Effort(None, budget, 600.0, fresh), QUIET)


Make = Callable[..., Made]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what records a run of one candidate, as if it had been found there."""

    def recorded(
        overrides: Sequence[str],
        source: str,
        *,
        seed: str = "",
        fails: bool = False,
        ended: Mapping[str, object] | None = None,
    ) -> Made:
        settings = compose([*overrides, "evaluator.workers=1"])
        problem = settings.problem
        known = {split: [(one, problem.reference(one)) for one in problem.instances(split)] for split in Split}
        header = RunHeader("u", problem.name, 0, "{}", "0.1.0", "{}", Isolation.A, "2026-01-01T00:00:00")
        operator = Operator("seed" if seed else "vary", "embedded", 1)
        request = Request(Proposal(0, 0, operator, (), 1), f"seed {seed}" if seed else "embedded")
        facts, none = read(source, problem.kind, tuple(problem.signatures)), np.zeros(len(known[Split.TRAIN]))
        scored = Evaluation(Split.TRAIN, facts, none, none, Gap(0.0, None, None), {}, Seconds())
        with RunStore.create(tmp_path / "run.sqlite", header, known) as store:
            store.record_intent(request)
            store.record_draft(request, Draft(source))
            store.record_outcome(0, Failure(FailureKind.TIMEOUT, "slow", facts=facts) if fails else scored)
            store.record_placements(0, [])
            if ended is not None:
                store.record_selected(0, json.dumps(ended))
        return Made(tmp_path, settings)

    return recorded


def part(found: Explanation, words: str) -> PartWorth:
    (one,) = [each for each in found.parts if any(words in name for name in (each.knocked_out, *each.alike))]
    return one


def test_a_term_that_decides_is_told_from_one_that_does_not(make: Make) -> None:
    made = make(SMTT, f"{PRIORITY} max(t + p, d) + 0.05 * (late_share * w_late) + 0.001 * n_left + 3.0\n")
    found = made.explained()
    assert part(found, "max(t + p, d) replaced by d").finding is PartFinding.NEEDED
    assert part(found, "term 3.0").finding is PartFinding.IDLE
    assert part(found, "term 0.001 * n_left").finding is PartFinding.IDLE
    assert found.rival in made.settings.problem.baselines
    assert found.instances >= 60
    assert found.smallest is not None
    assert "n_left" not in found.smallest.source.partition("return")[2]
    assert "3.0" not in found.smallest.source
    assert found.smallest.size < found.size
    assert found.smallest.difference.high <= found.margin
    with RunStore.open_folder(made.folder) as store:
        assert explanation(store, 0) == found


def test_intervals_of_all_parts_hold_together_and_agree_with_the_findings(make: Make) -> None:
    found = make(SMTT, f"{PRIORITY} max(t + p, d) + 0.5 * w_late\n").explained()
    scored = [each for each in found.parts if each.difference is not None]
    assert {each.finding for each in scored} <= set(PartFinding)
    for each in scored:
        assert each.difference is not None
        assert (each.finding is PartFinding.NEEDED) == each.difference.above_zero
        assert each.gap is not None


def test_the_same_is_found_again(make: Make) -> None:
    made = make(["problem=toy", *TOY], "def priority(p, w):\n    return p / w + 0.125 * p\n")
    assert made.explained(fresh=20) == made.explained(fresh=20)


def test_a_rule_for_bins_is_explained_whose_largest_value_wins(make: Make) -> None:
    found = make(OBP, f"{SCORE} -residual + 0.0001 * open_bins + 0.0 * seen\n").explained()
    assert part(found, "0.0 * seen").finding is PartFinding.IDLE
    assert part(found, "term -residual").finding is PartFinding.NEEDED
    assert found.smallest is not None
    assert found.smallest.source.endswith("return -residual\n")


def test_a_seed_is_called_one_and_its_own_rival(make: Make) -> None:
    settings = compose(["problem=toy"])
    found = make(["problem=toy", *TOY], settings.problem.baselines["WSPT"], seed="WSPT").explained()
    assert (found.seed, found.rival, found.gain.estimate) == ("WSPT", "WSPT", 0.0)
    assert "is the best baseline itself" in str(found.sentences)
    assert not found.beats_rival
    assert found.smallest is None


def test_the_rival_is_the_best_baseline_of_the_run_whatever_is_better_on_fresh_instances(make: Make) -> None:
    rows = [{"name": name, "gaps": {"validation": {"scaled": gap}}} for name, gap in (("WSPT", 0.5), ("SPT", 0.1))]
    ended = {"rows": rows, "gaps": {name: {"test": [0.1] * 7} for name in ("WSPT", "SPT")}}
    source = "def priority(p, w):\n    return p / w + 0.125 * p\n"
    assert make(["problem=toy", *TOY], source, ended=ended).explained(fresh=20).rival == "SPT"


def test_the_smallest_is_compared_on_every_level_of_the_objective(make: Make) -> None:
    source = f"{NODE} -free_cpu / cap_cpu - free_mem / cap_mem + 0.0 * n_waiting\n"
    found = make(PODS, source).explained(fresh=20)
    assert found.levels[0] == "placed pods of class high"
    assert found.smallest is not None
    assert len(found.smallest.lower) == 2
    assert found.smallest.is_within(found.margin)
    assert "on every level of the objective" in found.sentences[-1]


def test_of_an_algorithm_steps_are_knocked_out(make: Make) -> None:
    source = (
        "import numpy as np\n\n\ndef solve(p, w, out):\n    out[:] = np.argsort(w, kind='mergesort')\n"
        "    out[:] = np.argsort(p / w, kind='mergesort')\n"
    )
    found = make(["problem=toy_algorithm", *TOY], source).explained(fresh=20)
    assert part(found, "step out[:] = np.argsort(w, kind='mergesort')").finding is PartFinding.IDLE
    assert part(found, "factor w").finding is PartFinding.NEEDED
    assert found.smallest is not None
    assert found.smallest.source.count("argsort") == 1


def test_of_a_program_functions_and_branches_are_knocked_out_and_failures_are_needed(make: Make) -> None:
    helpers = "def ratio(p, w):\n    return p / w\n\n\ndef listed(order):\n    return list(order)\n\n\n"
    source = (
        f"import numpy as np\n\n\n{helpers}def solve(p, w):\n"
        "    if len(p) > 10000:\n        return listed(range(len(p)))\n"
        "    if len(p) > 0:\n        return np.argsort(ratio(p, w))\n"
    )
    found = make(["problem=toy_program", *TOY], source).explained(fresh=20)
    assert part(found, "function ratio replaced by its first argument").finding is PartFinding.NEEDED
    assert part(found, "branch if len(p) > 10000 never taken").finding is PartFinding.IDLE
    assert part(found, "branch if len(p) > 0 never taken").finding is PartFinding.FAILS
    assert "After " in " ".join(found.sentences)
    assert found.smallest is not None
    assert "listed" not in found.smallest.source


def test_without_fresh_instances_those_of_validation_tell_and_those_of_train_check(make: Make, tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    rng = np.random.default_rng(1)
    for number in range(40):
        p = rng.integers(1, 100, 12)
        due = rng.integers(0, p.sum(), 12)
        lines = [f"{one} {other}" for one, other in zip(p.tolist(), due.tolist(), strict=True)]
        (tmp_path / "jobs" / f"{number:02}.txt").write_text("\n".join(lines) + "\n")
    made = make(["problem=smtt", f"problem.train={tmp_path / 'jobs'}"], f"{PRIORITY} max(t + p, d) + 0.0 * n_left\n")
    found = made.explained(fresh=None)
    assert (found.generators, found.instances) == ((), 8)
    assert found.smallest is not None
    assert found.smallest.instances == 24
    assert "instances, those of train, it is" in str(found.sentences)


def test_where_the_budget_ends_before_everything_was_tried_it_is_said(make: Make) -> None:
    found = make(SMTT, f"{PRIORITY} max(t + p, d) + 0.05 * (late_share * w_late)\n").explained(budget=3)
    assert len(found.parts) <= 3
    assert not found.complete
    assert "--budget" in str(found.sentences)


@pytest.mark.parametrize(
    ("effort", "words"),
    [({"margin": 0.0}, "Expected a margin above 0"), ({"margin": 1.5}, "below 100 points, got 150")],
)
def test_a_margin_out_of_range_is_refused(effort: dict[str, float], words: str) -> None:
    with pytest.raises(UserError, match=words):
        Effort(**effort)


def test_what_has_no_score_is_not_explained(make: Make) -> None:
    made = make(SMTT, f"{PRIORITY} p\n", fails=True)
    with pytest.raises(UserError, match=r"Candidate 0 has no score \(timeout\)"):
        explain(made.folder, "0", made.settings, Effort(), QUIET)

"""What parts are worth, in words; kept beside the record and read back."""

import json
from dataclasses import replace
from math import inf

import pytest

from evaluators.statistics import Interval
from evo.analysis.explanation import FILE, Explanation, PartFinding, PartWorth, Smallest, explanation, keep
from evo.store import StoreError

DIGEST = "0001" * 16
TERM = PartWorth(
    "term", "0.04 * w_late", "left out", 2, PartFinding.NEEDED, 0.0165, Interval(0.0049, 0.003, 0.006), alike=("x",)
)
OTHER = PartWorth("call", "max(t, d)", "replaced by d", 2, PartFinding.NEEDED, 0.5, Interval(0.4, 0.3, 0.5))
IDLE = PartWorth("constant", "2.0", "set to 1", 2, PartFinding.IDLE, 0.01, Interval(0.0, 0.0, 0.0))
FAILS = PartWorth("branch", "if p > 0", "never taken", 2, PartFinding.FAILS, failure="runtime_error: line 2")
OPEN = PartWorth("factor", "p", "set to 1", 2, PartFinding.OPEN, 0.01, Interval(0.0, -0.1, 0.1))
WITHOUT = PartWorth("term", "p", "left out", 2, PartFinding.BETTER_WITHOUT, 0.009, Interval(-0.002, -0.003, -0.001))
SMALLEST = Smallest("def f(p):\n    return p\n", 5, Interval(0.00004, -0.0001, 0.0002), 700, (950,))
FOUND = Explanation(
    candidate=1,
    digest=DIGEST,
    seed="",
    gap=0.011,
    rival="MDD",
    gain=Interval(0.0052, 0.005, 0.0054),
    instances=780,
    generators=(900, 901),
    margin=0.0005,
    size=14,
    parts=(OTHER, TERM, FAILS, OPEN, IDLE, WITHOUT),
    smallest=SMALLEST,
    complete=True,
)


def words(found: Explanation) -> str:
    return " ".join(found.sentences)


def test_a_part_is_worth_what_the_gain_falls_by() -> None:
    assert found_sentence("Without the term") == (
        "Without the term 0.04 * w_late the gain over MDD falls from 0.520 to 0.030 points "
        "(certainly; 95 % interval of the change +0.300 to +0.600)."
    )
    assert found_sentence("Without the term p").startswith(
        "Without the term p the gain over MDD rises from 0.520 to 0.720"
    )


def found_sentence(begin: str) -> str:
    return next(one for one in FOUND.sentences if one.startswith(begin))


def test_what_makes_the_difference_to_the_best_baseline_comes_first() -> None:
    assert FOUND.sentences[1].startswith("Without the term 0.04 * w_late")
    assert FOUND.sentences[2].startswith("With the call max(t, d) replaced by d")


def test_every_finding_is_told() -> None:
    told = words(FOUND)
    assert "On 780 fresh instances like those of validation candidate 1 is certainly better than MDD" in told
    assert "After 1 other change it fails." in told
    assert "1 further change alters no solution" in told
    assert "Of 1 further change it is not certain" in told
    assert "has 5 nodes of syntax in place of 14: on 700 other fresh instances it is worse by 0.004 points" in told
    assert told.endswith("within the margin of 0.050 points.")


def test_what_is_no_better_says_so_and_tells_gaps_in_place_of_gains() -> None:
    unsure = replace(FOUND, gain=Interval(0.0001, -0.001, 0.001))
    assert "is not certainly better than MDD, the best baseline: a gain of 0.010 points" in words(unsure)
    assert "Without the term 0.04 * w_late the gap rises by 0.490 points" in words(unsure)
    worse = replace(FOUND, gain=Interval(-0.01, -0.011, -0.009), seed="SPT")
    assert "candidate 1, which is the seed SPT and was not found by the search, is certainly worse" in words(worse)
    assert "is the best baseline itself" in words(replace(FOUND, seed="MDD"))


def test_the_smallest_may_be_the_whole_or_not_hold_on_other_instances() -> None:
    assert "Nothing can be left out within a margin of 0.050 points." in words(replace(FOUND, smallest=None))
    missed = replace(SMALLEST, difference=Interval(0.0004, 0.0, 0.0008))
    assert "not certainly within the margin" in words(replace(FOUND, smallest=missed))
    assert "on 700 other instances, those of train, it is" in words(
        replace(FOUND, smallest=replace(SMALLEST, generators=()))
    )
    assert "Nothing can be left out but digits" in words(replace(FOUND, smallest=replace(SMALLEST, size=14)))
    assert "The budget ended before everything was tried" in words(replace(FOUND, complete=False))


def test_without_fresh_instances_it_is_said_that_they_picked_the_baseline_too() -> None:
    assert "picked the baseline" not in words(FOUND)
    told = words(replace(FOUND, generators=()))
    assert "On 780 instances of validation candidate 1 is certainly better than MDD, the best baseline" in told
    assert "These instances picked the baseline too: the verdict, on test, is surer." in told


def test_levels_of_the_objective_are_called_by_what_they_count() -> None:
    above = replace(OTHER, level=1)
    same, below = replace(TERM, level=2), replace(TERM, part="w", level=3)
    lower = (Interval(0.0, 0.0, 0.0), Interval(-0.0002, -0.0003, -0.0001))
    smallest = replace(SMALLEST, lower=lower)
    found = replace(FOUND, parts=(below, same, above), level=2, levels=("large", "all", "stamps"), smallest=smallest)
    told = found.sentences
    assert (
        "a gain of 0.520 points in all (95 % interval +0.500 to +0.540); they are equal everywhere in large" in told[0]
    )
    assert told[1].startswith(
        "With the call max(t, d) replaced by d the gap rises by 40.000 points in large (certainly"
    )
    assert told[2].startswith("Without the term 0.04 * w_late the gain over MDD falls from 0.520 to 0.030 points")
    assert told[3] == "1 further change certainly makes it worse."
    assert "worse by 0.004 points in large (95 % interval −0.010 to +0.020), exactly as good in all" in told[-1]
    assert told[-1].endswith("within the margin of 0.050 points on every level of the objective.")
    assert "not certainly within the margin" not in told[-1]


def test_a_smallest_that_differs_nowhere_is_exactly_as_good_on_each_instance() -> None:
    same = Interval(0.0, 0.0, 0.0)
    told = words(replace(FOUND, levels=("a", "b"), smallest=replace(SMALLEST, difference=same, lower=(same,))))
    assert "on 700 other fresh instances it is exactly as good on each, within the margin of 0.050 points" in told


def test_the_smallest_is_equivalent_only_if_it_is_on_every_level() -> None:
    worse = replace(SMALLEST, lower=(Interval(0.0, 0.0, 0.0), Interval(0.001, 0.0, 0.002)))
    assert not worse.is_within(0.0005)
    assert SMALLEST.is_within(0.0005)
    assert "not certainly within the margin" in words(replace(FOUND, levels=("a", "b", "c"), smallest=worse))


def test_too_few_instances_have_no_interval() -> None:
    few = replace(OPEN, difference=Interval(0.1, -inf, inf), finding=PartFinding.TOO_FEW)
    assert "inf" not in words(replace(FOUND, parts=(few,), gain=Interval(0.1, -inf, inf)))


def test_it_is_kept_beside_the_record_with_those_of_other_candidates(run) -> None:
    run.add(1, digest=DIGEST)
    run.add(2)
    folder = run.store.path.parent
    few = replace(FOUND, candidate=2, digest="0002" * 16, gain=Interval(0.1, -inf, inf), generators=())
    few = replace(few, level=2, levels=("a", "b"), smallest=replace(SMALLEST, lower=(Interval(0.1, -inf, inf),)))
    keep(few, folder)
    keep(FOUND, folder)
    assert explanation(run.store, 1) == FOUND
    assert explanation(run.store, 2) == few


def test_what_was_not_explained_or_is_of_another_source_is_none(run) -> None:
    run.add(1, digest="ff" * 32)
    assert explanation(run.store, 1) is None
    keep(FOUND, run.store.path.parent)
    assert explanation(run.store, 1) is None


@pytest.mark.parametrize("text", ["", "{}", '{"explained": {"1": {}}}', '{"explained": 3}', "[]", "[" * 100_000])
def test_a_damaged_file_is_said_in_one_line_and_written_again(run, text: str) -> None:
    run.add(1, digest=DIGEST)
    folder = run.store.path.parent
    (folder / FILE).write_text(text)
    with pytest.raises(StoreError, match=r"explain\.json is damaged: remove it"):
        explanation(run.store, 1)
    keep(FOUND, folder)
    assert explanation(run.store, 1) == FOUND


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("margin",), "x"),
        (("margin",), float("nan")),
        (("candidate",), "1"),
        (("generators",), ["a"]),
        (("generators",), 3),
        (("gain", "low"), "x"),
        (("gain",), None),
        (("parts", 0, "finding"), "perhaps"),
        (("parts", 0, "line"), 2.5),
        (("parts", 0, "difference", "estimate"), None),
        (("parts",), {"a": 1}),
        (("smallest", "instances"), None),
        (("smallest", "lower"), [1]),
        (("smallest",), 4),
        (("levels",), [1]),
        (("complete",), "yes"),
        (("more",), 1),
    ],
)
def test_a_value_of_another_type_is_damage_as_well(run, place: tuple[str | int, ...], value: object) -> None:
    run.add(1, digest=DIGEST)
    file = keep(FOUND, run.store.path.parent)
    content = json.loads(file.read_text())
    inner = content["explained"]["1"]
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    file.write_text(json.dumps(content))
    with pytest.raises(StoreError, match=r"explain\.json is damaged: remove it"):
        explanation(run.store, 1)

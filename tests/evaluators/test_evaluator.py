"""From source to outcome through real sandbox processes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from evaluators import Evaluation, Evaluator, Facts, Failure, FailureKind, InstanceSet, Isolation, Memory
from evaluators.language import interpret_rules
from evaluators.sandbox import Job, Limits, Report, Worker
from problems import Problem, Split
from problems.smtt import Smtt, SmttProgram
from problems.toy import Toy, ToyAlgorithm, ToyProgram

LIMITS = Limits(cpu_seconds=1.0, wall_seconds=3.0)


@asynccontextmanager
async def evaluating(problem: Problem, workers: int = 1) -> AsyncIterator[Evaluator]:
    sets = {}
    for split in Split:
        instances = tuple(problem.instances(split))
        sets[split] = InstanceSet(split, instances, tuple(problem.reference(instance) for instance in instances))
    async with Evaluator(problem, sets, LIMITS, workers) as evaluator:
        yield evaluator


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def shared(loop: asyncio.Runner) -> Iterator[Evaluator]:
    """One process for the whole module: starting it is what takes long."""
    context = evaluating(Toy())
    yield loop.run(context.__aenter__())
    loop.run(context.__aexit__(None, None, None))


@pytest.fixture
def evaluator(shared: Evaluator) -> Evaluator:
    """An evaluator that has seen nothing yet."""
    shared.memory = Memory()
    return shared


def small_smtt() -> Smtt:
    return Smtt(train=((20, 1), (50, 1)), validation=((20, 1),), test=((20, 1),))


@pytest.mark.parametrize("problem", [small_smtt(), Toy()], ids=["smtt", "toy"])
def test_every_baseline_scores_exactly_what_plain_python_computes(problem: Problem) -> None:
    async def check() -> None:
        async with evaluating(problem) as evaluator:
            for source in problem.baselines.values():
                outcome = await evaluator.evaluate(source)
                assert isinstance(outcome, Evaluation), outcome
                functions = interpret_rules(source, problem.signatures)
                plain = [problem.objective(i, problem.construct(functions, i)) for i in problem.instances(Split.TRAIN)]
                assert outcome.values.tolist() == plain

    asyncio.run(check())


def test_a_source_seen_before_is_not_evaluated_again(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    async def check() -> None:
        first = await evaluator.evaluate("def priority(p, w):\n    return p - 2 * w\n")
        again = await evaluator.evaluate("def priority(p, w):\n    '''Renamed.'''\n    x = 2.0\n    return p - 2*w\n")
        same = await evaluator.evaluate("# comment\ndef priority(p, w):\n    return p - 2.0 * w\n")
        assert same is first
        assert again is not first

    loop.run(check())


@pytest.mark.parametrize(
    ("problem", "wanted"),
    [(Toy(), [Job.RUN]), (ToyAlgorithm(), [Job.RUN]), (ToyProgram(), [Job.READ, Job.RUN])],
    ids=["rule", "algorithm", "program"],
)
def test_a_new_rule_or_algorithm_is_read_where_it_is_run(
    problem: Problem, wanted: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Job] = []
    perform = Worker._perform

    async def noted(worker: Worker, job: Job, source: str, split: Split, seed: int) -> Report:
        jobs.append(job)
        return await perform(worker, job, source, split, seed)

    async def check() -> None:
        async with evaluating(problem) as evaluator:
            source = problem.baselines[problem.seeds[0]]
            outcomes = [
                await evaluator.evaluate(each) for each in (source, source, source + "\n# again\n", "import os\n")
            ]
        assert isinstance(outcomes[0], Evaluation)
        assert outcomes[1] is outcomes[0]
        assert outcomes[2] is outcomes[0], "equal syntax has one outcome, whatever it took to see that"
        assert isinstance(outcomes[3], Failure)
        assert outcomes[3].facts is None

    monkeypatch.setattr(Worker, "_perform", noted)
    asyncio.run(check())
    assert jobs[: len(wanted)] == wanted
    assert len(jobs) == len(wanted) + 2, "equal text costs nothing, other text is read, a refused text goes no further"


def test_equal_candidates_in_flight_are_run_once() -> None:
    async def check() -> None:
        async with evaluating(Toy(), workers=2) as evaluator:
            source = "def priority(p, w):\n    return p - 3 * w\n"
            outcomes = await asyncio.gather(*(evaluator.evaluate(source) for _ in range(6)))
            assert all(outcome is outcomes[0] for outcome in outcomes)

    asyncio.run(check())


FAILURES = {
    FailureKind.REJECTED: "def priority(p, w):\n    return open(p)\n",
    FailureKind.COMPILE_ERROR: "def priority(p, w)\n    return p\n",
    FailureKind.RUNTIME_ERROR: "def priority(p, w):\n    return 1 / (w - w)\n",
    FailureKind.TIMEOUT: "def priority(p, w):\n    while True:\n        w = w + 1\n    return w\n",
}


def test_failures_have_their_kind_and_an_honest_candidate_scores_as_before(
    evaluator: Evaluator, loop: asyncio.Runner
) -> None:
    async def check() -> None:
        honest = Toy().baselines["SPT"]
        before = await evaluator.evaluate(honest)
        for kind, source in FAILURES.items():
            outcome = await evaluator.evaluate(source)
            assert isinstance(outcome, Failure)
            assert outcome.kind is kind, outcome.message
            evaluator.memory.outcomes.clear()
            after = await evaluator.evaluate(honest)
            assert isinstance(before, Evaluation)
            assert isinstance(after, Evaluation)
            assert np.array_equal(after.values, before.values)

    loop.run(check())


def test_work_is_a_measure_where_it_is_counted_and_too_much_of_it_a_failure() -> None:
    async def check() -> None:
        async with evaluating(ToyAlgorithm()) as evaluator:
            sorting = await evaluator.evaluate(ToyAlgorithm().baselines["SPT"])
            assert isinstance(sorting, Evaluation)
            assert sorting.measures["work"] == pytest.approx(1.21)
            slow = "def solve(p, w, out):\n    for i in range(10**6):\n        out[i % 10] = i\n"
            failure = await evaluator.evaluate(slow)
            assert isinstance(failure, Failure)
            assert failure.kind is FailureKind.OVER_BUDGET
            assert failure.message.startswith("lines 2 to 3: needs more than the 10,000 operations")

    asyncio.run(check())


def test_a_rule_over_its_operations_fails_and_mdd_does_not() -> None:
    async def check() -> None:
        problem = small_smtt()
        async with evaluating(problem) as evaluator:
            mdd = await evaluator.evaluate(problem.baselines["MDD"])
            assert isinstance(mdd, Evaluation)
            assert mdd.measures["work"] == 3.0
            heavy = problem.baselines["MDD"].replace("max(t + p, d)", f"max(t + p{' + 0.0 * p' * 30}, d)")
            failure = await evaluator.evaluate(heavy)
            assert isinstance(failure, Failure)
            assert failure.kind is FailureKind.OVER_BUDGET

    asyncio.run(check())


def test_a_program_has_its_seconds_on_each_instance() -> None:
    async def check() -> None:
        sizes = ((20, 1),)
        problem = SmttProgram(train=sizes, validation=sizes, test=sizes, instance_seconds=0.05)
        async with evaluating(problem) as evaluator:
            slow = "def solve(p, d):\n    for _ in range(12_000_000): pass\n    return d.argsort()\n"
            failure = await evaluator.evaluate(slow)
            assert isinstance(failure, Failure)
            assert failure.kind is FailureKind.TIMEOUT
            assert "more than the 0.05 s of CPU time that each instance allows" in failure.message

    asyncio.run(check())


def test_a_program_that_lies_about_its_result_gains_nothing() -> None:
    async def check() -> None:
        async with evaluating(ToyProgram()) as evaluator:
            twice = await evaluator.evaluate("def solve(p, w):\n    return [0] * len(p)\n")
            assert isinstance(twice, Failure)
            assert (twice.kind, twice.instance is not None) == (FailureKind.INVALID_RESULT, True)

    asyncio.run(check())


def test_each_split_is_scored_by_itself_and_carries_the_size_measure(
    evaluator: Evaluator, loop: asyncio.Runner
) -> None:
    async def check() -> None:
        source = Toy().baselines["SPT"]
        train, test = await asyncio.gather(evaluator.evaluate(source), evaluator.evaluate(source, Split.TEST))
        assert isinstance(train, Evaluation)
        assert isinstance(test, Evaluation)
        assert (train.split, test.split) == (Split.TRAIN, Split.TEST)
        assert set(train.measures) == {*Toy().measures, "size"}
        assert train.facts.size > 0
        assert evaluator.isolation in Isolation

    loop.run(check())


def test_a_cancelled_waiter_does_not_lose_the_worker(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    async def check() -> None:
        slow = asyncio.ensure_future(evaluator.evaluate(FAILURES[FailureKind.TIMEOUT]))
        await asyncio.sleep(0.2)
        slow.cancel()
        outcome = await evaluator.evaluate(Toy().baselines["SPT"])
        assert isinstance(outcome, Evaluation)

    loop.run(check())


SAME = {
    "rule": ("def priority(p, w):\n    return p / w\n", "def priority(p, w):\n    return 3 + 2 * p / w\n"),
    "algorithm": (
        "import numpy as np\ndef solve(p, w, out):\n    out[:] = np.argsort(p, kind='mergesort')\n",
        "import numpy as np\ndef solve(p, w, out):\n    out[:] = np.argsort(2 * p, kind='mergesort')\n",
    ),
    "program": (
        "def solve(p, w):\n    return p.argsort(kind='stable')\n",
        "def solve(p, w):\n    return sorted(range(len(p)), key=lambda j: p[j])\n",
    ),
}


@pytest.mark.parametrize("problem", [Toy(), ToyAlgorithm(), ToyProgram()], ids=lambda problem: problem.name)
def test_equal_decisions_give_equal_fingerprints_whatever_the_syntax(problem: Problem) -> None:
    async def check() -> list[str | Failure]:
        async with evaluating(problem, workers=2) as evaluator:
            return await asyncio.gather(*map(evaluator.fingerprint, [*SAME[problem.kind], problem.baselines["LW"]]))

    one, same, other = asyncio.run(check())
    assert isinstance(one, str), one
    assert len(one) == 64
    assert one == same != other
    assert [one, same, other] == asyncio.run(check()), "other processes see the same"


def test_dispatching_rules_have_each_their_own_fingerprint_on_one_worker_as_on_two() -> None:
    rules = Smtt().baselines

    async def fingerprints(workers: int) -> dict[str, str | Failure]:
        async with evaluating(small_smtt(), workers) as evaluator:
            return dict(zip(rules, await asyncio.gather(*map(evaluator.fingerprint, rules.values())), strict=True))

    found = asyncio.run(fingerprints(1))
    assert found == asyncio.run(fingerprints(2))
    assert found.pop("PSK") == found["MDD"], "they are equivalent, Alidaee and Gopalan (1997)"
    assert len(set(found.values())) == len(found)


def test_a_failure_on_the_probe_set_is_one_of_the_candidate(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    async def check() -> None:
        for kind, source in FAILURES.items():
            outcome = await evaluator.fingerprint(source)
            assert isinstance(outcome, Failure)
            assert outcome.kind is kind, outcome.message
            assert await evaluator.fingerprint(source) is outcome
            assert isinstance(await evaluator.fitness_on_probe(source), Failure)

    loop.run(check())


def test_what_failed_in_full_is_not_looked_at_again(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    async def check() -> None:
        source = FAILURES[FailureKind.RUNTIME_ERROR]
        outcome = await evaluator.evaluate(source)
        assert await evaluator.fingerprint(source) is outcome

    loop.run(check())


def test_a_fingerprint_is_taken_once(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    async def check() -> None:
        source = "def priority(p, w):\n    return p - 4 * w\n"
        first, same = await asyncio.gather(evaluator.fingerprint(source), evaluator.fingerprint("#\n" + source))
        assert first is same
        assert await evaluator.fingerprint(source) is first
        assert len(evaluator.memory.probed) == 1

    loop.run(check())


def test_an_algorithm_is_compiled_once_for_fingerprint_and_outcome() -> None:
    async def check() -> None:
        async with evaluating(ToyAlgorithm()) as evaluator:
            source = ToyAlgorithm().baselines["SPT"]
            fingerprint = await evaluator.fingerprint(source)
            (known,) = evaluator.memory.outcomes.values()
            assert await evaluator.evaluate(source) is known
            assert isinstance(known, Evaluation)
            assert await evaluator.fitness_on_probe(source) == known.fitness
            evaluator.memory = Memory()
            await evaluator.evaluate(source)
            assert await evaluator.fingerprint(source) == fingerprint

    asyncio.run(check())


def test_tuning_finds_the_known_optimum_of_one_constant(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    async def check() -> None:
        source = "def priority(p, w):\n    return p / w ** TUNE(0.0, 3.0)\n"
        found = await evaluator.tune(source)
        assert isinstance(found, str)
        assert 0.8 < float(found.rpartition("** ")[2]) < 1.2, "Smith's rule has 1"
        middle = await evaluator.fitness_on_probe(source.replace("TUNE(0.0, 3.0)", "1.5"))
        best = await evaluator.fitness_on_probe(found)
        assert isinstance(middle, float)
        assert isinstance(best, float)
        assert middle < best
        assert best == 0.0
        assert len(evaluator.memory.probed) <= 12

    loop.run(check())


def test_tuning_tells_why_there_is_nothing_to_tune(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    async def check(source: str) -> tuple[FailureKind, str]:
        found = await evaluator.tune(source)
        assert isinstance(found, Failure)
        return found.kind, found.message

    kind, message = loop.run(check("def priority(p, w):\n    return p / (w - w) + TUNE(0, 1)\n"))
    assert kind is FailureKind.RUNTIME_ERROR
    assert message.startswith("line 2: division by zero")
    kind, message = loop.run(check("def priority(p, w):\n    return TUNE(p, w)\n"))
    assert kind is FailureKind.REJECTED
    assert message.startswith("line 2: expected TUNE(low, high)")


def test_a_source_without_open_constants_comes_back_as_it_is(evaluator: Evaluator, loop: asyncio.Runner) -> None:
    assert loop.run(evaluator.tune(Toy().baselines["SPT"])) == Toy().baselines["SPT"]


def test_workers_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="workers >= 1"):
        Evaluator(Toy(), {}, LIMITS, workers=0)


FACTS = Facts("d" * 64, 5)


def memory_of(failure: Failure) -> Memory:
    memory = Memory()
    memory.keep("text", Split.TRAIN, failure)
    return memory


def test_an_outcome_is_known_by_its_syntax() -> None:
    failure = Failure(FailureKind.TIMEOUT, "too slow", facts=FACTS)
    memory = memory_of(failure)
    assert list(memory.facts.values()) == [FACTS]
    assert memory.outcomes == {(FACTS.digest, Split.TRAIN): failure}


def test_a_source_that_the_reader_refused_is_known_by_its_text_alone() -> None:
    failure = Failure(FailureKind.REJECTED, "no")
    memory = memory_of(failure)
    assert list(memory.facts.values()) == [failure]
    assert not memory.outcomes


def test_a_candidate_dismissed_as_a_duplicate_has_no_outcome() -> None:
    memory = memory_of(Failure(FailureKind.TWIN, "decides like candidate 3", facts=FACTS))
    assert list(memory.facts.values()) == [FACTS]
    assert not memory.outcomes


@pytest.mark.parametrize("problem", [Toy(), ToyProgram()], ids=lambda problem: problem.name)
def test_the_solution_of_one_instance_is_the_one_that_was_scored(problem: Problem) -> None:
    async def check() -> None:
        async with evaluating(problem) as evaluator:
            source = problem.baselines["SPT"]
            outcome = await evaluator.evaluate(source, Split.VALIDATION)
            solution = await evaluator.solution(source, Split.VALIDATION, 3)
            failed = await evaluator.solution("def other(p):\n    return p\n", Split.VALIDATION, 3)
        assert isinstance(outcome, Evaluation)
        assert isinstance(solution, np.ndarray)
        assert problem.objective(problem.instances(Split.VALIDATION)[3], solution) == outcome.values[3]
        assert isinstance(failed, Failure)

    asyncio.run(check())

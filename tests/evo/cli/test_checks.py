"""Unsound problems and what `evo check` says of them."""

import json
from pathlib import Path

import pytest

from evo.analysis.candidates import header
from evo.cli.app import status
from evo.config.compose import compose
from evo.store import RunStore
from evo.tools.check import check_problem
from evo.tools.new_problem import write_problem

SEEDS = 'seeds = ("shortest", "heaviest")'
TERSE = ("description = (", 'description = "Sort."\n    told = (')
SHARED = ("key = (list(Split).index(split), index)", "key = (0, index)")
MOODY = ("default_rng(np.random.SeedSequence(self.seed, spawn_key=key))", "default_rng()")
CRASHING = ("return p\\n", "return 1 / 0\\n")
MISNAMED = ('"early_work": float(', '"late_work": float(')
ORDERED = ("np.cumsum(p[sequence]))", "np.cumsum(p[sequence]) + sequence[0])")
RAISING = ("return [self.instance(split, index)", "raise KeyError('boom')\n        return [self.instance(split, index)")
UNLOADABLE = ("import numpy as np", "import numpyy as np")
UNREADABLE = ("import numpy as np", "import numpy as as np")
INCOMPLETE = ("def construct(", "def konstruct(")
NUMBERS = ("return [self.instance(split, index) for index in range(count)]", "return [1, 2]")
EMPTY = ("in range(count)]", "in range(0)]")
OUTSIDE = ('"early_work": float(', '"early_work": 7 * float(')
CROWDED = ('"early_work": float(', '"early_work": 0.5 + 1e-6 * float(')
BROKEN = ("return p / w\\n", "return p / q\\n")
UNTYPED = (
    ("from problems import (", "from problems.kernels import compiled\nfrom problems import ("),
    ("@dataclass(frozen=True)", "@compiled\ndef build(p):\n    return [p, 1][p[0]]\n\n\n@dataclass(frozen=True)"),
    ("(priority,) = functions", "build(p)\n        (priority,) = functions"),
)
BEATEN = ("value = self.objective(instance, np.argsort(p / w))", "value = 1e9")


FEW = ("{Split.TRAIN: self.train, Split.VALIDATION: self.validation, Split.TEST: self.test}[split]", "2")
SMITH, SHORTEST = "return np.argsort(p / w)", "return np.lexsort((-w, p))"
SEQUENCE = (
    "the program must return the job indices 0 to n-1, each once, in the order in which they run; the result must "
)


def changed(folder: Path, name: str, *changes: tuple[str, str], kind: str = "rule") -> None:
    """Write a skeleton with these changes."""
    module, _ = write_problem(name, kind, folder)
    text = module.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    module.write_text(text, encoding="utf-8")


def faults(folder: Path, name: str, *changes: tuple[str, str]) -> list[str]:
    """Return the names of the checks that a skeleton with these changes fails."""
    changed(folder, name, *changes)
    found = check_problem(lambda: compose([f"problem={name}"], str(folder)))
    return [finding.name for finding in found if not finding.sound]


@pytest.mark.parametrize(
    ("name", "change", "check"),
    [
        ("terse", TERSE, "statement"),
        ("shared", SHARED, "splits disjoint"),
        ("moody", MOODY, "same instances when built twice"),
    ],
)
def test_a_fault_of_the_statement_is_found_without_a_sandbox(
    name: str, change: tuple[str, str], check: str, tmp_path: Path
) -> None:
    assert faults(tmp_path, name, change) == [check]


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize(
    ("name", "seeds", "words"),
    [("unseeded", "()", "has no seeds"), ("misseeded", '("shortes",)', "seed shortes of misseeded_")],
)
def test_seeds_are_baselines(
    verb: str, name: str, seeds: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(tmp_path, f"{name}_{verb}", (SEEDS, f"seeds = {seeds}"))
    assert status([verb, f"problem={name}_{verb}", "--config-dir", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith("evo: problem: ")
    assert words in told
    assert told.count("\n") == 1


def test_a_seed_that_fails_is_found(tmp_path: Path) -> None:
    assert faults(tmp_path, "crashing", CRASHING) == ["seed shortest feasible"]


def test_wrong_measures_order_and_references_are_found(tmp_path: Path) -> None:
    found = faults(tmp_path, "wrong", MISNAMED, ORDERED, BEATEN)
    assert found == ["independent of the instance's order", "measures", "references"]


def test_a_measure_outside_its_documented_range_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, "outside", OUTSIDE) == ["measures"]


def test_a_measure_that_tells_no_baselines_apart_is_told(tmp_path: Path) -> None:
    changed(tmp_path, "crowded", CROWDED)
    (found,) = (
        one for one in check_problem(lambda: compose(["problem=crowded"], str(tmp_path))) if one.name == "measures"
    )
    assert found.sound
    assert "one bin of early_work" in found.detail
    assert "early_weight:" not in found.detail


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("broken", (BROKEN,), ("baseline smith", "line 3", "'q'")),
        ("mistyped", UNTYPED, ("TypingError", "mistyped_", ".py", "line ")),
    ],
)
def test_what_cannot_be_compiled_is_told_in_a_line_without_colours(
    verb: str,
    name: str,
    changes: tuple[tuple[str, str], ...],
    words: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = f"{name}_{verb}"  # what one test has imported is there for the next one
    changed(tmp_path, name, *changes)
    folder = [f"hydra.run.dir={tmp_path}/run"] if verb == "run" else []
    assert status([verb, f"problem={name}", "--config-dir", str(tmp_path), *folder]) == 1
    printed = capsys.readouterr().err.splitlines()[-1]
    assert all(word in printed for word in words), printed
    assert "\\x1b" not in printed


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("raising", RAISING, ("raising.py:", "KeyError", "boom")),
        ("unloadable", UNLOADABLE, ("unloadable", "numpyy")),
        ("unreadable", UNREADABLE, ("invalid syntax", "unreadable.py", "line 9")),
        ("incomplete", INCOMPLETE, ("incomplete.Incomplete", "construct")),
        ("untyped", NUMBERS, ("Expected Instance", "got 1")),
        ("empty", EMPTY, ("instances of empty", "got none")),
    ],
)
def test_a_bug_of_the_user_s_own_problem_is_one_line_that_says_where(
    name: str, change: tuple[str, str], words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(tmp_path, name, change)
    assert status(["check", f"problem={name}", "--config-dir", str(tmp_path)]) in (1, 2)
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert all(word in printed for word in words), printed


def test_a_bug_that_ends_a_run_is_one_line_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(tmp_path, "collapsing", RAISING)
    folder = f"hydra.run.dir={tmp_path}/run"
    assert status(["run", "--config-dir", str(tmp_path), "problem=collapsing", folder, "seed=1"]) == 1
    printed = capsys.readouterr().err
    assert "collapsing.py:" in printed
    assert printed.count("\n") == 1


def test_a_run_that_beats_a_proven_reference_goes_on_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(tmp_path, "refuted", ("Reference(value, bound=value", "Reference(1.2 * value, bound=1.2 * value"))
    own = ["problem=refuted", "--config-dir", str(tmp_path), "evaluator.workers=1"]
    folder = tmp_path / "run"
    assert status(["run", *own, "budget.candidates=6", f"hydra.run.dir={folder}"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "refuted: the proven optimum" in said
    assert "of refuted-train-" in said
    with RunStore.open_folder(folder) as store:
        recorded = json.loads(header(store).result or "{}")["refuted"]
    assert {one["split"] for one in recorded} == {"train", "validation", "test"}
    assert all(one["value"] < one["bound"] for one in recorded)
    assert status(["replay", str(folder), "--evaluate"]) == 0
    assert status(["resume", str(folder), "budget.candidates=8"]) == 0
    assert "refuted: " in capsys.readouterr().out
    assert status(["report", str(folder), "--format", "md"]) == 0
    assert "refuted references" in (folder / "report.md").read_text(encoding="utf-8")
    assert status(["evaluate", str(folder / "best.py"), *own]) == 0
    assert "refuted: " in capsys.readouterr().out


def test_a_yaml_that_cannot_be_read_is_one_line_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(tmp_path, "garbled")
    (tmp_path / "problem" / "garbled.yaml").write_text("a: [")
    assert status(["check", "problem=garbled", "--config-dir", str(tmp_path)]) == 2
    printed = capsys.readouterr().err
    assert "garbled.yaml" in printed
    assert printed.count("\n") == 1


def test_the_doctor_names_the_variable_of_a_key_that_cannot_be_sent_and_shows_none_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-first-part\nsk-second-part")
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-caf\u00e9-0123456")
    assert status(["doctor", "llm=openai", "--json"]) == 1
    told = capsys.readouterr()
    assert "openai (OPENAI_API_KEY, which has a line break inside)" in told.out
    assert "deepseek (DEEPSEEK_API_KEY, which has a character that is not ASCII)" in told.out
    assert "set the environment variable OPENAI_API_KEY to the key alone" in told.out
    assert not any(part in told.out + told.err for part in ("sk-", "first", "second", "0123"))


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize(
    ("name", "old", "answer", "words"),
    [
        (
            "nothing",
            SMITH,
            "None",
            f"baseline smith fails (invalid_result) on nothing_VERB-train-0: {SEQUENCE}be a list",
        ),
        ("number", SMITH, "5", "got int"),
        ("letters", SHORTEST, "'abc'", f"baseline shortest fails (invalid_result) on letters_VERB-train-0: {SEQUENCE}"),
        ("short", SMITH, "np.argsort(p / w)[:3]", f"{SEQUENCE}have shape (12,), got (3,)"),
        ("nested", SMITH, "[p]", f"{SEQUENCE}have 12 entries, got 1"),
        ("reals", SHORTEST, "p * 0.5", f"{SEQUENCE}hold integers, got float64"),
        (
            "raising",
            SMITH,
            "1 / 0",
            "baseline smith fails (runtime_error) on raising_VERB-train-0: line 6: ZeroDivision",
        ),
    ],
)
def test_a_baseline_whose_answer_is_no_solution_is_named_with_what_it_must_return(
    verb: str, name: str, old: str, answer: str, words: str, oracle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"{name}_{verb}"
    changed(tmp_path, name, FEW, (f'{old}\\n"', f'return {answer}\\n"'), kind="program")
    asked = [*oracle.overrides, "evaluator.workers=1", f"hydra.run.dir={tmp_path}/run"] if verb == "run" else []
    assert status([verb, f"problem={name}", "--config-dir", str(tmp_path), *asked]) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("evo: baseline s")
    assert words.replace("VERB", verb) in told


def test_so_is_a_baseline_of_another_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(tmp_path, "endless", FEW, ("return p / w\\n", "return p / (w - w)\\n"))
    assert status(["check", "problem=endless", "--config-dir", str(tmp_path)]) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("evo: baseline smith fails (runtime_error) on endless-train-0: line 3: division by zero")

"""A candidate applied to a user's own instances: the solutions, to be written as a table or as JSON."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluators import Failure, Isolation
from evaluators.application import apply
from evo.config.settings import Settings
from evo.core.errors import UserError
from evo.core.event_loop import run_interruptible
from evo.core.files import write_whole
from evo.core.svg import UnfitDrawing, draw_solution
from problems import Instance, Problem, Solution, SolutionTable, Solved, Tabulated, as_in_file

FORMATS = (".csv", ".json", ".svg")


@dataclass(frozen=True, slots=True)
class SolvedInstance:
    """A solution of one instance, its objective in the unit of the user's file, and the solution as a table."""

    instance: Instance
    value: float
    solution: Solution
    table: SolutionTable
    problem: Problem

    def plain(self) -> dict[str, object]:
        """Return it for programs: the table as a list of objects."""
        rows = [dict(zip(self.table.columns, row, strict=True)) for row in self.table.rows]
        return {
            "instance": self.instance.name,
            "objective": self.value,
            "solution": plain_solution(self.instance, self.solution),
            "table": rows,
        }


@dataclass(frozen=True, slots=True)
class Solutions:
    """Solutions of a user's instances: a candidate's, with the isolation of its sandbox, or a method's of ours."""

    problem: str
    isolation: Isolation | None
    solved: tuple[SolvedInstance, ...]

    def plain(self) -> dict[str, object]:
        """Return them for programs."""
        instances = [one.plain() for one in self.solved]
        return {"problem": self.problem, "isolation": self.isolation and self.isolation.value, "instances": instances}

    def write(self, file: Path) -> tuple[Path, ...]:
        """Write them in the format that the file's name ends in; of several drawings each is a numbered file.

        Raises:
            OSError: a file cannot be written.
            UserError: a solution cannot be drawn.
        """
        suffix = file.suffix.lower()
        if suffix != ".svg":
            write_whole(file, self.text(suffix))
            return (file,)
        places = range(len(self.solved))
        names = [file.with_stem(f"{file.stem}-{place}") for place in places] if len(self.solved) > 1 else [file]
        try:
            drawings = [draw_solution(one.problem, one.instance, one.solution) for one in self.solved]
        except UnfitDrawing as error:
            raise UserError(f"No drawing: {error}.") from error
        for name, drawing in zip(names, drawings, strict=True):
            write_whole(name, drawing)
        return tuple(names)

    def text(self, suffix: str) -> str:
        """Return them as the text of a file: .csv, a row for each part of a solution, or .json."""
        if suffix == ".json":
            return json.dumps(self.plain(), indent=1) + "\n"
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("instance", *self.solved[0].table.columns))
        writer.writerows((one.instance.name, *row) for one in self.solved for row in one.table.rows)
        return file.getvalue()


def check_format(file: Path) -> None:
    """See to it that solutions can be written to a file of this name, before anything is computed.

    Raises:
        UserError: its ending names no format.
    """
    if file.suffix.lower() not in FORMATS:
        raise UserError(f"Expected a file that ends in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}, got {file.name!r}.")


def apply_source(settings: Settings, source: str, instances: Sequence[Instance]) -> Solutions | Failure:
    """Apply a candidate in the sandbox, under the limits of the settings.

    Raises:
        SandboxError, BaselineError: the sandbox or a baseline of the problem does not work.
    """
    problem, wanted = settings.problem, settings.evaluator
    made = run_interruptible(apply(problem, source, instances, wanted.limits, settings.folders, wanted.isolation))
    if isinstance(made, Failure):
        return made
    members = zip(instances, made.values.tolist(), made.solutions, strict=True)
    solved = (_solved(problem, *each) for each in members)
    return Solutions(problem.name, made.isolation, tuple(solved))


def solutions_of(problem: Problem, solved: Sequence[tuple[Instance, Solved]]) -> Solutions:
    """Return what a method of our own found, to be written like a candidate's solutions."""
    made = (_solved(problem, instance, one.reference.value, one.solution) for instance, one in solved)
    return Solutions(problem.name, None, tuple(made))


def plain_solution(instance: Instance, solution: Solution) -> list[object]:
    """Return a solution as nested lists, its entries in the unit of the user's file."""
    entries = np.array([as_in_file(entry, instance.factors.solution) for entry in solution.ravel().tolist()], object)
    return list(entries.reshape(solution.shape).tolist())


def _solved(problem: Problem, instance: Instance, value: float, solution: Solution) -> SolvedInstance:
    value = as_in_file(value, instance.factors.objective)
    return SolvedInstance(instance, value, solution, _table(problem, instance, solution), problem)


def _table(problem: Problem, instance: Instance, solution: Solution) -> SolutionTable:
    """Return a solution as the problem lays it out, else a row for each of its numbers, with their indices."""
    if isinstance(problem, Tabulated):
        return problem.solution_table(instance, solution)
    columns = (*(f"index_{axis}" for axis in range(solution.ndim)), "value")
    return SolutionTable(columns, tuple(_rows(solution)))


def _rows(solution: Solution) -> Iterator[tuple[int | float, ...]]:
    for index, value in np.ndenumerate(solution):
        yield (*index, value.item())

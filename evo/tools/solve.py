"""A user's own instances solved to proven optimality by the problem's exact methods."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from evo.core.checked_values import near
from evo.core.errors import UserError
from evo.tools.apply import plain_solution
from problems import Instance, Problem, Reference, Solvable, Solved, Solver, as_in_file


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for one instance; `name` is what the problem calls a solution, such as sequence."""

    instance: Instance
    solved: Solved
    name: str

    def plain(self) -> dict[str, object]:
        """Return it for programs; the solution is under its name, `seconds` are CPU seconds once kernels are loaded."""
        reference = asdict(self.reference)
        figures = {name: _whole(reference.pop(name)) for name in ("value", "bound")}
        return {"name": self.instance.name, **figures, **reference, self.name: self.solution}

    @property
    def reference(self) -> Reference:
        """Value, bound and proof, in the unit of the user's file."""
        found, factor = self.solved.reference, self.instance.factors.objective
        bound = None if found.bound is None else as_in_file(found.bound, factor)
        return replace(found, value=as_in_file(found.value, factor), bound=bound)

    @property
    def solution(self) -> list[object]:
        """The solution as nested lists, in the unit of the user's file."""
        return plain_solution(self.instance, self.solved.solution)


def solver_of(problem: Problem, method: str | None) -> tuple[Solver, str]:
    """Return the method that is asked for, or the problem's preferred one, and what a solution is called.

    Raises:
        UserError: the problem has no such method.
    """
    if not isinstance(problem, Solvable):
        raise UserError(f"{problem.name} has no exact method of its own: evo solve needs `solvers` in the problem.")
    solvers = dict(problem.solvers)
    chosen = next(iter(solvers)) if method is None else method
    if chosen not in solvers:
        raise UserError(f"Unknown method {chosen!r} of {problem.name}{near(chosen, list(solvers))}.")
    return solvers[chosen], problem.solution_name


def answers(instances: tuple[Instance, ...], solver: Solver, time_limit: float, name: str) -> Iterator[Answer]:
    """Solve one instance after the other, each within so many CPU seconds."""
    for instance in instances:
        yield Answer(instance, solver(instance, time_limit), name)


def _whole(number: object) -> object:
    """Write a float without fraction as the whole number that it is."""
    return int(number) if isinstance(number, float) and number.is_integer() else number

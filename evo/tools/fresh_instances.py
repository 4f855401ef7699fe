"""Instances that no run has seen, drawn by a problem's own generator with seeds that no run uses."""

from collections.abc import Set
from dataclasses import dataclass, fields, is_dataclass, replace

from problems import Instance, Problem, Split
from problems.own_files import OwnFiles

MOST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class FreshInstances:
    """Instances like those of validation, and the problem's seeds that they were drawn by; none without generator."""

    instances: tuple[Instance, ...] = ()
    seeds: tuple[int, ...] = ()


def fresh_instances(problem: Problem, least: int, first_seed: int, known: Set[str]) -> FreshInstances:
    """Draw whole sets of validation, from `first_seed` on, until there are at least so many instances.

    Those with a digest in `known` are left out. There are none where the problem has no setting `seed`, where its
    validation is of files, and where another seed gives no other instances.
    """
    if not _has_generator(problem):
        return FreshInstances()
    drawn: dict[str, Instance] = {}
    seeds: list[int] = []
    for seed in range(first_seed, first_seed + MOST_BLOCKS):
        if len(drawn) >= least:
            break
        other = replace(problem, seed=seed)  # type: ignore[type-var]  # a dataclass, as was seen
        block = {instance.digest(): instance for instance in other.instances(Split.VALIDATION)}
        new = {digest: one for digest, one in block.items() if digest not in known and digest not in drawn}
        if not new:
            break
        drawn |= new
        seeds.append(seed)
    return FreshInstances(tuple(drawn.values()), tuple(seeds))


def _has_generator(problem: Problem) -> bool:
    if not is_dataclass(problem) or isinstance(getattr(problem, Split.VALIDATION, None), OwnFiles):
        return False
    return any(field.name == "seed" and field.init for field in fields(problem))

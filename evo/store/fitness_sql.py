"""Fitness in SQL, compared level by level as `Candidate.rank` does."""

LOWER_LEVELS = 7
"""So many levels below the first are compared in queries: more than any lexicographic objective has had use for."""


def level(table: str, number: int) -> str:
    """Return the fitness of a lower level, 0 where there is none."""
    return f"coalesce(json_extract({table}.lower_fitness, '$[{number}]'), 0)"


def levels(table: str) -> str:
    """Return the row value of all levels: the greater, the fitter."""
    return f"({', '.join([f'{table}.fitness', *(level(table, number) for number in range(LOWER_LEVELS))])})"


def fittest_first(table: str) -> str:
    """Return the terms of ORDER BY that put the fittest first."""
    return ", ".join(f"{term} DESC" for term in [f"{table}.fitness", *(level(table, n) for n in range(LOWER_LEVELS))])

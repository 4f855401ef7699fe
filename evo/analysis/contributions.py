"""What the seeds brought about: the elites of the archives, as they are now, that descend from each."""

from collections import Counter

from evo.analysis.descent_graph import DescentGraph, read_graph
from evo.analysis.select import Value, select
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore

SEEDS = """
SELECT c.ordinal, CASE c.operator WHEN 'seed' THEN substr(c.model, 6) ELSE c.operator END AS name FROM candidates c
WHERE NOT EXISTS (SELECT 1 FROM parents p WHERE p.child = c.ordinal)
"""
COLUMNS = (
    Column("candidate"),
    Column("seed"),
    Column("elites"),
    Column("share", Unit.SHARE),
    Column("elites_by_line", spare=1),
    Column("share_by_line", Unit.SHARE),
    Column("best_elite"),
    Column("best_gap", Unit.SHARE),
    Column("gap", Unit.SHARE),
)


def contrib(store: RunStore) -> DataTable:
    """Return, for each candidate without parents, the share of held cells whose elite descends from it."""
    graph = read_graph(store)
    names = {row[0]: row[1] for row in select(store, SEEDS)}
    seeds = [ordinal for ordinal in graph.candidates if not graph.parents.get(ordinal)]
    origins, lines = _origins(graph, seeds)
    held = [ordinal for _, ordinal in graph.elites]
    by_line = Counter(lines[ordinal] for ordinal in held)
    elites = {seed: [one for one in held if origins[one] >> place & 1] for place, seed in enumerate(seeds)}
    seeds.sort(key=lambda seed: (-by_line[seed], -len(elites[seed]), seed))
    rows = tuple(_row(graph, seed, names[seed], elites[seed], by_line[seed]) for seed in seeds)
    notes = (
        f"{len(held)} cells are held on all islands, an elite counts once for each; gaps: mean gap on train",
        "share: of these, by an elite that descends from the seed through any parents; shares overlap",
        "share by line: by an elite whose fittest parents, step by step, lead back to the seed; these add up to 100%",
    )
    return DataTable("what each seed contributed to the archives", COLUMNS, rows, notes=notes)


def _row(graph: DescentGraph, seed: int, name: Value, elites: list[int], by_line: int) -> tuple[Value, ...]:
    cells = max(len(graph.elites), 1)
    best = graph.fittest(elites) if elites else None
    best_gap = None if best is None else graph.gap(best)
    shares = (len(elites), len(elites) / cells, by_line, by_line / cells)
    return seed, name, *shares, best, best_gap, graph.gap(seed)


def _origins(graph: DescentGraph, seeds: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return for each candidate the seeds it descends from, as bits, and the one that its fittest parents lead to."""
    origins = {seed: 1 << place for place, seed in enumerate(seeds)}
    lines = {seed: seed for seed in seeds}
    for ordinal in graph.candidates:
        if parents := graph.parents.get(ordinal):
            origins[ordinal] = 0
            for parent in parents:
                origins[ordinal] |= origins[parent]
            lines[ordinal] = lines[graph.fittest(parents)]
    return origins, lines

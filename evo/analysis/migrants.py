"""What migrations brought about: the elites of the archives, as they are now, that descend from migrants."""

from collections import defaultdict

from evo.analysis.descent_graph import DescentGraph, RecordedMigration, read_graph
from evo.analysis.select import Value
from evo.analysis.table import Column, DataTable, Unit
from evo.store import RunStore

COLUMNS = (
    Column("candidate"),
    Column("from_island"),
    Column("to_island"),
    Column("step"),
    Column("elites"),
    Column("best_elite"),
    Column("best_gap", Unit.SHARE),
    Column("gap", Unit.SHARE),
    Column("holds_a_cell_there", spare=1),
)


def migrants(store: RunStore, count: int) -> DataTable:
    """Return the migrations that later elites descend from, those with the most first.

    An elite descends from a migration through a child that was made on the island reached, after the arrival.
    """
    graph = read_graph(store)
    led = _led_to(graph)
    led.sort(key=lambda each: (-len(each[1]), each[0].step, each[0].candidate))
    held = set(graph.elites)
    rows = tuple(_row(graph, migration, elites, held) for migration, elites in led[:count])
    notes = [
        f"{len(graph.migrations)} migrants took a cell, {len(led)} led to elites of now; {len(rows)} shown",
        "elites: that descend from a child made on the island reached, after the migrant came; gaps: mean on train",
    ]
    edges = tuple(dict.fromkeys((row[0], row[5]) for row in rows if row[5] is not None))
    return DataTable("migrations that led to elites", COLUMNS, rows, edges, tuple(notes))


def _led_to(graph: DescentGraph) -> list[tuple[RecordedMigration, list[int]]]:
    """Return the migrations that elites descend from, with these; also those that hold a cell themselves."""
    elites = sorted({ordinal for _, ordinal in graph.elites})
    reached = _reached(graph, elites)
    children: defaultdict[int, list[int]] = defaultdict(list)
    for child, parents in graph.parents.items():
        for parent in parents:
            children[parent].append(child)
    held = set(graph.elites)
    led = []
    for migration in graph.migrations:
        bits = 0
        for child in children[migration.candidate]:
            if child > migration.step and graph.candidates[child] == migration.target:
                bits |= reached[child]
        below = [elite for place, elite in enumerate(elites) if bits >> place & 1]
        if below or (migration.target, migration.candidate) in held:
            led.append((migration, below))
    return led


def _reached(graph: DescentGraph, elites: list[int]) -> dict[int, int]:
    """Return for each candidate the elites among it and its descendants, as bits."""
    reached = dict.fromkeys(graph.candidates, 0) | {ordinal: 1 << place for place, ordinal in enumerate(elites)}
    for ordinal in reversed(graph.candidates):
        for parent in graph.parents.get(ordinal, ()):
            reached[parent] |= reached[ordinal]
    return reached


def _row(
    graph: DescentGraph, one: RecordedMigration, elites: list[int], held: set[tuple[int, int]]
) -> tuple[Value, ...]:
    best = graph.fittest(elites) if elites else None
    best_gap = None if best is None else graph.gap(best)
    stays = "yes" if (one.target, one.candidate) in held else "no"
    route = (one.candidate, one.source, one.target, one.step)
    return *route, len(elites), best, best_gap, graph.gap(one.candidate), stays

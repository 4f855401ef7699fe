"""A comparison as tables: all figures of the arms and of their surfaces for programs, several in words for people."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evaluators.statistics import Interval
from evo.analysis import Column, DataTable, Unit
from evo.analysis.select import Value
from evo.sweeps.compare import FRACTIONS, ArmFigures, SweepComparison
from evo.sweeps.runs import LeftOut
from problems import Split


def arm_table(comparison: SweepComparison, left_out: Sequence[LeftOut]) -> DataTable:
    """Return a row of numbers for each arm; the notes say which runs are left out."""
    rows = [dict(_row(arm)) for arm in comparison.arms]
    columns = tuple(Column(name) for name in rows[0])
    notes = (*comparison.notes, f"over spend: {_horizon(comparison)}", *_left_out(left_out))
    return DataTable("arms", columns, tuple(tuple(row.values()) for row in rows), notes=notes)


def comparison_tables(comparison: SweepComparison, left_out: Sequence[LeftOut]) -> tuple[DataTable, ...]:
    """Return the tables of gaps and of performance over spend; the others where there is something to say.

    Differences need two arms, seeds against length two seeds, replies a model.
    """
    tables = (
        _gaps(comparison),
        _differences(comparison),
        _over_spend(comparison),
        _grid(comparison),
        _equal_totals(comparison),
        _replies(comparison),
    )
    *others, last = [table for table in tables if table.rows]
    return (*others, replace(last, notes=(*last.notes, *comparison.notes, *_left_out(left_out))))


def surface_table(comparison: SweepComparison) -> DataTable:
    """Return a row of numbers for each number of runs and length."""
    columns = tuple(map(Column, ("arm", "runs", "length", "total", "gap", "seeds", "table")))
    rows = tuple(
        (surface.name, point.runs, point.length, point.total, point.gap, point.seeds, name)
        for surface in comparison.surfaces
        for name, points in (("grid", surface.grid), ("equal_totals", surface.equal_totals))
        for point in points
    )
    return DataTable("surface", columns, rows)


def _row(arm: ArmFigures) -> Iterator[tuple[str, Value]]:
    yield "arm", arm.name
    yield "runs", len(arm.seeds)
    yield "seeds", " ".join(map(str, arm.seeds))
    for split in Split:
        spread = arm.gaps.get(split)
        for name in ("mean", "least", "most"):
            yield f"{split}_{name}", None if spread is None else float(getattr(spread, name))
    yield "pairs", arm.pairs
    for split in Split:
        yield from _ends(f"{split}_difference", arm.differences[split])
    for fraction, interval in zip(FRACTIONS, arm.over_spend, strict=True):
        yield from _ends(f"train_at_{fraction:.0%}".rstrip("%"), interval)
    yield from _ends("train_area", arm.area)
    replies, valid, repeats = _summed(arm)
    yield from (("replies", replies), ("valid_replies", valid), ("repeats", repeats))
    yield "valid_per_reply", valid / replies if replies else None


def _ends(name: str, interval: Interval | None) -> Iterator[tuple[str, Value]]:
    yield name, None if interval is None else interval.estimate
    low, high = (None, None) if interval is None else interval.ends
    yield from ((f"{name}_low", low), (f"{name}_high", high))


def _gaps(comparison: SweepComparison) -> DataTable:
    shares = (Column(name, Unit.SHARE) for name in ("mean", "smallest", "largest"))
    rows = tuple(
        (arm.name, split, len(arm.seeds), gaps.mean, gaps.least, gaps.most)
        for arm in comparison.arms
        for split, gaps in arm.gaps.items()
    )
    columns = (Column("arm", Unit.WORDS), Column("on"), Column("runs"), *shares)
    return DataTable("gaps of what the runs found", columns, rows, notes=("of the mean gaps of an arm's runs",))


def _differences(comparison: SweepComparison) -> DataTable:
    shares = (Column(name, Unit.SHARE) for name in ("difference", "low", "high"))
    rows = tuple(
        (arm.name, split, arm.pairs, one.estimate, *one.ends, one.certainty)
        for arm in comparison.arms[1:]
        for split, one in arm.differences.items()
        if one is not None
    )
    columns = (Column("arm", Unit.WORDS), Column("on"), Column("pairs"), *shares, Column("certain", Unit.WORDS))
    notes = ("paired by seed, and by instance where all had the same; all below zero: a smaller gap",)
    return DataTable(f"less the gap of {comparison.arms[0].name}", columns, rows, notes=notes)


def _over_spend(comparison: SweepComparison) -> DataTable:
    shares = (Column(name, Unit.SHARE) for name in ("mean", "low", "high"))
    names = [*(f"{fraction:.0%}" for fraction in FRACTIONS), "area"]
    rows = tuple(
        (arm.name, name, one.estimate, *one.ends)
        for arm in comparison.arms
        for name, one in zip(names, (*arm.over_spend, arm.area), strict=True)
    )
    columns = (Column("arm", Unit.WORDS), Column("spent"), *shares)
    notes = (f"{_horizon(comparison)}; area: the mean over that spend",)
    return DataTable("best gap on train so far", columns, rows, notes=notes)


def _grid(comparison: SweepComparison) -> DataTable:
    """Lay out seeds against length: a row for each number of runs, a column for each length."""
    lengths = sorted({point.length for surface in comparison.surfaces for point in surface.grid})
    rows: list[tuple[Value, ...]] = []
    for surface in comparison.surfaces:
        gaps = {(point.runs, point.length): point.gap for point in surface.grid}
        counts = sorted({runs for runs, _ in gaps})
        rows += [(surface.name, runs, *(gaps.get((runs, length)) for length in lengths)) for runs in counts]
    columns = (
        Column("arm", Unit.WORDS),
        Column("runs"),
        *(Column(f"{length:g} {comparison.spend}", Unit.SHARE) for length in lengths),
    )
    notes = ("the smallest gap on train of so many runs that spend so much each; median over the choices of seeds",)
    return DataTable("best of several runs", columns, tuple(rows), notes=notes)


def _equal_totals(comparison: SweepComparison) -> DataTable:
    columns = (
        Column("arm", Unit.WORDS),
        Column(f"{comparison.spend} in all"),
        Column("runs"),
        Column(f"{comparison.spend} each"),
        Column("gap", Unit.SHARE),
    )
    rows = tuple(
        (surface.name, round(point.total, 1), point.runs, round(point.length, 1), point.gap)
        for surface in comparison.surfaces
        for point in surface.equal_totals
    )
    notes = ("the same at equal spend in all, read from the curves of the longest runs",)
    return DataTable("more seeds or longer runs", columns, rows, notes=notes)


def _replies(comparison: SweepComparison) -> DataTable:
    shares = (Column(name, Unit.SHARE) for name in ("valid per reply", "smallest", "largest"))
    columns = (Column("arm", Unit.WORDS), Column("replies"), Column("valid"), Column("repeats"), *shares)
    rows: list[tuple[Value, ...]] = []
    for arm in comparison.arms:
        each = [run.valid / run.replies for run in arm.replies.values() if run.replies]
        if each:
            replies, valid, repeats = _summed(arm)
            rows.append((arm.name, replies, valid, repeats, valid / replies, min(each), max(each)))
    notes = ("valid: a candidate with a score, repeats of an earlier one included; smallest, largest: of the runs",)
    return DataTable("replies of models that became a candidate", columns, tuple(rows), notes=notes)


def _summed(arm: ArmFigures) -> tuple[int, int, int]:
    """Return the replies of an arm's runs, the valid ones and the repeats among these."""
    runs = arm.replies.values()
    return sum(run.replies for run in runs), sum(run.valid for run in runs), sum(run.repeats for run in runs)


def _horizon(comparison: SweepComparison) -> str:
    return f"100 % is {comparison.end:g} {comparison.spend}"


def _left_out(runs: Sequence[LeftOut]) -> tuple[str, ...]:
    return tuple(f"left out: {run.name}: {run.why}" for run in runs)

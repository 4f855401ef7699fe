"""A comparison as tables: one of all figures for programs, three in words for people."""

from collections.abc import Iterator, Sequence

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
    """Return the tables of gaps, of differences where there are two arms, and of performance over spend."""
    gaps, differences, over_spend = (
        _gaps(comparison),
        _differences(comparison),
        _over_spend(comparison, (*comparison.notes, *_left_out(left_out))),
    )
    return (gaps, over_spend) if len(comparison.arms) == 1 else (gaps, differences, over_spend)


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


def _ends(name: str, interval: Interval | None) -> Iterator[tuple[str, Value]]:
    yield name, None if interval is None else interval.estimate
    yield f"{name}_low", None if interval is None else interval.low
    yield f"{name}_high", None if interval is None else interval.high


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
        (arm.name, split, arm.pairs, one.estimate, one.low, one.high)
        for arm in comparison.arms[1:]
        for split, one in arm.differences.items()
        if one is not None
    )
    columns = (Column("arm", Unit.WORDS), Column("on"), Column("pairs"), *shares)
    notes = ("paired by seed, and by instance where all had the same; all below zero: a smaller gap",)
    return DataTable(f"less the gap of {comparison.arms[0].name}", columns, rows, notes=notes)


def _over_spend(comparison: SweepComparison, more: Sequence[str]) -> DataTable:
    shares = (Column(name, Unit.SHARE) for name in ("mean", "low", "high"))
    names = [*(f"{fraction:.0%}" for fraction in FRACTIONS), "area"]
    rows = tuple(
        (arm.name, name, one.estimate, *((one.low, one.high) if len(arm.seeds) > 1 else (None, None)))
        for arm in comparison.arms
        for name, one in zip(names, (*arm.over_spend, arm.area), strict=True)
    )
    columns = (Column("arm", Unit.WORDS), Column("spent"), *shares)
    notes = (f"{_horizon(comparison)}; area: the mean over that spend", *more)
    return DataTable("best gap on train so far", columns, rows, notes=notes)


def _horizon(comparison: SweepComparison) -> str:
    return f"100 % is {comparison.end:g} {comparison.spend}"


def _left_out(runs: Sequence[LeftOut]) -> tuple[str, ...]:
    return tuple(f"left out: {run.name}: {run.why}" for run in runs)

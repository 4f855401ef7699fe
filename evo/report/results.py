"""The gaps of the best candidate and of what it is compared with, on every split that they were scored on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from evaluators import Evaluation, Gap
from evo.analysis.candidates import CandidateRecord, header, seeds
from evo.runs.finish import Row, best_rows_first, row
from evo.store import RunStore
from problems import Split


@dataclass(frozen=True, slots=True)
class Results:
    """The found candidate's row and those of the baselines, the best one first; `decides` is the split that tells."""

    best: Row
    others: tuple[Row, ...]
    decides: Split

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, the smallest gap first."""
        return tuple(sorted((self.best, *self.others), key=lambda line: rank(line, self.decides)))

    @property
    def levels(self) -> bool:
        """Whether the objective has levels below the first."""
        return any(gap.lower for gap in self.best.gaps.values())

    @property
    def best_other(self) -> Row | None:
        """The best baseline; None where there is none."""
        return next(iter(self.others), None)


def results(store: RunStore, best: CandidateRecord) -> Results:
    """Return the table of a finished run; of another one what is known: the seeds are the others."""
    lines = _of_result(header(store).result) or _of_record(store, best)
    own, *others = lines
    decides = next((split for split in (Split.TEST, Split.VALIDATION) if split in own.gaps), Split.TRAIN)
    return Results(own, best_rows_first(others), decides)


def rank(line: Row, split: Split) -> tuple[float, ...]:
    """Return what orders rows: gaps of all levels, failed ones last."""
    gap = line.gaps.get(split)
    return (float("inf"),) if gap is None else (gap.scaled, *gap.lower)


def _of_result(result: str | None) -> list[Row]:
    return [
        Row(line["name"], _gaps(line["gaps"]), line["failure"], line["work"], line["milliseconds"])
        for line in json.loads(result or "{}").get("rows", ())
    ]


def _gaps(by_split: Mapping[str, Mapping[str, object]]) -> dict[Split, Gap]:
    return {Split(split): _gap(figures) for split, figures in by_split.items()}


def _gap(figures: Mapping[str, object]) -> Gap:
    """Return the gap of the figures that the run kept."""
    scaled, ratio, mean, lower = (figures.get(name) for name in ("scaled", "ratio", "mean", "lower"))
    upper = figures.get("upper")
    return Gap(
        float(str(scaled)),
        None if ratio is None else float(str(ratio)),
        None if mean is None else float(str(mean)),
        _gap(upper) if isinstance(upper, Mapping) else None,
        tuple(float(level) for level in lower) if isinstance(lower, list) else (),
    )


def _of_record(store: RunStore, best: CandidateRecord) -> list[Row]:
    named = [(record.step.model.removeprefix("seed "), record) for record in seeds(store)]
    scored = [(name, record) for name, record in named if _is_scored(record)]
    lines = [row(name, record.outcomes) for name, record in scored if record.step.ordinal != best.step.ordinal]
    return [row(f"found #{best.step.ordinal}", best.outcomes), *lines]


def _is_scored(record: CandidateRecord) -> bool:
    return isinstance(record.outcomes.get(Split.TRAIN), Evaluation)

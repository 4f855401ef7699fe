"""All that a report tells of a run, read from its record."""

from dataclasses import dataclass

from evo.analysis.archives import IslandArchive, archives
from evo.analysis.candidates import CandidateRecord, best_ordinal, header, show
from evo.analysis.explanation import Explanation, explanation
from evo.analysis.failures import FailureGroup, failure_groups
from evo.analysis.instances import baseline_gaps, candidate_gaps, instance_families
from evo.analysis.looks import looks_at_test
from evo.analysis.operators import CallCharges, OperatorRecord, call_charges, operator_records
from evo.analysis.overview import placed_counts
from evo.analysis.progress import Point, progress
from evo.analysis.verdict import Verdict, verdict
from evo.report.again import Again, again
from evo.report.certificate import Certificate, certificate
from evo.report.comparison import FamilyGaps, PairedComparison, compare_gaps, family_gaps
from evo.report.results import Results, results
from evo.report.steps import Descent, descent
from evo.runs.drawings import Drawing, best_pair, kept_drawings
from evo.store import RunHeader, RunStore, StoreError
from evo.store.notes import notes
from problems import Split

RIVALS = 3
"""So many of the best others stand beside the found candidate, family by family."""


@dataclass(frozen=True, slots=True)
class FailureExample:
    """A kind of failure and the source of its example, None where the author gave no code."""

    group: FailureGroup
    source: str | None


@dataclass(frozen=True, slots=True)
class BestCandidate:
    """All about the best candidate; `against` compares it on the split that decides, `on_splits` with the best other.

    `families` are on the split that decides, or on train where the others' gaps on each instance were not recorded;
    `split` is the one they are on.
    """

    record: CandidateRecord
    results: Results
    descent: Descent
    on_splits: dict[Split, PairedComparison]
    against: tuple[PairedComparison, ...]
    families: tuple[FamilyGaps, ...]
    split: Split


@dataclass(frozen=True, slots=True)
class Contents:
    """A run; `best` is None while no candidate has a score.

    `drawings` are the best candidate's and the best baseline's of one instance, as far as the folder has them. `notes`
    are what people wrote of the run and of the best candidate. `explained` is what `evo explain` found out about it,
    None where it was not asked.
    """

    name: str
    run: RunHeader
    verdict: Verdict
    candidates: int
    seeds: int
    certificate: Certificate
    points: tuple[Point, ...]
    archives: tuple[IslandArchive, ...]
    operators: tuple[OperatorRecord, ...]
    calls: tuple[CallCharges, ...]
    failures: tuple[FailureExample, ...]
    best: BestCandidate | None
    again: Again
    explained: Explanation | None = None
    drawings: tuple[Drawing, ...] = ()
    notes: tuple[str, ...] = ()


def contents(store: RunStore, began: bool = False) -> Contents:
    """Read a run, also one that goes on; `began` says that a command is known to have begun it."""
    placed, run, folder = placed_counts(store), header(store), store.path.resolve().parent
    best = _best_candidate(store)
    drawn = None if best is None else best.record.step.ordinal
    return Contents(
        name=folder.name,
        run=run,
        verdict=verdict(store),
        candidates=placed.candidates,
        seeds=placed.seeds,
        certificate=certificate(store),
        points=progress(store),
        archives=archives(store),
        operators=tuple(record for record in operator_records(store) if record.operator != "seed"),
        calls=call_charges(store),
        failures=tuple(
            FailureExample(group, show(store, group.example).step.source) for group in failure_groups(store)
        ),
        best=best,
        again=again(run, folder, began, looks_at_test(store, None).resumed),
        drawings=best_pair(kept_drawings(folder), drawn),
        notes=tuple(note.text for note in notes(store) if note.candidate in (None, drawn)),
        explained=None if drawn is None else explanation(store, drawn),
    )


def _best_candidate(store: RunStore) -> BestCandidate | None:
    try:
        best = show(store, best_ordinal(store))
    except StoreError:  # no candidate has a score yet
        return None
    ordinal, table = best.step.ordinal, results(store, best)
    split = table.decides if baseline_gaps(store, table.decides) else Split.TRAIN
    gaps, others = candidate_gaps(store, ordinal, split), baseline_gaps(store, split)
    ranked = [line.name for line in table.others if line.name in others]
    rivals = {name: others[name] for name in ranked[:RIVALS]}
    return BestCandidate(
        record=best,
        results=table,
        descent=descent(store, ordinal),
        on_splits=_on_splits(store, ordinal, table),
        against=compare_gaps(gaps, {name: others[name] for name in ranked}),
        families=family_gaps(instance_families(store, split), gaps, rivals) if gaps else (),
        split=split,
    )


def _on_splits(store: RunStore, ordinal: int, table: Results) -> dict[Split, PairedComparison]:
    """Compare with the best baseline on each split, where the gaps on each instance are on record."""
    comparisons = {}
    for split in Split:
        best, gaps, others = table.best_other, candidate_gaps(store, ordinal, split), baseline_gaps(store, split)
        if best is not None and best.name in others and gaps:
            comparisons[split] = compare_gaps(gaps, {best.name: others[best.name]})[0]
    return comparisons

"""The literature's heuristics for 1||ΣTj as whole algorithms: plain functions here, texts of candidates to others."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from problems.baseline_text import text_of_algorithm
from problems.sequences import JobSequence
from problems.smtt.heuristics.decomposition import decomposition_edd, decomposition_mdd
from problems.smtt.heuristics.dispatching import (
    Times,
    atc_half,
    atc_two,
    edd,
    mdd,
    mdd_index,
    mddc,
    panneerselvam,
    psk,
    spt,
)
from problems.smtt.heuristics.insertion import edd_insertion, mdd_insertion, neh
from problems.smtt.heuristics.interchange import api, edd_api, eddc, wilkerson_irwin
from problems.smtt.heuristics.relocation import augmented_edd, augmented_mdd, augmented_mddc, nbr
from problems.smtt.heuristics.search import (
    augmented_mddc_insertion,
    decomposition_insertion,
    decomposition_mdd_insertion_swap,
    iterated_local_search,
    mdd_insertion_swap,
    nbr_insertion_swap,
)

Solver = Callable[[Times, Times, JobSequence], None]

SOLVERS: Mapping[str, Solver] = MappingProxyType(
    {
        "EDD": edd,
        "SPT": spt,
        "MDD": mdd,
        "MDD-index": mdd_index,
        "MDDC": mddc,
        "ATC-0.5": atc_half,
        "ATC-2": atc_two,
        "PSK": psk,
        "Panneerselvam": panneerselvam,
        "EDDC": eddc,
        "WI": wilkerson_irwin,
        "EDD+API": edd_api,
        "API": api,
        "NEH": neh,
        "NBR": nbr,
        "DEC/EDD": decomposition_edd,
        "DEC/MDD": decomposition_mdd,
        "AugEDD": augmented_edd,
        "AugMDD": augmented_mdd,
        "AugMDDC": augmented_mddc,
        "EDD+insertion": edd_insertion,
        "MDD+insertion": mdd_insertion,
        "DEC/MDD+insertion": decomposition_insertion,
        "AugMDDC+insertion": augmented_mddc_insertion,
        "MDD+insertion+swap": mdd_insertion_swap,
        "NBR+insertion+swap": nbr_insertion_swap,
        "DEC/MDD+insertion+swap": decomposition_mdd_insertion_swap,
        "ILS": iterated_local_search,
    }
)
ALGORITHMS: Mapping[str, str] = MappingProxyType(
    {name: text_of_algorithm(solver, __name__) for name, solver in SOLVERS.items()}
)

"""What an address asks of the list of candidates: which ones, in which order."""

import math
from collections.abc import Mapping

from evo.analysis.archives import find_island
from evo.analysis.candidate_list import CandidateFilter, CandidateStatus, Order
from evo.core.errors import UserError


def filter_of(query: Mapping[str, str], islands: Mapping[int, str]) -> CandidateFilter:
    """Return which candidates are wanted; an island is meant by its name, gaps are in per cent.

    Raises:
        UserError: there is no such status or island, or a gap is no number.
    """
    return CandidateFilter(
        operator=query.get("operator", ""),
        model=query.get("model", ""),
        status=_status(query.get("status", "")),
        island=find_island(islands, query["island"]) if query.get("island") else None,
        low=_gap("from", query.get("low", "")),
        high=_gap("to", query.get("high", "")),
        text=query.get("text", ""),
    )


def order_of(query: Mapping[str, str]) -> tuple[Order, bool]:
    """Return the order and whether it is downward: `sort=gap`, `sort=-gap`; without any the newest come first.

    Raises:
        UserError: there is no such order.
    """
    word = query.get("sort", f"-{Order.CANDIDATE}")
    name = word.removeprefix("-")
    if name not in tuple(Order):
        raise UserError(f"Expected sort to be one of {', '.join(Order)}, with or without a minus, got {word!r}.")
    return Order(name), word.startswith("-")


def _status(word: str) -> CandidateStatus | None:
    if word and word not in tuple(CandidateStatus):
        raise UserError(f"Expected status to be one of {', '.join(CandidateStatus)}, got {word!r}.")
    return CandidateStatus(word) if word else None


def _gap(end: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UserError(f"Expected a gap {end} so many per cent, such as 1.5, got {text!r}.")
    return value / 100

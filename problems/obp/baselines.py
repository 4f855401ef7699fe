"""Online packing rules of the literature, written the way a candidate is written."""

from collections.abc import Iterable

from problems.contract import Parameter, Signature

SCORE = Signature(
    name="score",
    parameters=(
        Parameter("item", "size of the item that is to be placed, 1 to capacity"),
        Parameter("residual", "room left in the bin before, item to capacity; equal to capacity in the new, empty bin"),
        Parameter("capacity", "capacity of every bin", shared=True),
        Parameter("open_bins", "number of bins that hold an item and have room left, the new bin counted too: at least "
                  "1", shared=True),
        Parameter("left", "room that would be left in the bin, residual - item: 0 where the item fills it exactly"),
        Parameter("waste", "left where it would likely be lost, as fewer than one in twenty of the items so far, "
                  "this one included, fit into it; else 0"),
        Parameter("seen", "number of items so far, this one included: at least 1", shared=True),
        Parameter("alike", "number of open bins with this residual: at least 1"),
        Parameter("alike_after", "number of open bins whose residual is left once the item is placed here, this one "
                  "included: at least 1"),
    ),
    returns="the score of the bin as a finite number: the item goes into the bin of highest score",
)  # fmt: skip


def rule(doc: str, body: Iterable[str], imports: str = "") -> str:
    """Return the source of one rule."""
    lines = (f'"""{doc}"""', *body)
    return imports + SCORE.header() + "\n" + "".join(f"    {line}\n" for line in lines)


RULES = {
    "first fit": rule(
        "The bin that was opened first: ties, as Johnson et al. (1974) state first fit.", ("return 0.0",)
    ),
    "best fit": rule("The bin of least room, Johnson et al. (1974).", ("return -residual",)),
    "worst fit": rule(
        "The open bin of most room, a new one only where none suffices, Johnson (1974).",
        ("return residual if residual < capacity else 0.0",),
    ),
    "harmonic-like": rule(
        "Least waste were the rest filled with items of this size, after the harmonic classes of Lee and Lee (1985).",
        ("return -(left % item)",),
    ),
    "tight fit": rule(
        "Best fit among bins that it fills to within a tenth of the capacity, first fit where there is none.",
        ("return -left if left <= 0.1 * capacity else -capacity",),
    ),
    "usable fit": rule(
        "Best fit among bins whose rest would not be lost, among the others where there is none.",
        ("return -left if waste == 0.0 else -left - capacity",),
    ),
    "sum of squares": rule(
        "Least sum of squares of the numbers of open bins with equal room, Csirik et al. (2006).",
        (
            "before = 2.0 * alike - 1.0 if residual < capacity else 0.0",
            "after = 2.0 * alike_after - 1.0 if left > 0.0 else 0.0",
            "return before - after",
        ),
    ),
    "FunSearch OR": rule(
        "Found by FunSearch on sizes 20 to 100 of 150, Romera-Paredes et al. (2024).",
        (
            "if left <= 2:",
            "    return 4.0",
            "if left <= 3:",
            "    return 3.0",
            "if left <= 5:",
            "    return 2.0",
            "if left <= 7:",
            "    return 1.0",
            "if left <= 9:",
            "    return 0.9",
            "if left <= 12:",
            "    return 0.95",
            "if left <= 15:",
            "    return 0.97",
            "return 0.98 if left <= 21 else 0.99",
        ),
    ),
    "EoH": rule(
        "Found by evolution of heuristics, Liu et al. (2024); the first term is below 1e-86 from 100 on.",
        (
            "power = math.exp(min(left, 100.0))",
            "value = residual / ((power + 0.7) * power) + (1.0 - left / residual) * math.sqrt(left)",
            "return value + (0.8 if left > 3.0 * item else 0.3)",
        ),
        imports="import math\n\n\n",
    ),
}

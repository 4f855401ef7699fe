"""Online packing rules of the literature as candidates: scores of one bin, and priorities of all bins at once."""

from collections.abc import Iterable

from problems.contract import Direction, Parameter, Signature

SIZE = "size units"
SCORE = Signature(
    name="score",
    parameters=(
        Parameter("item", "size of the item that is to be placed, 1 to capacity", unit=SIZE),
        Parameter("residual", "room left in the bin before, item to capacity; equal to capacity in the new, empty bin",
                  unit=SIZE),
        Parameter("capacity", "capacity of every bin", shared=True, unit=SIZE),
        Parameter("open_bins", "number of bins that hold an item and have room left, the new bin counted too: at least "
                  "1", shared=True, unit="bins"),
        Parameter("left", "room that would be left in the bin, residual - item: 0 where the item fills it exactly",
                  unit=SIZE),
        Parameter("waste", "left where it would likely be lost, as fewer than one in twenty of the items so far, "
                  "this one included, fit into it; else 0", unit=SIZE),
        Parameter("seen", "number of items so far, this one included: at least 1", shared=True, unit="items"),
        Parameter("alike", "number of open bins with this residual: at least 1", unit="bins"),
        Parameter("alike_after", "number of open bins whose residual is left once the item is placed here, this one "
                  "included: at least 1", unit="bins"),
    ),
    returns="the score of the bin as a finite number: the item goes into the bin of highest score",
    direction=Direction.LARGEST,
    ties="the bin that was opened first, a new bin last",
)  # fmt: skip
PRIORITY = Signature(
    name="priority",
    parameters=(
        Parameter("item", "size of the item that is to be placed: read-only int64 array of shape (1,)",
                  unit=SIZE),
        Parameter("bins", "room left in each bin that suffices, by the bins' numbers, not 0: read-only int64 array of "
                  "shape (k,)", unit=SIZE),
        Parameter("out", "float64 array of shape (k,), zeros: to be filled with the priorities, finite numbers",
                  unit="priority"),
    ),
    returns="nothing",
    direction=Direction.LARGEST,
    ties="the bin of lowest number",
)  # fmt: skip


def rule(doc: str, body: Iterable[str], imports: str = "") -> str:
    """Return the source of one rule."""
    return imports + SCORE.definition(doc, body)


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


def algorithm(doc: str, body: Iterable[str]) -> str:
    """Return the source of one algorithm."""
    return "import math\n\nimport numpy as np\n\n\n" + PRIORITY.definition(doc, body)


PRIORITIES = {
    "first fit": algorithm("The first bin, Johnson et al. (1974).", ("out[:] = np.zeros(bins.size)",)),
    "best fit": algorithm("The bin of least room, Johnson et al. (1974).", ("out[:] = -1.0 * bins",)),
    "worst fit": algorithm(
        "The bin of most room, but the largest only where there is no other, Johnson (1974).",
        (
            "largest = bins.max()",
            "for k in range(bins.size):",
            "    out[k] = bins[k] * 1.0 if bins[k] < largest else 0.0",
        ),
    ),
    "FunSearch OR": algorithm(
        "Found by FunSearch on sizes 20 to 100 of 150, Romera-Paredes et al. (2024).",
        (
            "for k in range(bins.size):",
            "    left = bins[k] - item[0]",
            "    value = 0.99",
            *(
                line
                for bound, value in (
                    (21, 0.98),
                    (15, 0.97),
                    (12, 0.95),
                    (9, 0.9),
                    (7, 1.0),
                    (5, 2.0),
                    (3, 3.0),
                    (2, 4.0),
                )
                for line in (f"    if left <= {bound}:", f"        value = {value}")
            ),
            "    out[k] = value",
        ),
    ),
    "FunSearch Weibull": algorithm(
        "Found by FunSearch on Weibull sizes, Romera-Paredes et al. (2024); a score depends on the bin before.",
        (
            "i = 1.0 * item[0]",
            "b = 1.0 * bins",
            "most = b.max()",
            "score = (b - most) * (b - most) / i + b * b / (i * i) + b * b / (i * i * i)",
            "score = np.where(b > i, -score, score)",
            "out[:] = score",
            "for k in range(1, bins.size):",
            "    out[k] = score[k] - score[k - 1]",
        ),
    ),
    "EoH": algorithm(
        "Found by evolution of heuristics, Liu et al. (2024); its first term is below 1e-86 from 100 on.",
        (
            "for k in range(bins.size):",
            "    left = 1.0 * (bins[k] - item[0])",
            "    power = math.exp(min(left, 100.0))",
            "    value = bins[k] / ((power + 0.7) * power) + (1.0 - left / bins[k]) * math.sqrt(left)",
            "    out[k] = value + (0.8 if left > 3.0 * item[0] else 0.3)",
        ),
    ),
}

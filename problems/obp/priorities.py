"""Packing rules as priorities of all bins at once, as published programs state them, written as candidates."""

from collections.abc import Iterable

from problems.contract import Parameter, Signature

PRIORITY = Signature(
    name="priority",
    parameters=(
        Parameter("item", "size of the item that is to be placed: read-only int64 array of shape (1,)"),
        Parameter("bins", "room left in each bin that suffices, by the bins' numbers, not 0: read-only int64 array of "
                  "shape (k,)"),
        Parameter("out", "float64 array of shape (k,), zeros: to be filled with the priorities, finite numbers"),
    ),
    returns="nothing",
)  # fmt: skip


def algorithm(doc: str, body: Iterable[str]) -> str:
    """Return the source of one algorithm."""
    lines = (f'"""{doc}"""', *body)
    imports = "import math\n\nimport numpy as np\n\n\n"
    return imports + PRIORITY.header() + "\n" + "".join(f"    {line}\n" for line in lines)


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

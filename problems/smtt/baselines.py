"""Dispatching rules of the literature for single machine total tardiness as candidates, and edits of rules."""

from collections.abc import Iterable

from problems.contract import Direction, Parameter, Signature

TIME = "time units"
PRIORITY = Signature(
    name="priority",
    parameters=(
        Parameter("p", "processing time of the job, 1 to 100", unit=TIME),
        Parameter("d", "due date of the job; may be negative", unit=TIME),
        Parameter("t", "current time, at which the job would start", shared=True, unit=TIME),
        Parameter("n_left", "number of waiting jobs, this one included", shared=True, unit="jobs"),
        Parameter("p_mean", "mean processing time of the waiting jobs", shared=True, unit=TIME),
        Parameter("p_max", "largest processing time of the waiting jobs", shared=True, unit=TIME),
        Parameter(
            "w_late",
            "work of the shorter waiting jobs (before it in SPT order) that EDD from now would make tardy",
            unit=TIME,
        ),
        Parameter("d_mean", "mean due date of the waiting jobs", shared=True, unit=TIME),
        Parameter(
            "late_share",
            "share of the waiting jobs that EDD order from now would make tardy, 0 to 1",
            shared=True,
            unit="share",
        ),
    ),
    returns="the priority of the job as a finite number: the waiting job of smallest value starts next",
    direction=Direction.SMALLEST,
    ties="the shorter job, then the earlier due date, then the lower index",
)
INSTRUCTIONS: tuple[str, ...] = (
    "Where p is added to t, multiply p by [1.0, 1.6] first.",
    "Add [0.05, 0.5] * p to the result.",
    "Add [0.1, 1.0] * p * p / p_mean to the result.",
    "Add [0.01, 0.2] * w_late to the result.",
    "Subtract [0.01, 0.2] * w_late from the result.",
    "Add [0.5, 5.0] * p / (t + p_mean) to the result.",  # MDDC, Cetinkaya et al. (2025)
    "Multiply the result by (1.0 + [0.02, 0.3] * p / p_max).",
    "Add [0.02, 0.3] * (d_mean - d) to the result.",
    "Let slack = d - t - p, and multiply the part of slack beyond p_mean by [0.3, 0.9].",
    "Return max(t + p, d) plus the other terms with small weights.",  # MDD, Baker and Bertrand (1982)
    # The apparent tardiness cost of Vepsalainen and Morton (1987), negated.
    "Return -math.exp(-max(0.0, d - p - t) / ([0.3, 3.0] * p_mean)) / p.",
    "Multiply p by (1.0 + [0.1, 1.0] * late_share) everywhere.",
    "If late_share is above [0.5, 0.95], add [0.1, 1.0] * p to the result.",
    "If d - t is larger than n_left * p_mean, return d, else what it returns now.",
)


def rule(doc: str, body: Iterable[str], imports: str = "") -> str:
    """Return the source of one rule."""
    return imports + PRIORITY.definition(doc, body)


def apparent_tardiness_cost(k: float) -> str:
    """Return ATC with look-ahead k, negated: the smallest value goes first."""
    return rule(
        f"Apparent tardiness cost with k = {k}, the mean taken over waiting jobs, Vepsalainen and Morton (1987).",
        (
            "slack = max(0.0, d - p - t)",
            f"return -math.exp(-slack / ({k} * p_mean)) / p",
        ),
        imports="import math\n\n\n",
    )


RULES = {
    "EDD": rule("Earliest due date, Jackson (1955).", ("return d",)),
    "SPT": rule("Shortest processing time, Smith (1956).", ("return p",)),
    "MST": rule("Minimum slack time, Conway, Maxwell and Miller (1967).", ("return d - p - t",)),
    "CR": rule("Critical ratio: time left over work left, Berry and Rao (1975).", ("return (d - t) / p",)),
    "MDD": rule("Modified due date, Baker and Bertrand (1982).", ("return max(t + p, d)",)),
    "PSK": rule(
        # Its totals equal those of MDD here: p + max(0, slack) = max(t + p, d) - t, and both give ties to SPT.
        "The schedule of Panwalkar, Smith and Koulamas (1993) as MDD with SPT ties, Alidaee and Gopalan (1997).",
        (
            "slack = d - t - p",
            "if slack <= 0.0:",
            "    return p",
            "return p + slack",
        ),
    ),
    "MDDC": rule(
        "Modified due date with corrections, Cetinkaya et al. (2025), arXiv 2510.24013.",
        (
            "mu = max(1.1 * p + t, d)",
            "rho = min(1.0, p / (t + p_max))",
            "mu *= 1.0 + rho * rho / (1.0 + rho * rho)",
            "return mu + p / (t + p_mean)",
        ),
    ),
    "ATC-0.5": apparent_tardiness_cost(0.5),
    "ATC-2": apparent_tardiness_cost(2.0),
    "COVERT": rule(
        "Cost over time with an expected wait of two processing times, negated, Carroll (1965).",
        (
            "slack = max(0.0, d - p - t)",
            "return -max(0.0, 1.0 - slack / (2.0 * p)) / p",
        ),
    ),
    "Montagne": rule(
        "Work left until the due date against all work, negated, Montagne (1969).",
        (
            "work = t + n_left * p_mean",
            "return -(1.0 - d / work) / p",
        ),
    ),
}

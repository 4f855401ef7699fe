"""Edits of dispatching rules that carry knowledge of total tardiness, for language models to carry out.

They name pieces, not whole rules: which of them help, and how they go together, is left to the search.
"""

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

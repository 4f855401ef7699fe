"""Rescheduling heuristics, written the way a candidate is written: two functions each."""

from collections.abc import Iterable

from problems.vmr.signatures import DST_SCORE, VM_SCORE


def rules(doc: str, leaving: Iterable[str], arriving: Iterable[str]) -> str:
    """Return the source of two rules that work together."""
    parts = ((VM_SCORE, (f'"""{doc}"""', *leaving)), (DST_SCORE, ('"""Where it goes."""', *arriving)))
    return "\n\n".join(
        signature.header() + "\n" + "".join(f"    {line}\n" for line in body) for signature, body in parts
    )


RULES = {
    "greedy": rules(
        "The move that lowers FR most; none where no single move does, as the heuristics of Ding et al. (2025) filter.",
        ("return gain_best",),
        ("return gain_add",),
    ),
    "tolerant": rules(
        "The best move; where none gains, one that costs nothing, of a VM not moved yet, from the largest fragment.",
        (
            "if gain_best > 0.0:",
            "    return 100.0 + gain_best",
            "if gain_best < 0.0 or moved > 0.0:",
            "    return 0.0",
            "return 1.0 + frag_src",
        ),
        ("return gain_add - 0.01 * frag_dst",),
    ),
    "finish": rules(
        "A VM that a fragment takes whole leaves where that comes nearest to one more free block; none moves twice.",
        (
            "if slack_best > 15.0 or moved > 0.0:",
            "    return 0.0",
            "return 64.0 - abs(16.0 - frag_src - size) - 0.1 * slack_best",
        ),
        ("return gain_add - 0.01 * frag_dst - left_dst",),
    ),
    "emptying": rules(
        "Empty the node with most free cores, its smallest VMs first, into the fullest that has room.",
        (
            "if moved > 0.0:",
            "    return 0.0",
            "return 1.0 + free_src - 0.01 * size",
        ),
        ("return -free_dst",),
    ),
    "scrambled": rules(
        "A VM and a node that look drawn at random.",
        ("return 1.0 + (37.0 * size + 53.0 * free_src + 71.0 * n_src + 29.0 * k_left) % 101.0",),
        ("return (41.0 * free_dst + 59.0 * n_dst + 31.0 * k_left) % 103.0",),
    ),
}

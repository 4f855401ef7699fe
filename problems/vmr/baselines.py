"""The two functions that a candidate defines, and rescheduling heuristics written that way."""

from collections.abc import Iterable

from problems.contract import Direction, Parameter, Signature

# A count without this cap would mean another thing on large clusters than on small ones.
K_LEFT = Parameter(
    "k_left", "number of moves left, this one included, 1 to 10; 10 stands for more too", shared=True, unit="moves"
)

VM_SCORE = Signature(
    name="vm_score",
    parameters=(
        Parameter("size", "cores of the VM, 2 to 32", unit="cores"),
        Parameter("free_src", "free cores of its NUMA node before it leaves; may be 0", unit="cores"),
        Parameter("frag_src", "fragment of its node, free_src modulo 16, 0 to 15", unit="cores"),
        Parameter(
            "gain_remove", "cores by which its leaving makes its node's fragment smaller, -15 to 15", unit="cores"
        ),
        Parameter(
            "gain_best",
            "fragment that its best move saves in all: 16 lowers FR, 0 leaves it, -16 raises it",
            unit="cores",
        ),
        Parameter(
            "slack_best",
            "cores left in the tightest fragment of another node that takes it whole, 0 to 15; 16 where none does",
            unit="cores",
        ),
        Parameter("n_src", "number of VMs on its node, at least 1", unit="VMs"),
        Parameter("moved", "number of times that it has been moved; may be 0", unit="moves"),
        Parameter("left_src", "number of moves out of its node so far; may be 0", unit="moves"),
        Parameter("frag_mean", "mean fragment of all nodes now, 0 to 15", shared=True, unit="cores"),
        K_LEFT,
    ),
    returns=(
        "how much this VM should leave next, as a finite number: the largest one above 0 wins; "
        "where none is above 0, rescheduling stops"
    ),
    direction=Direction.LARGEST,
    ties="the VM on the fuller machine and node, then the larger VM",
)

DST_SCORE = Signature(
    name="dst_score",
    parameters=(
        Parameter("size", "cores of the VM that leaves, 2 to 32", shared=True, unit="cores"),
        Parameter("free_dst", "free cores of this node before it arrives, at least size", unit="cores"),
        Parameter("frag_dst", "fragment of this node, free_dst modulo 16, 0 to 15", unit="cores"),
        Parameter("gain_add", "cores by which its arrival makes this node's fragment smaller, -15 to 15", unit="cores"),
        Parameter(
            "is_same_pm", "1 where this node is on the physical machine that the VM is on, else 0", unit="0 or 1"
        ),
        Parameter("n_dst", "number of VMs on this node; may be 0", unit="VMs"),
        Parameter("left_dst", "number of moves out of this node so far; may be 0", unit="moves"),
        Parameter("frag_src", "fragment of the node that the VM leaves, 0 to 15", shared=True, unit="cores"),
        K_LEFT,
    ),
    returns="how well this node suits as the destination, as a finite number: the largest wins",
    direction=Direction.LARGEST,
    ties="the node of the fuller machine, then the fuller node",
)


def rules(doc: str, leaving: Iterable[str], arriving: Iterable[str]) -> str:
    """Return the source of two rules that work together."""
    return VM_SCORE.definition(doc, leaving) + "\n\n" + DST_SCORE.definition("Where it goes.", arriving)


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

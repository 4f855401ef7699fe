"""What statements and expressions cost: known from the text, or, where arrays take part, only when they run."""

from collections.abc import Sequence

from evaluators.language.arrays import ArrayFlow
from evaluators.language.functions import FUNCTIONS, OPERATORS, Charge, Gives
from evaluators.language.names import Constant, apply_operator
from evaluators.language.tree import (
    Apply,
    Assign,
    Augment,
    Choice,
    Compare,
    Entry,
    Expression,
    Invoke,
    Node,
    Number,
    Shortcut,
    Span,
    Statement,
    Variable,
    own_expressions,
    parts,
    walk,
)


def literal(node: Expression) -> Constant | None:
    """Return the value of arithmetic of numbers that are written out, None where it is something else."""
    match node:
        case Number(value=value, name=""):
            return value
        case Apply(name="neg" | "pos" as sign, arguments=(operand,)):
            unsigned = literal(operand)
            return unsigned if unsigned is None or sign == "pos" else -unsigned
        case Apply(name=name, arguments=(left, right), spelled="") if name in OPERATORS:
            first, second = literal(left), literal(right)
            return None if first is None or second is None else apply_operator(name, first, second, node.line)
    return None


def charge_at_run(node: Node, flow: ArrayFlow | None) -> Charge | None:
    """Return what a node charges when it runs, None where its cost is known: always in a rule, which has no `flow`."""
    if flow is None:
        return None
    match node:
        case Apply(name=name):
            row = FUNCTIONS[name]
            counts_result = row.gives is Gives.ARRAY or (row.gives is Gives.ALIKE and flow.is_array(node))
            return row.charge if counts_result or row.charge is not Charge.RESULT else None
        case Compare():
            return Charge.RESULT if flow.is_array(node) else None
        case Entry(index=index):
            return Charge.INPUT if flow.is_array(index) else None
    return None


def operations(nodes: Sequence[Node], flow: ArrayFlow | None = None) -> int:
    """Return what expressions cost as far as the text tells, each charged whole."""
    return sum(_operations(node, flow) for node in nodes)


def _operations(node: Node, flow: ArrayFlow | None) -> int:
    own = 0
    match node:
        case Number() | Variable():
            return 0
        case Apply() if flow is not None and literal(node) is not None:
            return 0
        case _ if charge_at_run(node, flow) is not None:
            own = 0
        case Apply(name="min" | "max", arguments=operands) | Shortcut(operands=operands):
            own = len(operands) - 1
        case Apply(name=name):
            own = FUNCTIONS[name].cost
        case Compare(relations=relations):
            own = len(relations)
        case Invoke() | Choice() | Entry():
            own = 1
    return own + operations(tuple(parts(node)), flow)


def own_cost(node: Statement, flow: ArrayFlow | None = None) -> int:
    """Return what a statement costs once as far as the text tells, without the statements in it."""
    cost = operations(tuple(own_expressions(node)), flow)
    match node:
        case Augment(target=Variable() as target, operator=operator) if flow is None or not flow.is_array(target):
            cost += FUNCTIONS[operator].cost
        case Augment(target=Entry(index=Span()) as target):  # the slice is read too
            cost += operations((target,), flow)
        case Augment(target=Entry()):  # the entry is read too, and the operator
            cost += 2
    return cost


def is_charged_at_run(node: Statement, flow: ArrayFlow | None) -> bool:
    """Say whether a statement itself charges more than its text tells."""
    if isinstance(node, Augment) and flow is not None and flow.is_array(node.target):
        return True
    return any(charge_at_run(part, flow) is not None for part in walk(*own_expressions(node)))


def block_cost(statements: Sequence[Statement]) -> int:
    """Return what the first block of a rule costs: assignments up to and with the first statement that is none."""
    total = 0
    for node in statements:
        total += own_cost(node)
        if not isinstance(node, Assign):
            break
    return total

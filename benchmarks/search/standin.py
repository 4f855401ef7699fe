"""A stand-in for a language model: it answers a prompt with a random, seeded edit of a program that the prompt shows.

It understands nothing. Of a prompt it reads the programs, which of them is the current one, whether a join of several
is wanted and the format of the answer; hints, scores and texts mean nothing to it. So engines that ask it differ by
selection, archive, what they show, how they treat duplicates and what they search on their own. Of its replies one in
twenty has no code, and one in twenty a syntax error. Reply i depends on the seed, on i and on the programs shown.

With `knowledge` q, a share q of the replies contains one step of a good rule that is hidden (`Task.pieces`), half as
many where the prompt does not show on which instances the rule is weak.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from tasks import Task

NO_CODE, BROKEN = 0.05, 0.05
JOINED, JOINED_ON_REQUEST = 0.2, 0.7
ONE_MORE = 0.3
"""How likely a further edit follows an edit."""
LARGEST = 60  # nodes of an expression; from here on a reply shortens it
LONGEST = 2_000  # nodes of an expression that is read at all
PHRASE = 0.1
REFUSAL = "I am sorry, I cannot see how this program could be improved any further."
STRAY = "((* "
"""What breaks the syntax of a reply; it is left out of a program that is shown with it."""

CURRENT = re.compile(r"^#+ *Current program[ \t]*$", re.MULTILINE | re.IGNORECASE)
JOIN = re.compile(
    r"joins a part|bred apart|can be motivated from them|perform crossover|draws inspiration from the provided context"
)
"""How our prompts, EoH's and ShinkaEvolve's ask for a join."""


WEAK = re.compile(r"where its gap is large", re.IGNORECASE)
"""How our prompts show the families on which a program is weak."""


class Form(StrEnum):
    """The format in which a prompt wants its answer."""

    COMPLETE = "complete"  # the whole code in a fence
    EDIT = "edit"  # blocks of SEARCH and REPLACE
    THOUGHT = "thought"  # a sentence in braces, then the whole code: EoH
    OPEN = "open"  # the whole code with constants left open


MARKS = (("TUNE(low, high)", Form.OPEN), ("<<<<<<< SEARCH", Form.EDIT), ("boxed {", Form.THOUGHT))


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model says, the complete program that follows from it (empty without code), and what it was made of.

    `fault` is "no code", "syntax" or empty, `shown` the number of programs that the prompt shows.
    """

    text: str
    program: str
    form: Form
    shown: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A program in a prompt: where it stands, the lines of its body as they stand there, and its value."""

    place: int
    body: str
    value: ast.expr


class StandIn:
    """The model for one task."""

    def __init__(self, task: Task, seed: int, knowledge: float = 0.0) -> None:
        if not 0 <= knowledge <= 1:
            raise ValueError(f"Expected knowledge from 0 to 1, got {knowledge}.")
        self.task, self.seed, self.knowledge = task, seed, knowledge
        self.grammar = Grammar(task)

    def reply(self, prompt: str, number: int) -> Reply:
        """Return reply `number`, counted from 0, to a prompt."""
        rng = np.random.default_rng((self.seed, number))
        form = next((form for mark, form in MARKS if mark in prompt), Form.COMPLETE)
        programs = shown_programs(prompt, self.task)
        base, others = chosen(prompt, programs, self.task, rng)
        fate = rng.random()
        if fate < NO_CODE:
            return Reply(REFUSAL, "", form, len(programs), "no code")
        share = JOINED_ON_REQUEST if JOIN.search(prompt) else JOINED
        value = self.grammar.changed(base.value, [other.value for other in others], share, rng)
        informed = np.random.default_rng((self.seed, number, 1))  # so that knowledge changes nothing else
        if informed.random() < self.knowledge * (1.0 if WEAK.search(prompt) else 0.5):
            value = known_step(base.value, self.task.pieces[int(informed.integers(len(self.task.pieces)))])
        if form is Form.OPEN:
            value = opened(value, rng)
        broken = fate < NO_CODE + BROKEN
        body = f"    return {STRAY if broken else ''}{ast.unparse(value)}"
        code = f"import math\n\n\n{self.task.signature.header()}\n{body}\n"
        text = written(form, code, base.body, body, number, "EVOLVE-BLOCK-START" in prompt)
        return Reply(text, code, form, len(programs), "syntax" if broken else "")


def written(form: Form, code: str, before: str, body: str, number: int, marked: bool) -> str:
    """Return the text of a reply; `marked` says that the engine marks the part of the code that may change."""
    if form is Form.EDIT and before:
        return f"A change of the formula.\n\n<<<<<<< SEARCH\n{before}\n=======\n{body}\n>>>>>>> REPLACE\n"
    if marked:
        head, _, function = code.partition("def ")
        code = f"{head}# EVOLVE-BLOCK-START\ndef {function}# EVOLVE-BLOCK-END\n"
    thought = f"{{A change of the formula, variant {number}.}}\n\n" if form is Form.THOUGHT else ""
    return f"{thought}```python\n{code}```\n"


def known_step(base: ast.expr, piece: str) -> ast.expr:
    """Return the rule so far with one step of the hidden rule."""
    return ast.parse(piece.format(base=f"({ast.unparse(base)})"), mode="eval").body


# Reading a prompt.


class UnreadableProgram(Exception):  # noqa: N818 - a program of somebody else's, not an error of ours
    """The function is not a value of its parameters that this module can edit."""


def shown_programs(prompt: str, task: Task) -> tuple[Shown, ...]:
    """Return the programs in a prompt that can be read, in its order; a header without body is none."""
    name = re.escape(task.signature.name)
    pattern = re.compile(rf"^def {name}\([^()]*\)[^\n]*:\n((?:[ \t]+\S[^\n]*\n|[ \t]*\n)+)", re.MULTILINE)
    names = frozenset(parameter.name for parameter in task.signature.parameters)
    found = []
    for match in pattern.finditer(f"{prompt}\n"):
        try:
            value = value_of_function(match[0], names)
        except UnreadableProgram:
            continue
        found.append(Shown(match.start(), match[1].rstrip(), value))
    return tuple(found)


def chosen(
    prompt: str, programs: Sequence[Shown], task: Task, rng: np.random.Generator
) -> tuple[Shown, Sequence[Shown]]:
    """Return the program to edit and the different ones beside it.

    The one to edit is the first after the last heading "Current program", else any; without programs it is the seed.
    """
    pick = rng.random()
    if not programs:
        return Shown(0, "", ast.parse(task.seed, mode="eval").body), ()
    headings = [match.end() for match in CURRENT.finditer(prompt)]
    current = [one for one in programs if headings and one.place > headings[-1]]
    base = current[0] if current else programs[int(pick * len(programs))]
    return base, [one for one in programs if one.body != base.body]


def value_of_function(source: str, names: frozenset[str]) -> ast.expr:
    """Return what a function returns as one expression of its parameters.

    Raises:
        UnreadableProgram: it is no Python, has loops or unknown names, or is too long.
    """
    for text in (source, source.replace(STRAY, "", 1)):
        try:
            function = ast.parse(text).body[0]
            break
        except SyntaxError:
            continue
    else:
        raise UnreadableProgram
    if not isinstance(function, ast.FunctionDef):
        raise UnreadableProgram
    value = block_value(function.body, {}, [LONGEST])
    for node in ast.walk(value):
        known = not isinstance(node, ast.Name) or node.id in names or node.id in ("math", "np", "max", "min", "abs")
        if not known or isinstance(node, (ast.Lambda, ast.NamedExpr, ast.Subscript)):
            raise UnreadableProgram
    return value


def block_value(block: Sequence[ast.stmt], variables: Mapping[str, ast.expr], room: list[int]) -> ast.expr:
    """Return what a block of assignments, conditions and returns returns; `room` holds the nodes that may come."""
    values = dict(variables)
    for place, statement in enumerate(block):
        match statement:
            case ast.Return(value=ast.expr() as value):
                return inlined(value, values, room)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = inlined(value, values, room)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                values[name] = inlined(ast.BinOp(ast.Name(name, ast.Load()), op, value), values, room)
            case ast.If(test=test, body=body, orelse=orelse):
                rest = list(block[place + 1 :])
                yes, no = (block_value([*branch, *rest], values, room) for branch in (body, orelse))
                return ast.IfExp(inlined(test, values, room), yes, no)
            case ast.Expr(value=ast.Constant()):  # a docstring
                continue
            case _:
                raise UnreadableProgram
    raise UnreadableProgram


class Inlining(ast.NodeTransformer):
    """Put values in the place of variables."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return a copy of the variable's value."""
        return copy.deepcopy(self.values[node.id]) if node.id in self.values else node


def inlined(value: ast.expr, values: Mapping[str, ast.expr], room: list[int]) -> ast.expr:
    """Return an expression of parameters alone.

    Raises:
        UnreadableProgram: there is no room for it.
    """
    result: ast.expr = Inlining(values).visit(copy.deepcopy(value))
    room[0] -= size(result)
    if room[0] < 0:
        raise UnreadableProgram
    return result


# Editing an expression: every function below returns a new tree, and leaves those that it was given as they are.


def operands(node: ast.expr) -> list[ast.expr]:
    """Return the numbers that a node is computed from; a condition's two sides among them."""
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Call(args=arguments):
            return list(arguments)
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.BoolOp(values=values):
            return list(values)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return [test, body, orelse]
    return []


def nodes(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield the nodes of a tree that are numbers, the root first."""
    if not isinstance(tree, (ast.Compare, ast.BoolOp)):
        yield tree
    for operand in operands(tree):
        yield from nodes(operand)


def size(tree: ast.expr) -> int:
    """Return the number of operators, variables and constants."""
    return 1 + sum(size(operand) for operand in operands(tree))


class Exchange(ast.NodeTransformer):
    """Put one node in the place of another."""

    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the new node for the old one."""
        return self.new if node is self.old else self.generic_visit(node)


def exchanged(tree: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    """Return a tree with `new`, which may contain `old`, in the place of `old`; the tree is used up."""
    result = Exchange(old, new).visit(tree)
    assert isinstance(result, ast.expr)
    return result


def number(value: float) -> ast.expr:
    """Return a constant with four digits."""
    rounded = float(f"{abs(value):.4g}")
    return ast.Constant(rounded) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(rounded))


def operation(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
    """Return an operation of two numbers."""
    return ast.BinOp(left, operator, right)


def call(name: str, *arguments: ast.expr) -> ast.expr:
    """Return a call of `max`, `math.exp` and the like."""
    return ast.Call(ast.parse(name, mode="eval").body, list(arguments), [])


def ratio(above: ast.expr, below: ast.expr) -> ast.expr:
    """Return a quotient that divides by 1 at least."""
    return operation(above, ast.Div(), operation(ast.Constant(1.0), ast.Add(), call("abs", below)))


def opened(value: ast.expr, rng: np.random.Generator) -> ast.expr:
    """Leave one to three constants open, each between a third and three times its value; a factor if there is none."""
    tree = copy.deepcopy(value)
    constants = [node for node in nodes(tree) if isinstance(node, ast.Constant)]
    if not constants:
        node = list(nodes(tree))[int(rng.integers(len(list(nodes(tree)))))]
        return exchanged(tree, node, operation(call("TUNE", number(0.3), number(3.0)), ast.Mult(), node))
    for place in rng.permutation(len(constants))[: int(rng.integers(1, 4))]:
        constant = constants[int(place)]
        centre = float(str(constant.value))
        ends = (centre / 3, 3 * centre) if centre > 0 else (0.0, 1.0)
        tree = exchanged(tree, constant, call("TUNE", number(ends[0]), number(ends[1])))
    return tree


class Grammar:
    """Random terms and random edits over the parameters of a task.

    Parameters that differ between the alternatives of a decision are three times as likely as those that they share.
    """

    def __init__(self, task: Task) -> None:
        parameters = task.signature.parameters
        weights = np.array([1.0 if parameter.shared else 3.0 for parameter in parameters])
        self.names = [parameter.name for parameter in parameters]
        self.odds = weights / weights.sum()
        self.phrases = task.phrases
        self.edits: Sequence[tuple[float, Callable[[ast.expr, np.random.Generator], ast.expr]]] = (
            (0.25, self.scaled),
            (0.25, self.extended),
            (0.15, self.replaced),
            (0.12, self.shortened),
            (0.08, self.rejoined),
            (0.11, self.bounded),
            (0.04, self.conditional),
        )

    def changed(self, base: ast.expr, others: Sequence[ast.expr], share: float, rng: np.random.Generator) -> ast.expr:
        """Return something else than the base: an edit of it or, in a share of the cases, a join with another one."""
        for _ in range(20):
            if others and rng.random() < share:
                tree = self.joined(base, others[int(rng.integers(len(others)))], rng)
            else:
                tree = self.edited(base, rng)
            while rng.random() < ONE_MORE:
                tree = self.edited(tree, rng)
            while size(tree) > LARGEST:
                tree = self.shortened(tree, rng)
            if ast.dump(tree) != ast.dump(base):
                break
        return tree

    def edited(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Return the base with one edit."""
        odds = np.array([weight for weight, _ in self.edits])
        return self.edits[int(rng.choice(len(odds), p=odds / odds.sum()))][1](base, rng)

    def joined(self, base: ast.expr, other: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Return the base with a part of another expression, or with the whole of it."""
        tree, second = copy.deepcopy(base), copy.deepcopy(other)
        fate = rng.random()
        if fate < 0.5:
            return exchanged(tree, any_node(tree, rng), any_node(second, rng))
        if fate < 0.8:
            return call("max" if fate < 0.65 else "min", tree, second)
        return operation(tree, ast.Add(), operation(self.constant(rng), ast.Mult(), second))

    def scaled(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Change a constant, or multiply a part by one."""
        tree = copy.deepcopy(base)
        constants = [node for node in nodes(tree) if isinstance(node, ast.Constant)]
        if constants and rng.random() < 0.8:
            constant = constants[int(rng.integers(len(constants)))]
            return exchanged(tree, constant, number(float(str(constant.value)) * float(rng.lognormal(0.0, 0.5))))
        node = any_node(tree, rng)
        return exchanged(tree, node, operation(number(float(rng.lognormal(0.0, 0.5))), ast.Mult(), node))

    def extended(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Add a term to a part, half of the time to the whole, or subtract it."""
        tree = copy.deepcopy(base)
        node = tree if rng.random() < 0.5 else any_node(tree, rng)
        term = self.term(rng)
        if rng.random() < 0.6:
            term = operation(self.constant(rng), ast.Mult(), term)
        return exchanged(tree, node, operation(node, ast.Add() if rng.random() < 0.65 else ast.Sub(), term))

    def replaced(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Put a term in the place of a part."""
        tree = copy.deepcopy(base)
        return exchanged(tree, any_node(tree, rng), self.term(rng))

    def shortened(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Put one operand in the place of an operation."""
        tree = copy.deepcopy(base)
        inner = [node for node in nodes(tree) if operands(node)]
        if not inner:
            return self.replaced(base, rng)
        node = inner[int(rng.integers(len(inner)))]
        values = [each for each in operands(node) if not isinstance(each, (ast.Compare, ast.BoolOp))]
        return exchanged(tree, node, values[int(rng.integers(len(values)))])

    def rejoined(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Join the operands of an operation in another way."""
        tree = copy.deepcopy(base)
        pairs = [node for node in nodes(tree) if not isinstance(node, ast.IfExp) and len(operands(node)) == 2]
        if not pairs:
            return self.extended(base, rng)
        node = pairs[int(rng.integers(len(pairs)))]
        left, right = operands(node)
        ways = (
            operation(left, ast.Add(), right),
            operation(left, ast.Sub(), right),
            operation(left, ast.Mult(), right),
            ratio(left, right),
            call("max", left, right),
            call("min", left, right),
        )
        return exchanged(tree, node, ways[int(rng.integers(len(ways)))])

    def bounded(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Bound a part by a term."""
        tree = copy.deepcopy(base)
        node = any_node(tree, rng)
        return exchanged(tree, node, call("max" if rng.random() < 0.5 else "min", node, self.term(rng)))

    def conditional(self, base: ast.expr, rng: np.random.Generator) -> ast.expr:
        """Let a part be valid where one parameter is smaller than a term, and a term elsewhere."""
        tree = copy.deepcopy(base)
        node = any_node(tree, rng)
        test = ast.Compare(self.variable(rng), [ast.Lt()], [self.term(rng)])
        return exchanged(tree, node, ast.IfExp(test, node, self.term(rng)))

    def term(self, rng: np.random.Generator, depth: int = 0) -> ast.expr:
        """Return a small random expression."""
        if rng.random() < PHRASE:
            return ast.parse(self.phrases[int(rng.integers(len(self.phrases)))], mode="eval").body
        fate = rng.random() if depth < 2 else 0.0
        first = self.variable(rng)
        if fate < 0.35:
            return first
        if fate < 0.50:
            return operation(self.constant(rng), ast.Mult(), first)
        if fate < 0.68:
            return operation(first, ast.Add() if fate < 0.62 else ast.Sub(), self.term(rng, depth + 1))
        if fate < 0.78:
            return call("max" if fate < 0.73 else "min", self.term(rng, depth + 1), first)
        if fate < 0.86:
            return ratio(self.term(rng, depth + 1), first)
        if fate < 0.92:
            return operation(first, ast.Mult(), self.variable(rng))
        if fate < 0.96:
            return call("math.exp", ast.UnaryOp(ast.USub(), call("abs", ratio(first, self.variable(rng)))))
        return call("math.log", operation(ast.Constant(1.0), ast.Add(), call("abs", first)))

    def variable(self, rng: np.random.Generator) -> ast.expr:
        """Return a parameter."""
        return ast.Name(self.names[int(rng.choice(len(self.names), p=self.odds))], ast.Load())

    def constant(self, rng: np.random.Generator) -> ast.expr:
        """Return a constant, from 0.03 to 3 in most cases."""
        return number(float(rng.lognormal(-1.2, 1.2)))


def any_node(tree: ast.expr, rng: np.random.Generator) -> ast.expr:
    """Return a node, all alike likely."""
    every = list(nodes(tree))
    return every[int(rng.integers(len(every)))]

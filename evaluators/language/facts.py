"""Digest and size of what runs: names, lines, layout, annotations and unused functions do not count."""

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence

from evaluators.language.names import Constant
from evaluators.language.tree import Assign, For, Function, Invoke, Node, Number, Tree, Variable, called, parts, walk
from evaluators.language.writing import Writer
from evaluators.outcome import Facts


def facts_of_rules(tree: Tree) -> Facts:
    """Return digest and size of a rule: its functions, statements and expressions, without what is assigned to."""
    numbers = {name: number for number, name in enumerate(by_appearance(tree))}
    hashed = hashlib.sha256(repr([numbers[name] for name in tree.promised]).encode())
    size = 0
    for name, number in numbers.items():
        function = tree.functions[name]
        text = tuple_text(function.body, variable_numbers(function), numbers)
        hashed.update(f"{number}:{len(function.parameters)}:{text};".encode())
        size += 1 + sum(1 - len(targets(node)) for node in walk(*function.body))
    return Facts(hashed.hexdigest(), size)


def by_appearance(tree: Tree) -> list[str]:
    """Return the functions that run as they are met, from the promised ones on."""
    order: dict[str, None] = {}
    waiting = list(reversed(tree.promised))
    while waiting:
        name = waiting.pop()
        if name not in order:
            order[name] = None
            waiting.extend(reversed(called(tree.functions[name])))
    return list(order)


def targets(node: Node) -> tuple[Node, ...]:
    """Return what a statement of a rule assigns to."""
    return node.targets if isinstance(node, Assign) else (node.variable,) if isinstance(node, For) else ()


def variable_numbers(function: Function) -> Mapping[str, int]:
    """Return the variables numbered as they are met: parameters, then values before what they are assigned to."""
    met = dict.fromkeys(function.parameters)

    def meet(*nodes: Node) -> None:
        for node in nodes:
            if isinstance(node, Variable):
                met.setdefault(node.name)
            own = list(parts(node))
            match node:
                case Assign(values=values):
                    own = [*values, *node.targets]
                case For(bounds=bounds, body=body, otherwise=otherwise):
                    own = [*bounds, node.variable, *body, *otherwise]
            meet(*own)

    meet(*function.body)
    return {name: number for number, name in enumerate(met)}


def tuple_text(nodes: Sequence[Node | str], variables: Mapping[str, int], functions: Mapping[str, int]) -> str:
    """Return an unambiguous text of nodes in a row."""
    texts = (repr(node) if isinstance(node, str) else rule_text(node, variables, functions) for node in nodes)
    return f"({','.join(texts)})"


def rule_text(node: Node, variables: Mapping[str, int], functions: Mapping[str, int]) -> str:
    """Return an unambiguous text of a node of a rule: floats bit for bit, names by number, without lines."""
    match node:
        case Number(value=value):
            return f"Number({float(value).hex()})"
        case Variable(name=name):
            return f"Variable({variables[name]})"
        case Assign(targets=assigned, values=values):
            numbers = ",".join(str(variables[one.name]) for one in assigned if isinstance(one, Variable))
            return f"Assign(({numbers}),{tuple_text(values, variables, functions)})"
        case For(variable=variable, bounds=bounds, body=body, otherwise=otherwise):
            start, stop, step = (rule_text(bound, variables, functions) for bound in bounds)
            blocks = ",".join(tuple_text(block, variables, functions) for block in (body, otherwise))
            return f"For({variables[variable.name]},{start},{stop},{step},{blocks})"
        case Invoke(function=name, arguments=arguments):
            return f"Invoke({functions[name]},{tuple_text(arguments, variables, functions)})"
    texts = []
    for name in type(node).__slots__:
        held = getattr(node, name)
        if name in ("line", "last", "spelled", "keywords"):
            continue
        if isinstance(held, tuple) and name != "values":
            texts.append(tuple_text(held, variables, functions))
        elif isinstance(held, tuple):
            texts += [rule_text(value, variables, functions) for value in held]
        else:
            texts.append(rule_text(held, variables, functions) if isinstance(held, Node) else repr(held))
    return f"{type(node).__name__}({','.join(texts)})"


def facts_of_algorithm(tree: Tree) -> Facts:
    """Return digest and size of an algorithm: the statements and expressions of its syntax."""
    functions = {name: f"f{index}" for index, name in enumerate(tree.functions)}
    constants = {name: number.value for name, number in tree.constants.items()}
    written = [Writer().function(function) for function in tree.functions.values()]
    texts = [canonical_text(node, functions, constants) for node in written]
    size = sum(isinstance(part, ast.stmt | ast.expr) for function in written for part in ast.walk(function))
    return Facts(hashlib.sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest(), size)


def canonical_text(node: ast.FunctionDef, functions: Mapping[str, str], constants: Mapping[str, Constant]) -> str:
    """Return an unambiguous text of a function, its variables and functions numbered, constants by value."""
    stored = [part for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    stored.sort(key=lambda part: part.lineno)
    variables = dict.fromkeys([*(argument.arg for argument in node.args.args), *(part.id for part in stored)])
    numbers = {name: f"v{index}" for index, name in enumerate(variables)}
    return "[" + ",".join(node_text(node.body, {**functions, **numbers}, {**constants, **variables})) + "]"


def node_text(value: object, names: Mapping[str, str], constants: Mapping[str, Constant | None]) -> Iterator[str]:
    """Yield the texts of what is in a list; constants carry their type, since 1, 1.0 and True differ."""
    for part in value if isinstance(value, list) else [value]:
        match part:
            case ast.Name(id=name):
                constant = constants.get(name)
                yield names.get(name, name) if constant is None else f"{type(constant).__name__}:{constant!r}"
            case ast.Constant(value=constant):
                yield f"{type(constant).__name__}:{constant!r}"
            case ast.AST():
                fields = [(name, held) for name, held in ast.iter_fields(part) if name != "ctx"]
                inner = [",".join(node_text(held, names, constants)) for _, held in fields]
                pairs = zip(fields, inner, strict=True)
                texts = [f"[{text}]" if isinstance(held, list) else text for (_, held), text in pairs]
                yield f"{type(part).__name__}({','.join(texts)})"
            case _:
                yield repr(part)

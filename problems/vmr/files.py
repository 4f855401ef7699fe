"""A user's own clusters: JSON or a table, `problems.files.records`, as instances."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from problems.contract import Instance, UnreadableInstance
from problems.files.records import NOTHING, VALUE, RecordFormat, RecordSet, parse_records
from problems.files.text import labels, read_text
from problems.vmr.cluster import NODES_PER_PM, Cluster
from problems.vmr.generator import Limits, scale

EXPECTED = (
    'JSON {"nodes": [{"machine": "a", "node": 0, "cores": 44}], "vms": [{"machine": "a", "node": 0, "cores": 8}], '
    '"moves": 5}, or a table with the columns kind (node, vm, moves), machine, node, cores, value'
)

FORMAT = RecordFormat(("node", "vm"), ("machine", "node", "cores"), EXPECTED, ("moves",))


def read_instances(file: Path, limits: Limits) -> tuple[Instance, ...]:
    """Return the clusters of a file; one that states no moves comes with each of the limits, in moves per machine.

    A machine has one or two nodes; one that has a single node gets a second one without cores.

    Raises:
        OSError: the file cannot be read.
        UnreadableInstance: it holds something else; the message says where.
    """
    found = parse_records(read_text(file, EXPECTED, json=True), str(file), FORMAT)
    made = []
    for index, one in enumerate(found):
        size, start, capacity = _cluster(one)
        machines = capacity.size // NODES_PER_PM
        name, family = labels(file, len(found), index, f"pms={machines}")
        for moves in _limits(one, machines, limits):
            unit = scale(Cluster(size, start, capacity, moves))
            arrays = (size.copy(), start.copy(), capacity.copy(), np.array([moves]))
            made.append(Instance(f"{name}-moves{moves}", f"{family} moves={moves}", arrays, scale=unit))
    return tuple(made)


def _limits(one: RecordSet, machines: int, limits: Limits) -> Sequence[int]:
    if "moves" in one.numbers:
        return [one.numbers["moves"].whole(VALUE, 1)]
    return list(dict.fromkeys(max(1, int(ratio * machines)) for ratio in limits))


def _cluster(one: RecordSet) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sizes and nodes of the VMs, and the cores of all nodes, two for each machine."""
    machines: dict[str, dict[str, int]] = {}
    for node in one.records["node"]:
        of_machine = machines.setdefault(node.label("machine"), {})
        label = node.text("node")
        if label in of_machine or len(of_machine) == NODES_PER_PM:
            raise UnreadableInstance(
                f"{node.where}: Expected at most {NODES_PER_PM} nodes of different names on a machine, got "
                f"{label!r} of machine {node.text('machine')!r} besides {', '.join(of_machine)}."
            )
        of_machine[label] = node.whole("cores")
    numbers = {
        (machine, label): NODES_PER_PM * place + k
        for place, (machine, nodes) in enumerate(machines.items())
        for k, label in enumerate(nodes)
    }
    capacity = np.zeros(NODES_PER_PM * len(machines), dtype=np.int64)
    for (machine, label), number in numbers.items():
        capacity[number] = machines[machine][label]
    size, start = [], []
    left = capacity.copy()
    for vm in one.records["vm"]:
        key = (vm.label("machine"), vm.text("node"))
        if key not in numbers:
            place, label = (repr(each) if each else NOTHING for each in key)
            expected = "Expected a machine and a node of the file"
            raise UnreadableInstance(f"{vm.where}: {expected}, got machine {place} and node {label}.")
        size.append(vm.whole("cores", 1))
        start.append(numbers[key])
        left[start[-1]] -= size[-1]
        if left[start[-1]] < 0:
            cores = f"which has {capacity[start[-1]]} cores"
            raise UnreadableInstance(f"{vm.where}: too much on node {key[1]!r} of machine {key[0]!r}, {cores}.")
    return np.array(size, dtype=np.int64), np.array(start, dtype=np.int64), capacity

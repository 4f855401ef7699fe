"""Node scores of the default scheduler and of vector packing, written the way a candidate is written."""

from collections.abc import Mapping

from problems.contract import Direction, Parameter, Signature

CPU, MEM = "millicores", "mebibytes"
SCORE = Signature(
    name="node_score",
    parameters=(
        Parameter("req_cpu", "CPU that the pod asks for, at least 1", shared=True, unit=CPU),
        Parameter("req_mem", "memory that the pod asks for, at least 1", shared=True, unit=MEM),
        Parameter("free_cpu", "free CPU of the node before the pod is placed, at least req_cpu", unit=CPU),
        Parameter("free_mem", "free memory of the node before the pod is placed, at least req_mem", unit=MEM),
        Parameter("cap_cpu", "CPU of the node when it is empty, at least 1", unit=CPU),
        Parameter("cap_mem", "memory of the node when it is empty, at least 1", unit=MEM),
        Parameter("priority", "class of the pod: 3 high, 2 middle, 1 low", shared=True, unit="class"),
        Parameter("n_waiting", "number of pods that wait in the queue, this one included", shared=True, unit="pods"),
        Parameter("n_on_node", "number of pods on the node", unit="pods"),
        Parameter(
            "wait_cpu", "mean CPU that the waiting pods ask for, this one included, at least 1", shared=True, unit=CPU
        ),
        Parameter(
            "wait_mem",
            "mean memory that the waiting pods ask for, this one included, at least 1",
            shared=True,
            unit=MEM,
        ),
        Parameter("all_cpu", "free CPU of all nodes together, at least req_cpu", shared=True, unit=CPU),
        Parameter("all_mem", "free memory of all nodes together, at least req_mem", shared=True, unit=MEM),
    ),
    returns="the score of the node as a finite number: the node of largest value gets the pod",
    direction=Direction.LARGEST,
    ties="the node of lowest index",
)
ORDER = Signature(
    name="pod_order",
    parameters=(
        Parameter("req_cpu", "CPU that the pod asks for, at least 1", unit=CPU),
        Parameter("req_mem", "memory that the pod asks for, at least 1", unit=MEM),
        Parameter("priority", "class of the pod: 3 high, 2 middle, 1 low", unit="class"),
        Parameter("arrival", "place of the pod in the order of arrival, 0 for the first", unit="place"),
        Parameter("n_pods", "number of pods", shared=True, unit="pods"),
        Parameter("mean_cpu", "mean CPU that the pods ask for, at least 1", shared=True, unit=CPU),
        Parameter("mean_mem", "mean memory that the pods ask for, at least 1", shared=True, unit=MEM),
        Parameter("cap_cpu", "mean CPU of an empty node, at least 1", shared=True, unit=CPU),
        Parameter("cap_mem", "mean memory of an empty node, at least 1", shared=True, unit=MEM),
        Parameter("n_nodes", "number of nodes, at least 1", shared=True, unit="nodes"),
    ),
    returns="the urgency of the pod as a finite number: pods are placed in descending order of it",
    direction=Direction.LARGEST,
    ties="the pod of the higher class, then the one that arrived earlier",
)


LEAST = ("least = ((free_cpu - req_cpu) / cap_cpu + (free_mem - req_mem) / cap_mem) / 2.0",)
BALANCED = (
    "cpu = 1.0 - (free_cpu - req_cpu) / cap_cpu",
    "mem = 1.0 - (free_mem - req_mem) / cap_mem",
    "balanced = 1.0 - abs(cpu - mem) / 2.0",
)
K8S = "Kubernetes, NodeResourcesFit and NodeResourcesBalancedAllocation"
BASELINES: Mapping[str, str] = {
    "first fit": SCORE.definition("The first node with room.", ("return 0.0",)),
    "LeastAllocated": SCORE.definition(
        f"Largest free share after the pod is placed ({K8S}).", (*LEAST, "return least")
    ),
    "MostAllocated": SCORE.definition(
        f"Smallest free share after the pod is placed ({K8S}).", (*LEAST, "return -least")
    ),
    "BalancedAllocation": SCORE.definition(
        # Of two shares the standard deviation is half their difference.
        f"Least deviation between the used shares of CPU and memory ({K8S}).",
        (*BALANCED, "return balanced"),
    ),
    "default": SCORE.definition(
        f"LeastAllocated and BalancedAllocation with equal weights, the default scheduler's ({K8S}).",
        (*LEAST, *BALANCED, "return least + balanced"),
    ),
    "dot product": SCORE.definition(
        "Request times free capacity, in shares of the node, Panigrahy et al. (2011).",
        ("return req_cpu * free_cpu / (cap_cpu * cap_cpu) + req_mem * free_mem / (cap_mem * cap_mem)",),
    ),
    "Tetris": SCORE.definition(
        "Cosine of the angle between request and free capacity, the alignment of Grandl et al. (2014) normalised.",
        (
            "rc = req_cpu / cap_cpu",
            "rm = req_mem / cap_mem",
            "fc = free_cpu / cap_cpu",
            "fm = free_mem / cap_mem",
            "return (rc * fc + rm * fm) / ((rc * rc + rm * rm) * (fc * fc + fm * fm)) ** 0.5",
        ),
    ),
}

ORDERS: Mapping[str, str] = {
    "arrival": ORDER.definition("By class, then arrival: the default queue.", ("return priority",)),
    "large": ORDER.definition(
        "By class, then the larger share of a node first: first-fit decreasing.",
        ("return 10.0 * priority + (req_cpu / cap_cpu + req_mem / cap_mem) / 2.0",),
    ),
    "small": ORDER.definition(
        "By class, then the smaller share of a node first.",
        ("return 10.0 * priority - (req_cpu / cap_cpu + req_mem / cap_mem) / 2.0",),
    ),
}
ORDERED_BASELINES: Mapping[str, str] = {
    f"{order}, {score}": ORDERS[order] + "\n\n" + BASELINES[score]
    for order in ORDERS
    for score in ("LeastAllocated", "MostAllocated", "default", "Tetris")
}

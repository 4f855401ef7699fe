"""What `benchmarks/evaluator.py` compares with: a fresh interpreter that compiles a rule and its kernel with numba."""

import resource
import subprocess
import sys

RULE = """
def priority(p, d, t, n_left, p_mean, p_max, w_late, d_mean, late_share):
    slack = d - t - p
    mu = max(CONSTANT * p + t, d)
    rho = min(1.0, p / (t + p_max))
    mu = mu * (1.0 + rho * rho / (1.0 + rho * rho))
    mu = mu + p / (t + p_mean)
    if slack < 0.0:
        late = -slack
        mu = mu - 0.01 * min(late, p_mean)
    else:
        mu = mu + 0.001 * min(slack, p_max)
    if n_left > 2.0:
        spread = (p_max - w_late) / (p_mean + 1.0)
        mu = mu + 0.01 * spread * p
    else:
        mu = mu + 0.005 * p
    if d_mean > t:
        mu = mu + 0.0001 * late_share * (d - d_mean)
    return mu
"""

FRESH = """
import sys
import numpy as np
from numba import njit

source = sys.stdin.read()
scope = {}
exec(source, scope)
rule = njit(scope["priority"])


@njit
def dispatch(p, d, out):
    n = p.size
    done = np.zeros(n, np.bool_)
    t = 0.0
    for step in range(n):
        left, p_sum, p_max, d_sum, shorter = 0, 0.0, 0.0, 0.0, 0.0
        for j in range(n):
            if not done[j]:
                left += 1
                p_sum += p[j]
                d_sum += d[j]
                p_max = max(p_max, p[j])
        best, lowest = -1, np.inf
        for j in range(n):
            if not done[j]:
                p_mean, d_mean = p_sum / left, d_sum / left
                value = rule(float(p[j]), float(d[j]), t, float(left), p_mean, p_max, shorter, d_mean, 0.0)
                shorter += p[j]
                if best < 0 or value < lowest:
                    best, lowest = j, value
        done[best] = True
        out[step] = best
        t += p[best]


rng = np.random.default_rng(0)
for _ in range(5):
    p = rng.integers(1, 101, 60)
    out = np.empty(60, np.int64)
    dispatch(p, rng.integers(0, 3000, 60), out)
"""


def cpu() -> float:
    """Return the CPU seconds of this process and of all children that it has waited for."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def fresh_interpreters(count: int) -> float:
    """Return CPU seconds per candidate of one process each, which imports numba and compiles rule and kernel."""
    before = cpu()
    for index in range(count):
        subprocess.run([sys.executable, "-c", FRESH], input=source(index), text=True, check=True)
    return (cpu() - before) / count


def source(index: int) -> str:
    """Return one of many rules that differ in a constant."""
    return RULE.replace("CONSTANT", repr(1.0 + index / 1000))

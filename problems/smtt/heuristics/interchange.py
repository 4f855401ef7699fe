"""Heuristics that exchange neighbours in the sequence."""

from problems.sequences import JobSequence
from problems.smtt.heuristics.dispatching import Times, edd, mdd, ordered, spt, write


def total_tardiness(p: Times, d: Times, sequence: JobSequence) -> int:
    """Return the sum of max(0, completion - due date)."""
    t = total = 0
    for k in range(sequence.size):
        t += p[sequence[k]]
        total += max(0, t - d[sequence[k]])
    return total


def exchange(sequence: JobSequence, i: int, j: int) -> None:
    """Exchange two entries."""
    sequence[i], sequence[j] = sequence[j], sequence[i]


def gain_of_exchange(p: Times, d: Times, first: int, second: int, t: int) -> int:
    """Return by how much two neighbours, the first starting at t, are less tardy the other way round."""
    end = t + p[first] + p[second]
    before: int = max(0, t + p[first] - d[first]) + max(0, end - d[second])
    after: int = max(0, t + p[second] - d[second]) + max(0, end - d[first])
    return before - after


def exchange_neighbours(p: Times, d: Times, sequence: JobSequence) -> None:
    """Exchange neighbours where it lowers their tardiness, backing up one pair each time, until none does."""
    k = t = 0
    while k + 1 < sequence.size:
        if gain_of_exchange(p, d, sequence[k], sequence[k + 1], t) > 0:
            exchange(sequence, k, k + 1)
            if k > 0:
                k -= 1
                t -= p[sequence[k]]
        else:
            t += p[sequence[k]]
            k += 1


def edd_api(p: Times, d: Times, out: JobSequence) -> None:
    """Adjacent pairwise interchange from EDD, one of the starts of Fry, Vicens, MacLeod and Fernandez (1989)."""
    edd(p, d, out)
    exchange_neighbours(p, d, out)


def api(p: Times, d: Times, out: JobSequence) -> None:
    """Adjacent pairwise interchange from EDD, SPT and MDD, the best of the three.

    After Fry, Vicens, MacLeod and Fernandez (1989), who try three ways to walk along the pairs from each start; here
    there is one, which backs up after an exchange.
    """
    edd_api(p, d, out)
    least = total_tardiness(p, d, out)
    trial = ordered(p, d)
    for start in range(2):
        if start == 1:
            mdd(p, d, trial)
        exchange_neighbours(p, d, trial)
        total = total_tardiness(p, d, trial)
        if total < least:
            least = total
            write(trial, out)


def goes_first(p: Times, d: Times, job: int, other: int, t: int) -> bool:
    """Return whether the job goes before the other from time t: EDD if it makes the later one punctual, else SPT."""
    if t + max(p[job], p[other]) <= max(d[job], d[other]):
        return bool(d[job] < d[other])
    return bool(p[job] < p[other])


def wilkerson_irwin(p: Times, d: Times, out: JobSequence) -> None:
    """Wilkerson and Irwin (1971), reconstructed: pairs of the EDD list are tested, and an exchange backs up by one.

    The pair test is the paper's: from t, EDD if t + max(p, p') <= max(d, d'), else SPT. How its lists are kept is
    from secondary sources, so single sequences may differ. As there, no exchange of neighbours improves the result.
    """
    edd(p, d, out)
    k = t = 0
    while k + 1 < out.size:
        if goes_first(p, d, out[k + 1], out[k], t):
            exchange(out, k, k + 1)
            if k > 0:
                k -= 1
                t -= p[out[k]]
        else:
            t += p[out[k]]
            k += 1


def eddc(p: Times, d: Times, out: JobSequence) -> None:
    """EDD with corrections: Cetinkaya et al. (2025), arXiv 2510.24013; found by a language model.

    Defined as its code, which starts from SPT; the text starts from EDD, which does not give the paper's tables. An
    insertion sort by due date in which a job passes only those that would be early: t is where the passed one ends.
    """
    spt(p, d, out)
    done = p[out[0]]  # the work of the positions before i
    for i in range(1, out.size):
        t = done
        done += p[out[i]]
        j = i
        while j > 0 and d[out[j]] < d[out[j - 1]]:
            passed = out[j - 1]
            if d[passed] > t:
                exchange(out, j - 1, j)
            t -= p[passed]
            j -= 1

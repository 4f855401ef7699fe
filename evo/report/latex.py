"""The tables of a report as LaTeX, for papers: each a file with a `table`, its rules those of the package booktabs."""

import re
from collections.abc import Mapping, Sequence

from evaluators.statistics import Interval
from evo.core.foreign_text import visible
from evo.core.format import percent, points, spread
from evo.report.contents import BestCandidate, Contents
from evo.report.results import Results
from problems import Split

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "−": "$-$",
    "–": "--",
    "…": r"\ldots{}",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "→": r"$\rightarrow$",
    "·": r"$\cdot$",
    "²": r"$^2$",
    "Σ": r"$\Sigma$",
}
MEANT = re.compile("|".join(re.escape(sign) for sign in SPECIAL))


def latex_tables(contents: Contents) -> Mapping[str, str]:
    """Return the tables by the names of their files, without ending; none while no candidate has a score."""
    best = contents.best
    if best is None:
        return {}
    problem = contents.run.problem
    tables = {"results": _results(best.results, problem)}
    if best.families:
        tables["families"] = _families(best, problem)
    if best.against:
        tables["pairs"] = _pairs(best, problem)
    if best.record.functions:
        tables["parameters"] = _parameters(best, problem)
    return tables


def tex(words: str) -> str:
    """Return words of one line that LaTeX prints as they are."""
    return MEANT.sub(lambda found: SPECIAL[found[0]], " ".join(visible(words).split()))


def _results(results: Results, problem: str) -> str:
    rows = [
        (line.name, *(spread(line.gaps[split])[0] if split in line.gaps else "failed" for split in Split))
        for line in results.rows
    ]
    caption = f"Mean gap to the reference on {problem}, the smallest on {results.decides} first."
    return _table(caption, "results", "lrrr", ("heuristic", *Split), rows, bold=results.best.name)


def _families(best: BestCandidate, problem: str) -> str:
    rivals = tuple(best.families[0].rivals)
    headings = ("family", "instances", "found", *rivals, *(("difference", "95 % interval") if rivals else ()))
    rows = []
    for row in best.families:
        compared = () if row.difference is None else (points(row.difference.estimate), interval_words(row.difference))
        gaps = (percent(row.rivals[name].estimate) for name in rivals)
        rows.append((row.name, str(row.instances), percent(row.gap.estimate), *gaps, *compared))
    caption = f"Mean gap on {best.split} of {problem} by family of instances; differences in percentage points."
    return _table(caption, "families", "l" + "r" * (len(headings) - 1), headings, rows)


def _pairs(best: BestCandidate, problem: str) -> str:
    rows = [
        (
            one.name,
            points(one.difference.estimate),
            interval_words(one.difference),
            f"{one.wins}/{one.ties}/{one.losses}",
            f"{one.p:.4f}",
            f"{one.adjusted:.4f}",
        )
        for one in best.against
    ]
    headings = ("against", "difference", "95 % interval", "better/equal/worse", "p", "p, Holm")
    caption = (
        f"Paired differences of gaps on {best.split} of {problem}, in percentage points; below zero found is better."
    )
    return _table(caption, "pairs", "lrrrrr", headings, rows)


def _parameters(best: BestCandidate, problem: str) -> str:
    rows = [
        (function.signature.name, one.name, one.meaning, one.unit or "–")
        for function in best.record.functions
        for one in function.used
    ]
    ranked = [one.signature for one in best.record.functions if one.signature.ranking]
    rankings = "".join(f" Of {one.name}: {one.ranking}." for one in ranked)
    caption = f"Parameters that the heuristic for {problem} uses.{rankings}"
    return _table(caption, "parameters", "llp{0.55\\linewidth}l", ("function", "parameter", "meaning", "unit"), rows)


def interval_words(interval: Interval) -> str:
    """Return the ends of an interval of a difference, in points, or that there are too few instances."""
    if not interval.known:
        return str(interval.certainty)
    return f"{points(interval.low)} to {points(interval.high)}"


def _table(
    caption: str, label: str, columns: str, headings: Sequence[str], rows: Sequence[Sequence[str]], bold: str = ""
) -> str:
    """Return a table; the row that begins with `bold` is set in bold."""
    lines = []
    for row in rows:
        cells = [tex(cell) for cell in row]
        lines.append(" & ".join(f"\\textbf{{{cell}}}" if row[0] == bold else cell for cell in cells) + r" \\")
    return "\n".join(
        (
            r"% needs \usepackage{booktabs}",
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{tex(caption)}}}",
            rf"\label{{tab:{label}}}",
            rf"\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            " & ".join(tex(heading) for heading in headings) + r" \\",
            r"\midrule",
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        )
    )

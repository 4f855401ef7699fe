"""From a model's reply to a candidate's source, in the format that the operator asked for."""

from collections.abc import Sequence

from evo.authors.llm.code_blocks import (
    LONGEST,
    Extraction,
    blocks,
    defines,
    extract,
    plain,
    with_headers,
    with_imports,
)
from evo.authors.llm.edits import SourceEdit, apply_edits, read_edits, squeezed
from evo.authors.llm.quoting import as_shown
from evo.core.records import AnswerFormat, Operator

UNCHANGED = "the code is the parent's, unchanged"


def read_answer(
    reply: str, operator: Operator, parents: Sequence[str], names: Sequence[str], headers: Sequence[str] = ()
) -> Extraction:
    """Return the source that a reply answers with, or one line that says what to mend.

    The first of `parents` is the code that edits change, and that lends the functions which the reply leaves out: of a
    repair the broken one. Constants left as `TUNE(low, high)` stay as they are. Functions get the parameters of
    `headers` where that takes no guess. A reply that gives a parent back is refused.
    """
    if len(reply) > LONGEST:
        return Extraction(None, f"the reply is longer than {LONGEST} characters")
    edited = operator.answer == AnswerFormat.EDIT
    parent = parents[0] if parents else ""
    extraction = _edited(plain(reply), parent, names) if edited and parent else extract(reply, names, parent)
    if extraction.source is None:
        return extraction
    source = with_headers(extraction.source, headers)
    return Extraction(None, UNCHANGED) if _bare(source) in map(_bare, parents) else Extraction(source)


def _edited(reply: str, parent: str, names: Sequence[str]) -> Extraction:
    """Apply the blocks to the parent as the prompt shows it; complete code, in a block or without any, is taken too."""
    shown = as_shown(parent)
    edits = read_edits(reply)
    if not edits:
        return _without_blocks(reply, shown, names)
    for edit in edits:
        if defines("\n".join(edit.replacement or ()), names) and not defines("\n".join(edit.search), names):
            return extract("\n".join(edit.replacement or ()), names)
    changed = apply_edits(shown, edits)
    if changed.source is not None:
        return Extraction(with_imports(changed.source))
    whole = extract("\n".join(edits[-1].replacement or ()), names)
    return whole if whole.source else changed


def _without_blocks(reply: str, shown: str, names: Sequence[str]) -> Extraction:
    """Take complete code, or new lines alone in one fence, which then replace those that they resemble."""
    whole = extract(reply, names, shown)
    if whole.source:
        return whole
    fenced = blocks(reply)
    if len(fenced) == 1:
        lines = tuple(fenced[0].text.strip("\n").split("\n"))
        changed = apply_edits(shown, [SourceEdit(lines, lines)])
        if changed.source is not None:
            return Extraction(with_imports(changed.source))
    return Extraction(None, f"no SEARCH/REPLACE block in the reply, and {whole.reason}")


def _bare(source: str) -> str:
    """Return a source without docstrings, blank lines and blank space within its lines."""
    lines = as_shown(source).split("\n")
    return "\n".join(line[: len(line) - len(line.lstrip())] + squeezed(line) for line in lines if line.strip())

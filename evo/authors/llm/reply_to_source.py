"""From a model's reply to a candidate's source, in the format that the operator asked for."""

from collections.abc import Sequence

from evo.authors.llm.code_blocks import LONGEST, Extraction, blocks, defines, extract
from evo.authors.llm.edits import SourceEdit, apply_edits, read_diff, read_edits
from evo.authors.llm.quoting import as_shown
from evo.authors.llm.reply_text import plain
from evo.authors.llm.source_lines import bare
from evo.authors.llm.source_mending import with_headers, with_imports
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
    text = plain(reply)
    if len(text) > LONGEST:
        return Extraction(None, f"the reply is longer than {LONGEST} characters")
    edited = operator.answer == AnswerFormat.EDIT and parents
    extraction = _edited(text, parents[0], names) if edited else _complete(text, parents, names)
    if extraction.source is None:
        return extraction
    source = with_headers(extraction.source, headers)
    return Extraction(None, UNCHANGED) if _is_parent(source, parents) else Extraction(source)


def _complete(reply: str, parents: Sequence[str], names: Sequence[str]) -> Extraction:
    """Take complete code, or where there is none that is new, the changes of a unified diff."""
    whole = extract(reply, names, parents)
    if parents and (whole.source is None or _is_parent(whole.source, parents)):
        changed = _from_diff(reply, parents, names)
        return changed if changed.source is not None else whole
    return whole


def _from_diff(reply: str, parents: Sequence[str], names: Sequence[str]) -> Extraction:
    """Apply the unified diffs of a reply to the first parent; one that rewrites all of it may fit nowhere."""
    edits = [edit for block in blocks(reply) if block.is_diff for edit in read_diff(block.text)]
    changed = apply_edits(as_shown(parents[0]), edits)
    if edits and changed.source is not None:
        return Extraction(with_imports(changed.source))
    return extract("\n".join(line for edit in edits for line in edit.replacement or ()), names, parents)


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
    whole = _complete(reply, [shown], names)
    if whole.source:
        return whole
    fenced = [block for block in blocks(reply) if not block.outside]
    if len(fenced) == 1:
        lines = tuple(fenced[0].text.strip("\n").split("\n"))
        changed = apply_edits(shown, [SourceEdit(lines, lines)])
        if changed.source is not None:
            return Extraction(with_imports(changed.source))
    return Extraction(None, f"no SEARCH/REPLACE block in the reply, and {whole.reason}")


def _is_parent(source: str, parents: Sequence[str]) -> bool:
    return bare(source) in map(bare, parents)

import re

from evo.report import ReportFormat, contents, write_report
from evo.report.markup import changes, changes_as_text, fenced_block, plain_words

HOSTILE = "```\n</script><img src=x onerror=alert(1)> | [x](javascript:alert(1)) | `code`"


def outside_code(text: str) -> str:
    """Return what is no block of code, as CommonMark reads fences."""
    kept, fence = [], ""
    for line in text.splitlines():
        mark = re.match(r"`{3,}", line)
        if fence and mark and mark[0].startswith(fence) and line.strip("`") == "":
            fence = ""
        elif not fence and mark:
            fence = mark[0]
        elif not fence:
            kept.append(line)
    assert not fence, "a block of code does not end"
    return "\n".join(kept)


def test_a_fence_outlasts_every_run_of_backticks() -> None:
    assert fenced_block("a ````` b", "python") == "``````python\na ````` b\n``````"


def test_words_mean_nothing_but_themselves() -> None:
    assert plain_words("a|b\n<i> & [x](y)") == r"a\|b &lt;i&gt; &amp; \[x\](y)"


def test_a_difference_is_written_as_git_does() -> None:
    assert changes_as_text(changes("return p + 0.25 * w", "return p + 0.5 * w")) == "return p + [-0.25-]{+0.5+} * w\n"


def test_hostile_text_stays_text(begin, tmp_path) -> None:
    record = begin(problem="</script><img src=x>", family="|<b>|")
    record.seed(0, 0.5, "SPT | <img src=x>")
    rule = f'def f(p):\n    """{HOSTILE}"""\n    return p'
    record.add(1, 0.4, [0], source=rule, operator="<b>", model="[m](javascript:x)", instruction=HOSTILE, reply=HOSTILE)
    record.add(2, None, [0], message=HOSTILE)
    record.finish(1, 0.4, 0.6, "EDD|<i>")
    path, *_ = write_report(contents(record.store), tmp_path / "report.md", ReportFormat.MD)
    text = path.read_text(encoding="utf-8")
    assert HOSTILE.splitlines()[1] in text
    assert not re.search(r"<(?!-)|(?<!\\)\]\(javascript", outside_code(text))


def test_tables_have_as_many_columns_in_every_row(finished, tmp_path) -> None:
    path, *_ = write_report(contents(finished.store), tmp_path / "report.md", ReportFormat.MD)
    tables = re.findall(r"(?:^\|.*\n)+", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(tables) >= 6
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1, table
        assert re.fullmatch(r"\|(-+:?\|)+", table.splitlines()[1])


def test_each_figure_is_called_by_a_path_that_is_there(finished, tmp_path) -> None:
    path, *figures = write_report(contents(finished.store), tmp_path / "report.md", ReportFormat.MD)
    called = re.findall(r"!\[[^\]]*\]\(([^)]*)\)", path.read_text(encoding="utf-8"))
    assert sorted(tmp_path / name for name in called) == sorted(figures)
    assert all(figure.read_bytes().startswith(b"\x89PNG") for figure in figures)


def test_a_run_of_failures_is_a_text_too(record, tmp_path) -> None:
    record.add(0, None)
    (path,) = write_report(contents(record.store), tmp_path / "report.md", ReportFormat.MD)
    assert "has a score, most often by timeout" in path.read_text(encoding="utf-8")

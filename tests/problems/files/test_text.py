"""What all text formats share: encodings, separators, numbers, and formats of others told by their name."""

from decimal import Decimal
from pathlib import Path

import pytest

from problems import UnreadableInstance
from problems.files.text import labels, lines, number, read_text, whole

PSPLIB = f"{'*' * 72}\nfile with basedata            : J30_17.BAS\njobs (incl. supersource/sink ):  32\n"
TSPLIB = "NAME : P-n16-k8\nCOMMENT : (Augerat et al)\nTYPE : CVRP\nDIMENSION : 16\nNODE_COORD_SECTION\n1 30 40\n"


def words(text: str) -> list[tuple[str, ...]]:
    return [line.words for line in lines(text)]


@pytest.mark.parametrize("text", ["1 2\n3 4", "1\t2\n3\t4\n", "1,2\r\n3,4\r\n", "1; 2;\n\n3;4;", "# p\n1, 2 # a\n3, 4"])
def test_separators_line_ends_and_comments_make_no_difference(text: str) -> None:
    assert words(text) == [("1", "2"), ("3", "4")]


def test_a_decimal_comma_stands_where_semicolons_separate() -> None:
    assert words('"p";"d"\n1,5;2\n') == [("p", "d"), ("1.5", "2")]


def test_lines_keep_their_numbers() -> None:
    assert [line.number for line in lines("\n# a\n1 2\n\n3 4")] == [3, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_text(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1 2", encoding=encoding)
    assert read_text(tmp_path / "a.txt", "numbers") == "1 2"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04[Content_Types].xml", "a workbook (.xlsx"),
        (b'{"jobs": [[0, 3]]}', "looks like JSON"),
        (PSPLIB.encode(), "a PSPLIB project"),
        (TSPLIB.encode(), "a TSPLIB file"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"\x1f\x8b\x08", "a compressed file"),
        (b"\xe4\xf6", "no text in UTF-8"),
    ],
)
def test_formats_of_others_are_told_by_name_in_a_line_with_what_is_expected(
    content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(UnreadableInstance) as caught:
        read_text(tmp_path / "a", "some numbers")
    assert said in str(caught.value)
    assert str(caught.value).endswith("Expected some numbers.")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("word", ["1_0", "nan", "inf", "", "1,5", "²", "0x1", "1e9999"])
def test_what_is_no_number_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        number(word)


def test_fractions_become_whole_by_one_power_of_ten() -> None:
    factor, (a, b) = whole("file", [Decimal("1.5"), Decimal("2.0")], [Decimal("0.25")])
    assert (factor, a.tolist(), b.tolist()) == (100, [150, 200], [25])
    assert whole("file", [Decimal("3.0"), Decimal("1e2")])[0] == 1


@pytest.mark.parametrize(("given", "said"), [("0.1234567", "at most 6 decimals, got 7"), ("1e30", "up to 2\\*\\*62")])
def test_numbers_that_do_not_become_whole_are_refused(given: str, said: str) -> None:
    with pytest.raises(UnreadableInstance, match=said):
        whole("file", [Decimal(given)])


def test_a_file_of_one_belongs_to_its_folder_and_a_file_of_several_is_a_family() -> None:
    assert labels(Path("/data/plant/a.txt"), 1, 0, "n=5") == ("a", "plant n=5")
    assert labels(Path("/data/plant/a.txt"), 2, 1, "n=5") == ("a[1]", "a n=5")

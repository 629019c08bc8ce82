"""Uploaded tables: what is read, and every mistake named."""

import pytest

from lesson_core.errors import LabError
from lesson_core.schema import labelled_table
from lesson_core.schema.labelled_table import read

GOOD = "text,label\nhello,a\nhi,a\nbye,b\nso long,b\n"


def test_two_columns_are_read() -> None:
    table = read(GOOD.encode())
    assert table.texts == ("hello", "hi", "bye", "so long")
    assert table.labels == ("a", "a", "b", "b") and table.names == ("a", "b")


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_separators_quotes_and_capitals(mark: str) -> None:
    lines = [["No", "Label", "Text"], ["1", "x", '"one, two; three"'], ["2", "x", "你好"],
             ["3", "y", "z"], ["4", "y", "w"]]  # fmt: skip
    table = read("\r\n".join(mark.join(line) for line in lines).encode("utf-8-sig"))
    assert table.texts[0] == "one, two; three" and table.texts[1] == "你好"


def test_a_quoted_text_may_hold_line_breaks() -> None:
    table = read(b'text,label\n"two\nlines",a\nb,a\nc,b\nd,b\n')
    assert table.texts[0] == "two\nlines"


def test_gaps_are_skipped_and_counted() -> None:
    table = read((GOOD + ",b\nlonely,\nshort\n\n").encode())
    assert table.skipped == 3 and len(table.texts) == 4


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "table_empty"),
        (b"  \n \n", "table_empty"),
        (b"text,label\n", "table_empty"),
        (b"text,label\n,a\n", "table_empty"),
        (b"sentence,label\nx,a\n", "table_column"),
        (b"text\nx\n", "table_column"),
        (b"text,label\nx,a\ny,a\n", "table_one_class"),
        (b"text,label\nx,a\ny,a\nz,b\n", "table_small_class"),
        ("text,label\n你,a\n".encode("gb18030"), "table_encoding"),
        (b"text,label\n" + b"x" * 3000 + b",a\n", "table_long_text"),
        (b"x" * (labelled_table.MOST_BYTES + 1), "table_too_big"),
        (b"x" * 1_000_000, "table_too_big"),
        (b"text,label\n" + b"".join(b"x,%d\ny,%d\n" % (i, i) for i in range(201)),
         "table_many_classes"),
        (b"text,label\n" + b"x,a\ny,b\n" * 1001, "table_many_rows"),
        (b'text,label\n"' + b"x" * 200_000, "table_quote"),
        (b"text,label\nx,Sport\ny,Sport\nz,sport\nw,sport\n", "table_equal_labels"),
        (b"text,label\na,%s\nb,c\n" % (b"x" * 61), "table_long_label"),
    ],
)  # fmt: skip
def test_mistakes_have_names(data: bytes, code: str) -> None:
    with pytest.raises(LabError) as problem:
        read(data)
    assert problem.value.code == code
    assert str(problem.value)


def test_empty_lines_above_the_heading_do_no_harm() -> None:
    assert read(f"\n\n{GOOD}".encode()).texts == read(GOOD.encode()).texts


def test_a_missing_column_is_told_with_what_is_there() -> None:
    with pytest.raises(LabError) as problem:
        read(b"sentence,class\nx,a\n")
    assert problem.value.values == {"name": "text", "found": "sentence, class"}

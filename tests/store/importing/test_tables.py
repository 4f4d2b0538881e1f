"""Files as people have them: encodings, delimiters, line ends, quotes, compression."""

import gzip
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.importing.tables import Layout, Table, bare, defused


def read(
    tmp_path: Path, content: bytes, layout: Layout | None = None
) -> tuple[Table, list[tuple[int, list[str]]], list[str]]:
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    table = Table(path, layout or Layout())
    refused: list[str] = []
    rows = list(table.rows(lambda line, cells, why: refused.append(f"{line}: {why}")))
    return table, rows, refused


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("name,city\nJosé,Dénia\n".encode(), "utf-8"),
        ("name,city\nJosé,Dénia\n".encode("utf-8-sig"), "utf-8-sig"),
        ("name,city\nJosé,Dénia\n".encode("cp1252"), "cp1252"),
        ("name,city\nJosé,Dénia\n".encode("utf-16"), "utf-16"),
        (gzip.compress("name,city\nJosé,Dénia\n".encode(), mtime=0), "utf-8"),
        ("name,city\r\nJosé,Dénia\r\n".encode(), "utf-8"),
        ("name;city\nJosé;Dénia\n".encode(), "utf-8"),
        ("name\tcity\nJosé\tDénia\n".encode(), "utf-8"),
    ],
)
def test_the_same_table_however_it_is_written(tmp_path: Path, content: bytes, encoding: str) -> None:
    table, rows, refused = read(tmp_path, content)
    assert table.header == ("name", "city")
    assert rows == [(2, ["José", "Dénia"])]
    assert table.encoding == encoding
    assert refused == []


def test_rows_go_by_the_line_on_which_they_start(tmp_path: Path) -> None:
    _, rows, _ = read(tmp_path, b'name,note\r\nAna,"two\r\nlines"\r\n\r\nBruno,one\r\n')
    assert rows == [(2, ["Ana", "two\r\nlines"]), (5, ["Bruno", "one"])]


def test_short_rows_are_filled_and_long_ones_refused(tmp_path: Path) -> None:
    _, rows, refused = read(tmp_path, b"a,b\n1\n1,2,\n1,2,3\n")
    assert rows == [(2, ["1", ""]), (3, ["1", "2"])]
    assert refused == ["4: more cells than the file has columns"]


def test_a_quote_never_closed_refuses_its_row_and_not_the_file(tmp_path: Path) -> None:
    _, rows, refused = read(tmp_path, b'a,b\n1,2\n3,"' + b"x" * 200_000 + b"\n5,6\n")
    assert rows == [(2, ["1", "2"]), (4, ["5", "6"])]
    assert len(refused) == 1
    assert refused[0].startswith("3: not a readable row")


def test_lines_before_the_header_are_skipped_and_counted(tmp_path: Path) -> None:
    table, rows, _ = read(tmp_path, b"Report of May\n\na,b\n1,2\n", Layout(skip=2))
    assert table.header == ("a", "b")
    assert rows == [(4, ["1", "2"])]


def test_a_file_without_header_starts_with_a_row(tmp_path: Path) -> None:
    table, rows, _ = read(tmp_path, b"1,2\n3,4\n", Layout(header=False))
    assert table.header == ()
    assert rows == [(1, ["1", "2"]), (2, ["3", "4"])]


def test_a_protecting_apostrophe_goes_and_a_spoken_one_stays() -> None:
    assert bare(" '+31612345678 ") == "+31612345678"
    assert bare("'1234AB") == "1234AB"
    assert bare("'t Hooft") == "'t Hooft"
    for cell in ("=1+1", "+34", "-5", "@x", "plain"):
        assert bare(defused(cell)) == cell


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadInput, match="empty"):
        read(tmp_path, content)


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="damaged"):
        read(tmp_path, gzip.compress(b"name\n" + b"Ana\n" * 1000)[:-20])


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        Table(tmp_path / "none.csv")


def test_a_line_without_end_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a line of more than 16 MB"):
        read(tmp_path, b"name,email\n" + b"x," * 9_000_000)


def test_a_header_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"first row of .* is not a readable row"):
        read(tmp_path, b'name,"em' + b"x\n" * 100_000)

"""A PDF of a page: wide ones on numbered A4 sheets, receipts on a strip, and every name readable."""

import re
import subprocess
import sys
import zlib
from dataclasses import replace

from bookkeeper_tui.paper.page import Page
from bookkeeper_tui.paper.pdf import page_pdf


def streams(pdf: bytes) -> list[bytes]:
    """The contents of the pages of a PDF of ours."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(stream) for stream in found if stream[:1] == b"\x78"]


def texts(pdf: bytes) -> str:
    """What is written on the pages of a PDF of ours."""
    shown = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", b"\n".join(streams(pdf)))
    return "\n".join(re.sub(rb"\\(.)", rb"\1", text).decode("cp1252") for text in shown)


def boxes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of its pages in millimetres."""
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(float(width) / 72 * 25.4, float(height) / 72 * 25.4) for width, height in found]


def test_a_receipt_is_a_strip_with_its_letters(page: Page) -> None:
    pdf = page_pdf(page, 42)
    assert pdf.startswith(b"%PDF-")
    assert 80 in {round(width) for width, _ in boxes(pdf)}
    said = texts(pdf)
    assert "Café Main St" in said
    assert "LiXiaoLong Lukasz mhmd" in said
    assert "€ 5.00" in said


def test_a_wide_page_fills_a4_sheets_that_say_which_they_are(page: Page) -> None:
    pdf = page_pdf(replace(page, kind="statement", number="C-000184", columns=90, lines=page.lines * 40), 42)
    said = texts(pdf)
    assert {(round(width), round(height)) for width, height in boxes(pdf)} == {(210, 297)}
    assert "C-000184  1 / 4" in said
    assert "C-000184  4 / 4" in said
    assert said.count("1,234.50") == 40


def test_no_control_gets_into_a_pdf(page: Page) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", texts(page_pdf(page, 42)))


def test_an_empty_page_is_a_pdf_all_the_same() -> None:
    assert page_pdf(Page("receipt", "", ()), 42).startswith(b"%PDF-")
    assert page_pdf(Page("statement", "", (), columns=90), 42).startswith(b"%PDF-")


def test_a_console_that_keeps_tls_out_makes_every_kind_of_paper_all_the_same() -> None:
    program = (
        "import sys\nsys.modules |= {'ssl': None, '_hashlib': None}\n"
        "from bookkeeper_tui.paper import escpos, pdf\nfrom bookkeeper_tui.paper.page import Page, PaperLine\n"
        "page = Page('receipt', 'S-1', (PaperLine('Łukasz', '5,00 €'),))\n"
        "print(escpos.page_bytes(page, 42)[-3:], pdf.page_pdf(page, 42)[:5], pdf.page_pdf(page, 90)[:5])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == r"b'\x1dV1' b'%PDF-' b'%PDF-'", done.stderr


def test_every_page_names_its_font_before_it_writes(page: Page) -> None:
    pdf = page_pdf(replace(page, columns=90, lines=page.lines * 40), 42)
    drawn = [one for one in streams(pdf) if b" Tj" in one]
    assert len(drawn) == 4
    assert all(b" Tf" in one.partition(b" Tj")[0] for one in drawn)

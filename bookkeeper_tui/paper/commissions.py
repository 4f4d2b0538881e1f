"""The commissions of a period on paper: each trainer's sessions, what they are worth, and the trainer's part."""

from pathlib import Path

from bookkeeper_tui.paper import printing
from bookkeeper_tui.paper.files import read_name
from bookkeeper_tui.paper.page import GAP, RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import foot, head
from bookkeeper_tui.paper.reports import FORMATS, save_report
from bookkeeper_tui.store import commissions
from bookkeeper_tui.store.commissions import TrainerFigures
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.reports import Question


def commissions_page(desk: Desk, first: str, last: str) -> Page:
    """The report from one ISO date to another. Raises BadInput for dates that are none or the wrong way round."""
    found, conventions = commissions.report(desk, first, last), desk.store.conventions
    days = (conventions.date(first), conventions.date(last))
    lines = [
        *head(desk),
        PaperLine("COMMISSIONS", strong=True, centre=True),
        PaperLine(" to ".join(dict.fromkeys(days)), centre=True),
        RULE,
    ]
    for one in found:
        lines += [*_of_trainer(desk, one), GAP]
    if not found:
        lines += [PaperLine("No sessions in these days."), GAP]
    if len(found) > 1:
        lines += [
            RULE,
            PaperLine("Sessions", conventions.count(sum(one.sessions for one in found))),
            PaperLine("Worth without tax", conventions.amount(sum(one.worth for one in found))),
            PaperLine("Commissions", conventions.amount(sum(one.commission for one in found)), strong=True),
            GAP,
        ]
    return Page("commissions", f"{first}-{last}", (*lines, *foot(desk)))


def save_commissions(desk: Desk, first: str, last: str, name: str) -> Path:
    """Keeps the report as a file in the directory where this terminal's paper goes; the name's end says the format.

    Raises BadInput for a name that names no file or ends in no format.
    """
    _, ending = read_name(name, FORMATS)
    if ending in (".pdf", ".txt"):
        return printing.save(desk, commissions_page(desk, first, last), name, as_pdf=ending == ".pdf")
    path, _ = save_report(desk, Question("commissions", {"since": first, "until": last}), name)
    return path


def _of_trainer(desk: Desk, figures: TrainerFigures) -> list[PaperLine]:
    conventions = desk.store.conventions
    lines = [
        PaperLine(figures.name, strong=True),
        PaperLine("Sessions", conventions.count(figures.sessions)),
        PaperLine("Worth without tax", conventions.amount(figures.worth)),
        PaperLine("Commission", conventions.amount(figures.commission), strong=True),
    ]
    if figures.no_shows:
        lines.append(PaperLine("No-shows", conventions.count(figures.no_shows)))
    return lines

"""A study's sorts for other programs, and its solution in a workbook: `cxlib export`."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font

from cxlib import workbook
from cxlib.report.viewpoints import solve
from cxlib.study import Problem, Study, StudyError
from cxlib.study.formats.kade import add_sheet, add_statements, write_kade
from cxlib.study.formats.pqmethod import write_pqmethod
from cxlib.study.formats.records import write_records
from cxlib.study.problems import nearest

FORMATS = ("pqmethod", "kade", "excel", "json")
_TABLES = ("loadings", "flags", "zscores", "arrays", "factors", "correlations", "sed")


def export(study: Study, group: str, form: str, folder: str | Path) -> list[Path]:
    """Write the sorts of one group in one format.

    Parameters
    ----------
    study : Study
    group : str
        A group that sorted.
    form : {"pqmethod", "kade", "excel", "json"}
        "excel" and "json" hold the solution as well, by the choices recorded in study.yaml.
    folder : str or Path
        Made if it does not exist; nothing in it is overwritten.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    StudyError
        If the group has no sorts, the format can't hold them, or a file exists already.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> study, folder = Study.open("haag-wonen"), mkdtemp()
    >>> [path.name for path in export(study, "tenants", "pqmethod", folder)]
    ['tenants.dat', 'tenants.sta']
    """
    if group not in study.sorts:
        remedy = nearest(group, study.sorts)
        raise StudyError([Problem("sorts", f"sorts of a group {group}", remedy)])
    stem, sorts, cards = Path(folder) / group, study.sorts[group], _cards(study)
    endings = {"pqmethod": (".dat", ".sta"), "kade": (".xlsx",), "excel": ("-tables.xlsx",)}
    paths = [stem.with_name(group + ending) for ending in endings.get(form, (".json",))]
    for path in paths:
        if path.exists():
            remedy = "Name another folder; nothing was overwritten."
            raise StudyError([Problem(str(path), "no file of that name yet", remedy)])
    stem.parent.mkdir(parents=True, exist_ok=True)
    people, labels = study.participants[group], [str(label) for label in cards["statement"]]
    origin = study.origin(f"sorts/{group}")
    title = f"{study.name} ({origin})"
    if form == "pqmethod":
        write_pqmethod(sorts, labels, study.grid, title, stem)
    elif form == "kade":
        write_kade(sorts, people, cards, study.grid, title, paths[0])
    elif form == "excel":
        _write_tables(study, group, cards, paths[0])
    else:
        solution = solve(study, group)
        solved = {name: getattr(solution, name) for name in _TABLES}
        about = cards.drop(columns="statement")
        write_records(sorts, people, about, study.grid, solved, origin, paths[0])
    return paths


def _cards(study: Study) -> pd.DataFrame:
    """Return the cards with `statement`, their text in the study's first language."""
    assert study.cards is not None  # whoever has sorts has cards
    label = study.cards[f"label_{study.config.languages[0]}"]
    return study.cards.assign(statement=label)


def _write_tables(study: Study, group: str, cards: pd.DataFrame, path: Path) -> None:
    """Write all tables of the solution, each card with its text, then sorts and statements."""
    sorts = study.sorts[group]
    texts = cards["statement"].items()
    words = {card: card if text == card else f"{card} {text}" for card, text in texts}
    workbook.write(solve(study, group, sorts=sorts.rename(index=words)), path)
    book = openpyxl.load_workbook(path)
    head = ["Participant", *sorts.index]
    sheets = [add_sheet(book, "Q-sorts", [head, *([n, *s] for n, s in sorts.items())])]
    sheets.append(add_statements(book, "Statements", cards))
    people = study.participants[group].itertuples()
    sheets.append(add_sheet(book, "Participants", [["participant", "session"], *people]))
    origin = [["Study", "Group", "Origin of the sorts"]]
    origin.append([study.name, group, study.origin(f"sorts/{group}")])
    sheets.append(add_sheet(book, "Origin", origin))
    for sheet in sheets:
        sheet.freeze_panes = "B2"
        for cell in sheet[1]:
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for column in "BDEFG":
        sheets[1].column_dimensions[column].width = 40
    book.save(path)

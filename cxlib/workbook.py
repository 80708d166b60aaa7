"""All tables of a solution in one Excel workbook."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cxlib.language import SOURCE, Speaker
from cxlib.qmethod import Solution
from cxlib.report.viewpoints import summary


def of_solution(solution: Solution) -> Workbook:
    """Return a sheet a table: what was done, scores, loadings, differences, a crib a factor.

    Text is never taken for a formula.
    """
    book = Workbook()
    about = [("Summary", summary(solution, Speaker(SOURCE)))]
    about += [(str(name), str(value)) for name, value in solution.settings.items()]
    about += [("Note", note) for note in solution.notes]
    _fill(book, "About", pd.DataFrame(about, columns=["What", "Value"]), index=False)
    for name, table in _tables(solution).items():
        _fill(book, name[:31], table)
    del book[book.sheetnames[0]]
    return book


def _tables(solution: Solution) -> dict[str, pd.DataFrame]:
    loadings = pd.concat(
        {"Loading": solution.loadings, "Defines": solution.flags.map({True: "x", False: ""}.get)},
        axis=1,
    )
    cards = pd.concat(
        {
            "Array": solution.arrays,
            "Z-score": solution.zscores,
            "Distinguishes": solution.contrasts.cards[list(solution.arrays)],
            "Card": solution.contrasts.cards[["label", "spread", "disagreement"]],
        },
        axis=1,
    )
    tables = {
        "Cards": cards,
        "Sorts": solution.sorts,
        "Loadings": loadings,
        "Factors": solution.factors,
        "Correlations": solution.correlations,
        "SE of differences": solution.sed,
        "Differences": solution.contrasts.pairs,
        "Unrotated": solution.unrotated,
        "Rotation": solution.rotation,
    }
    scored = [str(f) for f in solution.arrays if solution.zscores[f].notna().all()]
    return tables | {f"Crib {f}": solution.crib(f) for f in scored}


def _fill(book: Workbook, title: str, table: pd.DataFrame, index: bool = True) -> None:
    levels = table.columns.nlevels
    names = [str(name or "") for name in table.index.names] if index else []
    rows = []
    for level in range(levels):
        heads = names if level == levels - 1 else [""] * len(names)
        rows.append([_heading(h) for h in heads + list(table.columns.get_level_values(level))])
    for key, row in zip(table.index, table.itertuples(index=False), strict=True):
        keys = list(key) if isinstance(key, tuple) else [key]
        rows.append((keys if index else []) + list(row))
    sheet = add(book, title, rows, levels, decimals="0.000")
    sheet.freeze_panes = sheet.cell(levels + 1, len(names) + 1)
    for number, column in enumerate(sheet.iter_cols(), start=1):
        width = max((len(str(c.value)) for c in column if c.value is not None), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(8, width + 2), 60)


def add(
    book: Workbook,
    title: str,
    rows: Iterable[Iterable[object]],
    heads: int = 0,
    decimals: str = "General",
) -> Worksheet:
    """Add a sheet; text that starts with "=" stays text.

    Parameters
    ----------
    book : Workbook
    title : str
    rows : iterable of rows of cells
    heads : int
        How many rows, from the first on, are headings.
    decimals : str
        Number format of cells that are no whole number.

    Examples
    --------
    >>> sheet = add(Workbook(), "Scores", [["card", "score"], ["=c1", 1.5]], heads=1)
    >>> sheet["A2"].data_type, sheet["A1"].font.bold
    ('s', True)
    """
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_cell(value) for value in row])
    for place, cells in enumerate(sheet.iter_rows()):
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            elif isinstance(cell.value, float):
                cell.number_format = decimals
            if place < heads:
                cell.font = Font(bold=True)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    return sheet


def _heading(name: object) -> str:
    """`n_flagged` reads as "N flagged"; names of factors and pairs stay as they are."""
    text = str(_cell(name) or "")
    return text.replace("_", " ").capitalize() if text.isidentifier() and "_" in text else text


def _cell(value: object) -> object:
    """What Excel can hold: no missing-value objects, no control characters."""
    if isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", value) or None
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value != value:
        return None
    return value if isinstance(value, int | float) else str(value)

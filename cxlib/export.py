"""A study's sorts as other programs read them, and its solution in a workbook: `cxlib export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from cxlib.problems import TextFault, nearest
from cxlib.report.viewpoints import solve
from cxlib.sheets.rows import decode
from cxlib.study import Study
from cxlib.study.programs import FORMAT, NAME, SLOTS, START, WIDTH
from cxlib.workbook import add, of_solution

FORMATS = ("pqmethod", "kade", "excel", "json")
_TABLES = ("loadings", "flags", "zscores", "arrays", "factors", "correlations", "sed")
_PEOPLE = ["participant", "session"]


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
        raise TextFault(f"sorts of a group {group}", nearest(group, study.sorts), file="sorts")
    endings = {"pqmethod": (".dat", ".sta"), "kade": (".xlsx",), "excel": ("-tables.xlsx",)}
    paths = [Path(folder) / (group + ending) for ending in endings.get(form, (".json",))]
    for path in paths:
        if path.exists():
            remedy = "Name another folder; nothing was overwritten."
            raise TextFault("no file of that name yet", remedy, file=str(path))
    Path(folder).mkdir(parents=True, exist_ok=True)
    assert study.cards is not None  # whoever has sorts has cards
    cards = study.cards.assign(statement=study.cards[f"label_{study.config.languages[0]}"])
    if form == "pqmethod":
        _pqmethod(study, group, [str(text) for text in cards["statement"]], *paths)
    elif form == "kade":
        _kade(study, group, cards).save(paths[0])
    elif form == "excel":
        _tables(study, group, cards).save(paths[0])
    else:
        content = _records(study, group, cards.drop(columns="statement"))
        paths[0].write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return paths


def _title(study: Study, group: str) -> str:
    return f"{study.name} ({study.origin(f'sorts/{group}')})"


def _kade(study: Study, group: str, cards: pd.DataFrame) -> Workbook:
    """A workbook of type 2, with the cards' further columns beside the statements.

    Without a grid the pattern holds zeros, to be filled in.
    """
    grid, sorts = study.grid or {}, study.sorts[group]
    outside = [value for value in grid if value not in SLOTS]
    if outside:
        value = str(outside[0])
        raise TextFault("grid values from -6 to 13", "Choose another format.", value=value)
    book = Workbook()
    book.remove(book.active)
    sheets: dict[str, list[Any]] = {
        "name": [["Project Name"], [_title(study, group)]],
        "sorts": [[name, *values] for name, values in sorts.items()],
        "pattern": [list(SLOTS), [grid.get(value, 0) for value in SLOTS]],
        "statements": _statements(cards),
        "version": [["Version"], [2]],
        "type": [["Type"], [2]],
        "participants": [_PEOPLE, *study.participants[group].itertuples()],
    }
    for title, rows in sheets.items():
        add(book, title, rows)
    return book


def _tables(study: Study, group: str, cards: pd.DataFrame) -> Workbook:
    """All tables of the solution, each card with its text, then sorts and statements."""
    sorts, texts = study.sorts[group], cards["statement"].items()
    words = {card: card if text == card else f"{card} {text}" for card, text in texts}
    book = of_solution(solve(study, group, sorts=sorts.rename(index=words)))
    head = ["Participant", *sorts.index]
    origin = [study.name, group, study.origin(f"sorts/{group}")]
    sheets: dict[str, list[Any]] = {
        "Q-sorts": [head, *([name, *values] for name, values in sorts.items())],
        "Statements": _statements(cards),
        "Participants": [_PEOPLE, *study.participants[group].itertuples()],
        "Origin": [["Study", "Group", "Origin of the sorts"], origin],
    }
    for title, rows in sheets.items():
        add(book, title, rows, heads=1).freeze_panes = "B2"
    for column in "BDEFG":
        book["Statements"].column_dimensions[column].width = 40
    return book


def _statements(cards: pd.DataFrame) -> list[list[Any]]:
    """The numbered statements, and what else is known of the cards."""
    about = cards.drop(columns="statement").reset_index()
    rows = zip(cards["statement"], about.itertuples(index=False), strict=True)
    body = [[place, words, *row] for place, (words, row) in enumerate(rows, 1)]
    return [["Number", "Statements", *about.columns], *body]


def _pqmethod(study: Study, group: str, labels: list[str], data: Path, texts: Path) -> None:
    """Write .dat and .sta; sorts are numbered where a name does not fit in eight characters.

    Without a grid the line of the distribution holds zeros.
    """
    grid, sorts = study.grid or {}, study.sorts[group]
    low, high = int(sorts.min().min()), int(sorts.max().max())
    outside = [value for value in (low, high, *grid) if value not in SLOTS]
    if outside or max(sorts.shape) > 999:
        expected = "grid values from -6 to 13, and at most 999 sorts and cards"
        raise TextFault(expected, "Choose another format.", value=str(outside[:1]))
    names = [str(name) for name in sorts.columns]
    if any(len(name) > NAME or not name.isascii() or name != name.strip() for name in names):
        names = [f"Q{place:03d}" for place in range(1, len(names) + 1)]
    piles = "".join(f"{grid.get(value, 0):3d}" for value in SLOTS)
    title = " ".join(_title(study, group).split())[:68]
    head = [f"  0{sorts.shape[1]:3d}{sorts.shape[0]:3d} {title}", f"{low:3d}{high:3d}{piles}"]
    body = [
        f"{name:<{START}}" + "".join(f"{int(value):{WIDTH}d}" for value in sorts.iloc[:, place])
        for place, name in enumerate(names)
    ]
    for path, lines in ((data, [*head, *body]), (texts, labels)):
        content = "\r\n".join([*lines, ""])
        try:  # PQMethod knows one byte a letter; what is not in its page stays readable here
            coded = content.encode("cp1252")
            coded = coded if decode(coded) == content else content.encode()
        except UnicodeEncodeError:
            coded = content.encode()
        path.write_bytes(coded)


def _records(study: Study, group: str, cards: pd.DataFrame) -> dict[str, Any]:
    """Sorts, cards, grid and the tables of a solution; the first three are read again."""
    sorts, people = study.sorts[group].items(), study.participants[group].to_dict("records")
    solution = solve(study, group)
    return {
        "format": FORMAT,
        "origin": study.origin(f"sorts/{group}"),
        "grid": {str(value): int(count) for value, count in (study.grid or {}).items()},
        "cards": [_filled(row) for row in cards.reset_index().to_dict("records")],
        "sorts": [
            {"participant": str(name)}
            | _filled(person)
            | {"values": {str(card): int(value) for card, value in values.items()}}
            for (name, values), person in zip(sorts, people, strict=True)
        ],
        "solution": {
            name: json.loads(getattr(solution, name).to_json(orient="split", double_precision=15))
            for name in _TABLES
        },
    }


def _filled(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): str(cell) for name, cell in row.items() if not pd.isna(cell)}

"""The table of landlords: which columns it may have, whose rows are this organisation's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from cxlib.study.config import StudyConfig
from cxlib.study.dictionary import Table, tables
from cxlib.study.folder import find, workbooks
from cxlib.study.formats.tsm import ANSWERS, MEASURES, METHODS, recognised
from cxlib.study.problems import Problem, nearest


def landlords_table() -> Table:
    """Return what the dictionary says of the table, with a column a measure, method and answer."""
    counts = [f"{measure}_n{answer}" for measure in MEASURES for answer in ANSWERS]
    columns = {
        "TP<measure>": MEASURES[1:],
        "TP01_<method>": [f"TP01_{method}" for method in METHODS],
        "n_<method>": [f"n_{method}" for method in METHODS],
        "TP<measure>_n<answer>": counts,
    }
    return tables()["landlords"].expand(
        {name: dict(zip(found, found, strict=True)) for name, found in columns.items()}
    )


def landlords_file(
    folder: Path, config: StudyConfig | None = None
) -> tuple[Path | None, list[Problem]]:
    """Return landlords.csv (.xlsx, .parquet), or a workbook of the regulator under any name."""
    path, problems = find(folder, "landlords", config)
    found = [] if problems else [path, *filter(recognised, workbooks(folder))]
    files = list(dict.fromkeys(file for file in found if file))
    if len(files) > 1:
        names = ", ".join(file.name for file in files)
        problems = [Problem(files[0].name, "one file a table", "Keep one of them.", value=names)]
    return (files[0] if files and not problems else None), problems


def faults(frame: pd.DataFrame, own: str | None, file: str) -> Iterator[Problem]:
    """Yield landlords that occur twice in a year, and the name of this one if there is none."""
    known = [name for name in ("landlord", "code") if name in frame]
    years = frame["year"] if "year" in frame else pd.Series(0, frame.index)
    for name in known:
        twice = frame[name].notna() & pd.DataFrame({0: frame[name], 1: years}).duplicated()
        for row in frame.index[twice]:
            remedy = "Remove the double row."
            yield Problem(file, "a landlord once a year", remedy, int(row), name, frame[name][row])
    last = latest(frame)
    if own is not None and known and not marked(last, own).any():
        names = [str(cell) for name in known for cell in last[name].dropna()]
        alike = [name for name in names if own.casefold() in name.casefold()]
        remedy = f"{nearest(own, alike or names)} Set landlords.own in study.yaml."
        yield Problem(file, f"a row of landlord {own}", remedy, column="landlord")


def latest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last year; all of them where there are no years."""
    if "year" not in frame or frame["year"].isna().all():
        return frame
    return frame[frame["year"] == frame["year"].max()]


def marked(frame: pd.DataFrame, own: str) -> pd.Series:
    """Return which rows are those of a landlord, by its name or code."""
    wanted = " ".join(own.casefold().split())
    hits = [frame[name].str.casefold() == wanted for name in ("landlord", "code") if name in frame]
    return pd.concat(hits, axis=1).any(axis=1)

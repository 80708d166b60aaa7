"""Remarks with the cards: a row a remark and code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from cxlib.study.dictionary import tables
from cxlib.study.problems import Problem, nearest, shown
from cxlib.study.readers import Sheet
from cxlib.study.schema import Lists, personal
from cxlib.study.tables import read_table


def read_remarks(
    sheet: Sheet, people: Sequence[str] | None, lists: Lists
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the remarks of one group.

    Parameters
    ----------
    sheet : Sheet
    people : sequence of str, optional
        Who sorted; None where the group has no sorts.
    lists : dict
        Ids of cards and codes, if there are any.

    Returns
    -------
    DataFrame, list of Problem
        Participant, card, text, code (empty where none fits), consent: a remark with several
        codes has a row for each. Texts are data, and kept as they are typed.
    """
    table = tables()["remarks"]
    frame, problems = read_table(sheet, table, lists)
    for field in table.fields:
        if field.name not in frame and not field.required:
            empty = False if field.type == "flag" else pd.Series(pd.NA, frame.index, dtype="str")
            frame[field.name] = empty
    if people is not None and "participant" in frame:
        problems += _strangers(frame["participant"].dropna(), people, sheet.file)
    return frame[[field.name for field in table.fields if field.name in frame]], problems


def _strangers(named: pd.Series, people: Sequence[str], file: str) -> Iterator[Problem]:
    """Yield every row of somebody who is not among those who sorted."""
    strange = named[~named.isin(people) & ~named.map(personal)]
    for row, name in strange[~strange.index.duplicated()].items():
        remedy = f"{nearest(name, people)} Or add the sort, or remove the row."
        expected = "a participant who is in the sorts of this group"
        yield Problem(file, expected, remedy, int(str(row)), "participant", shown(name))

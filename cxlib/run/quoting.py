"""The gate for people's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxlib import importance
from cxlib.run.fields import Field, PrivacyError

if TYPE_CHECKING:
    from cxlib.study import Study


def refuse_quotes(name: str, frame: pd.DataFrame, fields: list[Field], study: Study) -> None:
    """Stop when words stand beside more than their code, or may not be quoted.

    They may be where whoever said them agreed, and enough people of the group spoke of the theme
    and of every other theme of the same remark.

    Raises
    ------
    PrivacyError
        Naming table and row, never the words.
    """
    if "quote" not in {field.role for field in fields}:
        return
    if {field.name for field in fields} != {"code", "text"}:
        raise PrivacyError(f"table {name}: beside a quote stands its code, and nothing else")
    free: set[tuple[str, str]] = set()
    for said in study.remarks.values():
        people = said.groupby("code")["participant"].nunique()
        enough = people.index[people >= study.config.privacy.minimum_cell]
        rows = importance.quotable(said, enough)
        free |= set(zip(rows["code"], rows["text"], strict=True))
    for row, pair in enumerate(zip(frame["code"], frame["text"], strict=True), 1):
        if pair not in free:
            raise PrivacyError(
                f"table {name}, row {row}: words without consent, or of a theme that too few"
                " people spoke of"
            )

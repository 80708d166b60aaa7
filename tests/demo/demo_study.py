"""The demo's tables, drawn once for all tests of this folder."""

from functools import cache

import pandas as pd

import demo


@cache
def tables() -> dict[str, pd.DataFrame]:
    return demo.tables()


def sorts() -> dict[str, pd.DataFrame]:
    """Cards x sorts of both groups."""
    return {
        group: tables()[f"sorts/{group}"].drop(columns="session").set_index("participant").T
        for group in ("tenants", "employees")
    }


def values() -> pd.DataFrame:
    """Respondents x customer values: means of the items they answered."""
    answers = tables()["survey"]
    return pd.DataFrame(
        {
            value: answers[[f"{value}_{name}" for name in names]].astype(float).mean(axis=1)
            for value, names in demo.TRUTH.survey.items.items()
        }
    )

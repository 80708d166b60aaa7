"""Coded themes of open answers."""

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.importance.scoring import ImportanceError


def themes(
    coded: pd.DataFrame,
    people: int,
    codes: pd.Series | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """How many people speak of each theme. Hiding small counts is up to the caller.

    Parameters
    ----------
    coded : DataFrame
        One row a remark and code: columns participant and code, and card if there is one. Codes
        come from people who read the remarks; nothing is guessed here.
    people
        How many were asked.
    codes : Series, code -> label
        The code book. Its codes all occur in the result, also those that nobody spoke of.

    Returns
    -------
    DataFrame, index code (most people first)
        n (people), remarks, share (of those asked), low, high (Wilson 1927), cards (the number of
        cards that it was about, where known), and label with a code book.

    Raises
    ------
    ImportanceError
        A missing column or entry; a code that is not in the book; more people than were asked.

    Examples
    --------
    >>> import pandas as pd
    >>> coded = pd.DataFrame({"participant": ["p", "p", "q"], "code": ["rent", "rent", "noise"]})
    >>> themes(coded, people=4, codes=pd.Series({"noise": "Noise", "rent": "Rent"}))["n"].to_dict()
    {'noise': 1, 'rent': 1}
    """
    for column in ("participant", "code"):
        if column not in coded:
            raise ImportanceError(f"themes: column {column} is missing")
        for row in coded.index[coded[column].isna()]:
            raise ImportanceError(f"themes: row {row} has no {column}")
    if coded["participant"].nunique() > people:
        raise ImportanceError(f"themes: remarks by more than {people} people")
    if codes is not None:
        for code in coded.loc[~coded["code"].isin(codes.index), "code"]:
            raise ImportanceError(f"themes: code {code} is not in the code book")
    book = pd.Index(sorted(coded["code"].unique())) if codes is None else codes.index
    grouped = coded.groupby("code")
    table = pd.DataFrame({"n": grouped["participant"].nunique(), "remarks": grouped.size()})
    if "card" in coded:
        table["cards"] = grouped["card"].nunique()
    table = table.reindex(book.rename("code"), fill_value=0)
    share, z = table["n"] / people, stats.norm.ppf((1 + level) / 2)
    middle = (share + z**2 / (2 * people)) / (1 + z**2 / people)
    half = np.sqrt(share * (1 - share) / people + (z / (2 * people)) ** 2) * z / (1 + z**2 / people)
    table = table.assign(
        share=share, low=(middle - half).clip(0), high=(middle + half).clip(upper=1)
    )
    if codes is not None:
        table["label"] = codes
    return table.sort_values("n", ascending=False, kind="stable")

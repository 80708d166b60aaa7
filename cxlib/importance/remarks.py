"""Coded themes of open answers, and which words of people may be quoted."""

from collections.abc import Collection

import pandas as pd

from cxlib.importance.board import ImportanceError
from cxlib.inference import wilson


def themes(coded: pd.DataFrame, people: int, codes: pd.Series | None = None) -> pd.DataFrame:
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
    low, high = wilson(table["n"] / people, people)
    table = table.assign(share=table["n"] / people, low=low, high=high)
    if codes is not None:
        table["label"] = codes
    return table.sort_values("n", ascending=False, kind="stable")


def quotable(coded: pd.DataFrame, shown: Collection[str]) -> pd.DataFrame:
    """The remarks that may be quoted.

    Words that two people used count as one text: a single refusal keeps it back, and so does a
    single code that is not shown.

    Parameters
    ----------
    coded : DataFrame
        One row a remark and code: columns participant, code, text and consent (bool).
    shown
        Codes that enough people spoke of.

    Returns
    -------
    DataFrame
        The rows of `coded` with participant, code and text; participant is not for publication.

    Examples
    --------
    >>> coded = pd.DataFrame({"participant": ["p", "q", "q"], "code": ["rent", "rent", "noise"],
    ...                       "text": ["Dear", "Loud", "Loud"], "consent": True})
    >>> quotable(coded, ["rent"])["text"].tolist()
    ['Dear']
    """
    said = coded[coded["text"].notna()]
    free = said["consent"] & said["code"].isin(list(shown))
    free = free.groupby(said["text"].str.casefold()).transform("all").astype(bool)
    return said.loc[free, ["participant", "code", "text"]]


def quotes(
    coded: pd.DataFrame, shown: Collection[str], each: int = 3, seed: int = 0
) -> pd.DataFrame:
    """A few quotes of each theme, drawn by lot. Nobody is quoted twice.

    Parameters
    ----------
    coded, shown
        As for `quotable`; the order of `shown` is that of the result.
    each
        At most so many a theme.
    seed
        The same seed and remarks give the same quotes, whatever the order of the rows.

    Returns
    -------
    DataFrame
        code and text, each text once, in alphabetical order within a theme.

    Examples
    --------
    >>> coded = pd.DataFrame({"participant": [*"pqr"], "code": "rent",
    ...                       "text": ["Dear", "Fair", "High"], "consent": [True, False, True]})
    >>> quotes(coded, ["rent"])
       code  text
    0  rent  Dear
    1  rent  High
    """
    pool = quotable(coded, shown).sort_values(["code", "text", "participant"])
    lot = pool.sample(frac=1, random_state=seed)
    drawn = lot[:0]
    for code in shown:
        others = lot[~lot["participant"].isin(drawn["participant"]) & (lot["code"] == code)]
        others = others[~others["text"].isin(drawn["text"])]
        once = others.drop_duplicates("text").drop_duplicates("participant")
        drawn = pd.concat([drawn, once.head(each).sort_values("text")])
    return drawn[["code", "text"]].reset_index(drop=True)

"""Which words of people may be quoted, and a few of them by lot."""

from collections.abc import Collection

import pandas as pd


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
    >>> import pandas as pd
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
    >>> import pandas as pd
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

"""The crib sheet of a factor: the cards that its interpretation starts from."""

import pandas as pd

SECTIONS = ("highest", "higher than in others", "lower than in others", "lowest")


def crib(
    factor: str, arrays: pd.DataFrame, zscores: pd.DataFrame, cards: pd.DataFrame
) -> pd.DataFrame:
    """Cards that mark a factor, in the four sections of Watts and Stenner (2012, pp. 150-155).

    Cards in the highest column; ranked at least as high as in every other factor; at least as low;
    in the lowest column. The two middle sections leave out cards of the outer columns and cards
    that stand in the same column everywhere.

    Returns
    -------
    DataFrame, index (section, card)
        array, z, the arrays of the other factors, level ("", "*", "**", "***": distinguishing)
        and consensus (bool).
    """
    own = arrays[factor]
    others = arrays.drop(columns=factor).dropna(axis=1, how="all")
    top, bottom = own == own.max(), own == own.min()
    compared = others.shape[1] > 0
    equal = others.eq(own, axis=0).all(axis=1)
    high = others.le(own, axis=0).all(axis=1) & ~equal & compared
    low = others.ge(own, axis=0).all(axis=1) & ~equal & compared
    chosen = (top, high & ~top & ~bottom, low & ~bottom & ~top, bottom)
    frame = pd.DataFrame({"array": own, "z": zscores[factor]})
    frame = frame.join(others)
    frame["level"] = cards[factor]
    frame["consensus"] = cards["label"] == "consensus"
    order = frame.sort_values("z", ascending=False, kind="stable")
    parts = {name: order[rows[order.index]] for name, rows in zip(SECTIONS, chosen, strict=True)}
    return pd.concat(parts, names=["section", "card"])

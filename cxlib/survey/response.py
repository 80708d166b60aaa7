"""Who answered, how, and what was left open."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.inference import UPPER, effective_n
from cxlib.survey.answers import averages, numeric, weights_of
from cxlib.survey.privacy import blank, suppress
from cxlib.survey.shares import mean
from cxlib.survey.weighting import Margins

COLUMNS = ["n", "share", "weighted", "known", "suppressed"]


def response(
    groups: pd.DataFrame,
    margins: Margins | None = None,
    weights: pd.Series | None = None,
    minimum: int = 10,
    also: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Answers by district, mode, journey …, beside the known shares of all tenants.

    Parameters
    ----------
    groups : DataFrame (respondents x characteristics)
    margins : mapping of column to mapping of category to number, optional
        Known numbers of all tenants, where there are any.
    weights : Series (respondents), optional
    minimum : int
        Smallest group to show; see `suppress`.
    also : mapping of column to categories, optional
        Categories to hide besides; see `revealed`.

    Returns
    -------
    DataFrame
        Index (`part`, `category`); `n`, `share` of the answers, `weighted` share, `known` share
        of all tenants (NaN without a margin) and `suppressed`.

    Examples
    --------
    >>> who = pd.DataFrame({"district": ["north"] * 30 + ["south"] * 10})
    >>> response(who, {"district": {"north": 50, "south": 50}})["known"].tolist()
    [0.5, 0.5]
    """
    w = pd.Series(weights_of(weights, len(groups)), groups.index)
    tables, hidden = {}, []
    for name in groups:
        column = groups[name].astype(str)
        table = pd.DataFrame({"n": column.value_counts().sort_index()})
        table["share"] = table["n"] / len(column)
        table["weighted"] = w.groupby(column).sum() / w.sum()
        known = pd.Series(dict((margins or {}).get(name, {})), dtype=float)
        table["known"] = (known / known.sum()).reindex(table.index)
        tables[name] = table.rename_axis("category")
        hidden += [(name, category) for category in (also or {}).get(str(name), ())]
    if not tables:
        return pd.DataFrame(columns=["part", "category", *COLUMNS]).set_index(["part", "category"])
    whole = pd.concat(tables, names=["part"])
    marked = whole.assign(part=whole.index.get_level_values("part"))
    return suppress(marked, minimum=minimum, within="part", also=hidden).drop(columns="part")


def means_by(
    grades: pd.Series,
    groups: pd.Series,
    weights: pd.Series | None = None,
    minimum: int = 10,
    also: Sequence[str] = (),
) -> pd.DataFrame:
    """Mean grade of every group, and how far it is from that of the largest.

    Parameters
    ----------
    grades, groups : Series (respondents)
        Answers without a grade or a group do not count.
    weights : Series (respondents), optional
    minimum : int
    also : sequence of str
        As in `shares_by`.

    Returns
    -------
    DataFrame
        Index as `groups` is named, the largest group first, blanked ones last; `n`, `estimate`,
        `low`, `high` (Student), `difference` from the largest group with `difference_low` and
        `difference_high` (Welch), `suppressed`.

    References
    ----------
    Welch (1947).

    Examples
    --------
    >>> grades, mode = pd.Series([7, 8] * 10 + [8, 9] * 10), pd.Series([*"i" * 20, *"t" * 20])
    >>> means_by(grades, mode)["difference"].tolist()
    [nan, 1.0]
    """
    w = pd.Series(weights_of(weights, len(grades)), grades.index)
    counts = grades.notna() & groups.notna() & (w > 0)
    name = str(groups.name or "group")
    rows = {}
    for group, own in grades[counts].astype(float).groupby(groups[counts].astype(str)):
        found, n = mean(own, w[own.index]), effective_n(w[own.index])
        se = (found.high - found.low) / 2 / stats.t.ppf(UPPER, max(n - 1, 1))
        rows[group] = (found.n, *found[:3], se, n - 1)
    columns = ["n", "estimate", "low", "high", "se", "df"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis(name)
    shown = suppress(table, minimum=minimum, also=also).sort_values(
        ["suppressed", "n"], ascending=[True, False], kind="stable"
    )
    variance, first = shown["se"] ** 2, shown.iloc[:1]
    both = variance + (first["se"] ** 2).sum()
    part = (first["se"] ** 4 / first["df"]).sum()
    freedom = both**2 / (variance**2 / shown["df"] + part)
    reach = both**0.5 * stats.t.ppf(UPPER, freedom)
    shown["difference"] = shown["estimate"] - first["estimate"].sum()
    shown["difference_low"] = shown["difference"] - reach
    shown["difference_high"] = shown["difference"] + reach
    differences = ["difference", "difference_low", "difference_high"]
    shown.loc[shown.index[:1], differences] = np.nan  # none from the first to itself
    return shown[[*columns[:4], *differences, "suppressed"]]


def gaps(
    scales: Mapping[str, pd.DataFrame],
    unknown: pd.DataFrame | None = None,
    minimum: int = 10,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """What was left open on every question: don't know, and no answer.

    Parameters
    ----------
    scales : mapping of value to DataFrame (respondents x items)
        Grades; both kinds of gap are empty.
    unknown : DataFrame of bool (respondents x items), optional
        Which gaps are "don't know", if that is known.
    minimum : int
        Items with fewer answers are blanked.
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        Index (`value`, `item`); `n` answers, `unknown` (share "don't know"; NaN where that is
        not told apart), `empty` (share of the other gaps), `suppressed`.

    Examples
    --------
    >>> reach = pd.DataFrame({"reach": [7, None, None, 6]})
    >>> coded = pd.DataFrame({"reach": [False, True, False, False]})
    >>> gaps({"ease": reach}, coded, minimum=1)[["unknown", "empty"]].iloc[0].tolist()
    [0.25, 0.25]
    """
    items = pd.concat(scales.values(), axis=1, keys=scales.keys(), names=["value", "item"])
    told = pd.DataFrame(columns=[], index=items.index) if unknown is None else unknown
    coded, _ = averages(told.reindex(index=items.index).astype(float), weights)
    coded = coded.reindex(items.columns, level="item")
    table = pd.DataFrame({"n": items.notna().sum(), "unknown": coded.astype(float)})
    table["empty"] = averages(items.isna().astype(float), weights)[0] - table["unknown"].fillna(0)
    few = table["n"] < minimum
    return blank(table, minimum).assign(suppressed=few)


def completeness(
    frame: pd.DataFrame, minimum: int = 10, weights: pd.Series | None = None
) -> pd.DataFrame:
    """How many questions respondents left open: none, one, two or more.

    Parameters
    ----------
    frame : DataFrame (respondents x questions)
    minimum : int
        Smallest group to show; see `suppress`.
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        Index `gaps` ("0", "1", "2+"); `n` respondents and their `share`, `expected` (the share
        there would be if gaps fell on questions independently of each other: more respondents
        with two gaps or more mean that gaps come together) and `suppressed`.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [7, None, 8] * 9, "b": [6, 7, None] * 9})
    >>> completeness(frame, minimum=5)["n"].tolist()
    [9.0, 18.0, 0.0]
    """
    open_ = numeric(frame).isna()
    number = open_.sum(axis=1)
    each = pd.DataFrame({"0": number == 0, "1": number == 1, "2+": number > 1})
    p = averages(open_.astype(float), weights)[0].to_numpy()
    none = float(np.prod(1 - p))
    one = float(sum(q * np.prod(np.delete(1 - p, i)) for i, q in enumerate(p)))
    table = pd.DataFrame({"n": each.sum(), "share": averages(each.astype(float), weights)[0]})
    table["expected"] = [none, one, 1 - none - one]
    # How many answered every question is told by models of these answers, too.
    told = table.assign(all=0, some=table.index != "0").rename_axis("gaps")
    return suppress(told, minimum=minimum, within=["all", "some"]).drop(columns=["all", "some"])

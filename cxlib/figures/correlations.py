"""How closely the customer values hang together: a triangle of correlations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib.figures.brand import mix
from cxlib.figures.canvas import LABEL, SMALL, WIDTH, Canvas
from cxlib.figures.look import Look
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit
from cxlib.figures.wording import said

if TYPE_CHECKING:
    from cxlib.report import Lead

_NAMES, _ROW, _FOOT = 30.0, 8.4, 7.0


def correlations(
    frame: pd.DataFrame,
    labels: Mapping[str, Any],
    *,
    closest: Lead,
    look: Look,
    origin: str,
) -> BookletFigure:
    """Draw the correlation of every pair of values.

    Parameters
    ----------
    frame : DataFrame
        Index (value, other), each pair once; columns `estimate`, `low`, `high` and `n`
        (`survey.correlations`).
    labels : mapping
        Value to its name, or to a name per language.
    closest : Lead
        Which pair hangs together most closely, as "value/other" (`report.closest_pair`).
    look, origin
        See `top_cards`.

    Examples
    --------
    >>> from cxlib.report import Lead
    >>> index = pd.MultiIndex.from_tuples([("ease", "home")], names=["value", "other"])
    >>> frame = pd.DataFrame({"estimate": [0.4], "low": 0.3, "high": 0.5, "n": 200}, index=index)
    >>> correlations(frame, {"ease": "Ease", "home": "Home"}, look=Look("en"),
    ...              closest=Lead(("ease/home",)), origin="collected").caption.title
    '‘Ease’ and ‘Home’: correlation 0.40'
    """
    names = list(
        dict.fromkeys([*frame.index.get_level_values(1), *frame.index.get_level_values(0)])
    )
    words = {name: said(labels.get(name), look) or name for name in names}
    columns = [name for name in names if name in frame.index.get_level_values(1)]
    rows = [name for name in names if name in frame.index.get_level_values(0)]
    table = frame["estimate"].unstack().reindex(index=rows, columns=columns)
    canvas = Canvas(
        look,
        title=_title(frame, words, closest, look),
        subtitle=_subtitle(frame["n"], look),
        alt=_alt(frame["estimate"], words, look),
        origin=origin,
        body=_ROW * len(rows) + _FOOT,
    )
    breadth = min((WIDTH - _NAMES) / len(columns), 22.0)
    _heat(canvas, table, breadth)
    for i, row in enumerate(rows):
        name = fit(words[row], _NAMES - 2, _ROW - 1, largest=LABEL, language=look.language)
        canvas.write(0, (i + 0.5) * _ROW, name)
        for j, column in enumerate(columns):
            value = table.loc[row, column]
            if value == value:
                place = _NAMES + (j + 0.5) * breadth
                canvas.text(place, (i + 0.5) * _ROW, look.number(value, 2), LABEL, ha="center")
    for j, column in enumerate(columns):
        name = fit(words[column], breadth - 1, _FOOT - 1, largest=SMALL, language=look.language)
        place = _NAMES + (j + 0.5) * breadth
        canvas.write(place, _ROW * len(rows) + 0.8, name, ha="center", va="top")
    return canvas.figure


def _heat(canvas: Canvas, table: pd.DataFrame, breadth: float) -> None:
    import seaborn as sns  # here, as it brings pyplot, which nothing else needs

    (left, top), (right, bottom) = canvas.figure.transFigure.inverted().transform(
        canvas.mm.transform(
            [(_NAMES, 0), (_NAMES + breadth * table.shape[1], _ROW * table.shape[0])]
        )
    )
    axes = canvas.figure.add_axes((left, bottom, right - left, top - bottom))
    axes.set_axis_off()
    primary = canvas.brand.primary  # light enough throughout for dark figures on it
    sns.heatmap(
        table.astype(float),
        ax=axes,
        cmap=sns.blend_palette([mix(primary, 0.06), mix(primary, 0.5)], as_cmap=True),
        vmin=0,
        vmax=1,
        cbar=False,
        linewidths=1.5,
        linecolor=canvas.brand.paper,
        xticklabels=False,
        yticklabels=False,
    )
    axes.set(xlabel="", ylabel="")


def _title(frame: pd.DataFrame, words: Mapping[str, str], closest: Lead, look: Look) -> str:
    order = frame["estimate"].sort_values(ascending=False)
    highest, lowest = (look.number(order.iloc[i], 2) for i in (0, -1))
    if len(order) > 1 and not closest.sure:
        return look.say(
            "The customer values correlate from {lowest} to {highest}",
            lowest=lowest,
            highest=highest,
        )
    pair = look.listed([look.quoted(words[name], 44) for name in sorted(order.index[0])])
    if len(order) == 1:
        return look.say("{pair}: correlation {highest}", pair=pair, highest=highest)
    return look.say("{pair} hang together most closely ({highest})", pair=pair, highest=highest)


def _subtitle(n: pd.Series, look: Look) -> str:
    text = look.say("Correlation of the scores on the values; 0 is unrelated, 1 is in step")
    return f"{text}; {look.count(int(n.min()), '{n} answer', '{n} answers')}"


def _alt(estimates: pd.Series, words: Mapping[str, str], look: Look) -> str:
    order = estimates.sort_values(ascending=False, kind="stable")
    pairs = [
        f"{words[first]} – {words[second]} {look.number(order.loc[(first, second)], 2)}"
        for first, second in order.index
    ]
    return look.say("Correlations: ") + "; ".join(pairs) + "."

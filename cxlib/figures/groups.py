"""How near groups of people stand to the viewpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.dots import draw_dots, viewpoint_key
from cxlib.figures.look import Look
from cxlib.figures.rows import Rows, key_rows
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.wording import said

_TALLEST, _STEP = 135.0, 2.6  # millimetres: all rows; between viewpoints within a row


def viewpoint_groups(
    loadings: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    names: Sequence[Any] = (),
    labels: Mapping[str, Any] | None = None,
    tests: pd.DataFrame | None = None,
) -> BookletFigure:
    """Draw how near each group of people stands to each viewpoint.

    Parameters
    ----------
    loadings : DataFrame
        Index (group, factor); columns `n`, `mean`, `low` and `high` (`Subgroups.loadings`). A
        group whose `n` is missing was too small to show: it is counted underneath.
    look, origin
        See `top_cards`.
    names : sequence
        A text, or one per language, a factor: the viewpoints' names; else those of the factors.
    labels : mapping, optional
        Group to its name: a text, or one per language.
    tests : DataFrame, optional
        Index factor; column `p_adjusted` (`Subgroups.tests`).

    Returns
    -------
    BookletFigure

    Raises
    ------
    ValueError
        When every group is too small to show.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["North", "South"], ["f1", "f2"]])
    >>> frame = pd.DataFrame({"n": 12, "mean": [0.6, 0.2, 0.3, 0.5], "low": 0.1, "high": 0.7},
    ...                      index=index)
    >>> viewpoint_groups(frame, look=Look("en"), origin="collected").caption.title
    'How near groups stand to each viewpoint'
    """
    wide = loadings["mean"].unstack(sort=False)
    n = loadings["n"].unstack(sort=False).iloc[:, 0]
    shown = wide[n.notna()]
    if shown.empty:
        raise ValueError("every group is too small to show")
    key, known = viewpoint_key(wide, names, look), labels or {}
    called = [said(known.get(str(group), str(group)), look) for group in shown.index]
    rows = Rows.of(
        [f"{name} ({look.number(size)})" for name, size in zip(called, n.dropna(), strict=True)],
        40.0,
        pitch=max(9.0, _STEP * (len(key) + 1)),
        language=look.language,
        top=4.2 * len(key_rows(key, 116)) + 0.6,
    ).within(_TALLEST)
    drawn = shown.iloc[: len(rows.blocks)]
    canvas = Canvas(
        look,
        title=_between(drawn, [head for _, head in key], tests, look),
        subtitle=look.say("Mean loading on each viewpoint (number of sorts); bar: 95% interval"),
        alt=_alt(drawn, called, [head for _, head in key], look),
        origin=origin,
        body=rows.height + 4.4,
        note=_small(len(wide) - len(drawn), look),
    )
    draw_dots(canvas, drawn, rows, key, loadings, _STEP)
    return canvas.figure


def _between(shown: pd.DataFrame, heads: list[str], tests: pd.DataFrame | None, look: Look) -> str:
    """Which viewpoint divides the groups, or that none does."""
    groups = look.count(len(shown), "{n} group", "{n} groups")
    if tests is None or len(shown) == 1:
        return look.say("How near groups stand to each viewpoint")
    real = (tests["p_adjusted"] < 0.05).to_numpy()
    if not real.any():
        return look.say("The {groups} demonstrably differ in none of the viewpoints", groups=groups)
    which = look.listed([look.quoted(head) for head, on in zip(heads, real, strict=True) if on])
    return look.say("The {groups} demonstrably differ in {which}", groups=groups, which=which)


def _small(left_out: int, look: Look) -> str:
    if not left_out:
        return ""
    groups = look.count(left_out, "{n} group", "{n} groups")
    return look.say("Not shown: {groups}, too small.", groups=groups)


def _alt(shown: pd.DataFrame, called: list[str], heads: list[str], look: Look) -> str:
    parts = [
        f"{name}: "
        + ", ".join(f"{h} {look.signed(float(v), 2)}" for h, v in zip(heads, row, strict=True))
        for name, row in zip(called, shown.to_numpy(float), strict=False)
    ]
    kind = look.say("Dot plot of mean loadings. ")
    return kind + "; ".join(parts) + "."

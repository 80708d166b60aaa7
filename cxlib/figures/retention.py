"""How many viewpoints there are: the eigenvalues, and what each criterion says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxlib.figures.canvas import LABEL, SMALL, Canvas
from cxlib.figures.look import Look
from cxlib.figures.scale import Scale, level_grid
from cxlib.figures.sheet import BookletFigure
from cxlib.figures.text import fit
from cxlib.figures.wording import said
from cxlib.language import _

_MOST, _TALL, _LEFT = 10, 46.0, 44.0
_NAMES = {
    "kaiser": _("eigenvalue above 1"),
    "scree": _("elbow in the line"),
    "humphrey": _("Humphrey's rule"),
    "two_significant": _("two significant loadings"),
    "parallel": _("parallel analysis"),
    "map": _("Velicer's MAP"),
    "stability": _("stability"),
}


def scree(
    curve: pd.DataFrame,
    criteria: pd.DataFrame,
    *,
    look: Look,
    origin: str,
    chosen: int,
    possible: Sequence[int] = (),
    labels: Mapping[str, Any] | None = None,
) -> BookletFigure:
    """Draw the eigenvalues and below them the number of factors by every criterion.

    Parameters
    ----------
    curve : DataFrame
        Index component (1, 2, …); columns `eigenvalue` and, where computed, `parallel95`
        (`Retention.curve`).
    criteria : DataFrame
        Index criterion; column `n_factors` (`Retention.criteria`).
    look, origin
        See `top_cards`.
    chosen : int
        How many factors were kept.
    possible : sequence of int
        What the advice may be (`Retention.possible`); more than one number is borderline.
    labels : mapping, optional
        Criterion to its name: a text, or one per language.

    Returns
    -------
    BookletFigure

    Examples
    --------
    >>> curve = pd.DataFrame({"eigenvalue": [5.0, 2.0, 0.8]}, index=[1, 2, 3])
    >>> criteria = pd.DataFrame({"n_factors": [2, 3]}, index=["kaiser", "map"])
    >>> scree(curve, criteria, look=Look("en"), origin="collected", chosen=2).caption.title
    'We keep 2 viewpoints, as 1 of the 2 criteria advises'
    """
    shown = curve.head(max(_MOST, chosen + 2))
    advised = criteria["n_factors"].dropna().astype(int)
    canvas = Canvas(
        look,
        title=_title(chosen, advised, possible, look),
        subtitle=look.say(
            "Eigenvalue of every factor, and the number of factors by every criterion"
        ),
        alt=_alt(shown, advised, chosen, look),
        origin=origin,
        body=_TALL + 9.5 + 4.4 * len(advised),
    )
    across = Scale(1, max(len(shown), 2), _LEFT, 112)
    _band(canvas, across, chosen)
    _curve(canvas, shown, across, chosen)
    _criteria(canvas, advised, across, chosen, labels or {})
    return canvas.figure


def _band(canvas: Canvas, across: Scale, chosen: int) -> None:
    canvas.box(across(chosen) - 3, 0, 6, canvas.body, fill=canvas.brand.pale, zorder=0)


def _curve(canvas: Canvas, shown: pd.DataFrame, across: Scale, chosen: int) -> None:
    look, brand = canvas.look, canvas.brand
    values = shown["eigenvalue"].astype(float).tolist()
    parallel = shown.get("parallel95", pd.Series(float("nan"), shown.index)).astype(float)
    up = Scale.around([0, *values, *parallel.dropna()], _TALL, 4.0)
    level_grid(canvas, up, up.ticks(4), _LEFT - 4, 116, lambda v: look.number(v, int(v % 1 > 0)))
    canvas.text(0, 4.0, look.say("Eigenvalue"), LABEL, weight="bold")
    x = [across(i + 1) for i in range(len(values))]
    if parallel.notna().any():
        y = [up(v) for v in parallel.ffill()]
        canvas.line(x, y, color=brand.muted, width=1.0, style=(0, (3, 2)))
        chance = look.say("chance (95%)")
        canvas.text(x[-1], y[-1] - 2.6, chance, SMALL, color=brand.muted, ha="right")
    canvas.line(x, [up(v) for v in values], color=brand.primary, width=1.4)
    for i, value in enumerate(values):
        fill = brand.primary if i < chosen else brand.paper
        canvas.dot(x[i], up(value), fill=fill, edge=brand.primary)
        weight = "bold" if i + 1 == chosen else "regular"
        canvas.text(x[i], _TALL + 3.0, look.number(i + 1), LABEL, weight=weight, ha="center")


def _criteria(
    canvas: Canvas, advised: pd.Series, across: Scale, chosen: int, labels: Mapping[str, Any]
) -> None:
    count_of = canvas.look.say("Number of factors")
    canvas.text(0, _TALL + 3.0, count_of, LABEL, weight="bold")
    for i, (criterion, count) in enumerate(advised.items()):
        y = _TALL + 9.0 + 4.4 * i
        name = said(labels.get(str(criterion)), canvas.look) or _named(str(criterion), canvas.look)
        block = fit(name, _LEFT - 6, 3.2, largest=LABEL, language=canvas.look.language)
        canvas.write(0, y, block)
        canvas.line([_LEFT - 4, 116], [y, y], color=canvas.brand.rule, width=0.5, zorder=1)
        mark = canvas.brand.accent if count == chosen else canvas.brand.paper
        canvas.dot(across.clip(count), y, fill=mark, marker="D")


def _title(chosen: int, advised: pd.Series, possible: Sequence[int], look: Look) -> str:
    kept = look.count(chosen, "{n} viewpoint", "{n} viewpoints")
    agree, total = int((advised == chosen).sum()), len(advised)
    keep = look.say("We keep {kept}", kept=kept)
    if len(possible) > 1:
        between = look.listed([look.number(number) for number in possible])
        return look.say(
            "{keep}; the advice is borderline, between {between}", keep=keep, between=between
        )
    if not agree:
        return keep
    if agree == total:
        criteria = look.say("every criterion")
    else:
        criteria = look.say("{agree} of the {total} criteria", agree=agree, total=total)
    verb = look.say("advises")
    if 1 < agree < total:
        verb = look.say("advise")
    return keep + look.say(", as ") + f"{criteria} {verb}"


def _alt(shown: pd.DataFrame, advised: pd.Series, chosen: int, look: Look) -> str:
    eigen = ", ".join(look.number(float(v), 1) for v in shown["eigenvalue"])
    rules = ", ".join(f"{_named(str(name), look)} {int(count)}" for name, count in advised.items())
    return look.say(
        "Line chart of eigenvalues: {eigen}. Number by criterion: {rules}. Chosen: {chosen}.",
        eigen=eigen,
        rules=rules,
        chosen=chosen,
    )


def _named(criterion: str, look: Look) -> str:
    """What a criterion is called; its id in words where it has no name."""
    known = _NAMES.get(criterion)
    return look.say(known) if known else criterion.replace("_", " ")

"""What tables of importance allow to be claimed, in Markdown; cards by the names given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib.report.verdicts import Lead, lead, side

if TYPE_CHECKING:
    from cxlib.study import Study

Names = Any  # card -> name: a Series or mapping
_NAMED = 4  # that may be first; of more their number is told


def leading(scores: pd.DataFrame) -> Lead:
    """Which card, domain or value matters most, from `importance.rank` or `importance.parts`."""
    return lead(scores["score"], scores["ahead_low"])


def most_urgent(priorities: pd.DataFrame) -> Lead:
    """Which card has the largest gap between importance and performance."""
    return lead(priorities["gap"], priorities["ahead_low"])


def improve(priorities: pd.DataFrame) -> list[str]:
    """Cards that are important and not yet done well, both beyond chance; largest gap first."""
    first = priorities[priorities["quadrant"] == "improve"].sort_values("rank", kind="stable")
    return first.index.astype(str).tolist()


def misjudged(gaps: pd.DataFrame) -> pd.Series:
    """Gaps that are no chance after correction for their number, furthest from zero first."""
    real = gaps.loc[gaps["real"].fillna(False).astype(bool), "gap"]
    return real.sort_values(key=abs, ascending=False, kind="stable")


def widest(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Of each pair of viewpoints the widest difference whose whole interval is on one side of 0.

    Differences are many, and viewpoints made to differ: this describes them, and tests nothing.
    """
    firm = contrasts[side(contrasts["low"], contrasts["high"]) != 0]
    return firm.loc[firm["difference"].abs().groupby("pair").idxmax()]


def leading_told(found: Lead, scores: pd.DataFrame, names: Names, kind: str = "card") -> str:
    """Which card, domain or value matters most, as far as it can be told.

    Examples
    --------
    >>> scores = pd.DataFrame({"score": [80, 70], "low": [75, 61], "high": [85, 79]}, [*"ab"])
    >>> leading_told(Lead(("a", "b"), ("b",)), scores, {"a": "Rent", "b": "Repairs"})
    'Which card scores highest is **not certain**: Rent 80 (75 to 85) or Repairs 70 (61 to 79).'
    """
    first = [_scored(name, scores, names) for name in found.first[:_NAMED]]
    if len(found.names) < 2:
        return f"There is one {kind}: **{''.join(first)}**."
    if found.sure:
        return f"The highest {kind} is **{first[0]}**, of {len(found.names)}."
    if len(found.first) > _NAMED:
        first = [f"{len(found.first)} of the {len(found.names)} may be the first"]
    return f"Which {kind} scores highest is **not certain**: {' or '.join(first)}."


def _scored(name: str, scores: pd.DataFrame, names: Names) -> str:
    score, low, high = scores.loc[name, ["score", "low", "high"]]
    return f"{names[name]} {score:.0f} ({low:.0f} to {high:.0f})"


def printed(study: Study, group: str) -> pd.DataFrame:
    """Scores as they were printed, of the study's first group; with a note for another one."""
    scores = study.facts.scores if study.facts else {}
    frame = pd.Series(scores, name="score").rename_axis("card").to_frame()
    whose = next(iter(study.sorts))
    said = f"The printed scores are those of {study.label('groups', whose, 'en')}: "
    frame.attrs["note"] = "" if group == whose else f"{said}this part is left out."
    return frame


def last_told(scores: pd.DataFrame, names: Names, top: int) -> str:
    """How sure the last place of the list is; nothing where all cards are on it."""
    if len(scores) <= top:
        return ""
    last: Any = scores.iloc[top - 1]
    return (
        f" The last card of the first {top}, **{names[str(last.name)]}**, would be among them "
        f"again in {last['p_top']:.0%} of the draws."
    )


def rules_told(rules: pd.DataFrame) -> str:
    """Of `candidates` with a board: how many rules fit, whether it does, and which never do."""
    fits = (rules["possible"] == "yes").sum()
    never = (rules["possible"] == "no").groupby(rules["rule"], sort=False).all()
    own = rules[(rules["rule"] == rules.attrs["board"]) & (rules["reading"] != "sum")].iloc[-1]
    return (
        f"**{fits} of the {len(rules)} rules and readings could have given the printed scores**, "
        f"so the scores alone do not tell which it was. The board of this study, {own['reading']}: "
        f"{own['possible']}, with a unanimity of {own['unanimity']:.2f}. Impossible however they "
        f"are read: {'; '.join(never.index[never]) or 'none'}."
    )


def steps_told(steps: pd.DataFrame, scores: pd.DataFrame, names: Names) -> str:
    """Of `neighbours` and `rank`: which steps are real, and how far ranks reach."""
    firm = steps["next"][steps["real"]].items()
    places = scores["rank_high"] - scores["rank_low"] + 1
    text = f"**Real steps between neighbours: {steps['real'].sum()} of {len(steps)}**"
    text += "".join(f"; *{names[card]}* above *{names[below]}*" for card, below in firm)
    return (
        f"{text}. The 95 % interval of a card's rank spans {_count(places.median(), 'place')} for "
        f"the typical card and {places.max():.0f} for the least certain."
    )


def worths_told(both: pd.DataFrame, top: int) -> str:
    """How alike the orders by score and by worth are."""
    ranks = both[["rank by score", "rank by worth"]]
    moved, rho = ranks.diff(axis=1).iloc[:, -1].abs(), ranks.corr("spearman").to_numpy()[0, 1]
    shared = (ranks <= top).all(axis=1).sum()
    return (
        f"**The two orders correlate {rho:.2f}** (Spearman); of the first {min(top, len(both))} "
        f"of each, {shared} are in both. No card moves more than {_count(moved.max(), 'place')}."
    )


def contrasts_told(contrasts: pd.DataFrame, names: Names) -> str:
    """Of `contrasts`: the widest firm difference of each pair."""
    firm = widest(contrasts)
    told = "; ".join(
        f"viewpoints {pair.replace('f', '').replace('-', ' and ')} on *{names[card]}* "
        f"({gap:+.0f}, {low:.0f} to {high:.0f})"
        for card, pair, gap, low, high in firm.reset_index()[
            ["card", "pair", "difference", "low", "high"]
        ].itertuples(index=False)
    )
    return f"Widest among the differences whose interval leaves out 0: {told or 'none'}."


def orders_told(orders: pd.DataFrame, ours: str, staff: str) -> str:
    """Of `rank_agreement`: how far staff know the order, and whether they differ."""
    rho = orders.loc["spearman"]
    knows, differs = rho["p_none"] < 0.05, rho["p_same"] < 0.05
    order = (
        f"The {staff} know the order {'better than' if knows else 'not demonstrably better than'}"
    )
    apart = "put other cards first than" if differs else "do not demonstrably differ from"
    return (
        f"**The orders correlate {rho['estimate']:.2f}**, without chance in the scores "
        f"{rho['corrected']:.2f} ({rho['low']:.2f} to {rho['high']:.2f}). {order} by guessing "
        f"(p = {rho['p_none']:.4f}), and {apart} the {ours} (p = {rho['p_same']:.4f})."
    )


def gaps_told(gaps: pd.DataFrame, names: Names) -> str:
    """Of `gaps`: what is really over- and underestimated."""
    real = misjudged(gaps)
    over, under = (
        "; ".join(f"{names[card]} ({gap:+.0f})" for card, gap in part.items()) or "nothing"
        for part in (real[real > 0], real[real < 0])
    )
    return f"**Overestimated**: {over}.\n\n**Underestimated**: {under}."


def camps_told(camps: pd.DataFrame, names: Names) -> str:
    """Of `camps`: which cards' means hide two camps."""
    split = "; ".join(names[camps.index[camps["camps"]]]) or "none that can be shown to"
    return (
        f"**Cards whose mean hides two camps: {split}.** The smallest p-value of all cards is "
        f"{camps['p'].iloc[0]:.3f}, corrected {camps['p_adjusted'].iloc[0]:.2f}."
    )


def themes_told(spoken: pd.DataFrame, people: int) -> str:
    """Of `themes`: those that most people here spoke of, in that order, and what is left out."""
    told = "; ".join(
        f"{row.label} ({row.n:.0f} of {people} people, {row.low:.0%} to {row.high:.0%})"
        for row in spoken[spoken["n"] > 0].head(3).itertuples()
    )
    return (
        f"By the number of people here: {told or 'no theme of enough people'}. Left out: "
        f"{spoken['suppressed'].sum()} of {_count(len(spoken), 'theme')}."
    )


def priorities_told(table: pd.DataFrame, names: Names) -> str:
    """Of `priorities`: which cards come first, how sure that is, and what the lines are."""
    first, found = improve(table), most_urgent(table)
    real = table[table["real"] & (table["gap"] > 0)].sort_values("rank")
    counts, top = table["quadrant"].value_counts(), table.sort_values("rank").iloc[0]
    gaps = "; ".join(
        f"{names[card]} {row['gap']:+.0f} ({row['gap_low']:.0f} to {row['gap_high']:.0f}, place "
        f"{row['rank_low']} to {row['rank_high']})"
        for card, row in real.iterrows()
    )
    lines = " and ".join(
        f"{axis} at the {'target' if top[f'{axis}_target'] else 'mean'} "
        f"({top[f'{axis}_line']:.{digits}f})"
        for axis, digits in (("importance", 0), ("performance", 1))
    )
    return (
        "**Important and not yet done well: "
        f"{'; '.join(names[card] for card in first) or 'no card with certainty'}.** "
        f"The lines: {lines}. On the border: {counts.get('border', 0)} of "
        f"{_count(len(table), 'card')}; too few grades: {counts.get('suppressed', 0)}.\n\n"
        f"**Largest gap: {_either(found, names)}.** Above 0 after correction: {gaps or 'none'}."
    )


def _either(found: Lead, names: Names) -> str:
    first: Sequence[str] = [names[name] for name in found.first]
    few = " or ".join(first) if len(first) <= _NAMED else f"one of {len(first)} cards"
    return few if found.sure or len(found.names) < 2 else f"{few}, which can't be told apart"


def _count(n: float, noun: str) -> str:
    """A number with its noun: 1 place, 2 places."""
    return f"{n:.0f} {noun}{'' if n == 1 else 's'}"

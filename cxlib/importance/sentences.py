"""What tables of importance say, in a sentence of Markdown; cards by the names given."""

from typing import Any

import pandas as pd

Names = Any  # card -> name: a Series or mapping


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


def steps_told(steps: pd.DataFrame, names: Names) -> str:
    """Of `neighbours`: which steps are real."""
    firm = steps["next"][steps["real"]].items()
    text = f"**{steps['real'].sum()} of the {len(steps)} steps between neighbours are real**"
    return text + "".join(f"; *{names[card]}* above *{names[below]}*" for card, below in firm)


def contrasts_told(contrasts: pd.DataFrame, names: Names) -> str:
    """Of `contrasts`: the widest of each pair."""
    widest = contrasts.loc[contrasts["difference"].abs().groupby("pair").idxmax()]
    return "; ".join(
        f"{pair}: *{names[card]}* ({gap:+.0f}, {low:.0f} to {high:.0f})"
        for card, pair, gap, low, high in widest.reset_index()[
            ["card", "pair", "difference", "low", "high"]
        ].itertuples(index=False)
    )


def orders_told(orders: pd.DataFrame) -> str:
    """Of `rank_agreement`: how far staff know the order, and whether they differ."""
    rho = orders.loc["spearman"]
    return (
        f"**The orders correlate {rho['estimate']:.2f}**, without chance in the scores "
        f"{rho['corrected']:.2f} ({rho['low']:.2f} to {rho['high']:.2f}). Staff do "
        f"{'better than' if rho['p_none'] < 0.05 else 'no better than'} guessing, and "
        f"{'differ' if rho['p_same'] < 0.05 else 'do not demonstrably differ'} from the others in "
        f"what they put first (p_none = {rho['p_none']:.4f}, p_same = {rho['p_same']:.4f})."
    )


def gaps_told(gaps: pd.DataFrame, names: Names) -> str:
    """Of `gaps`: what is really over- and underestimated."""
    real = gaps["gap"][gaps["real"]]
    over, under = (
        "; ".join(f"{names[card]} ({gap:+.0f})" for card, gap in part.items()) or "nothing"
        for part in (real[real > 0], real[real < 0].iloc[::-1])
    )
    return f"**Overestimated**: {over}.\n\n**Underestimated**: {under}."


def priorities_told(table: pd.DataFrame, names: Names) -> str:
    """Of `priorities`: which cards come first, how sure that is, and what the lines are."""
    first = table[table["quadrant"] == "improve"].sort_values("rank")
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
        f"{'; '.join(names[card] for card in first.index) or 'no card with certainty'}.** "
        f"The lines: {lines}. On the border: {counts.get('border', 0)} of the {len(table)} cards; "
        f"too few grades: {counts.get('suppressed', 0)}.\n\n"
        f"**Largest gap: {names[top.name]}**, and again in {top['p_first']:.0%} of the draws. "
        f"Gaps above 0 after correction: {gaps or 'none'}."
    )

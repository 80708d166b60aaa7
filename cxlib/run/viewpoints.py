"""The viewpoints of a study's sorts, by the decisions that study.yaml records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib import qmethod

if TYPE_CHECKING:
    from cxlib.study import Study
    from cxlib.study.config import Viewpoint


def solve(
    study: Study, sorts: pd.DataFrame, n_factors: int, choices: Mapping[str, Any]
) -> qmethod.Solution:
    """Analyse sorts with the recorded hand rotation and flags by hand.

    Parameters
    ----------
    study : Study
    sorts : DataFrame, cards x sorts
    n_factors : int
    choices : mapping
        As from `study.choices`. Flags of sorts that are not among these are left alone.

    Examples
    --------
    >>> from cxlib.study import Study, choices
    >>> demo = Study.open("haag-wonen")
    >>> solve(demo, demo.sorts["tenants"], 2, choices(demo)).factors["n_flagged"].tolist()
    [21, 11]
    """
    made = study.config.decisions
    solution = qmethod.analyse(sorts, n_factors, turns=made.turns.value, **choices)
    changes = [change.model_dump() for change in made.flags.changes]
    own = [change for change in changes if change["sort"] in sorts]
    return solution.with_flags(qmethod.edit_flags(solution.flags, own)) if own else solution


def decided(study: Study, solution: qmethod.Solution) -> pd.DataFrame:
    """Return every choice behind a solution, with its reason where it is the recorded one.

    Returns
    -------
    DataFrame, index decision
        choice, reason.
    """
    made = solution.settings
    chosen = pd.Series(made, name="choice").drop(["changes", "tolerance"]).astype(str)
    recorded = study.config.decisions.model_dump().items()
    reasons = {
        name: decision["reason"]
        for name, decision in recorded
        if decision.get("value", made.get(name)) == made.get(name)
    }
    table = chosen.rename_axis("decision").to_frame()
    table["reason"] = table.index.map(reasons).fillna("")
    return table


def cribs(solution: qmethod.Solution) -> pd.DataFrame:
    """Return the crib sheets of all viewpoints that have scores, index (factor, section, card)."""
    scored = solution.zscores.columns[solution.zscores.notna().all()]
    return pd.concat({factor: solution.crib(factor) for factor in scored}, names=["factor"])


def portraits(
    solution: qmethod.Solution, views: Sequence[Viewpoint], short: pd.Series
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return of each viewpoint with scores a text in English and what its figure needs.

    Parameters
    ----------
    solution : Solution
    views : sequence of Viewpoint
        Names and stories, as from `study.viewpoints`.
    short : Series
        Card to short name.

    Returns
    -------
    dict
        Name of the figure to text (Markdown) and options of `figures.viewpoint_sort`.
    """
    found, cards = {}, solution.contrasts.cards
    drawn: dict[str, Any] = {"order": solution.zscores, "contrasts": cards["label"]}
    for number, (factor, view) in enumerate(
        zip(map(str, solution.zscores), views, strict=True), start=1
    ):
        if solution.zscores[factor].isna().any():
            continue
        row = solution.factors.loc[factor]
        text = f"### {view.name.at('en')}\n\n{view.story.at('en') if view.story else ''}\n\n"
        text += f"{row['n_flagged']:.0f} sorts define it; reliability {row['reliability']:.2f}, "
        text += f"{row['variance_explained']:.0f} % of the variance.\n\n"
        text += _told(solution.crib(factor), short)
        options = {"factor": factor, "name": view.name, "distinguishing": cards[factor]}
        found[f"viewpoint_{number}"] = (
            text,
            drawn | options | {"n": int(solution.flags[factor].sum())},
        )
    return found


def _told(crib: pd.DataFrame, short: pd.Series) -> str:
    """The ends of a crib sheet, and of the cards in between those that distinguish."""
    ends = crib.index.isin(["highest", "lowest"], level="section")
    told = crib[ends | (crib["level"] != "")].join(short.rename("text"), on="card")
    sections = told.groupby("section", sort=False)["text"].agg("; ".join)
    return "\n".join(f"- **{section}**: {cards}" for section, cards in sections.items())

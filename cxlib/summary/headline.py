"""What the drivers say, in sentences that stay true whatever the answers allow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from cxlib.drivers import Grouped, Scenarios
    from cxlib.study import Study

CAUTION = (
    "All this is predicted from what goes together in the answers now. Whether a value that gets "
    "better also lifts the overall grade, only doing it can tell: begin small, and measure again."
)
_MOVES = {
    "tenth": "one tenant in ten a point happier with it",
    "fail_step": "a point more from each who gave it a fail",
    "fail_to_pass": "every fail for it lifted to a pass",
    "middle_to_top": "every grade between raised to {top:g}",
}
_AIMS = {"fail": ("basic",), "top": ("excitement", "performance")}
_AIMED = {"fail": "fewer fails", "top": "more grades of {top:g} or higher"}


def driver_answer(
    study: Study,
    found: Scenarios,
    contrasts: pd.DataFrame,
    firm: pd.DataFrame,
    fail: float,
    top: float,
) -> str:
    """Three sentences: what to remove first, what lifts, and what one value brings at most.

    Parameters
    ----------
    study : Study
        For the names of its values.
    found : Scenarios
        From `drivers.scenarios`.
    contrasts, firm : DataFrame
        From `drivers.penalty_reward` and `drivers.firmness`.
    fail, top : float

    Returns
    -------
    str
        Markdown, an item a sentence.
    """
    parts = (
        _remove(study, found, firm, fail),
        _lift(study, found, contrasts, firm, top),
        _most(study, found, top),
    )
    return "\n".join(f"{i}. {text}" for i, text in enumerate(parts, start=1))


def _remove(study: Study, found: Scenarios, firm: pd.DataFrame, fail: float) -> str:
    start = "**Remove first:** "
    who, row = _leader(study, found.leaders, "fail_to_pass", "fail")
    if not who:
        return start + "the answers do not tell which value causes fails" + _why(found) + "."
    shares = found.changes.loc[[(row["driver"], "fail_to_pass", "fail")]].iloc[0]
    return (
        f"{start}{who}. Were every fail for it a pass, {_percent(shares['then'])} "
        f"instead of {_percent(shares['now'])} would give {fail:g} or lower overall "
        f"({_points(row)}){_rivalry(row)}{_class(row, firm)}."
    )


def _lift(
    study: Study, found: Scenarios, contrasts: pd.DataFrame, firm: pd.DataFrame, top: float
) -> str:
    start = f"**Towards {top:g} or higher:** "
    who, row = _leader(study, found.leaders, "middle_to_top", "top")
    if not who:
        return start + "the answers do not tell which value lifts most" + _why(found) + "."
    effect = contrasts.loc[[row["driver"]]].iloc[0]
    reward, low, high = effect[["reward", "reward_low", "reward_high"]].astype(float)
    told = ""
    if reward == reward:
        told = (
            f"; {top:g} or more for {study.short('values', str(row['driver']), 'en')} goes with "
            f"{reward:+.2f} on the overall grade ({low:+.2f} to {high:+.2f})"
        )
    return f"{start}{who} would bring most{_rivalry(row)}{told}{_class(row, firm)}."


def _most(study: Study, found: Scenarios, top: float) -> str:
    start = "**At most:** "
    gains = found.changes[found.changes.index.isin(["top"], level="band")].droplevel("band")
    gains = gains.dropna(subset=["change"])
    if gains.empty or not gains["low"].max() > 0:
        return (
            start
            + f"no value demonstrably brings more grades of {top:g} or higher"
            + _why(found)
            + "."
        )
    place = int(gains["change"].to_numpy().argmax())
    driver, move = (str(gains.index.get_level_values(i)[place]) for i in (0, 1))
    row, tenth = (gains.loc[[(driver, name)]].iloc[0] for name in (move, "tenth"))
    return (
        f"{start}with {_MOVES[move].format(top=top)}, **{study.short('values', driver, 'en')}** "
        f"alone would take the share that gives {top:g} or higher from {_percent(row['now'])} to "
        f"{_percent(row['then'])} ({_points(row)}); {_MOVES['tenth']} would bring "
        f"{_points(tenth)}. Either only if the value is the cause."
    )


def _leader(study: Study, leaders: pd.DataFrame, move: str, band: str) -> tuple[str, pd.Series]:
    """Who leads, in bold: one value, two that can't be told apart, or nobody."""
    row = leaders.loc[[(move, band)]].iloc[0]
    names = {"first": ["driver"], "close": ["driver", "rival"]}.get(row["verdict"], [])
    bold = [f"**{study.short('values', str(row[name]), 'en')}**" for name in names]
    return " or ".join(bold), row


def _rivalry(row: pd.Series) -> str:
    if row["verdict"] == "close":
        return ": between the two the answers do not decide"
    if row["lead"] == row["lead"]:
        return f", {_size(row['lead'])} more than the next value"
    return ""


def _class(row: pd.Series, firm: pd.DataFrame) -> str:
    """Whether the class of the leader holds under other thresholds too."""
    driver = row["driver"]
    if row["verdict"] == "first" and driver in firm.index and firm.loc[driver, "firm"]:
        return (
            f"; that it is {_an(firm.loc[driver, 'kind'])} factor holds under other thresholds too"
        )
    return ""


def _why(found: Scenarios) -> str:
    nothing = found.changes["change"].isna().all()
    return f" ({found.notes[-1]})" if nothing and found.notes else ""


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _size(share: float) -> str:
    return f"{100 * share:.1f} points"


def _points(row: pd.Series) -> str:
    change, low, high = (100 * float(row[name]) for name in ("change", "low", "high"))
    return f"{change:+.1f} points, {low:+.1f} to {high:+.1f}".replace("-", "\N{MINUS SIGN}")


def _an(kind: str) -> str:
    return ("an " if kind[0] in "aeiou" else "a ") + kind


def roadmap_reading(study: Study, firm: pd.DataFrame, top: float) -> str:
    """Which values belong to which years of the roadmap, by their class.

    Basic factors belong where the roadmap takes fails away, performance and excitement factors
    where it works towards the top grades. `aims` in vision.yaml says which years do what.

    Parameters
    ----------
    study : Study
    firm : DataFrame
        From `drivers.firmness`.
    top : float

    Returns
    -------
    str
        Markdown, an item an aim, and what no class could be given.
    """
    years = study.vision.roadmap if study.vision else []
    lines = []
    for aim, kinds in _AIMS.items():
        when = " and ".join(str(year.year) for year in years if aim in year.aims)
        own = firm[firm["kind"].isin(kinds)]
        sure, rest = (_names(study, own.index[own["firm"] == yes]) for yes in (True, False))
        told = f"firmly {sure}" if sure else "no value firmly"
        told += f"; at the study's own thresholds also {rest}" if rest else ""
        head = _AIMED[aim].format(top=top) + f" ({' or '.join(kinds)} factors)"
        lines.append(f"- **{f'{when}: ' if when else ''}{head}**: {told}.")
    open_ = firm.index[~firm["kind"].isin([k for kinds in _AIMS.values() for k in kinds])]
    lines += [f"- No class: {_names(study, open_)}."] * bool(len(open_))
    return "\n".join(lines)


def _names(study: Study, values: Iterable[object]) -> str:
    return ", ".join(study.short("values", str(value), "en") for value in values)


def group_reading(study: Study, found: Grouped, groups: pd.Series, kind: str) -> str:
    """Whether groups differ in what moves them, and which are left out.

    Parameters
    ----------
    study : Study
    found : Grouped
        From `drivers.by_group`.
    groups : Series (respondents)
        The group of everybody, before any was left out.
    kind : str
        "journeys" or "districts".
    """
    shown = list(dict.fromkeys(found.estimates.index.get_level_values("group")))
    hidden = sorted(set(groups.dropna().astype(str)) - set(shown))
    n = found.estimates["n"].groupby(level="group", sort=False).first()
    text = _differing(study, found, kind, len(shown))
    if shown:
        counted = [f"{study.label(kind, name, 'en')} {n[name]:,.0f}" for name in shown]
        text += f" Answers: {', '.join(counted)}."
    if hidden:
        left = ", ".join(study.label(kind, name, "en") for name in hidden)
        text += f" Left out, as too few answered or others would give them away: {left}."
    return text


def _differing(study: Study, found: Grouped, kind: str, shown: int) -> str:
    if shown < 2:
        return f"Fewer than two {kind} have enough answers to be compared."
    tests = found.differences["p_adjusted"].dropna()
    real = tests.index[tests < 0.05]
    if not len(real):
        return (
            f"The {shown} {kind} do not demonstrably differ in what moves satisfaction nor in the "
            f"share of top grades (lowest corrected p = {tests.min():.2f}): the answers for all "
            "together serve each of them best."
        )
    words = {"effect": "the effect of {}", "share": "the share of {}", "top": "top grades"}
    parts = [words[measure].format(_names(study, [driver])) for measure, driver in real]
    return f"Between the {shown} {kind} differ, more than by chance: {', '.join(parts)}."


def change_reading(changes: pd.DataFrame, before: str) -> str:
    """How many numbers changed by more than chance since an earlier window.

    Parameters
    ----------
    changes : DataFrame
        From `survey.change`.
    before : str
        That window in words; empty where there is nothing to compare with.
    """
    known = changes["change"].notna()
    if not before or not known.any():
        return "No earlier answers are enough to compare with: nothing is said about change."
    real = int(changes.loc[known, "differs"].sum())
    return (
        f"Compared with {before}, {real or 'none'} of {int(known.sum())} numbers changed by more "
        f"than their margins; about {0.05 * known.sum():.0f} would by chance alone."
    )


def with_interval(table: pd.DataFrame, digits: int = 2) -> pd.Series:
    """Estimates with their intervals, to show side by side.

    Parameters
    ----------
    table : DataFrame
        Columns `estimate`, `low`, `high`.
    digits : int

    Examples
    --------
    >>> with_interval(pd.DataFrame({"estimate": [0.5], "low": [0.4], "high": [0.6]}), 1).tolist()
    ['0.5 (0.4 to 0.6)']
    """
    told = [
        table[name].map(f"{{:.{digits}f}}".format).astype(object)
        for name in ("estimate", "low", "high")
    ]
    shown = told[0] + " (" + told[1] + " to " + told[2] + ")"
    return shown.where(table["estimate"].notna(), "")

"""What the drivers say, in sentences that stay true whatever the answers allow."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from cxlib import drivers, importance, survey
from cxlib.report import verdicts
from cxlib.report.verdicts import Lead

if TYPE_CHECKING:
    from cxlib.study import Study

CAUTION = (
    "All this is predicted from what goes together in the answers now. Whether a value that gets "
    "better also lifts the overall grade, only doing it can tell: begin small, and measure again."
)
NAMED = 3  # that a sentence lists of those that can't be told apart
_AIMS = {"fail": ("basic",), "top": ("excitement", "performance")}
_AIMED = {"fail": "fewer fails", "top": "more grades of {top:g} or higher"}


def weight_reading(study: Study, found: drivers.Importance, first: Lead) -> str:
    """How much the values explain together, and which of them explains most.

    Parameters
    ----------
    study : Study
        For the names of its values.
    found : Importance
    first : Lead
        From `verdicts.weightiest`.
    """
    if not first.names:
        return f"What the values explain can't be told: {'; '.join(found.notes)}."
    who = "The value explains" if len(first.names) == 1 else "Together the values explain"
    start = (
        f"{who} **{found.r2:.0%}** of all differences in the overall grade, "
        f"over {found.n:,} complete answers"
    )
    share, low, high = found.shares.loc[first.names[0], ["share", "low", "high"]]
    if len(first.names) == 1:
        return f"{start}."
    if not first.sure:
        return f"{start}. {_undecided(study, first, 'weighs most')}."
    return (
        f"{start}. Most is explained by **{_name(study, first.names[0])}**: {share:.0%} of all "
        f"differences ({low:.0%} to {high:.0%})."
    )


def dominance_reading(study: Study, pairs: Sequence[tuple[str, str]], n: int) -> str:
    """Which values add more than another whatever else is in the model.

    Parameters
    ----------
    study : Study
    pairs : sequence of (more, less)
        From `verdicts.dominating`.
    n : int
        Values in the model.
    """
    if n < 2:
        return "With one value there is nothing to compare."
    told = "; ".join(f"{_name(study, more)} over {_name(study, less)}" for more, less in pairs)
    count = f"In **{len(pairs) or 'none'}** of {n * (n - 1) // 2} pairs one value adds"
    start = count if n > 2 else f"Of the two values {'one' if pairs else 'neither'} adds"
    return (
        f"{start} more in every model, in these answers and in so many resamples that it is no "
        f"chance{': ' if told else ''}{told}."
    )


def driver_answer(
    study: Study,
    found: drivers.Scenarios,
    contrasts: pd.DataFrame,
    leads: Mapping[str, Lead],
    fail: float,
    top: float,
) -> str:
    """What to remove first, what lifts, and what one value brings.

    Parameters
    ----------
    study : Study
        For the names of its values.
    found : Scenarios
    contrasts : DataFrame
        From `drivers.penalty_reward`, `kind` being that of `verdicts.kinds`.
    leads : mapping
        "fail" and "top": who does most (`verdicts.best`).
    fail, top : float

    Returns
    -------
    str
        Markdown, an item a sentence.
    """
    parts = (
        _remove(study, found, contrasts, leads["fail"], fail),
        _lift(study, found, contrasts, leads["top"], top),
        _brings(study, found, leads["top"], top),
    )
    return "\n".join(f"{i}. {text}" for i, text in enumerate(parts, start=1))


def _remove(
    study: Study, found: drivers.Scenarios, contrasts: pd.DataFrame, who: Lead, fail: float
) -> str:
    start = "**Fewer fails:** "
    if not who.names:
        return f"{start}no value demonstrably brings fewer fails{_why(found)}."
    row = found.changes.loc[[(who.names[0], "fail_to_pass", "fail")]].iloc[0]
    told = (
        f"Were every fail for {_name(study, who.names[0])} just a pass, {row['then']:.1%} instead "
        f"of {row['now']:.1%} would give {fail:g} or lower overall ({_points(row)})"
    )
    return f"{start}{_who(study, who, 'helps most')}{told}{_kind(contrasts, who)}."


def _lift(
    study: Study, found: drivers.Scenarios, contrasts: pd.DataFrame, who: Lead, top: float
) -> str:
    start = f"**Towards {top:g} or higher:** "
    if not who.names:
        raised = f"were all its grades between raised to {top:g}"
        return f"{start}no value demonstrably lifts, {raised}{_why(found)}."
    effect = contrasts.loc[who.names[0]]
    reward, low, high = effect[["reward", "reward_low", "reward_high"]].astype(float)
    name = _name(study, who.names[0])
    told = f"{top:g} or more for {name} goes with {reward:+.2f} on the overall grade"
    told = f"{told} ({low:+.2f} to {high:+.2f})" if reward == reward else f"it is {name}"
    return f"{start}{_who(study, who, 'helps most')}{told}{_kind(contrasts, who)}."


def _brings(study: Study, found: drivers.Scenarios, who: Lead, top: float) -> str:
    start = "**What one value can bring:** "
    if not who.names:
        nothing = f"no value demonstrably brings more grades of {top:g} or higher"
        return f"{start}{nothing}{_why(found)}."
    row, tenth = (
        found.changes.loc[[(who.names[0], move, "top")]].iloc[0]
        for move in ("middle_to_top", "tenth")
    )
    return (
        f"{start}with every grade between raised to {top:g}, **{_name(study, who.names[0])}** "
        f"alone would take the share that gives {top:g} or higher from {row['now']:.1%} to "
        f"{row['then']:.1%} ({_points(row)}); one respondent in ten a point happier with it would "
        f"bring {_points(tenth)}. Either only if the value is the cause."
    )


def _who(study: Study, who: Lead, does: str) -> str:
    """The one that does most, or those between which the answers do not decide; then a stop."""
    if who.sure:
        return f"**{_name(study, who.names[0])}** {does}. "
    return f"{_undecided(study, who, does)}. " if who.tied else ""


def _undecided(study: Study, who: Lead, does: str) -> str:
    if len(who.first) > NAMED:
        return f"Which of {len(who.first)} values {does}, the answers do not decide"
    *rest, last = (f"**{_name(study, name)}**" for name in who.first)
    return f"{', '.join(rest)} or {last} {does}: between these the answers do not decide"


def _kind(contrasts: pd.DataFrame, who: Lead) -> str:
    """Of which kind the leader is, where that holds."""
    kind = contrasts["kind"].get(who.names[0])
    if who.tied or kind not in ("basic", "performance", "excitement"):
        return ""
    article = "an" if kind == "excitement" else "a"
    return f"; that it is {article} {kind} factor holds under other thresholds too"


def _why(found: drivers.Scenarios) -> str:
    nothing = found.changes["change"].isna().all()
    return f" ({found.notes[-1]})" if nothing and found.notes else ""


def _points(row: pd.Series) -> str:
    change, low, high = (100 * float(row[name]) for name in ("change", "low", "high"))
    return f"{change:+.1f} points, {low:+.1f} to {high:+.1f}".replace("-", "\N{MINUS SIGN}")


def roadmap_reading(study: Study, contrasts: pd.DataFrame, top: float) -> str:
    """Which values belong to which years of the roadmap, by their kind.

    Basic factors belong where the roadmap takes fails away, performance and excitement factors
    where it works towards the top grades. `aims` in vision.yaml says which years do what.

    Parameters
    ----------
    study : Study
    contrasts : DataFrame
        Index driver; `kind` as `verdicts.kinds` gives it.
    top : float

    Returns
    -------
    str
        Markdown, an item an aim, and the values whose kind does not hold.
    """
    years = study.vision.roadmap if study.vision else []
    lines = []
    for aim, wanted in _AIMS.items():
        when = " and ".join(str(year.year) for year in years if aim in year.aims)
        told = _names(study, contrasts.index[contrasts["kind"].isin(wanted)])
        head = _AIMED[aim].format(top=top) + f" ({' or '.join(wanted)} factors)"
        lines.append(f"- **{f'{when}: ' if when else ''}{head}**: {told or 'none that holds'}.")
    for kind, said in (
        ("undecided", "No kind that holds"),
        ("wrong sign", "Wrong sign, estimated the other way round"),
        ("too few", "Too few answers"),
    ):
        own = contrasts.index[contrasts["kind"] == kind]
        lines += [f"- {said}: {_names(study, own)}."] * bool(len(own))
    return "\n".join(lines)


def logit_reading(study: Study, model: drivers.Logit) -> str:
    """With which values an event goes together by more than chance."""
    known = model.coefficients["effect"].notna()
    if not known.any():
        return f"no model ({'; '.join(model.notes)})"
    names = _names(study, verdicts.real(model.coefficients))
    many = f" (corrected for {known.sum()})" if known.sum() > 1 else ""
    return f"more than chance{many} for {names}" if names else "for no value more than chance"


def group_reading(study: Study, found: drivers.Grouped, groups: pd.Series, kind: str) -> str:
    """Whether groups differ in what moves them, and which are left out.

    Parameters
    ----------
    study : Study
    found : Grouped
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
        text += f" Complete answers: {', '.join(counted)}."
    if hidden:
        left = ", ".join(study.label(kind, name, "en") for name in hidden)
        text += f" Left out, as too few answered or others would give them away: {left}."
    return text


def _differing(study: Study, found: drivers.Grouped, kind: str, shown: int) -> str:
    if shown < 2:
        return f"Fewer than two {kind} have enough answers to be compared."
    words = {"effect": "the effect of {}", "share": "the weight of {}"}
    words["top"] = "the share of top grades"
    parts = [
        words[measure].format(_names(study, [driver]))
        for measure, driver in verdicts.real(found.differences)
    ]
    if parts:
        *rest, last = parts
        told = f"{', '.join(rest)} and {last}" if rest else last
        return f"The {shown} {kind} differ, by more than chance, in {told}."
    lowest = found.differences["p_adjusted"].min()
    told = f" (lowest corrected p = {lowest:.2f})" if lowest == lowest else ""
    return (
        f"The {shown} {kind} do not demonstrably differ in what moves satisfaction nor in the "
        f"share of top grades{told}: the answers for all together serve each of them."
    )


def change_reading(study: Study, changes: pd.DataFrame, before: str) -> str:
    """Which numbers changed by more than chance since an earlier window.

    Parameters
    ----------
    study : Study
    changes : DataFrame
        From `survey.change`, with `differs` of `verdicts.changed`.
    before : str
        That window in words; empty where there is nothing to compare with.
    """
    known = int(changes["change"].notna().sum())
    if not before or not known:
        return "No earlier answers are enough to compare with: nothing is said about change."
    keys = ["measure", "part", "change"]
    words = {"band": "share of {} grades", "mean": "mean of {}"}
    words |= {"effect": "effect of {}", "share": "weight of {}"}
    parts = [
        words[measure].format(part if measure == "band" else _name(study, part))
        + (" up" if change > 0 else " down")
        for measure, part, change in changes[changes["differs"]].reset_index()[keys].to_numpy()
    ]
    start = f"Compared with {before}, {len(parts) or 'none'} of {known} numbers changed"
    told = f": {', '.join(parts)}" if parts else ""
    return f"{start} by more than chance, corrected for looking at all of them{told}."


def priorities(
    X: pd.DataFrame, shares: drivers.Importance, minimum: int, weights: pd.Series | None = None
) -> pd.DataFrame:
    """The weight of every value (a percentage of all differences), its mean, and its quadrant.

    The lines are the means of the values, which come from the same answers: the distance to a
    line is taken within each respondent and each resample, so that its interval is that of the
    difference.

    Parameters
    ----------
    X : DataFrame (respondents x values)
        Complete answers.
    shares : Importance
    minimum : int
    weights : Series (respondents), optional

    Returns
    -------
    DataFrame
        As `importance.quadrants`.
    """
    heads = {"share": "importance", "low": "importance_low", "high": "importance_high"}
    weighed = 100 * shares.shares.drop("random")[list(heads)].rename(columns=heads)
    draws = 100 * shares.draws.drop(columns="random")
    ends = draws.sub(draws.mean(axis=1), axis=0).quantile([0.025, 0.975]).T
    means = survey.value_means(X, minimum, weights).rename(columns={"estimate": "performance"})
    apart = survey.value_means(X.sub(X.mean(axis=1), axis=0), minimum, weights)
    distances = {
        "importance_above_low": ends[0.025],
        "importance_above_high": ends[0.975],
        "performance_above_low": apart["low"],
        "performance_above_high": apart["high"],
    }
    table = weighed.join(means.rename_axis("driver")).assign(**distances)
    return importance.quadrants(table, minimum)


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
        (table[name].round(digits) + 0.0).map(f"{{:.{digits}f}}".format).astype(object)
        for name in ("estimate", "low", "high")
    ]
    shown = told[0] + " (" + told[1] + " to " + told[2] + ")"
    return shown.where(table["estimate"].notna(), "")


def _name(study: Study, value: Hashable) -> str:
    return study.short("values", str(value), "en")


def _names(study: Study, values: Iterable[Hashable]) -> str:
    return ", ".join(_name(study, value) for value in values)

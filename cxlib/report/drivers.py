"""Which drivers may be claimed to do what, in sentences true whatever the answers allow."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cxlib import drivers
from cxlib.inference import holm
from cxlib.report.verdicts import CHANCE, Lead, chances, lead, lead_drawn, real

if TYPE_CHECKING:
    from cxlib.study import Study

CAUTION = (
    "All this is predicted from what goes together in the answers now. Whether a value that gets "
    "better also lifts the overall grade, only doing it can tell: begin small, and measure again."
)
AIMS = {"fail": -1.0, "top": 1.0}  # which way a share of grades should go
NAMED = 3  # that a sentence lists of those that can't be told apart
_AIMS = {"fail": ("basic",), "top": ("excitement", "performance")}
_AIMED = {"fail": "fewer fails", "top": "more grades of {top:g} or higher"}


def weightiest(shares: pd.Series, draws: pd.DataFrame, level: float = 0.95) -> Lead:
    """Which driver weighs most, from the differences of the shares in resamples.

    Parameters
    ----------
    shares : Series
        Index driver (`Importance.shares["share"]`); the row "random" takes no part.
    draws : DataFrame (resamples x drivers)
        Shares in every resample (`Importance.draws`).
    level : float

    Examples
    --------
    >>> draws = pd.DataFrame({"ease": [0.10, 0.11, 0.12], "home": [0.30, 0.29, 0.31]})
    >>> weightiest(draws.mean(), draws).sure
    True
    """
    return lead_drawn(shares.drop("random", errors="ignore"), draws, level)


def kinds(classes: pd.DataFrame) -> pd.Series:
    """The kind of each driver as far as it holds; "undecided" where it is not firm.

    Parameters
    ----------
    classes : DataFrame
        From `drivers.firmness`. "wrong sign" and "too few" are no kinds, and stay.
    """
    stays = classes["firm"].astype(bool) | classes["kind"].isin(["wrong sign", "too few"])
    return classes["kind"].where(stays, "undecided")


def dominating(returns: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of which the first adds more whatever else is in, also with other respondents.

    A pair is claimed when it returns in 95 % of the resamples at least, and in so many more that
    of all pairs looked at (Holm) none is claimed by chance more often than one interval errs.

    Parameters
    ----------
    returns : DataFrame (drivers x drivers)
        From `drivers.dominance_returns`.
    """
    often, names = returns.to_numpy(float), returns.index.map(str)
    more, less = np.nonzero(often > often.T)
    p = holm(pd.Series(2 * (1 - often[more, less])))
    sure = (p < CHANCE).to_numpy()
    return list(zip(names[more[sure]], names[less[sure]], strict=True))


def best(changes: pd.DataFrame, move: str, band: str) -> Lead:
    """Which driver does most for a band of grades when its own grades make a move.

    Nobody, where what the first does may be chance: it is the best of several, so its own change
    is corrected for their number (Holm).

    Parameters
    ----------
    changes : DataFrame
        From `drivers.scenarios`.
    move, band : str
        A move; "fail" or "top".
    """
    here = _moved(changes, move, band)
    gains = here["change"] * AIMS[band]
    found = lead(gains, here["behind_low"])
    p = holm(chances(here.rename(columns={"change": "estimate"}))).set_axis(here.index.map(str))
    worth = gains.set_axis(p.index)
    sure = found.names and worth[found.names[0]] > 0 and p[found.names[0]] < CHANCE
    return found if sure else Lead(())


def scenario_leaders(changes: pd.DataFrame) -> pd.DataFrame:
    """The driver that does most for each move and band, and what may be said of it.

    Returns
    -------
    DataFrame
        Index (`move`, `band`): `driver`, its `change`, `low`, `high`; the `rival`, which comes
        second, or of those that can't be told from the first; `lead`, how much more the first
        does (`lead_low`, `lead_high`); `p_first`; and `verdict`: "first" where the driver is
        told from all others, "close" where one can't be told from it, "open" where several
        can't, "alone" where there is no other, "none" where its own change may be chance.
    """
    rows = {}
    for move in changes.index.unique("move"):
        for band in AIMS:
            here = _moved(changes, move, band)
            rows[move, band] = _leader(here, here["change"] * AIMS[band], best(changes, move, band))
    names = pd.MultiIndex.from_tuples(rows, names=["move", "band"])
    return pd.DataFrame(list(rows.values()), index=names)


def _moved(changes: pd.DataFrame, move: str, band: str) -> pd.DataFrame:
    """What each driver does for a band with one move, where that is known."""
    moves, bands = (changes.index.get_level_values(name) for name in ("move", "band"))
    here = changes[(moves == move) & (bands == band)].droplevel(["move", "band"])
    return here.dropna(subset=["change"])


def _leader(here: pd.DataFrame, gains: pd.Series, found: Lead) -> dict[str, Any]:
    """One row of the leaders."""
    ends = ["change", "low", "high"]
    order = list(gains.sort_values(ascending=False, kind="stable").index)
    first = here.reindex(order[:1] or [None]).iloc[0]
    others = list(found.tied) or order[1:]
    second = here.reindex(others[:1] or [None]).iloc[0]
    verdict = "none"
    if found.names:
        least = "first" if found.sure else "alone"
        verdict = (least, "close", "open")[min(len(found.tied), 2)]
    return {
        "driver": order[0] if order else None,
        **first[ends],
        "rival": others[0] if others else None,
        "lead": second["behind"],
        "lead_low": second["behind_low"],
        "lead_high": second["behind_high"],
        "p_first": first["p_first"],
        "verdict": verdict,
    }


def weight_reading(study: Study, found: drivers.Importance, first: Lead) -> str:
    """How much the values explain together, and which of them explains most.

    Parameters
    ----------
    study : Study
        For the names of its values.
    found : Importance
    first : Lead
        From `weightiest`.
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
        From `dominating`.
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
        From `drivers.penalty_reward`, `kind` being that of `kinds`.
    leads : mapping
        "fail" and "top": who does most (`best`).
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
        Index driver; `kind` as `kinds` gives it.
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
    names = _names(study, real(model.coefficients))
    many = f" (corrected for {known.sum()})" if known.sum() > 1 else ""
    return f"more than chance{many} for {names}" if names else "for no value more than chance"


def mixed_reading(model: drivers.Mixed) -> str:
    """What a model in which each group has a level of its own says of the groups."""
    unweighted = [note for note in model.notes if "unweighted" in note]
    if np.isnan(model.icc_low):
        why = "; ".join(note for note in model.notes if note not in unweighted)
        return f"Nothing can be said of differences between groups: {why}."
    moved = (model.coefficients["estimate"] - model.coefficients["ols"]).drop("intercept").abs()
    said = " All answers count alike here." if unweighted else ""
    p = "p < 0.001" if model.p < 0.001 else f"p = {model.p:.3f}"
    return (
        f"Of what the drivers leave, **{model.icc:.1%}** lies between {model.n_groups} groups "
        f"({model.icc_low:.1%} to {model.icc_high:.1%}, {p}); no coefficient moves by "
        f"more than {moved.max():.3f} when each group has a level of its own.{said}"
    )


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
        for measure, driver in real(found.differences)
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

"""What changed since the edition before: which numbers moved, and what their change is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from scipy import stats

from cxlib import monitor, survey
from cxlib.language import Speaker, _
from cxlib.report.drivers import change_reading
from cxlib.report.verdicts import beyond, moved
from cxlib.report.weights import weigh
from cxlib.study import Period, grades, groups, spanned, turned

if TYPE_CHECKING:
    from cxlib.study import Study
    from cxlib.study.config import Break

GROUPINGS = ("journey", "district", "mode")
ESTIMATE = ["estimate", "low", "high", "n"]
UNITS = {"mean": "grade", "tops": "share"}  # of what is split into parts
_PARTS = {
    "journey": _("other journeys"),
    "district": _("other districts"),
    "mode": _("survey mode"),
    "wording": _("wording"),
    "real": _("real"),
    "open": _("real or method (can't be told apart)"),
}


@dataclass(frozen=True)
class Editions:
    """What an edition differs in from the one before.

    Attributes
    ----------
    numbers : DataFrame, index (measure, part)
        "mean" of the values and overall, "tops" (share of top grades) of whole grades, and "kpi",
        those with a table of their own: the columns of `survey.change`, and of `verdicts.moved`.
        Of no groups: small ones would follow from single periods beside windows.
    parts : DataFrame, index (measure, part)
        What the change of "mean" and "tops" of the overall grade is made of
        (`survey.change_parts`).
    now, before : str
        The spans in which both differ; empty where there is nothing to compare with.
    breaks : list of Break
        What changed in between, as study.yaml has it.
    modes : DataFrame, index mode
        The share of answers `before` and `now`, where modes demonstrably changed; else empty.
    """

    numbers: pd.DataFrame
    parts: pd.DataFrame
    now: str
    before: str
    breaks: list[Break]
    modes: pd.DataFrame

    @property
    def moved(self) -> pd.Series:
        """Which numbers demonstrably went up or down."""
        return self.numbers["moved"].isin(["up", "down"])

    @property
    def real(self) -> dict[str, list[float]]:
        """The part of each change that is real, its interval and n, where that can be told."""
        known = self.parts[self.parts.index.isin(["real"], level="part")].droplevel("part")
        rows = known[["change", "low", "high", "n"]].astype(object)
        return {str(measure): row.tolist() for measure, row in rows.iterrows()}


def editions(study: Study, period: Period, fail: float, top: float) -> Editions | None:
    """Compare an edition with the one before, in the answers that only one of the two has.

    Parameters
    ----------
    study : Study
    period : Period
        That of the later edition.
    fail, top : float

    Returns
    -------
    Editions or None
        None without an edition before. Counts and rates are left to their control charts, as
        months differ by more than chance of sampling.

    Examples
    --------
    >>> from cxlib.study import Study
    >>> study = Study.open("haag-wonen")
    >>> found = editions(study, study.period("2020-Q4"), 5, 8)
    >>> found.before, found.numbers.loc[("mean", "overall"), "moved"]
    ('2019-Q4', 'up')
    """
    study, (now, before) = study.until(period), turned(study, period)
    if not now:
        return None
    (late, span), (early, was) = spanned(study, now), spanned(study, before)
    days = (period.start for period in now + before if period.start is not None)
    first, last = min(days), max(period.end for period in now if period.end is not None)
    breaks = [b for b in study.config.periods.breaks if first < pd.Timestamp(b.date) <= last]
    changed = {name for b in breaks for name in b.columns or early.columns}
    bands, minimum = (fail, top), study.config.privacy.minimum_cell
    then, since = _numbers(study, early, before, bands), _numbers(study, late, now, bands)
    numbers = survey.change(since, then, minimum).dropna(subset="n")
    numbers = numbers.astype({"n_before": int, "n": int})
    reworded = pd.Series([_asked(study, *row) & changed != set() for row in numbers.index])
    numbers = moved(numbers, reworded.to_numpy(bool))
    parts, ends = _parts(study, early, late, top, changed), ["change", "low", "high"]
    for measure in UNITS if len(parts) and "overall" not in changed else ():  # one interval each
        parts.loc[(measure, "total"), ends] = numbers.loc[(measure, "overall"), ends].to_numpy()
    return Editions(numbers, parts, span, was, breaks, _modes(study, early, late))


def _numbers(
    study: Study, rows: pd.DataFrame, periods: Sequence[Period], bands: tuple[float, float]
) -> pd.DataFrame:
    """Estimates of some periods, with index (measure, part)."""
    minimum, weights = study.config.privacy.minimum_cell, weigh(study, rows).values
    items = {value: rows[asked] for value, asked in study.value_items.items() if asked}
    means = survey.value_means(_scores(items, rows), minimum, weights)
    means.loc["overall"] = survey.mean(rows["overall"], weights)
    tops = survey.shares_of(grades(study, rows), *bands, minimum, weights)
    kpis = {}
    for kpi in study.config.kpis:
        held = None if kpi.table == "survey" else study.kpi_table(kpi.id)
        own = pd.DataFrame() if held is None else study.within(held, periods)
        if "closed" in own and kpi.norm is not None:
            found = monitor.closing(own["opened"], own["closed"], kpi.norm, periods[-1].end)
            kpis[f"kpi_{kpi.id}"] = (*found[3:6], found.n)
        elif "grade" in own and kpi.kind == "share of grades":
            kpis[f"kpi_{kpi.id}"] = survey.share(own["grade"], kpi.at_least or bands[1])
        elif "grade" in own:
            kpis[f"kpi_{kpi.id}"] = survey.mean(own["grade"])
    tables = {
        "mean": means,
        "tops": tops.rename(columns={"top": "estimate"})[ESTIMATE],
        "kpi": pd.DataFrame.from_dict(kpis, orient="index", columns=ESTIMATE),
    }
    return pd.concat(tables, names=["measure", "part"])


def _scores(items: dict[str, pd.DataFrame], rows: pd.DataFrame) -> pd.DataFrame:
    return survey.value_scores(items) if items else pd.DataFrame(index=rows.index)


def _asked(study: Study, measure: str, part: str) -> set[str]:
    """The questions of the survey that a number rests on."""
    if measure == "kpi":
        return set()
    if part == "overall":
        return {"overall"}
    if measure == "mean":
        return set(study.value_items[part])
    return {f"grade_{part}"}


def _parts(
    study: Study, early: pd.DataFrame, late: pd.DataFrame, top: float, changed: set[str]
) -> pd.DataFrame:
    """The parts of the change of the mean grade and of the share of top grades."""
    rows, settings = pd.concat([early, late]), study.config.survey
    weighed = [weigh(study, early), weigh(study, late)]
    held = settings.margins if all(one.reweight for one in weighed) else ()
    who = groups(study, rows)
    asked = early.notna().any() & late.notna().any()  # what was recorded at both times
    who = who[[n for n in GROUPINGS if n in who and n not in held and asked[n]]]
    weights = pd.concat([
        pd.Series(1.0, part.index) if one.values is None else one.values
        for one, part in zip(weighed, (early, late), strict=True)
    ])  # fmt: skip
    same, scale = {}, settings.scale_of("overall")
    for value, items in study.value_items.items():
        if items and not changed & {*items} and settings.scale_of(items[0]) == scale:
            same[value] = items
    later, tables = pd.Series(rows.index.isin(late.index), rows.index), {}
    for measure in UNITS:
        answers = rows[["overall", *(item for items in same.values() for item in items)]]
        answers = answers.astype(float)
        if measure == "tops":
            answers = (answers >= top).astype(float).where(answers.notna())
        others = {value: answers[items] for value, items in same.items()}
        unchanged = _scores(others, rows) if "overall" in changed else None
        given = answers["overall"], who, later, unchanged, study.config.privacy.minimum_cell
        tables[measure] = survey.change_parts(*given, weights)
    return pd.concat(tables, names=["measure"])


def _modes(study: Study, early: pd.DataFrame, late: pd.DataFrame) -> pd.DataFrame:
    """Shares of the survey modes before and now, where these demonstrably differ."""
    if not study.has("survey/mode"):
        return pd.DataFrame(columns=["before", "now"])
    rows = {"before": early["mode"], "now": late["mode"]}
    counts = pd.DataFrame({name: mode.value_counts() for name, mode in rows.items()}).fillna(0)
    told = len(counts) > 1 and counts.sum().all() and beyond(stats.chi2_contingency(counts).pvalue)
    return (counts / counts.sum()).sort_values("now", ascending=False)[: len(counts) * told]


def tell_numbers(found: Editions | None, names: Mapping[str, str], speaker: Speaker) -> str:
    """Which numbers demonstrably moved, and between which answers; as Markdown."""
    if found is None:
        return change_reading(pd.DataFrame({"change": []}), "", names, speaker)
    numbers = found.numbers.assign(differs=found.moved)
    told = change_reading(numbers, found.before.replace(" to ", "–"), names, speaker)
    said = _("Two editions differ in the answers of {now} and {before}; all others are in both.")
    return f"{told} {speaker.say(said, **_spans(found))}"


def tell_parts(found: Editions, top: float, speaker: Speaker) -> str:
    """What the changes of the mean and of the top grades are made of, a line each; as Markdown."""
    heads = {
        "mean": speaker.say("Mean grade"),
        "tops": speaker.say("Share {top}+ (percentage points)", top=speaker.exact(top)),
    }
    lines = []
    for measure, head in heads.items():
        rows, told = found.parts[found.parts.index.isin([measure], level="measure")], {}
        times, digits = (1, 2) if measure == "mean" else (100, 1)
        shown = times * rows[["change", "low", "high"]].droplevel("measure")
        for part, row in shown.iterrows():
            ends = {str(end): speaker.signed(value, digits) for end, value in row.items()}
            told[str(part)] = speaker.say("{change} ({low} to {high})", **ends)
        if told:
            whole, n = told.pop("total"), rows.iloc[0]
            parts = [f"{speaker.say(_PARTS[part])} {said}" for part, said in told.items()]
            words = {"measure": head, "total": whole, "parts": "; ".join(parts)}
            words |= {"n": speaker.number(n["n"]), "n_before": speaker.number(n["n_before"])}
            text = _(
                "- {measure}: **{total}**; {n} answers now, {n_before} before. Of this: {parts}."
            )
            lines.append(speaker.say(text, **words))
    return "\n".join(lines)


def tell_method(found: Editions, speaker: Speaker) -> str:
    """What changed in how tenants were asked, as whoever reads both years must know; as Markdown.

    The English regulator asks landlords from 2025/26 on to tell tenants what in the method may
    make results of two years differ.
    """
    told = []
    for change in found.breaks:
        day = speaker.month(change.date, "d MMMM y")
        told.append(f"{speaker.own(change.label)} ({day})")
    for mode, row in found.modes.head(1).iterrows():
        shares = {name: speaker.percent(row[name]) for name in ("before", "now")}
        message = _("{now} of the answers by {mode}, {before} before")
        told.append(speaker.say(message, mode=mode, **shares))
    if not told:
        said = _("Between {before} and {now}, no change of questions or survey mode is known.")
        return speaker.say(said, **_spans(found))
    return speaker.say(
        "**The method changed** between {before} and {now}: {told}. Results may differ by that "
        "alone.",
        told="; ".join(told),
        **_spans(found),
    )


def _spans(found: Editions) -> dict[str, str]:
    return {name: getattr(found, name).replace(" to ", "–") for name in ("now", "before")}

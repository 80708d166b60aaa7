"""What the grades say, for texts to mention: values, drivers, shares, steering numbers, peers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cxlib.booklet.source import Source
from cxlib.booklet.wording import count_word, listing

RELIABLE = 0.7  # of scales that compare groups (Nunnally 1978)
Named = Iterator[tuple[str, Any, str]]


def profile(source: Source) -> Named:
    """The values with the highest and the lowest grade."""
    scores = source.frame("value_scores", "estimate")
    if scores is None:
        return
    origin = source.origin("value_scores")
    means = scores["estimate"].dropna()
    for name, value in (("high", means.idxmax()), ("low", means.idxmin())):
        yield f"profile.{name}", source.short("values", str(value)), origin
        yield f"profile.{name}_mean", float(means.loc[str(value)]), origin
    if len(means) > 2 and {"low", "high"} <= set(scores):
        lowest = str(means.idxmin())
        if scores["high"].loc[lowest] < scores["low"].drop(lowest).min():
            yield "profile.behind", source.short("values", lowest), origin
    if "n" in scores:
        yield "profile.n", float(scores["n"].max()), origin


def drivers(source: Source) -> Named:
    """The values that weigh most, as far as their intervals can tell them apart."""
    shares = source.frame("driver_shares", "share")
    if shares is None:
        return
    origin = source.origin("driver_shares")
    part = shares["share"].drop("random", errors="ignore")
    if {"low", "high"} <= set(shares):
        order = [str(d) for d in part.sort_values(ascending=False, kind="stable").index]
        near = [d for d in order if shares["high"].loc[d] >= shares["low"].loc[order[0]]]
        names = [source.short("values", d) for d in near]
        alone = "alone" if len(near) == 1 else "together"
        yield f"drivers.{alone}", listing(names, source.language), origin
    kinds = source.frame("penalty_reward", "kind")
    if kinds is None:
        return
    for kind in ("basic", "excitement"):
        names = [source.short("values", str(d)) for d in kinds.index[kinds["kind"] == kind]]
        if names:
            yield f"drivers.{kind}", listing(names, source.language), origin


def scenarios(source: Source) -> Named:
    """What the value that does most would bring; of two that can't be told apart, their names."""
    leaders = source.frame(
        "scenario_leaders", "driver", "rival", "change", "low", "high", "verdict"
    )
    changes = source.frame("scenarios", "move", "band", "now", "then")
    if leaders is None or changes is None:
        return
    origin = source.origin("scenarios")
    for name, move, band in (
        ("fails", "fail_to_pass", "fail"),
        ("tops", "middle_to_top", "top"),
    ):
        for _, lead in leaders[(leaders.index == move) & (leaders["band"] == band)].iterrows():
            names = [source.short("values", str(lead[part])) for part in ("driver", "rival")]
            if lead["verdict"] == "close":
                yield f"scenario.{name}_close", listing(names, source.language), origin
            if lead["verdict"] != "first":
                continue
            rows = changes.loc[[lead["driver"]]]
            row = rows[(rows["move"] == move) & (rows["band"] == band)].iloc[0]
            yield f"scenario.{name}", names[0], origin
            yield f"scenario.{name}_now", float(row["now"]), origin
            yield f"scenario.{name}_then", float(row["then"]), origin
            margin = (100 * abs(lead[end]) for end in ("change", "low", "high"))
            for part, points in zip(("", "_low", "_high"), sorted_ends(*margin), strict=True):
                yield f"scenario.{name}_points{part}", points, origin


def sorted_ends(value: float, *ends: float) -> tuple[float, float, float]:
    """A size and its interval, the smaller end first."""
    return value, min(ends), max(ends)


def grades(source: Source) -> Named:
    """Fails and high grades over all, and where high grades are fewest."""
    shares = source.frame("grade_shares", "top")
    if shares is None:
        return
    origin = source.origin("grade_shares")
    if "overall" in shares.index and "fail" in shares:
        yield "grades.fail", float(shares["fail"].loc["overall"]), origin
    journeys = [j for j in source.study.config.ids("journeys") if j in shares.index]
    top = shares.loc[journeys, "top"].dropna()
    if len(top):
        yield "journeys.low", source.name("journeys", str(top.idxmin())), origin
        yield "journeys.low_share", float(top.min()), origin


def kpis(source: Source) -> Named:
    """The last value, centre and signals of each steering number."""
    for name in ("satisfaction", "complaints", "callbacks", "internal"):
        chart = source.frame(f"kpi_{name}", "value", "signal", "centre", "n")
        if chart is None:
            continue
        origin = source.origin(f"kpi_{name}")
        spec = ".0%" if chart["value"].max() <= 1 else ".1f"
        last = chart.iloc[-1]
        yield f"kpi.{name}.last", source.number(last["value"], spec), origin
        yield f"kpi.{name}.centre", source.number(last["centre"], spec), origin
        yield f"kpi.{name}.n", float(chart["n"].sum()) or None, origin
        signals = int((chart["signal"].fillna("") != "").sum())
        kind = ("calm", "signal", "signals")[min(signals, 2)]
        yield f"kpi.{name}.{kind}", signals, origin
        kpi = getattr(source.study.config.kpis, name)
        if kpi.norm_days:
            yield f"kpi.{name}.norm", days(kpi.norm_days, source), "collected"


def benchmark(source: Source) -> Named:
    """Letter and place among the other landlords in the last year."""
    parts = source.standing()
    if parts is None or "total" not in parts.index:
        return
    origin = source.origin("benchmark")
    total = parts.loc["total"].to_dict()
    yield "benchmark.n", float(total["n"]), origin
    yield "benchmark.rank", float(total["rank"]), origin
    yield "benchmark.letter", total.get("letter"), origin
    ranks = parts["rank"].drop("total")
    if len(ranks):
        yield "benchmark.best", source.word(str(ranks.idxmin()), "peers"), origin
        yield "benchmark.worst", source.word(str(ranks.idxmax()), "peers"), origin


def trend(source: Source) -> Named:
    """Whether the share of high grades really differs from the base: intervals apart or not."""
    now = source.results.findings.get("share_top")
    base = source.results.findings.get("share_top_base")
    if now is None or base is None:
        return
    if base.high is not None and now.low is not None and now.low > base.high:
        yield "trend.up", 1, now.origin
    elif base.low is not None and now.high is not None and now.high < base.low:
        yield "trend.down", 1, now.origin
    elif None not in (now.low, base.low):
        yield "trend.same", 1, now.origin


def reliability(source: Source) -> Named:
    """Whether the least reliable scale is good enough to compare with."""
    alpha = source.results.findings.get("alpha_lowest")
    if alpha is not None:
        fine = "fine" if (alpha.low or alpha.value) >= RELIABLE else "doubtful"
        yield f"alpha.{fine}", alpha.value, alpha.origin


def days(number: float, source: Source) -> str:
    """A norm in days, as a sentence says it."""
    return f"{count_word(number, source.language)} {source.word('day' if number == 1 else 'days')}"


PARTS = (profile, drivers, scenarios, grades, trend, reliability, kpis, benchmark)

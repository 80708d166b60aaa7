"""Results to draw: of an ordinary study, a tiny one, and one that tries to break figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pypdfium2 import PdfDocument

from cxlib import figures
from cxlib.figures import Figure, Look
from cxlib.figures.render import pdf
from cxlib.importance import quadrants
from cxlib.report import Course, Lead

DOMAINS = {"dwelling": "woning", "neighbourhood": "buurt", "service": "dienstverlening"}
MARKUP = "$x_i$ & <b>50%</b> #1 \\frac{a}{b} _under_ {brace}"
LONG = (
    "De corporatie laat mij op tijd en eerlijk weten wat er met mijn melding gebeurt, waarom dat "
    "soms langer duurt, wie er verantwoordelijk voor is en wanneer ik iemand kan verwachten, ook "
    "als dat tegenvalt"
)
COMPOUND = "Huurdersorganisatieoverlegvergaderingsverslagleggingsmedewerker"
QUARTERS = [f"{year}-Q{quarter}" for year in (2019, 2020) for quarter in (1, 2, 3, 4)]

Drawing = Callable[[Look], Figure]


def shown(figure: Figure) -> list[str]:
    """Every piece of text on a figure."""
    caption, lines = figure.caption, figure.body.get("rows", [])
    dashes = sum(cell is None for line in lines for cell in line.get("cells", ()))
    return ["–"] * dashes + [caption.title, caption.subtitle, caption.source, *figure.texts]


def on_page(figure: Figure) -> list[str]:
    """Lines of text as they stand in the PDF."""
    with PdfDocument(pdf(figure)) as document:
        return document[0].get_textpage().get_text_range().splitlines()


def millimetres(figure: Figure) -> tuple[float, float]:
    """Width and height of a figure's page."""
    with PdfDocument(pdf(figure)) as document:
        assert len(document) == 1
        wide, high = document[0].get_size()
    return wide * 25.4 / 72, high * 25.4 / 72


def look(language: str, domains: dict[str, str] | None = None) -> Look:
    known = DOMAINS if domains is None else domains
    return Look(language, source="Casus & co. <2020>", organisation="Haag Wonen", domains=known)


def words(count: int, nasty: bool) -> list[str]:
    """Card texts: short ones, or in turn markup, a long sentence and an endless word."""
    if not nasty:
        return [f"Kort kaartje {i + 1}" for i in range(count)]
    return [(f"{MARKUP} {i}", f"{LONG} {i}", f"{COMPOUND}{i}")[i % 3] for i in range(count)]


def cards(count: int, nasty: bool = False, domains: int = 3) -> pd.DataFrame:
    ids = [f"c{i + 1:02d}" for i in range(count)]
    names = list(DOMAINS) if domains <= 3 else [f"d{i}" for i in range(domains)]
    texts = words(count, nasty)
    return pd.DataFrame(
        {
            "label_nl": texts,
            "short_nl": texts,
            "domain": [names[i % domains] for i in range(count)],
        },
        index=pd.Index(ids, name="card"),
    )


def grid(count: int) -> dict[int, int]:
    """A forced grid of nine columns, or three for a few cards."""
    values = range(-4, 5) if count >= 9 else range(-1, 2)
    sizes = dict.fromkeys(values, count // len(values))
    sizes[0] += count - sum(sizes.values())
    return sizes


def scores(deck: pd.DataFrame, interval: float | None = 4.0) -> pd.DataFrame:
    score = np.linspace(95, 5, len(deck)).round()
    frame = pd.DataFrame({"score": score}, index=deck.index)
    if interval is not None:
        frame["low"], frame["high"] = score - interval, score + interval
    return frame


def gaps(deck: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    tenants = np.linspace(95, 5, len(deck))
    frame = pd.DataFrame({"tenants": tenants, "employees": rng.permutation(tenants)}, deck.index)
    frame["gap"] = frame["employees"] - frame["tenants"]
    frame["real"] = frame["gap"].abs() > 40
    for group in ("tenants", "employees"):
        frame[f"rank_{group}"] = frame[group].rank(method="min", ascending=False)
    return frame


def matrix(deck: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"importance": np.linspace(95, 5, len(deck))}, index=deck.index)
    frame["performance"] = rng.normal(6.8, 0.6, len(deck))
    frame = frame.assign(importance_line=50.0, performance_line=6.8)
    for axis, reach in (("importance", 3.0), ("performance", 0.1)):
        above = frame[axis] - frame[f"{axis}_line"]
        frame[f"{axis}_above_low"], frame[f"{axis}_above_high"] = above - reach, above + reach
    north, east = frame["importance"] > 50, frame["performance"] > 6.8
    frame["quadrant"] = np.select(
        [north & ~east, north & east, ~north & ~east], ["improve", "keep", "later"], "overdone"
    )
    frame.loc[frame["performance"].sub(6.8).abs() < 0.1, "quadrant"] = "border"
    frame.loc[frame["importance"].sub(50).abs() < 3, "quadrant"] = "border"
    frame.loc[deck.index[-1], "performance"] = np.nan
    frame.loc[deck.index[-1], "quadrant"] = "suppressed"
    return frame


def weighed(names: list[str]) -> pd.DataFrame:
    """Values in the matrix, of which two lie on the border of a line."""
    frame = pd.DataFrame({"importance": np.linspace(28, 6, len(names))}, index=names)
    frame["performance"] = np.linspace(7.3, 6.4, len(names))
    frame["low"], frame["high"] = frame["performance"] - 0.1, frame["performance"] + 0.1
    frame["importance_low"] = frame["importance"] - 3
    frame["importance_high"] = frame["importance"] + 3
    return quadrants(frame.assign(n=500))


def factors(index: Any, k: int) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    table = rng.uniform(-0.3, 0.3, (len(index), k))
    table[np.arange(len(index)), rng.integers(0, k, len(index))] = 0.7
    return pd.DataFrame(table, index=index, columns=[f"f{i + 1}" for i in range(k)])


def intervals(zscores: pd.DataFrame) -> pd.DataFrame:
    cells = pd.MultiIndex.from_product([zscores.index, zscores.columns])
    value = zscores.to_numpy().ravel()
    return pd.DataFrame({"low": value - 0.3, "high": value + 0.3}, index=cells)


def moved(names: list[str], nasty: bool) -> tuple[pd.DataFrame, dict[str, Lead]]:
    """Changes under every move and who leads; a nasty study has a value without numbers."""
    moves = ["tenth", "fail_step", "fail_to_pass", "middle_to_top"]
    index = pd.MultiIndex.from_product([names, moves, ["fail", "middle", "top"]])
    size = np.random.default_rng(9).uniform(0.0, 0.12, len(index))
    way = np.where(index.get_level_values(2) == "top", 1.0, -0.4) * size
    frame = pd.DataFrame({"now": 0.45, "then": 0.45 + way, "change": way}, index=index)
    frame.loc[index.get_level_values(2) == "fail", "now"] = 0.08
    frame["then"] = frame["now"] + way
    frame["low"], frame["high"] = way - 0.03, way + 0.03
    if nasty:
        frame.loc[names[0]] = np.nan
    close = Lead(tuple(names[1:] + names[:1]), (names[2],))
    return frame, {"fail": close, "top": close}


def profile(names: list[str]) -> pd.DataFrame:
    grades = np.linspace(7.4, 6.0, len(names))
    return pd.DataFrame(
        {"estimate": grades, "low": grades - 0.1, "high": grades + 0.1, "n": 1200}, index=names
    )


def contrasts(names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"penalty": -0.6, "reward": 0.3}, index=names)
    for side in ("penalty", "reward"):
        frame[f"{side}_low"], frame[f"{side}_high"] = frame[side] - 0.1, frame[side] + 0.1
    return frame.assign(kind="basic")


def importance(names: list[str]) -> pd.DataFrame:
    share = np.linspace(0.2, 0.02, len(names))
    frame = pd.DataFrame({"share": share}, index=names)
    frame.loc["random"] = 0.001
    return frame.assign(low=frame["share"] * 0.9, high=frame["share"] * 1.1)


def bands(names: list[str]) -> pd.DataFrame:
    top = np.linspace(0.6, 0.1, len(names))
    frame = pd.DataFrame({"fail": 0.1, "middle": 0.9 - top, "top": top, "n": 1234.0}, index=names)
    return frame


def chart(values: list[float], periods: list[str], signals: int = 0) -> pd.DataFrame:
    marks = [""] * (len(values) - signals) + ["beyond limits"] * signals
    frame = pd.DataFrame({"value": values, "n": 750.0, "signal": marks}, index=periods)
    return frame.assign(centre=0.40, low=0.35, high=0.45)


def steady(points: pd.DataFrame, side: int = 0, target: int | None = None) -> Course:
    """What a chart was found to tell of its last point."""
    known = points["value"].dropna()
    return Course(str(known.index[-1]), float(known.iloc[-1]), side, "base", target)


def peers() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(7)
    rows = [
        {"landlord": landlord, "year": year, "new_tenants": rng.normal(7.6, 0.2)}
        | {"repairs": rng.normal(7.4, 0.3), "departed": rng.normal(7.2, 0.2)}
        for year in (2019, 2020)
        for landlord in ("own", *(f"peer{i}" for i in range(20)))
    ]
    parts = ["new_tenants", "repairs", "departed", "total"]
    index = pd.MultiIndex.from_product([[2019, 2020], parts], names=["year", "part"])
    letters = ["C", "C", "C", "C", "B", "A", "C", "B"]
    positions = pd.DataFrame({"grade": 7.4, "rank": 9, "n": 21, "letter": letters}, index=index)
    return pd.DataFrame(rows), positions


def sector(few: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares of landlords on five measures, and the place of one of them; or of three."""
    rng = np.random.default_rng(9)
    index = ["own", *(f"p{i}" for i in range(2 if few else 120))]
    names = [f"v{i}" for i in range(5)]
    shares = pd.DataFrame(rng.uniform(0.4, 0.9, (len(index), 5)), index, names)
    row = {"low": shares.loc["own"] - 0.03, "high": shares.loc["own"] + 0.03, "below": 0.4}
    row |= {"median": 0.65, "landlords": len(index), "rank": 2, "rank_low": 1, "rank_high": 3}
    row |= {"below_low": 0.3, "below_high": 0.5}
    table = pd.DataFrame({"share": shares.loc["own"], **row, "quarter": np.nan})
    table.loc["v3", ["low", "high", "rank_low", "rank_high"]] = np.nan
    table.loc["v4"] = np.nan
    return shares, table


def activities(nasty: bool) -> pd.DataFrame:
    names = words(5, nasty)
    rows = [
        {"activity": f"a{i}", "label_nl": name, "phase": 1 + i // 2, "group": f"g{j}"}
        | {"label_group_nl": f"groep {name}" if nasty else f"groep {j}"}
        | {"sessions": None if i == j else 3.0, "participants": 32.0 if j == 1 else None}
        for i, name in enumerate(names)
        for j in range(6)
        if (i + j) % 2 == 0
    ]
    return pd.DataFrame(rows)


def blanked(frame: pd.DataFrame, row: str, nasty: bool) -> pd.DataFrame:
    """The frame, with one row suppressed if `nasty`."""
    if nasty:
        frame = frame.copy()
        frame.loc[row] = np.nan
    return frame


def drawings(count: int, k: int, nasty: bool) -> dict[str, Drawing]:
    """Every statistical family on `count` cards and `k` factors."""
    deck = cards(count, nasty, domains=5 if nasty else 3)
    z = factors(deck.index, k) * 2
    arrays = pd.DataFrame(
        {"f1": np.repeat(sorted(grid(count)), [grid(count)[v] for v in sorted(grid(count))])},
        index=deck.index,
    )
    sorts = factors([f"T{i + 1:02d}" for i in range(count + 2)], k)
    names = [f"v{i}" for i in range(6)]
    labels: dict[str, Any] = dict(zip(names, words(6, nasty), strict=True))
    peer, positions = peers()
    curve = pd.DataFrame({"eigenvalue": np.geomspace(8, 0.5, 12)}, index=range(1, 13))
    curve["parallel95"] = np.linspace(2.5, 1, 12)
    criteria = pd.DataFrame({"n_factors": [k, k, 3, 2]}, index=["kaiser", "map", "x_y", "parallel"])
    marked = pd.Series(np.where(np.arange(count) % 3 == 0, "**", ""), index=deck.index)
    title = labels["v1"] if nasty else "Klanttevredenheid 8+"
    rising = [0.38, 0.40, 0.39, np.nan if nasty else 0.40, 0.42, 0.44, 0.47, 0.48]
    return {
        "top_cards": lambda to: figures.top_cards(
            scores(deck, None if nasty else 4.0), deck, look=to, origin="published", n=32
        ),
        "composite_sort": lambda to: figures.composite_sort(
            scores(deck), deck, grid(count), look=to, origin="simulated", n=32
        ),
        "viewpoint_sort": lambda to: figures.viewpoint_sort(
            arrays, deck, look=to, origin="simulated", name=title, distinguishing=marked
        ),
        "viewpoint_zscores": lambda to: figures.viewpoint_zscores(
            z, deck, look=to, origin="simulated", intervals=None if nasty else intervals(z)
        ),
        "scree": lambda to: figures.scree(curve, criteria, look=to, origin="collected", chosen=k),
        "loadings": lambda to: figures.loadings(
            sorts, sorts > 0.5, look=to, origin="collected", names=words(k, nasty)
        ),
        "staff_and_tenants": lambda to: figures.staff_and_tenants(
            gaps(deck), deck, look=to, origin="simulated", n_tenants=32, n_employees=40
        ),
        "scenarios": lambda to: figures.scenarios(
            *moved(names, nasty), labels, look=to, origin="simulated", n=2889
        ),
        "value_priorities": lambda to: figures.value_priorities(
            weighed(names), labels, look=to, origin="simulated"
        ),
        "priorities": lambda to: figures.priorities(
            matrix(deck), deck, look=to, origin="simulated"
        ),
        "value_profile": lambda to: figures.value_profile(
            blanked(profile(names), "v5", nasty),
            labels,
            lowest=Lead(tuple(reversed(names)), tuple(names[:1])),
            look=to,
            origin="simulated",
            domains={"v0": "dwelling", "v1": "service"},
        ),
        "factor_loadings": lambda to: figures.factor_loadings(
            factors([f"i{i}" for i in range(18)] if nasty else [*names, *"abcdef"], k),
            labels | dict(zip([f"i{i}" for i in range(18)], words(18, nasty), strict=True)),
            look=to,
            origin="simulated",
        ),
        "drivers": lambda to: figures.drivers(
            importance(names),
            blanked(contrasts(names), "v2", nasty),
            labels,
            look=to,
            origin="simulated",
            lead=Lead(tuple(names), tuple(names[1:3])),
            r2=0.53,
            n=4120,
        ),
        "eight_plus": lambda to: figures.eight_plus(
            blanked(bands(names), "v4", nasty),
            labels,
            look=to,
            origin="simulated",
            total="v2",
            ends=names,
        ),
        "control_chart": lambda to: figures.control_chart(
            chart(rising, QUARTERS, 2),
            steady(chart(rising, QUARTERS, 2), 1, 0),
            look=to,
            origin="simulated",
            name=title,
            base=QUARTERS[:4],
            target=0.5,
            breaks=[("2020-Q1", MARKUP[:20])] if nasty else (),
        ),
        "benchmark": lambda to: figures.benchmark(peer, positions, look=to, origin="simulated"),
        "among_peers": lambda to: figures.among_peers(
            *sector(count < 9), labels, look=to, origin="published", own="own", caution=LONG
        ),
        "between_landlords": lambda to: figures.between_landlords(
            importance(names),
            importance(names) * (np.nan if nasty else 0.9),
            labels,
            Lead(tuple(names), tuple(names[1:3])),
            look=to,
            origin="published",
            r2=0.94,
            n=355,
            vif=26.0,
            caution=LONG,
        ),
        "participation": lambda to: figures.participation(
            activities(nasty), look=to, origin="published"
        ),
    }

"""A small published run: the tables, figures and findings that the notebooks of a study leave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from cxlib.figures.brand import Brand
from cxlib.figures.figure import palette
from cxlib.run.results import Results

AXIS = {"low": 0, "high": 1, "span": [0, 9]}
COLOURS = palette(Brand())
HEIGHTS = {
    "house": 98, "phases": 62, "participation": 58, "maturity": 78, "top_cards_published": 76,
    "top_cards": 80, "composite_sort": 92, "viewpoint_1": 92, "viewpoint_2": 92, "viewpoint_3": 92,
    "viewpoint_zscores": 110, "staff_and_tenants": 98, "priorities": 100, "value_profile": 62,
    "drivers": 74, "scenarios": 98, "eight_plus": 72, "service_excellence": 92,
    "organisation": 88, "roadmap": 84, "projects": 84, "crocodiles": 84, "kpi_satisfaction": 58,
    "kpi_internal": 58, "kpi_complaints": 58, "kpi_callbacks": 58, "benchmark": 74,
}  # fmt: skip
PUBLISHED = {"house", "phases", "participation", "maturity", "top_cards_published", "organisation",
             "roadmap", "service_excellence"}  # fmt: skip
FINDINGS: dict[str, dict[str, Any]] = {
    "n_cards": {"value": 30}, "n_sorts_tenants": {"value": 32}, "n_sorts_employees": {"value": 40},
    "n_answers": {"value": 6012, "n": 6012}, "n_viewpoints": {"value": 3},
    "variance_explained": {"value": 53.4},
    "top_card_score": {"value": 92.2, "low": 83.1, "high": 97.4, "n": 32, "unit": "points"},
    "p_top_last": {"value": 0.412, "unit": "share"}, "n_gaps_real": {"value": 7},
    "alpha_lowest": {"value": 0.713}, "r2": {"value": 0.486, "unit": "share"},
    "top_change": {"value": 0.17, "low": 0.15, "high": 0.2, "n": 2889, "unit": "share"},
    "mean_grade": {"value": 7.53, "low": 7.4, "high": 7.6, "n": 760, "unit": "grade"},
    "share_top": {"value": 0.467, "low": 0.43, "high": 0.5, "n": 760, "unit": "share"},
    "share_top_base": {"value": 0.402, "n": 3004, "unit": "share"},
    "share_fail": {"value": 0.094, "n": 760, "unit": "share"},
    "within_norm_complaints": {"value": 0.81, "unit": "share"},
    "within_norm_callbacks": {"value": 0.77, "unit": "share"},
    "maturity_median": {"value": 2, "n": 24, "unit": "level"},
    "share_top_change": {"value": 0.065, "low": 0.02, "high": 0.11, "unit": "share"},
    "top_card": {"value": None, "first": ["c01", "c02"], "of": 30},
    "top_driver": {"value": None, "first": ["reliable", "dwelling"], "of": 6},
    "lowest_value": {"value": "proactive", "first": ["proactive"], "of": 6},
    "lowest_journey": {"value": "complaints", "first": ["complaints"], "of": 5},
}  # fmt: skip
CARDS = [f"c{i:02d}" for i in range(1, 31)]
VALUES = ["dwelling", "neighbourhood", "reliable", "ease", "connected", "proactive"]


def _frame(index: str, ids: Iterable[Any], **columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns, index=pd.Index(list(ids), name=index)).reset_index()


def tables() -> dict[str, pd.DataFrame]:
    """Tables as the notebooks publish them, few rows and plain numbers."""
    down = [92.2 - 2.6 * i for i in range(30)]
    z = [2.2 - 0.15 * i for i in range(30)]
    piles = [4 - (i * 9) // 30 for i in range(30)]
    chart = {"n": [760] * 4, "low": 0.36, "high": 0.44, "centre": 0.4, "target": 0.5}
    quarters = ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"]
    improve = ["improve"] * 4 + ["keep"] * 9 + ["border"] * 3 + ["later"] * 8 + ["overdone"] * 6
    gap = [14.0, -12.0, 9.0, -8.5, 7.0, -11.0, 10.0] + [0.5] * 23
    apart = ["***", "", "**", "*"] + [""] * 22 + ["**", "", "*", ""]
    return {
        "card_scores": _frame("card", CARDS, score=down, low=[s - 6 for s in down],
                              high=[s + 5 for s in down], rank=range(1, 31), rank_low=range(1, 31),
                              rank_high=range(1, 31), p_top=[0.99 - 0.033 * i for i in range(30)]),
        "gaps": _frame("card", CARDS, tenants=down,
                       employees=[a + b for a, b in zip(down, gap, strict=True)],
                       gap=gap, low=[g - 5 for g in gap], high=[g + 5 for g in gap], p=0.01,
                       p_adjusted=0.02, real=[abs(g) > 6 for g in gap]),
        "priorities": _frame("card", CARDS, importance=down, performance=6.8, low=6.5, high=7.1,
                             n=31, quadrant=improve),
        "arrays": _frame("card", CARDS, f1=piles, f2=piles[::-1], f3=piles),
        "zscores": _frame("card", CARDS, f1=z, f2=z[::-1], f3=z),
        "statements": _frame("card", CARDS, label="",
                              apart=["f1 f2 f3" if stars else "" for stars in apart]),
        "factors": _frame("factor", ["f1", "f2", "f3"], n_flagged=[12, 9, 8], eigenvalue=3.0,
                          variance_explained=[21.0, 18.0, 14.4], reliability=0.97, se=0.17),
        "loadings": _frame("sort", [f"Q{i:02d}" for i in range(1, 33)], f1=0.6, f2=0.1, f3=0.2),
        "value_scores": _frame("value", VALUES, estimate=[7.4, 7.1, 7.0, 7.2, 6.9, 6.7], n=5980,
                               low=[7.3, 7.0, 6.9, 7.1, 6.8, 6.6], high=7.5),
        "driver_shares": _frame("driver", [*VALUES, "random"], low=0.02, high=0.1,
                                share=[0.09, 0.06, 0.14, 0.05, 0.08, 0.06, 0.001]),
        "penalty_reward": _frame("driver", VALUES, penalty=-0.4, reward=0.3,
                                 kind=["basic", "performance", "basic", "undecided", "excitement",
                                       "excitement"]),
        "scenarios": _frame("driver", ["reliable", "connected"], band=["fail", "top"],
                            move=["fail_to_pass", "middle_to_top"], now=[0.061, 0.533],
                            then=[0.029, 0.707]),
        "scenario_leaders": _frame("move", ["fail_to_pass", "middle_to_top"],
                                   band=["fail", "top"], driver=["reliable", "connected"],
                                   change=[-0.032, 0.174], low=[-0.038, 0.147],
                                   high=[-0.025, 0.201], rival="dwelling",
                                   verdict=["first", "first"]),
        "kpi_satisfaction": _frame("period", quarters, value=[0.4, 0.41, 0.45, 0.47],
                                   signal=["", "", "beyond limits", "beyond limits"], **chart),
        "kpi_internal": _frame("period", quarters, value=7.1, signal="", **chart),
        "kpi_complaints": _frame("period", quarters, value=0.81, signal="", **chart),
        "kpi_callbacks": _frame("period", quarters, value=0.77, signal="", **chart),
        "benchmark": _frame("year", [2019] * 4,
                            part=["new_tenants", "repairs", "departed", "total"],
                            grade=[7.2, 7.0, 6.9, 7.0], mean=7.5, n=25, rank=[24, 25, 25, 25],
                            letter="C", score=-1.0),
        "grade_shares": _frame("journey", ["moving_in", "complaints", "overall"],
                               n=[322, 149, 2982],
                               fail=[0.03, 0.3, 0.094], middle=0.4, top=[0.62, 0.09, 0.467],
                               low=[0.56, 0.05, 0.43], high=[0.67, 0.14, 0.5]),
    }  # fmt: skip


def publish(
    folder: Path,
    *,
    figures: Mapping[str, float] = HEIGHTS,
    frames: Mapping[str, pd.DataFrame] | None = None,
    findings: Mapping[str, Mapping[str, Any]] = FINDINGS,
    origin: str = "simulated",
    languages: Iterable[str] = ("nl", "en"),
) -> Results:
    """Write a run as notebooks do and open it."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for name, frame in (tables() if frames is None else frames).items():
        frame.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
        record = {"kind": "table", "name": name, "origin": origin, "fields": []}
        (folder / "tables" / f"{name}.json").write_text(json.dumps(record))
    for name, height in figures.items():
        for language in languages:
            stem = folder / "figures" / f"{name}.{language}"
            # With its title and its source, an empty plane is some 15 mm higher.
            plane = {"kind": "plane", "wide": 118, "tall": height - 15, "parts": []}
            record = {
                "kind": "figure", "name": name, "language": language, "notebook": "07_vision",
                "origin": "published" if name in PUBLISHED else origin,
                "title": "Titel van " + name.replace("_", " "), "subtitle": "", "source": "",
                "alt": f"Alternatief voor {name} ({language})", "colours": COLOURS, "key": [],
                "body": plane | {"x": AXIS, "y": AXIS},
            }  # fmt: skip
            stem.with_name(stem.name + ".json").write_text(json.dumps(record))
    empty = {"low": None, "high": None, "n": None, "unit": "", "origin": origin}
    entries = {name: empty | dict(entry) for name, entry in findings.items()}
    content = {"kind": "findings", "notebook": "03_importance", "findings": entries}
    (folder / "findings.json").write_text(json.dumps(content))
    return Results.open(folder)

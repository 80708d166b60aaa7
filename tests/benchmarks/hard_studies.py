"""Study folders that strain a page: many and long texts, one of everything, other letters."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scanned_studies import Shape, write

from cxlib.places import ROOT

DEMO = ROOT / "data" / "raw" / "haag-wonen"
PLAIN = Shape(
    values=4, items=2, journeys=3, cards=20, people=30, staff=12, sessions=2, viewpoints=2,
    answers=400, scale=(1, 10), group="tenants",
)  # fmt: skip
LONG = (
    "Wie een reparatie meldt wordt binnen een werkdag teruggebeld door iemand die de woning kent "
    "en ook echt iets kan regelen"
)
GRID = {-5: 3, -4: 4, -3: 5, -2: 6, -1: 8, 0: 8, 1: 8, 2: 6, 3: 5, 4: 4, 5: 3}


def changed(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A study folder with other settings."""
    path = folder / "study.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(settings)
    path.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True))
    return folder


def long_cards(folder: Path) -> Path:
    """60 cards of 120 signs, sorted by 40 people."""
    (folder / "sorts").mkdir(parents=True)
    rng = np.random.default_rng(60)
    cards = [f"s{i:02d}" for i in range(1, 61)]
    labels = [f"{i} {LONG}"[:120] for i in range(1, 61)]
    domains = [("woning", "buurt", "dienst")[i % 3] for i in range(60)]
    pd.DataFrame({"card": cards, "label_nl": labels, "domain": domains}).to_csv(
        folder / "cards.csv", index=False
    )
    board = np.repeat(list(GRID), list(GRID.values()))
    views = rng.normal(size=(2, 60))
    laid = []
    for person in range(40):
        order = np.argsort(views[person % 2] + rng.normal(size=60) * 0.8)
        sort = np.empty(60, dtype=int)
        sort[order] = board
        laid.append(sort)
    frame = pd.DataFrame(laid, columns=cards)
    frame.insert(0, "participant", [f"P{i:02d}" for i in range(40)])
    frame.to_csv(folder / "sorts" / "tenants.csv", index=False)
    parts = [{"id": d, "label": {"nl": d}} for d in ("woning", "buurt", "dienst")]
    settings = {
        "id": "long-cards", "name": "Lange Kaarten", "languages": ["nl"], "grid": GRID,
        "domains": parts, "groups": [{"id": "tenants", "label": {"nl": "huurders"}}],
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    return folder


def shaped(folder: Path, name: str, **shape: Any) -> Path:
    write(folder, 0, Shape(**{**vars(PLAIN), **shape}))
    return changed(folder, lambda settings: settings.update(id=name))


def many(folder: Path) -> Path:
    """12 values and 14 journeys."""
    return shaped(folder, "many", values=12, journeys=14, answers=900)


def single(folder: Path) -> Path:
    """One value and one journey."""
    return shaped(folder, "single", values=1, journeys=1)


def sorts_only(folder: Path) -> Path:
    """Nothing but sorts."""
    shaped(folder, "sorts-only", staff=0)
    (folder / "survey.csv").unlink()
    shutil.rmtree(folder / "ratings")

    def change(settings: dict[str, Any]) -> None:
        for name in ("survey", "thresholds", "periods", "journeys", "values"):
            del settings[name]

    cards = pd.read_csv(folder / "cards.csv").drop(columns="value")
    cards.to_csv(folder / "cards.csv", index=False)
    return changed(folder, change)


def copied(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The demo with other settings."""
    shutil.copytree(DEMO, folder)
    return changed(folder, change)


def other_brand(folder: Path) -> Path:
    """Light and glaring house colours, and a name of 45 signs."""
    brand = {"primary": "#7A1FA2", "secondary": "#C2410C", "accent": "#FFD6E8"}
    name = "Woningbouwvereniging Samen Sterk Oost-Gelderland"[:45]
    return copied(folder, lambda s: s.update(id="other-brand", brand=brand, name=name))


def turkish(folder: Path) -> Path:
    """Names with the letters of Turkish and Polish."""

    def change(settings: dict[str, Any]) -> None:
        settings |= {"id": "turkish", "name": "Ğüneşli Çiçek Konutları İşbirliği"}
        settings["values"][0]["label"] = {"nl": "Güvenli ve sıcak bir yuva", "en": "Güvenli yuva"}
        settings["values"][1]["label"] = {"nl": "Życzliwe sąsiedztwo", "en": "Życzliwe sąsiedztwo"}

    return copied(folder, change)


def arabic(folder: Path) -> Path:
    """A name in a script that the typeface lacks."""
    return copied(folder, lambda s: s.update(id="arabic", name="جمعية الإسكان"))


HARD = (long_cards, many, single, sorts_only, other_brand, turkish, arabic)

"""Real surveys and what established programs compute from them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def expected(reference: Path) -> Callable[[str], Any]:
    return lambda name: json.loads((reference / "drivers/expected" / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def mobi(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "drivers/mobi_ecsi/mobi.csv")


@pytest.fixture(scope="session")
def housing(reference: Path) -> tuple[pd.DataFrame, pd.Series]:
    rows = pd.read_csv(reference / "drivers/copenhagen_housing/housing_long.csv")
    X = pd.DataFrame(
        {
            f"{column}{level}": (rows[column] == level).astype(float)
            for column, level in (
                *(("Infl", "Medium"), ("Infl", "High"), ("Type", "Apartment")),
                *(("Type", "Atrium"), ("Type", "Terrace"), ("Cont", "High")),
            )
        }
    )
    return X, rows["Sat"].map({"Low": 1, "Medium": 2, "High": 3})


@pytest.fixture(scope="session")
def survey() -> tuple[pd.DataFrame, pd.Series]:
    """Grades from a known truth: a counts most, b less, c not at all; they go together."""
    rng = np.random.default_rng(7)
    common = rng.normal(size=(800, 1))
    X = pd.DataFrame(7 + common + rng.normal(size=(800, 3)), columns=["a", "b", "c"])
    X = X.round().clip(1, 10)
    y = 0.6 * X["a"] + 0.3 * X["b"] + 1 + rng.normal(0, 0.8, 800)
    return X, y.round().clip(1, 10)

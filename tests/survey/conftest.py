"""Real surveys and what established programs compute from them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def expected(reference: Path) -> Callable[[str], Any]:
    return lambda name: json.loads((reference / "drivers/expected" / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def mobi(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "drivers/mobi_ecsi/mobi.csv")

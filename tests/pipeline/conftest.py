"""A workbench for every test of the pipeline."""

from pathlib import Path

import pytest
from workbench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A workbench with three notebooks and one study."""
    return Bench.whole(tmp_path)

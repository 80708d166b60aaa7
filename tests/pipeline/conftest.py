"""A workbench for every test of the pipeline."""

from pathlib import Path

import pytest
from workbench import STEMS, WORK, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A workbench with three notebooks and one study."""
    made = Bench(tmp_path)
    for stem in STEMS:
        made.write_notebook(stem, WORK)
    made.write_study(made.study)
    return made

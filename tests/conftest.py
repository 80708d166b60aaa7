"""Fixtures that every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

from cxlib.places import ROOT

# The same examples in every run. To look for new ones: pytest --hypothesis-profile=default
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def reference() -> Path:
    """Folder with real data and the numbers that established programs compute from it."""
    folder = ROOT.parent / "shared" / "reference"
    if not folder.is_dir():
        pytest.skip("the reference cases are not on this machine")
    return folder

"""Fixtures that every test may use."""

import random
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


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test ARGS=--whole` tries every case of the tests that are marked as long."""
    parser.addoption("--whole", action="store_true", help="every case of tests marked as long")
    parser.addoption("--sample", type=int, default=1, help="seed of which case is tried otherwise")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one case of each test, or family of tests, that is marked as long."""
    if config.getoption("--whole"):
        return
    families: dict[str, list[pytest.Item]] = {}
    for item in items:
        if marker := item.get_closest_marker("long"):
            (family,) = marker.args or (item.nodeid.partition("[")[0],)
            families.setdefault(family, []).append(item)
    seed = config.getoption("--sample")
    kept = {random.Random(f"{seed} {name}").choice(some) for name, some in families.items()}
    left = [item for some in families.values() for item in some if item not in kept]
    items[:] = [item for item in items if item not in set(left)]
    config.hook.pytest_deselected(items=left)

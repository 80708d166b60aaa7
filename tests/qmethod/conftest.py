"""The reference sets of Q methodology, one by one."""

from pathlib import Path

import pytest
from qmethod_reference import NAMES, Case


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, reference: Path) -> Case:
    return Case(reference / "qmethod" / request.param)


@pytest.fixture
def lipset(reference: Path) -> Case:
    return Case(reference / "qmethod" / "lipset")

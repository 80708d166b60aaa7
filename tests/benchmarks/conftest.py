"""Time on one process: distributed over workers, nothing would be measured."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Undo the distribution that pyproject asks for, unless workers are."""
    if not config.getoption("numprocesses", None):
        config.option.dist = "no"

"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from cxlib.places import ROOT
from cxlib.run.forks import register
from cxlib.run.relay import load

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


@pytest.fixture(scope="module")
def forked_kernels() -> Iterator[None]:
    """Notebooks that run here have kernels that need not import it all again."""
    if not hasattr(os, "fork"):
        yield
        return
    factory = KernelProvisionerFactory.instance()
    before = factory.default_provisioner_name
    load()
    register()
    yield
    factory.default_provisioner_name = before

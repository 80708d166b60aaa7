"""Notebooks in forks of one process that has imported everything, as the pipeline runs them."""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cxlib.run import relay
from cxlib.run import run_notebook as run_plainly


@cache
def place() -> str:
    """Where the process of this one listens; empty where the system can't fork."""
    relay.start()
    return os.environ.pop(relay.PLACE, "")  # for this process alone


def run_notebook(source: Path, target: Path, parameters: Mapping[str, Any]) -> None:
    """Run a notebook that should end well; where the system can't fork, in a plain kernel."""
    words = ["notebook", str(source), str(target), "--parameters", json.dumps(parameters)]
    status = relay.delegate(place(), words)
    if status is None:
        run_plainly(source, target, parameters)
    assert not status, target.with_name(f"{target.stem}.failed.ipynb")

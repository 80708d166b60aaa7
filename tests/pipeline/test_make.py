"""What `make` hands on; the recipes are only printed."""

import os
import shutil
import subprocess

import pytest

from cxlib.places import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
# `make test` tells a make below it that it is one: it would say where it is, and take over ARGS.
APART = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFL"))}


def printed(*words: str) -> str:
    command = ["make", "--dry-run", "--old-file=.venv/.ready", *words]
    done = subprocess.run(command, cwd=ROOT, env=APART, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize(
    ("words", "handed"),
    [
        ([], ".venv/bin/snakemake"),
        (["STUDY=my study"], """.venv/bin/snakemake --config 'studies=["my study"]'"""),
        (["PERIOD=2020-Q1 2020-Q2"], """--config  'periods=["2020-Q1 2020-Q2"]'"""),
        (["STUDY=0363", "PERIOD=all"], """'studies=["0363"]' 'periods=["all"]'"""),
    ],
)
def test_study_and_period_are_handed_on(words, handed):
    assert handed in printed(*words)
    assert ("--config" in printed(*words)) is bool(words)


def test_tests_end_with_pytest():
    assert printed("test").splitlines()[-1].startswith(".venv/bin/python -m pytest")


def test_help_lists_every_command():
    command = ["make", "help"]
    text = subprocess.run(command, cwd=ROOT, env=APART, capture_output=True, text=True).stdout
    for target in ("test", "check", "notebooks", "lab", "bench", "lock", "clean"):
        assert f"make {target} " in text

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
    ("study", "period"),
    [
        ("", ""),
        ("my study", "2020-Q1 2020-Q2"),
        ("0363", "all"),
        ('it\'s "mine"; touch {}', "`touch {}`"),
        ("$(shell touch {})", "$$(touch {}) $HOME"),
        ("'; touch {} #", "\"]' & touch {}"),
    ],
)
def test_study_and_period_are_handed_on_and_reach_no_shell(tmp_path, study, period):
    made, seen = tmp_path / "made", tmp_path / "seen"
    study, period = study.format(made), period.format(made)
    for name in ("snakemake", "cxlib"):
        told = f'printf "%s|%s|%s" "$CXLIB_STUDY" "$CXLIB_PERIOD" "$2" > "{seen}"'
        (tmp_path / name).write_text(f"#!/bin/sh\n{told}\n")
        (tmp_path / name).chmod(0o755)
    words = ["make", "--old-file=.venv/.ready", f"BIN={tmp_path}"]
    words += [f"STUDY={study}", f"PERIOD={period}"] if study else []
    subprocess.run([*words, "all"], cwd=ROOT, env=APART, check=True, capture_output=True)
    assert seen.read_text() == f"{study}|{period}|"
    subprocess.run([*words, "check"], cwd=ROOT, env=APART, check=True, capture_output=True)
    assert seen.read_text() == f"{study}|{period}|{study or 'haag-wonen'}"
    assert not made.exists()


def test_tests_end_with_pytest():
    assert printed("test").splitlines()[-1].startswith(".venv/bin/python -m pytest")


def test_help_lists_every_command():
    command = ["make", "help"]
    text = subprocess.run(command, cwd=ROOT, env=APART, capture_output=True, text=True).stdout
    for target in ("test", "check", "notebooks", "lab", "bench", "lock", "clean"):
        assert f"make {target} " in text

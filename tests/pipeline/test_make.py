"""What `make` hands on; the recipes are only printed."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from workbench import start_holding

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


# Stand for Python, pip, uv and what it installs: each writes the next in two halves, the first of
# which does not run.
TOOLS = {
    "python3": """\
case "$*" in
"-m venv --clear .venv") rm -rf .venv; mkdir -p .venv/bin; halves python ;;
esac""",
    "python": """\
case "$*" in
"-m pip install"*) halves uv ;;
esac""",
    "uv": """\
case "$*" in
"pip sync"*) halves snakemake ;;
esac""",
    "snakemake": '[ -n "$1" ] || echo ran >> ran',
}
TOOL = """\
#!/bin/sh
(true # the first half ends before this bracket does
)
halves() {{
    moment() {{ sleep {pause}; touch "at-$1"; [ ! -e "stop-$1" ] || sleep 60; }}
    : > ".venv/bin/$1"; chmod +x ".venv/bin/$1"; moment "$1-0"
    head -c 30 "{tools}/$1" > ".venv/bin/$1"; moment "$1-1"
    cp "{tools}/$1" ".venv/bin/$1"; moment "$1-2"
}}
{body}
"""


def without_environment(folder: Path, pause: float = 0) -> dict[str, str]:
    """A copy of the Makefile with other tools; returns the variables to run it with."""
    tools = folder / "tools"
    tools.mkdir()
    for name, body in TOOLS.items():
        (tools / name).write_text(TOOL.format(tools=tools, pause=pause, body=body))
        (tools / name).chmod(0o755)
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "config/bootstrap.lock"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return APART | {"PATH": f"{tools}:{os.environ['PATH']}"}


def run_make(folder: Path, variables: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(
        ["make"], cwd=folder, env=variables, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def made(folder: Path, variables: dict[str, str]) -> bool:
    """Run make twice; the environment is whole then, and the second time nothing is made."""
    (folder / "ran").unlink(missing_ok=True)
    said = [run_make(folder, variables).communicate()[0] for _ in range(2)]
    whole = (folder / "ran").exists() and (folder / "ran").read_text() == "ran\nran\n"
    return whole and said[1].split() == [".venv/bin/snakemake"]


@pytest.mark.parametrize("moment", ["python-0", "python-1", "uv-0", "uv-1", "uv-2", "snakemake-1"])
def test_environment_that_was_cut_off_is_made_anew(tmp_path, moment):
    variables = without_environment(tmp_path)
    (tmp_path / f"stop-{moment}").touch()
    process = run_make(tmp_path, variables)
    while not (tmp_path / f"at-{moment}").exists():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (tmp_path / f"stop-{moment}").unlink()
    assert made(tmp_path, variables)


@pytest.mark.parametrize("tool", ["uv", "python"])
def test_tool_that_does_not_run_any_more_is_made_anew(tmp_path, tool):
    variables = without_environment(tmp_path)
    assert made(tmp_path, variables)
    (tmp_path / ".venv" / "bin" / tool).write_text("")
    assert made(tmp_path, variables)


def test_clean_beside_a_run_at_work_changes_nothing_and_says_who_that_is(tmp_path):
    (tmp_path / "cxlib" / "run").mkdir(parents=True)
    shutil.copy(ROOT / "cxlib/run/lock.py", tmp_path / "cxlib/run/lock.py")
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    for name in ("runs/tiny/2020-Q2/01_first", ".snakemake/locks", "build"):
        (tmp_path / name).mkdir(parents=True)
    with start_holding(tmp_path / "runs", 60) as holder:
        assert holder.stdout.readline() == "mine\n"
        before = sorted(tmp_path.rglob("*"))
        done = subprocess.run(
            ["make", "clean"], cwd=tmp_path, env=APART, capture_output=True, text=True
        )
        assert done.returncode != 0
        said = done.stderr.splitlines()[0]
        assert re.fullmatch(
            rf"Process {holder.pid} of \S+ on \S+, since 20\d\d-\d\d-\d\d \d\d:\d\d with"
            r" haag-wonen, is at work here\. Nothing was removed\.", said
        )  # fmt: skip
        assert sorted(tmp_path.rglob("*")) == before
        holder.kill()
    subprocess.run(["make", "clean"], cwd=tmp_path, env=APART, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Makefile", "cxlib", "runs"]
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [".lock"]

"""What a schedule calls, taken out of its files and run as systemd, cron and GitHub would."""

import datetime as dt
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from workbench import Bench, done

from cxlib.cli import main
from cxlib.places import ROOT
from cxlib.schedule import ScheduleError, schedule
from cxlib.study import PeriodError, Study

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NASTY = (
    "my study",
    'it\'s "mine" $HOME $(HOME) $$ 100% %h é',
    "`touch made` $(touch made) $(shell touch made)",
    "'; touch made #",
    '" & touch made; "',
)


def project(folder: Path, snakemake: str) -> Path:
    """A copy of what `make` runs, with an environment in which only Snakemake does something."""
    tools = {"snakemake": snakemake, "uv": "exit 0", "cxlib": "exit 0"}
    tools["python"] = f'exec {shlex.quote(sys.executable)} "$@"'
    for name in ("Makefile", "Snakefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("config", "profiles"):
        shutil.copytree(ROOT / name, folder / name)
    for name, body in tools.items():
        path = folder / ".venv" / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
    (folder / ".venv" / ".ready").touch()
    return folder


def called(kind: str, files: dict[str, str]) -> list[str]:
    """The program and words that are started, as systemd or cron reads the files."""
    lines = "\n".join(files.values()).splitlines()
    if kind == "systemd":
        [line] = [line for line in lines if line.startswith("ExecStart=")]
        words = shlex.split(line.partition("=")[2])  # quotes and backslashes are as in sh
        assert not re.search(r"(?<!%)%(?!%)|(?<!\$)\$(?!\$)", re.sub(r"%%|\$\$", "", line))
        return [word.replace("%%", "%").replace("$$", "$") for word in words]
    [line] = [line for line in lines if line[0] != "#"]
    command = line.split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    return ["/bin/sh", "-c", command.replace("\\%", "%")]


def unwatched(words: list[str], **variables: str) -> subprocess.CompletedProcess:
    """Run words with no environment but a time zone, no terminal, and nothing for others."""
    return subprocess.run(
        words, env={"TZ": "Asia/Kathmandu"} | variables, cwd="/", start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        umask=0o077,
    )  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("kind", ["systemd", "cron"])
def test_any_path_reaches_the_pipeline_as_it_is(tmp_path, kind, name):
    root = tmp_path / f"project {name}"
    root.mkdir()
    told = 'printf "%s|%s" "$CXLIB_STUDY" "$CXLIB_PERIOD" > seen'
    project(root, told)
    study = Study.open(Bench(tmp_path).write_study(tmp_path / name))
    files = schedule(study, kind, "month", period="latest stale", root=root)
    ended = unwatched(called(kind, files))
    assert ended.returncode == 0, ended.stdout
    assert (root / "seen").read_text() == f"{tmp_path / name}|latest stale"
    assert not list(tmp_path.rglob("made"))


@pytest.mark.parametrize("kind", ["systemd", "cron"])
def test_a_failure_is_passed_on_and_said(tmp_path, kind):
    project(tmp_path, "echo no luck >&2; exit 1")
    study = Study.open(Bench(tmp_path).write_study(tmp_path / "mine"))
    ended = unwatched(called(kind, schedule(study, kind, "month", root=tmp_path)))
    assert ended.returncode == 2
    log = tmp_path / "runs" / "cxlib-tiny.log"
    assert "no luck" in (log.read_text() if kind == "cron" else ended.stdout)


def really_called(bench: Bench) -> list[str]:
    """What systemd starts, with the real Snakemake."""
    run = f'PYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m snakemake "$@"'
    project(bench.folder, run)
    files = schedule(Study.open(bench.study), "systemd", "month", root=bench.folder)
    return called("systemd", files)


def test_a_scheduled_run_publishes_with_nobody_there(bench):
    (bench.folder / "notebooks" / "02_second.ipynb").unlink()  # two tell as much as three
    ended = unwatched(really_called(bench), TZ="No/Where")
    assert ended.returncode == 0, ended.stdout
    assert done(ended.stdout)[-1] == "publish"
    assert bench.seen() == {bench.size()}
    for path in (bench.folder / "figures").rglob("*"):  # rights are the machine's, not ours
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_an_account_needs_no_home(bench):
    ended = unwatched([*really_called(bench), "ARGS=--dry-run"], HOME="/dev/null/none")
    assert ended.returncode == 0, ended.stdout
    assert "publish" in ended.stdout


def test_github_runs_the_same_and_keeps_what_is_published_only(tmp_path):
    project(tmp_path, 'printf "%s|%s" "$CXLIB_STUDY" "$CXLIB_PERIOD" > seen')
    name = 'it\'s "mine" $(touch made) é'
    study = Study.open(Bench(tmp_path).write_study(tmp_path / name))
    files = schedule(study, "github", "quarter", day=9, at=dt.time(5, 7), root=tmp_path)
    [(file, text)] = files.items()
    workflow = yaml.safe_load(text)
    job = workflow["jobs"]["figures"]
    assert file == "cxlib-tiny.yml"
    assert workflow[True]["schedule"] == [{"cron": "7 5 9 1,4,7,10 *"}]  # YAML 1.1 reads "on" so
    assert job["env"] == {"STUDY": name, "PERIOD": "${{ inputs.period || 'latest' }}"}
    for step in job["steps"]:
        if "run" in step:
            given = {"PATH": os.defpath, "STUDY": name, "PERIOD": "latest"}
            command = ["bash", "-ec", step["run"]]
            subprocess.run(command, cwd=tmp_path, env=given, check=True, capture_output=True)
    assert (tmp_path / "seen").read_text() == f"{name}|latest"
    assert not list(tmp_path.rglob("made"))


def test_the_workflow_of_this_project_is_the_one_that_is_made():
    [(name, text)] = schedule(Study.open("haag-wonen"), "github", "month").items()
    assert (ROOT / ".github" / "workflows" / name).read_text() == text


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_give_away_nothing_but_what_is_published(path):
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    uploads = [s["with"] for j in jobs for s in j["steps"] if "upload" in s.get("uses", "")]
    for upload in uploads:
        assert re.fullmatch(r"figures(/[\w-]+)?", upload["path"].strip())


@pytest.mark.parametrize("day", ["*-*-03 06:15:00", "*-1,4,7,10-03 06:15:00"])
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_takes_its_files_for_what_they_mean(tmp_path, day):
    study = Study.open(Bench(tmp_path).write_study(tmp_path / NASTY[1]))
    files = schedule(study, "systemd", "month" if "*-*" in day else "quarter")
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    names = [str(tmp_path / name) for name in files]
    verify = ["systemd-analyze", "verify", *names]
    assert "cxlib-tiny" not in subprocess.run(verify, capture_output=True, text=True).stderr
    loud = os.environ | {"SYSTEMD_LOG_LEVEL": "debug"}
    dump = subprocess.run(verify, env=loud, capture_output=True, text=True).stdout
    # Its newer versions show the words as sh would read them; $$ becomes $ only as they start.
    for line in re.findall(r"Command Line: (.*STUDY=.*)", dump):
        words = subprocess.run(
            ["sh", "-c", f"printf '%s\\n' {line}"], capture_output=True, text=True
        )
        assert words.stdout.replace("$$", "$").splitlines() == called("systemd", files)
    assert f"OnCalendar={day}\n" in files["cxlib-tiny.timer"]
    command = ["systemd-analyze", "calendar", day]
    assert b" 06:15:00 " in subprocess.run(command, check=True, capture_output=True).stdout


def test_no_workflow_for_rows_of_people_or_a_study_elsewhere(tmp_path, capsys):
    bench = Bench(tmp_path)
    people = bench.write_study(tmp_path / "people", origin="collected")
    words = ["schedule", str(people), "--every", "month", "--kind", "github"]
    assert main([*words, "--to", str(tmp_path / "to")]) == 2
    assert not (tmp_path / "to").exists()
    assert "rows of people (survey), and GitHub keeps no ledger" in capsys.readouterr().err
    assert main(["schedule", str(people), "--every", "month"]) == 0
    said = capsys.readouterr()
    assert "ExecStart" in said.out and "mkdir -p runs" in said.out and "upload" not in said.out
    with pytest.raises(ScheduleError, match="outside the project"):
        schedule(Study.open(bench.write_study(tmp_path / "invented")), "github", "month")


@pytest.mark.parametrize("name", ["a\nb", "a{b}", "a\tb", "a\u2028b"])
def test_path_that_can_not_be_written_down_is_refused(tmp_path, name):
    study = Study.open(Bench(tmp_path).write_study(tmp_path / name))
    for kind in ("systemd", "cron", "github"):
        with pytest.raises(ScheduleError, match="path holds"):
            schedule(study, kind, "month", root=tmp_path)


def test_backslash_is_for_systemd_only(tmp_path):
    study = Study.open(Bench(tmp_path).write_study(tmp_path / "a\\b\\"))
    words = called("systemd", schedule(study, "systemd", "month"))
    assert words[3] == f"STUDY={study.folder}"
    with pytest.raises(ScheduleError, match="backslash"):
        schedule(study, "cron", "month")


def test_what_can_not_be_run_is_refused_in_one_line(tmp_path, capsys):
    folder = Bench(tmp_path).write_study(tmp_path / "mine")
    (folder / "survey.csv").write_text("respondent,overall\nR1,11\n")
    (folder / "study.yaml").write_text("nmae: Mine\n")
    for place in (folder, tmp_path / "nowhere"):
        assert main(["schedule", str(place), "--every", "month", "--to", str(tmp_path / "to")]) == 2
        said = capsys.readouterr()
        assert said.out == "" and len(said.err.splitlines()) == 1
        assert said.err.startswith(f"No schedule was made for {place}: ")
    assert not (tmp_path / "to").exists()
    with pytest.raises(PeriodError):
        schedule(Study.open("haag-wonen"), "cron", "month", period="latest 2031-Q1")


@pytest.mark.parametrize("words", [["--at", "24:00"], ["--at", "noon"], ["--day", "29"], []])
def test_a_moment_that_never_comes_is_refused(words):
    with pytest.raises(SystemExit) as caught:
        main(["schedule", "haag-wonen", *(["--every", "month", *words] if words else [])])
    assert caught.value.code == 2


def test_study_of_the_project_goes_by_its_name(monkeypatch):
    monkeypatch.chdir(ROOT)
    for place in ("haag-wonen", "data/raw/haag-wonen"):
        assert called("systemd", schedule(Study.open(place), "systemd", "month"))[3:] == [
            "STUDY=haag-wonen", "PERIOD=latest"
        ]  # fmt: skip


def test_files_are_written_once(tmp_path, capsys):
    words = ["schedule", "haag-wonen", "--every", "month", "--to", str(tmp_path / "to")]
    assert main(words) == 0
    written = sorted(path.name for path in (tmp_path / "to").iterdir())
    assert [name.partition(".")[2] for name in written] == ["cron", "service", "timer", "yml"]
    (tmp_path / "to" / "cxlib-haag-wonen.cron").write_text("mine")
    (tmp_path / "to" / "cxlib-haag-wonen.service").unlink()
    assert main(words) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "to" / "cxlib-haag-wonen.service").exists()

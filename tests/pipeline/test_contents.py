"""What is published is what the files hold: contents decide what is done again, never clocks."""

import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from workbench import Bench

from cxlib.run import Results
from cxlib.run.rests import outdated
from cxlib.study import Study
from cxlib.study.reads import contents

READER = """\
from cxlib.run import Publication
from cxlib.study import Study, window

data = Study.open(study)
publish = Publication(data, "{stem}", period=period, language=language, output=output)
publish.finding("{name}", float({read}), origin="simulated")
"""
WAIT = """\
if (folder / "wait-02_second").exists():
    (folder / "reached-02_second").touch()
    while (folder / "wait-02_second").exists():
        time.sleep(0.02)
"""
READS = {  # of a notebook: what it reads, under which name it is published
    "01_first": ("len(data.until(publish.period).survey)", "past"),
    "02_second": ('window(data, publish.period)[0]["overall"].mean()', "window"),
    "03_third": ("data.benchmark['repairs'].mean() if data.has('benchmark') else 0", "benchmark"),
    "04_last": ("1", "last"),
}
PERIODS = ("2020-Q1", "2020-Q2")
BENCHMARK = "landlord,year,new_tenants,repairs,departed\nown,2019,7.1,{},7.2\n"


def prepare(bench: Bench) -> Bench:
    """Notebooks that read the past, a window of the survey, a benchmark, and each other."""
    shutil.rmtree(bench.folder / "notebooks", ignore_errors=True)
    for stem, (read, name) in READS.items():
        bench.write_notebook(stem, READER.format(stem=stem, read=read, name=name))
    bench.write_study(bench.study)
    (bench.study / "benchmark.csv").write_text(BENCHMARK.format(7.5))
    with (bench.study / "study.yaml").open("a") as file:
        file.write("periods: {window: 1}\n")
    return bench


@pytest.fixture
def readers(bench: Bench) -> Bench:
    return prepare(bench)


def ran(bench: Bench) -> set[str]:
    """Run both periods; returns which notebooks were run, as 02-Q1."""
    status, output = bench.run(period=" ".join(PERIODS))
    assert status == 0, output
    return begun(output)


def begun(output: str) -> set[str]:
    return {
        f"{stem[:2]}-{period[5:]}"
        for stem in READS
        for period in PERIODS
        if f"{stem} of tiny, {period}" in output
    }


def published(bench: Bench, period: str) -> dict[str, float]:
    results = Results.open(bench.folder / "figures" / "tiny" / period)
    return {name: finding.value for name, finding in results.findings.items()}


def truth(bench: Bench, period: str) -> dict[str, float]:
    """The same, worked out of the files by hand."""
    rows = [line.split(",") for line in (bench.study / "survey.csv").read_text().split()[1:]]
    first, last = ("2020-01", "2020-03") if period == "2020-Q1" else ("2020-04", "2020-06")
    inside = [float(grade) for _, date, grade in rows if first <= date[:7] <= last]
    benchmark = bench.study / "benchmark.csv"
    text = benchmark.read_text() if benchmark.exists() else "0,"
    return {
        "past": sum(date[:7] <= last for _, date, _ in rows),
        "window": round(sum(inside) / len(inside), 9),
        "benchmark": float(text.split(",")[-2]),
        "last": 1,
    }


def present(bench: Bench, period: str) -> bool:
    """Whether all that is published is of what the files hold now, and says so with one digest."""
    right = published(bench, period) == pytest.approx(truth(bench, period), abs=6e-4)
    figures = bench.folder / "figures"
    found = [json.loads(file.read_text()) for file in (figures / "tiny" / period).rglob("*.json")]
    digests = {record["inputs"] for record in found if "inputs" in record}
    now = contents(Study.open(bench.study))
    return right and len(digests) == 1 and not outdated(figures, bench.folder, "tiny", now)


EVERY = {f"{stem[:2]}-{period[5:]}" for stem in READS for period in PERIODS}
FIRST = {"01-Q1", "01-Q2", "02-Q1", "04-Q1", "04-Q2"}  # rest on the first quarter
SECOND = {"01-Q2", "02-Q2", "04-Q2"}
MONTHS = {"first": ("2020-01", "2020-02", "2020-03"), "second": ("2020-04", "2020-05", "2020-06")}


def survey(bench: Bench, change: str, quarter: str, chance: random.Random) -> set[str]:
    """Change a row of a quarter; the file has its old time, an older one, a new one or a later."""
    path = bench.study / "survey.csv"
    rows, before = path.read_text().split(), path.stat().st_mtime
    at = chance.choice(
        [i for i, row in enumerate(rows) if row.split(",")[1][:7] in MONTHS[quarter]]
    )
    name, date, grade = rows[at].split(",")
    if change == "answer":
        rows[at] = f"{name},{date},{int(grade) % 9 + 1}"
    elif change == "add":
        rows.append(f"X{chance.randint(1, 10**9)},{date},{grade}")
    else:
        del rows[at]
    path.write_text("\n".join(rows) + "\n")
    time_of(path, chance, before)
    return FIRST if quarter == "first" else SECOND


def time_of(path: Path, chance: random.Random, before: float) -> None:
    now = time.time()
    os.utime(path, (now, chance.choice([before, 10**9, now, now + 10**8])))


def times(bench: Bench, chance: random.Random) -> set[str]:
    for path in bench.study.iterdir():
        time_of(path, chance, 0)
    return set()


def benchmark(bench: Bench, chance: random.Random) -> set[str]:
    path = bench.study / "benchmark.csv"
    there = path.exists()
    before = path.read_text() if there else ""
    while not path.exists() or path.read_text() == before:
        path.write_text(BENCHMARK.format(chance.randint(50, 74) / 10))
    return {"03-Q1", "03-Q2", "04-Q1", "04-Q2"} if there else EVERY


def file_removed(bench: Bench, chance: random.Random) -> set[str]:
    path = bench.study / "benchmark.csv"
    there = path.exists()
    path.unlink(missing_ok=True)
    return EVERY if there else set()


def renamed(bench: Bench, chance: random.Random) -> set[str]:
    path = bench.study / "survey.csv"
    other = path.rename(path.with_name("Survey.csv"))
    assert ran(bench) == set()
    other.rename(path)
    return set()


def in_mid_run(bench: Bench, chance: random.Random) -> set[str]:
    """Two changes, the second at some moment of the run that the first calls for."""
    change, other = chance.choices(ROWS, k=2)
    before = [truth(bench, period) for period in PERIODS]
    due = change(bench, chance=chance)
    between = [truth(bench, period) for period in PERIODS]
    process = bench.start(period=" ".join(PERIODS))
    time.sleep(chance.uniform(0, 10))
    due = due | other(bench, chance=chance)
    after = [truth(bench, period) for period in PERIODS]
    said, _ = process.communicate(timeout=300)
    assert "Traceback" not in said, said
    for at, period in enumerate(PERIODS):
        now = published(bench, period)
        known = before[at], between[at], after[at]
        assert any(now == pytest.approx(state, abs=6e-4) for state in known), "mixed"
    return due


def rewritten(bench: Bench, chance: random.Random) -> set[str]:
    """The same rows, written as another program writes them."""
    path = bench.study / "survey.csv"
    rows = path.read_text().replace('"', "").replace(";", ",").split()
    between = chance.choice('",;')
    joint = between if between != '"' else '","'
    lines = [row.replace(",", joint) for row in rows]
    path.write_text("\n".join(f'"{line}"' if between == '"' else line for line in lines) + "\n")
    assert ran(bench) == set()
    path.write_text("\n".join(rows) + "\n")
    return set()


ROWS = [
    partial(survey, change=change, quarter=quarter)
    for change in ("answer", "add", "remove")
    for quarter in MONTHS
]
EDITS = [benchmark, file_removed, rewritten, renamed, times, in_mid_run, *ROWS]


def kind(change: Callable[..., set[str]]) -> str:
    """What an edit does, in words."""
    words = getattr(change, "keywords", None)
    if words is None:
        return change.__name__.replace("_", " ")
    return f"{words['change']}, {words['quarter']} quarter"


def tried(bench: Bench, seed: int, n: int) -> Iterator[dict[str, object]]:
    """Edit a study n times; says of each whether what was made again is right, and no more."""
    chance = random.Random(seed)
    for _ in range(n):
        change = chance.choice(EDITS)
        due = change(bench, chance=chance)
        again = ran(bench)
        only = again <= due if change is in_mid_run else again == due
        right = all(present(bench, period) for period in PERIODS)
        yield {"edit": kind(change), "only what rests on it": only, "right": right}


def test_what_rests_on_a_change_is_made_again_and_nothing_else(readers: Bench) -> None:
    assert len(ran(readers)) == 8
    assert all(row["only what rests on it"] and row["right"] for row in tried(readers, 1, n=1))

    survey(readers, "answer", "first", random.Random(0))  # a late row: only the last is asked for
    status, said = readers.run()
    assert status == 0, said
    assert "tiny, 2020-Q1: published before survey changed; PERIOD=stale renews it" in said
    assert published(readers, "2020-Q1") != pytest.approx(truth(readers, "2020-Q1"), abs=6e-4)
    shutil.rmtree(readers.folder / "runs")  # as on another machine
    status, said = readers.run(period="stale")
    assert status == 0 and "of tiny, 2020-Q1" in said and "of tiny, 2020-Q2" not in said
    assert published(readers, "2020-Q1") == pytest.approx(truth(readers, "2020-Q1"), abs=6e-4)


@pytest.mark.long("mid run")
def test_rows_that_come_while_a_run_is_at_work_are_never_mixed_in(readers: Bench) -> None:
    wait = f"import os, pathlib, time\nfolder = pathlib.Path(os.environ['FLAGS'])\n{WAIT}"
    read, name = READS["02_second"]
    code = READER.format(stem="02_second", read=read, name=name)
    readers.write_notebook("02_second", wait, code)
    assert readers.run()[0] == 0
    before = readers.published()
    survey(readers, "answer", "second", random.Random(0))
    flag = readers.flag("wait-02_second")
    process = readers.start("--cores", "1")
    while not (readers.folder / "flags" / "reached-02_second").exists():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    survey(readers, "add", "second", random.Random(1))  # 01 has read, 02 has not
    flag.unlink()
    said, _ = process.communicate(timeout=120)
    assert process.returncode != 0 and "survey changed while the run was at work" in said
    assert "Traceback" not in said and readers.published() == before
    status, said = readers.run()
    assert status == 0, said
    assert published(readers, "2020-Q2") == pytest.approx(truth(readers, "2020-Q2"), abs=6e-4)


@pytest.mark.long("mid run")
def test_state_that_was_cut_off_is_made_again_and_a_dry_run_writes_nothing(readers: Bench) -> None:
    assert readers.run()[0] == 0
    before, runs = readers.published(), readers.folder / "runs"
    for path in (runs / "plan.json", readers.run_folder / "03_third" / "findings.json"):
        path.write_text("")
    stamp = readers.run_folder / "published.json"
    stamp.write_text(stamp.read_text()[:40])
    (readers.run_folder / "02_second" / "made.json").unlink()

    times = {file: file.stat().st_mtime_ns for file in runs.rglob("*")}
    status, said = readers.run("--dry-run")
    assert status == 0 and "02_second of tiny" in said and "01_first of" not in said, said
    assert times == {file: file.stat().st_mtime_ns for file in runs.rglob("*")}

    status, said = readers.run()
    assert status == 0 and "Traceback" not in said, said
    assert "02_second of" in said and "03_third of" in said and "01_first of" not in said
    assert readers.published() == before

"""Publishing a run: all of it or nothing of it, whenever it is cut short."""

import threading
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from cxlib.run import Publication, Results, promotion
from cxlib.run.promotion import promote, put_in_place, recover
from cxlib.run.results import ResultsError

STEMS = ("01_intake", "02_viewpoints")


class Killed(BaseException):
    """Stands for a process that ends here."""


def fill(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text)
    return folder


@pytest.fixture
def run(study, tmp_path, monkeypatch):
    """A finished run of two notebooks, the second of which published nothing."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs" / "small" / "2020-Q1"
    for stem in STEMS:
        (folder / stem).mkdir(parents=True)
        title = nbformat.v4.new_markdown_cell("# Intake <script>alert(1)</script>")
        nbformat.write(nbformat.v4.new_notebook(cells=[title]), folder / f"{stem}.ipynb")
    publish(study, folder / "01_intake", 1.5)
    (folder / "01_intake" / "booklet").mkdir()
    (folder / "01_intake" / "booklet" / "card.nl.pdf").write_bytes(b"%PDF")
    (folder / "01_intake" / ".snakemake_timestamp").touch()
    (folder / "02_viewpoints" / ".key.csv").write_text("Q01,T01,tenants,north")
    return folder


def publish(study, folder, value):
    made = Publication(study, folder.name, output=folder, seed=1)
    frame = pd.DataFrame({"value": ["<i>x</i>"], "score": [value]})
    made.table("value_scores", frame, origin="simulated")
    made.finding("share_top", value / 10, origin="simulated")


def places(tmp_path):
    return tmp_path / "data/processed/small/2020-Q1", tmp_path / "figures/small/2020-Q1"


def snapshot(*folders):
    return {f: f.read_bytes() for folder in folders for f in folder.rglob("*") if f.is_file()}


def test_run_is_gathered_and_read_back(run, study, tmp_path):
    tables, figures = places(tmp_path)
    promote(run, tables, figures, study)
    results = Results.open(tables, figures)
    assert results.table("value_scores")["score"].tolist() == [1.5]
    assert results.finding("share_top").notebook == "01_intake"
    names = {str(f.relative_to(figures)) for f in figures.rglob("*") if f.is_file()}
    assert names == {
        "index.html",
        "index.en.html",
        "booklet/card.nl.pdf",
        "notebooks/01_intake.ipynb",
        "notebooks/01_intake.html",
        "notebooks/02_viewpoints.ipynb",
        "notebooks/02_viewpoints.html",
    }
    assert not (run / ".promotion").exists()


def test_what_an_earlier_run_published_does_not_stay_behind(run, study, tmp_path):
    tables, figures = places(tmp_path)
    fill(figures, "old")
    (figures / "old.svg").touch()
    promote(run, tables, figures, study)
    assert not (figures / "old.svg").exists()
    assert "Kleine Corporatie" in (figures / "index.html").read_text(encoding="utf-8")


def test_same_run_gives_same_bytes(run, study, tmp_path):
    folders = places(tmp_path)
    promote(run, *folders, study)
    first = snapshot(*folders)
    promote(run, *folders, study)
    assert snapshot(*folders) == first


@pytest.mark.parametrize("swaps", [True, False])
@pytest.mark.parametrize("cut", ["stage", "first", "second", "rename"])
def test_interruption_leaves_all_old_or_becomes_all_new(
    run, study, tmp_path, monkeypatch, cut, swaps
):
    """Cut short while preparing, before each of the two steps, and between two renames."""
    folders = places(tmp_path)
    promote(run, *folders, study)
    old = snapshot(*folders)
    publish(study, run / "01_intake", 2.5)
    with monkeypatch.context() as patched:
        if not swaps:
            patched.setattr(promotion, "_swapped", lambda one, other: False)
        _cut(patched, cut)
        with pytest.raises(Killed):
            promote(run, *folders, study)
    published = snapshot(*folders)
    if cut in ("stage", "first"):
        assert published == old
    recover(tmp_path / "runs", STEMS)
    score = Results.open(*folders).table("value_scores")["score"].tolist()
    assert score == ([1.5] if cut == "stage" else [2.5])
    assert not (run / "published.json").exists()  # what the notebooks made has yet to be published
    promote(run, *folders, study)
    assert Results.open(*folders).table("value_scores")["score"].tolist() == [2.5]
    assert snapshot(*folders).keys() == old.keys()


def _cut(patched, where):
    """Have the promotion end at a step as if it were killed there."""
    calls = []

    def dying(new: Path, target: Path, old: Path) -> None:
        calls.append(new)
        if len(calls) == (1 if where == "first" else 2):
            if where == "rename" and target.exists():
                target.rename(old)
            raise Killed
        put_in_place(new, target, old)

    def dying_early(*_):
        raise Killed

    if where == "stage":
        patched.setattr("cxlib.run.index.write_index", dying_early)
    else:
        patched.setattr(promotion, "put_in_place", dying)


def test_published_folder_is_there_at_every_moment(tmp_path):
    target = fill(tmp_path / "published", "0")
    missed, seen, done = [], set(), threading.Event()

    def watch():
        while not done.is_set():
            try:
                seen.add((target / "index.html").read_text())
            except FileNotFoundError:
                missed.append(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for number in range(1, 200):
        new = fill(tmp_path / f"new-{number}", str(number))
        put_in_place(new, target, tmp_path / f"old-{number}")
    done.set()
    watcher.join()
    assert (target / "index.html").read_text() == "199"
    assert not missed and len(seen) > 1


def test_a_name_published_twice_stops_before_anything_changes(run, study, tmp_path):
    folders = places(tmp_path)
    promote(run, *folders, study)
    old = snapshot(*folders)
    publish(study, run / "02_viewpoints", 9.0)
    with pytest.raises(ResultsError, match="was published by two notebooks"):
        promote(run, *folders, study)
    assert snapshot(*folders) == old


@pytest.mark.parametrize("harm", ["gone", "changed", "none"])
def test_stamp_is_forgotten_when_published_files_are_not_as_they_were(run, study, tmp_path, harm):
    tables, figures = places(tmp_path)
    promote(run, tables, figures, study)
    if harm == "gone":
        (figures / "index.html").unlink()
    elif harm == "changed":
        (tables / "value_scores.csv").write_text("x")
    recover(tmp_path / "runs", STEMS)
    assert (run / "published.json").exists() is (harm == "none")


def test_results_of_a_notebook_that_is_no_more_are_forgotten(run, study, tmp_path):
    folders = places(tmp_path)
    recover(tmp_path / "runs", STEMS[1:])
    assert sorted(path.name for path in run.iterdir()) == [STEMS[1], f"{STEMS[1]}.ipynb"]
    promote(run, *folders, study)
    assert not Results.open(*folders).tables


def test_promotion_under_way_is_not_read(run, study):
    publish(study, run / ".promotion" / "01_intake", 1.0)
    assert Results.open(run).table("value_scores")["score"].tolist() == [1.5]


def test_place_that_cannot_be_written_stops_before_anything_changes(run, study, tmp_path):
    tables, figures = places(tmp_path)
    promote(run, tables, figures, study)
    before = snapshot(tables, figures)
    publish(study, run / "01_intake", 2.5)
    (tmp_path / "locked").touch()  # no folder, so that nothing can be put in it, not even by root
    with pytest.raises(OSError, match="locked"):
        promote(run, tables, tmp_path / "locked" / "2020-Q1", study)
    assert snapshot(tables, figures) == before
    recover(tmp_path / "runs", STEMS)
    assert snapshot(tables, figures) == before
    assert not [path for path in tables.parent.iterdir() if path != tables]

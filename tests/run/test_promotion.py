"""Publishing a run: all of it or nothing of it, whenever it is cut short."""

import threading
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from cxlib.run import Publication, Results, promotion
from cxlib.run.promotion import promote, put_in_place, recover
from cxlib.run.rests import record
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
    results = Results.open(figures)
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
        "tables/edition.json",
        "tables/findings.json",
        *(f"tables/value_scores.{kind}" for kind in ("csv", "json", "parquet")),
    }
    assert tables.is_symlink() and tables.resolve() == figures / "tables"
    assert str(tables.readlink()) == "../../../figures/small/2020-Q1/tables"
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


STEPS = (  # what changes names on disk, in whatever order
    (promotion, "_swapped"),
    (promotion, "write_whole"),
    (promotion.shutil, "copytree"),
    (promotion.shutil, "rmtree"),
    *((Path, name) for name in ("mkdir", "rename", "replace", "rmdir", "symlink_to")),
)


def kill_before(patched: pytest.MonkeyPatch, last: int) -> None:
    """Have this process end as if it were killed before a step, the first of which is 0."""
    passed = []

    def dying(step):
        def made(*words, **more):
            passed.append(step)
            if len(passed) > last:
                raise Killed
            return step(*words, **more)

        return made

    for place, name in STEPS:
        patched.setattr(place, name, dying(getattr(place, name)))


def told(tables: Path, figures: Path) -> tuple[str, str]:
    """What a reader finds in the tables, and on the index page."""
    page = (figures / "index.html").read_text(encoding="utf-8")
    return (tables / "value_scores.csv").read_text().split(",")[-1].strip(), page


def layout_of_an_earlier_release(tables: Path, figures: Path) -> None:
    tables.unlink()
    (figures / "tables").rename(tables)


@pytest.mark.parametrize("swaps", [True, False], ids=["swaps", "renames"])
@pytest.mark.parametrize("earlier", [True, False], ids=["earlier", "present"])
def test_killed_at_any_step_it_is_old_or_new_as_a_whole(
    run, study, tmp_path, monkeypatch, swaps, earlier
):
    def write_page(folder, study):
        score = Results.open(folder).table("value_scores")["score"].tolist()[0]
        (folder / "index.html").write_text(str(score))

    monkeypatch.setattr("cxlib.run.index.write_index", write_page)
    if not swaps:
        monkeypatch.setattr(promotion, "_swapped", lambda one, other: False)
    folders = places(tmp_path)
    promote(run, *folders, study)
    value, seen = 1.5, []
    for last in range(40):
        if earlier:
            layout_of_an_earlier_release(*folders)
        publish(study, run / "01_intake", value + 1)
        with monkeypatch.context() as patched:
            kill_before(patched, last)
            try:
                promote(run, *folders, study)
            except Killed:
                pass
            else:
                break
        if swaps:
            seen.append(told(*folders))
        recover(tmp_path / "runs", tmp_path / "figures", STEMS)
        page = (folders[1] / "index.html").read_text()
        assert page in (str(value), str(value + 1))
        assert Results.open(folders[1]).tables or earlier
        promote(run, *folders, study)
        value += 1
        assert told(*folders) == (str(value), str(value)) and folders[0].is_symlink()
        assert not (run / ".promotion").exists()
    assert 8 < last < 40
    assert all(table == page for table, page in seen)


@pytest.mark.parametrize("found", ["text", "other link", "nothing"])
def test_link_to_the_tables_is_made_where_something_else_is(run, study, tmp_path, found):
    tables, figures = places(tmp_path)
    promote(run, tables, figures, study)
    tables.unlink()
    if found == "text":  # as Git leaves a link on a system without them
        tables.write_text("../../../figures/small/2020-Q1/tables")
    elif found == "other link":
        tables.symlink_to("elsewhere")
    recover(tmp_path / "runs", tmp_path / "figures", STEMS)
    assert not (run / "published.json").exists()
    promote(run, tables, figures, study)
    assert tables.resolve() == figures / "tables"


def test_system_without_links_has_the_tables_beside_the_figures(run, study, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError

    tables, figures = places(tmp_path)
    monkeypatch.setattr(Path, "symlink_to", refuse)
    promote(run, tables, figures, study)
    assert tables.read_text() == "../../../figures/small/2020-Q1/tables"
    recover(tmp_path / "runs", tmp_path / "figures", STEMS)
    assert (run / "published.json").exists()
    assert Results.open(figures).table("value_scores")["score"].tolist() == [1.5]


def test_what_was_cut_off_after_its_notebook_ended_is_not_published(run, study, tmp_path):
    folders = places(tmp_path)
    promote(run, *folders, study)
    before = snapshot(*folders)
    record(run, "01_intake", {}, {}, "")
    (run / "01_intake" / "tables" / "value_scores.parquet").write_bytes(b"PAR1")
    with pytest.raises(ResultsError, match="what 01_intake yielded is not whole any more"):
        promote(run, *folders, study)
    (run / "01_intake" / "made.json").write_text("")
    with pytest.raises(ResultsError, match="what 01_intake yielded is not whole any more"):
        promote(run, *folders, study)
    assert snapshot(*folders) == before


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
    recover(tmp_path / "runs", tmp_path / "figures", STEMS)
    assert (run / "published.json").exists() is (harm == "none")


def test_results_of_a_notebook_that_is_no_more_are_forgotten(run, study, tmp_path):
    folders = places(tmp_path)
    recover(tmp_path / "runs", tmp_path / "figures", STEMS[1:])
    assert sorted(path.name for path in run.iterdir()) == [STEMS[1], f"{STEMS[1]}.ipynb"]
    promote(run, *folders, study)
    assert not Results.open(folders[1]).tables


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
    recover(tmp_path / "runs", tmp_path / "figures", STEMS)
    assert snapshot(tables, figures) == before
    assert not [path for path in tables.parent.iterdir() if path != tables]

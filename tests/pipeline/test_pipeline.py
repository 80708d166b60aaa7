"""The way from study to published run, with tiny notebooks over the real Snakefile."""

import os

from workbench import STEMS, WORK, done

REAL = """\
import pandas as pd

from cxlib.run import Publication, require
from cxlib.study import Study

data = Study.open(study)
require(data, "{needs}")
publish = Publication(data, "{stem}", period=period, language=language, output=output)
frame = pd.DataFrame({{"value": ["a"], "score": [2 / 3]}})
publish.table("{name}", frame, origin="simulated")
"""


def test_only_what_changed_is_done_again(bench):
    status, output = bench.run()
    assert (status, done(output)) == (0, [*STEMS, "publish"]), output
    assert bench.seen() == {len((bench.study / "survey.csv").read_text())}
    assert max(map(output.index, ("01_first of", "02_second of"))) < output.index("03_last of")
    first = bench.published()

    for file in (bench.study / "survey.csv", bench.folder / "notebooks" / "02_second.ipynb"):
        os.utime(file)
    status, output = bench.run()
    assert (status, done(output)) == (0, []), output

    (bench.folder / "figures" / "tiny" / "2020-Q2" / "index.html").unlink()
    status, output = bench.run()
    assert (status, done(output), bench.published()) == (0, ["publish"], first), output

    bench.write_notebook("02_second", WORK, "'one more cell'")
    status, output = bench.run()
    assert (status, done(output)) == (0, ["02_second", "03_last", "publish"]), output


def test_what_is_typed_into_a_parameters_cell_is_never_published(bench):
    tell = "import pathlib\n(pathlib.Path(output) / 'period.txt').write_text(period + language)"
    bench.write_notebook("02_second", WORK, tell)
    assert bench.run()[0] == 0
    first = bench.published()
    edited = {"period": "2020-Q1", "language": "en", "output": "elsewhere"}
    bench.write_notebook("02_second", WORK, tell, **edited)
    status, output = bench.run()
    assert (status, done(output)) == (0, ["02_second", "03_last", "publish"]), output
    assert first["figures/tiny/2020-Q2/period.txt"] == b"2020-Q2nl"
    again = bench.published()
    shown = {name for name in first if "/notebooks/02_second." in name}  # the cell itself
    assert len(shown) == 2 and first.keys() == again.keys()
    assert {n for n in first if first[n] != again[n]} <= shown


def test_every_parameter_has_to_be_given(bench):
    bench.write_notebook("02_second", WORK, depth="3")
    status, output = bench.run()
    assert status == 2 and "02_second.ipynb takes depth" in output
    with (bench.study / "study.yaml").open("a") as file:
        file.write("parameters: {02_second: {depth: 4}}\n")
    status, output = bench.run("--dry-run")
    assert status == 0, output


def test_notebook_that_publishes_and_one_that_lacks_its_input(bench):
    (bench.folder / "notebooks" / "03_last.ipynb").unlink()
    bench.write_notebook("01_first", REAL.format(stem="01_first", name="scores", needs="survey"))
    bench.write_notebook("02_second", REAL.format(stem="02_second", name="more", needs="sorts"))
    status, output = bench.run()
    assert status == 0, output
    published = bench.published()
    assert b"a,0.67" in published["figures/tiny/2020-Q2/tables/scores.csv"]
    assert "figures/tiny/2020-Q2/tables/more.csv" not in published
    assert b"has no sorts" in published["figures/tiny/2020-Q2/index.html"]
    assert not any(str(bench.folder).encode() in content for content in published.values())


def test_bad_input_is_reported_before_anything_is_written(bench):
    (bench.study / "survey.csv").write_text("respondent,date,overall\na,2020-01-01,11\n")
    other = bench.write_study(bench.folder / "other", "tiny")
    status, output = bench.run(studies=[bench.study, other, bench.folder / "nowhere"])
    assert status == 2
    assert "row 2, column overall" in output and "nowhere" in output
    assert "Traceback" not in output
    made = {path.name for path in bench.folder.iterdir()}
    assert made - {".snakemake"} == {"notebooks", "my study", "other"}


def test_what_is_refused_is_in_no_log_and_nothing_that_is_said(bench):
    phone, mail = "06-12345678", "j.jansen@example.nl"
    (bench.study / "remarks").mkdir()
    remark = f"participant,text,code,consent\nT01,Bel {phone} of {mail}.,rent,no\n"
    (bench.study / "remarks" / "tenants.csv").write_text(remark)
    status, said = bench.run()
    assert status == 2 and "remarks/tenants.csv" in said, said
    files = [f for f in bench.folder.rglob("*") if f.is_file() and bench.study not in f.parents]
    assert files
    for text in (phone, mail):
        assert text not in said
        assert [file for file in files if text.encode() in file.read_bytes()] == []


def test_several_studies_and_periods(bench):
    other = bench.write_study(bench.folder / "other", "other")
    several = {"studies": [bench.study, other], "period": "2020-Q1 2020-Q2"}
    status, output = bench.run("--dry-run", **several)
    assert status == 0, output
    for run in ("tiny, 2020-Q1", "tiny, 2020-Q2", "other, 2020-Q1", "other, 2020-Q2"):
        assert all(f"{stem} of {run}" in output for stem in STEMS)
        assert f"publishing {run}" in output

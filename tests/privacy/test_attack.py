"""What a reader could work out from all that a run on a nasty study publishes."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pytest
from forked import run_notebook
from nasty_study import FREE, write

from cxlib import booklet, run
from cxlib.digests import rested
from cxlib.places import ROOT
from cxlib.run import Results
from cxlib.run.audit import alone, link, look
from cxlib.study import Study
from cxlib.study.reads import contents

MINIMUM = 10
MARKUP = ("text/html", "text/markdown")
NOTEBOOKS = ("01_intake", "02_viewpoints", "03_importance", "04_values", "05_drivers",
             "06_monitor", "07_vision")  # fmt: skip
FEW = {"02_viewpoints": {"n_resamples": 20, "n_factors": 2}, "03_importance": {"n_resamples": 200},
       "05_drivers": {"n_resamples": 50}, "07_vision": {"n_resamples": 200}}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("nasty") / "nasty")


@pytest.fixture(scope="module")
def out(study: Path) -> Path:
    folder = study.parent / "out"
    for name in NOTEBOOKS:
        given = {"study": str(study), "language": "en", "output": str(folder / name)}
        source = ROOT / "notebooks" / f"{name}.ipynb"
        run_notebook(source, folder / f"{name}.ipynb", given | FEW.get(name, {}))
    return folder


@pytest.fixture(scope="module")
def found(out: Path) -> Results:
    return Results.open(out)


@pytest.fixture(scope="module")
def earlier(study: Path, out: Path) -> Results:
    folder = study.parent / "earlier"
    given = {"study": str(study), "language": "en", "output": str(folder / "06_monitor")}
    source = ROOT / "notebooks" / "06_monitor.ipynb"
    run_notebook(source, folder / "06_monitor.ipynb", given | {"period": "2019-Q3"})
    return Results.open(folder)


def test_no_pseudonym_is_in_any_file(out: Path, study: Path) -> None:
    files = [file for kind in ("csv", "json", "ipynb", "svg") for file in out.rglob(f"*.{kind}")]
    assert len(files) > 40
    for file in files:
        text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", file.read_text("utf-8"))  # pictures
        assert "ZZ" not in text, file


def test_no_pseudonym_is_in_parquet_or_in_the_booklet(out: Path, study: Path, tmp_path) -> None:
    tables = [pd.read_parquet(file) for file in out.rglob("*.parquet")]
    assert len(tables) > 15 and not [t for t in tables if "ZZ" in t.to_csv()]
    data = Study.open(study)
    for path in booklet.build(data, Results.open(out), tmp_path, period=data.period()):
        with pdfium.PdfDocument(path) as pages:
            text = "".join(page.get_textpage().get_text_bounded() for page in pages)
            text += "".join(pages.get_metadata_dict().values())
        with pikepdf.open(path) as pdf:
            streams = [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
            text += "".join(map(str, pdf.objects))
        assert len(text) > 5000 and "ZZ" not in text
        assert not [stream for stream in streams if re.search(rb"ZZ[A-Z]\d\d", stream)]


def test_no_count_of_people_is_below_the_minimum(found: Results) -> None:
    for name, file in found.tables.items():
        people = [f["name"] for f in file.record["fields"] if f["role"] == "people"]
        counts = file.read()[people].to_numpy(dtype=float)
        assert not ((counts > 0) & (counts < MINIMUM)).any(), name
    assert all(f.n is None or f.n >= MINIMUM for f in found.findings.values())


def test_a_month_of_four_complaints_does_not_follow_from_the_total(found: Results) -> None:
    months = found.table("kpi_complaints").set_index("period")
    total = found.finding("within_norm_complaints").n
    hidden = months["value"].isna()
    assert hidden["2019-09"] and hidden[["2019-07", "2019-08"]].any()
    assert total - months["n"].sum() >= MINIMUM
    assert months.loc[hidden, ["n", "value", "low", "high"]].isna().all(axis=None)


def test_two_editions_differ_by_no_small_journey(found: Results, earlier: Results) -> None:
    before = earlier.table("grade_shares").set_index("journey")["n"].dropna()
    after = found.table("grade_shares").set_index("journey")["n"].dropna()
    assert {"repairs", "moving"} <= set(before.index)
    change = (after - before).dropna()
    assert not ((change > 0) & (change < MINIMUM)).any()
    assert "leaving" not in after.index and "moving" not in after.index


def test_groups_of_respondents_hide_as_journeys_do(found: Results) -> None:
    response = found.table("response")
    assert not {"leaving", "moving"} & set(response["category"])
    assert not response["suppressed"].any()
    assert found.tables["response"].record["left_out"]["journey"] >= 2
    assert "care_rare" not in set(found.table("missing_answers")["item"])


def test_items_few_people_answered_show_nothing(found: Results) -> None:
    quality = found.table("survey_quality").set_index("item")
    assert "care_rare" not in quality.index
    people = quality[["floor", "ceiling"]].mul(quality["n"], axis=0).round()
    assert not ((people > 0) & (people < MINIMUM)).any(axis=None)


def test_small_groups_are_left_out_whole(found: Results) -> None:
    assert not {"gaps", "maturity", "kpi_callbacks"} & set(found.tables)
    assert "maturity_median" not in found.findings
    cards = found.table("priorities").set_index("card")
    assert cards.loc["c1", ["performance", "low", "high", "n"]].isna().all()
    assert found.table("participation")["participants"].tolist()[1] == 14
    assert found.table("participation")["participants"].isna().tolist() == [True, False]
    assert found.table("kpi_internal").set_index("period")["value"].isna()["2019-09"]


def test_rules_with_two_votes_hide_behind_another(found: Results) -> None:
    votes = found.table("crocodiles").set_index("crocodile")["votes"]
    total = found.table("intake").set_index("set").loc["votes", "rows"]
    assert votes.isna().sum() >= 2 and total - votes.sum() >= MINIMUM


def test_sorts_stand_in_no_order_of_theirs(found: Results, study: Path) -> None:
    loadings = found.table("loadings").set_index("sort")
    assert list(loadings.index) == [f"Q{i:02d}" for i in range(1, 15)]
    strongest = loadings[["f1", "f2"]].abs()
    assert strongest.idxmax(axis=1).is_monotonic_increasing
    assert not {"session", "district", "group"} & set(loadings.columns)


def test_digests_do_not_confirm_a_guess_of_a_short_file(out: Path, study: Path, tmp_path) -> None:
    """Nothing of twelve judgements alone is published, which one could try out."""
    made = shutil.copytree(out, tmp_path / "runs" / "nasty" / "2019-Q4")
    data = Study.open(study)
    run.promote(made, tmp_path / "tables", tmp_path / "figures", data)
    held = contents(data)
    alone = {code for months in held.values() for code in months.values()}
    alone |= set(data.hashes().values()) | set(
        rested(held, [f"{name}  " for name in held]).values()
    )
    files = [*(tmp_path / "tables").rglob("*.json"), *(tmp_path / "figures").rglob("*.*ml")]
    assert len(files) > 40 and "survey" in held and "maturity" in held
    for file in files:
        assert not [code for code in alone if code in file.read_text("utf-8")], file


def test_no_theme_of_few_people_follows_from_the_others(found: Results) -> None:
    themes = found.table("remark_themes").set_index("code")
    total = found.table("intake").set_index("set").loc["remarks/tenants", "rows"]
    assert "rare" not in themes.index
    assert sum(found.tables["remark_themes"].record["left_out"].values()) >= 2
    assert total - themes["remarks"].sum() >= MINIMUM  # as if each person had said one thing
    assert (themes["n"] >= MINIMUM).all()


def test_only_words_that_may_be_quoted_are(found: Results) -> None:
    """That no refused words are in any file is tested with the pseudonyms: they hold ZZ too."""
    quoted = found.table("remarks_quoted")
    assert list(quoted) == ["code", "text"]
    pairs = {(code, text) for code, texts in FREE.items() for text in texts}
    assert set(zip(quoted["code"], quoted["text"], strict=True)) == pairs


def test_words_and_labels_are_shown_as_text_only(out: Path) -> None:
    cells = json.loads((out / "03_importance.ipynb").read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    printed = "".join("".join(o.get("text", "")) for o in outputs if o["output_type"] == "stream")
    forms = [o["data"].get(form, "") for o in outputs if "data" in o for form in MARKUP]
    pages = "".join("".join(form) for form in forms)
    for text in (text for texts in FREE.values() for text in texts):
        assert text in printed
        assert text not in pages
    assert "<b>" not in pages and "&lt;b&gt;plain" in pages and "rare&lt;" not in pages
    csv = next(out.rglob("remarks_quoted.csv")).read_text("utf-8")
    assert ",'=1+1" in csv


def test_pages_and_words_show_no_hidden_number(out: Path, found: Results) -> None:
    """Alt texts, captions and pages are drawn from the tables above: no lone counts."""
    words = [f"{f.title} {f.alt}" for f in found.figures.values()]
    assert not [text for text in words if re.search(r"\bnan\b", text.lower())]
    shown = json.dumps(json.loads((out / "06_monitor.ipynb").read_text("utf-8")))
    assert not re.search(r"\b[1-9] answers", shown)


def test_a_traceback_shows_no_rows_of_respondents(study: Path, tmp_path: Path) -> None:
    given = {"study": str(study), "language": "en", "output": str(tmp_path / "o"), "n_factors": 99}
    target = tmp_path / "02_viewpoints.ipynb"
    with pytest.raises(Exception, match="n_factors"):
        run.run_notebook(ROOT / "notebooks" / "02_viewpoints.ipynb", target, given)
    assert "ZZ" not in target.with_name("02_viewpoints.failed.ipynb").read_text("utf-8")


def test_every_table_of_people_says_whom_it_divides(found: Results) -> None:
    assert not unlinked(found)


def test_the_audit_lets_nothing_pass_that_gives_people_away(
    found: Results, earlier: Results, study: Path
) -> None:
    """Hidden groups have bounds that tell nothing, with all tables of both editions together."""
    audited = look(Study.open(study), {"earlier": earlier, "now": found})
    assert len(audited) and not (audited["verdict"] == "fail").any()


def unlinked(results: Results) -> list[str]:
    """Tables that count people, and are in links.yaml neither as linked nor as alone."""
    tables = results.tables.items()
    people = {n for n, t in tables if "people" in {f["role"] for f in t.record["fields"]}}
    return sorted(name for name in people if link(name) is None and name not in alone())

"""What a notebook publishes: exact, described, marked, and never about too few people."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxlib import figures
from cxlib.report import Lead
from cxlib.report.viewpoints import solve
from cxlib.run import Publication, Results, require
from cxlib.run.fields import _DICTIONARY, DICTIONARY, ROLES, FieldError, PrivacyError
from cxlib.run.publication import FigureError
from cxlib.run.rests import held
from cxlib.run.results import DIGITS, ResultsError, read_table, rounded, write_table
from cxlib.study import Study

AXIS = {"low": 0, "high": 1, "span": [0, 9]}


@pytest.fixture
def publish(study, tmp_path):
    return Publication(study, "03_importance", language="en", seed=7, output=tmp_path / "out")


def scores(**columns):
    cards = pd.Index(["c01", "c02"], name="card")
    return pd.DataFrame({"score": [92.0, 2 / 3]} | columns, index=cards)


def test_table_comes_back_from_parquet_and_from_csv(publish):
    frame = scores(real=[True, False], rank=[1, 2], low=[1 / 3, np.nan], label=["a", "é;\n\"x'"])
    assert publish.table("card_scores", frame, origin="simulated") is frame
    results = Results.open(publish.folder)
    parquet = results.table("card_scores")
    results.tables["card_scores"].sidecar.with_suffix(".parquet").unlink()
    pd.testing.assert_frame_equal(results.table("card_scores"), parquet)
    kept = frame.assign(score=[92.0, 0.67], low=[0.3333, np.nan])
    pd.testing.assert_frame_equal(parquet.set_index("card"), kept.reset_index().set_index("card"))


def test_same_numbers_give_same_bytes_whatever_the_last_bits(study, tmp_path):
    noise = scores() * (1 + 4e-16)
    noise["gap"] = [3e-17, -0.0]
    for folder, frame in (("a", scores(gap=[0.0, 0.0])), ("b", noise)):
        made = Publication(study, "03_importance", output=tmp_path / folder)
        made.table("card_scores", frame, origin="simulated")
        made.finding("top_card_score", frame["score"].iloc[1], origin="simulated")
    for file in ("tables/card_scores.csv", "tables/card_scores.json", "findings.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@given(st.floats(-1e3, 1e3, allow_subnormal=False), st.integers(0, 6), st.integers(0, 6))
def test_who_rounds_a_published_number_gets_what_the_number_gives(value, digits, fewer):
    short = rounded(value, digits)
    assert short == pytest.approx(value, abs=0.51 * 10.0**-digits)
    full = float(f"{value:.{DIGITS}g}")
    if fewer < digits and abs(full) > 1e-4:
        assert f"{short:.{fewer}f}" == f"{full:.{fewer}f}"


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=9))
def test_rounding_keeps_the_order(values):
    short = [rounded(value, 2) for value in sorted(values)]
    assert short == sorted(short)


def test_numbers_carry_what_their_standard_errors_support(publish):
    frame = scores(low=[91.8123, 0.6], high=[92.1987, 0.8], p_top=[0.123442, 0.9], rank=[1.0, 2.0])
    publish.table("card_scores", frame, origin="collected")
    found = Results.open(publish.folder).table("card_scores")
    assert found["score"].tolist() == [92.0, 0.667]
    assert found[["low", "high"]].to_numpy().tolist() == [[91.812, 92.199], [0.6, 0.8]]
    assert found["p_top"].tolist() == [0.1234, 0.9] and found["rank"].tolist() == [1, 2]
    publish.finding("mean_grade", 7.12345, 7.05678, 7.19012, n=900, origin="collected")
    publish.finding("nps", 12.3456, origin="collected")
    found = Results.open(publish.folder).findings
    assert [found["mean_grade"].value, found["mean_grade"].low] == [7.123, 7.057]
    assert found["nps"].value == 12.346


def test_small_p_values_are_kept(publish):
    publish.table("gaps", scores(p=[1e-20, 0.5]), origin="simulated")
    assert Results.open(publish.folder).table("gaps")["p"].tolist() == [1e-20, 0.5]


@pytest.mark.parametrize("text", ["=1+1", "+31", "-x", "@me", "\tx", "'=1", "''=1"])
def test_formula_in_text_is_harmless_in_csv_and_exact_when_read(tmp_path, text):
    frame = pd.DataFrame({"label": [text, "plain", "it's"], "n": [-1, 2, 3]})
    fields = [{"name": "label", "type": "text"}, {"name": "n", "type": "integer"}]
    write_table(frame, tmp_path / "t", {"fields": fields})
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8")
    assert f"'{text}" in lines and "plain,2" in lines and ",-1" in lines
    (tmp_path / "t.parquet").unlink()
    assert read_table(tmp_path / "t.json")["label"].tolist() == [text, "plain", "it's"]


def test_the_key_to_sorts_is_kept_in_the_run_alone(tmp_path, monkeypatch):
    """Beside the results of a run, for its owner, hidden; not where output goes elsewhere."""
    study, runs = Study.open("haag-wonen"), tmp_path / "runs"
    monkeypatch.setattr("cxlib.run.publication.RUNS", runs)
    solution = solve(study, "tenants")
    for place in ("runs/haag-wonen/2020-Q4/02_viewpoints", "runs/scratch/haag-wonen/x", "out"):
        made = Publication(study, "02_viewpoints", output=tmp_path / place)
        made.finding("n_viewpoints", 3, origin="collected")
        made.keep_key(solution, "tenants")
    (path,) = [file for file in tmp_path.rglob("*") if "T01" in _words(file)]
    assert path.parent == runs / "haag-wonen/2020-Q4/02_viewpoints" and path.name.startswith(".")
    assert path.stat().st_mode & 0o777 == 0o600
    before = held(path.parents[1], "02_viewpoints")
    key = pd.read_csv(path, index_col="participant")
    loadings = solution.loadings.loc[key.index].set_axis(key["sort"])
    pd.testing.assert_frame_equal(loadings, solution.unnamed().loadings, check_names=False)
    assert key["session"].equals(study.participants["tenants"]["session"].loc[key.index])
    path.unlink()
    assert held(path.parents[1], "02_viewpoints") == before  # no result, nothing to publish


def _words(path):
    return path.read_text("utf-8") if path.is_file() else ""


def test_provenance_travels_with_a_table(publish, study):
    publish.table("card_scores", scores(), origin="simulated")
    record = json.loads((publish.folder / "tables" / "card_scores.json").read_text("utf-8"))
    assert (record["study"], record["period"], record["notebook"]) == (
        "small",
        "2020-Q1",
        "03_importance",
    )
    assert (record["origin"], record["seed"], record["rows"]) == ("simulated", 7, 2)
    assert record["fields"][1]["unit"] == "points"


def test_unknown_columns_are_named_together(publish):
    with pytest.raises(FieldError, match=r"'scroe'.*did you mean 'score'(.|\n)*'unheard_of'"):
        publish.table("card_scores", scores(scroe=1.0, unheard_of=1.0), origin="simulated")
    assert not publish.folder.exists()


def test_unnamed_index_and_doubled_columns_are_refused(publish):
    with pytest.raises(ValueError, match="give the index a name"):
        publish.table("card_scores", scores().rename_axis(None), origin="simulated")
    with pytest.raises(ValueError, match="two columns are called card"):
        publish.table("card_scores", scores(card="x"), origin="simulated")


def test_unknown_origin_is_refused(publish):
    with pytest.raises(ValueError, match="origin"):
        publish.table("card_scores", scores(), origin="invented")


@pytest.mark.parametrize("count", [3, 9, 9.5])
def test_small_groups_are_refused(publish, count):
    with pytest.raises(PrivacyError, match="column n, row c02") as error:
        publish.table("priorities", scores(n=[30.0, count]), origin="collected")
    assert str(count) not in str(error.value)
    with pytest.raises(PrivacyError, match="mean_grade"):
        publish.finding("mean_grade", 7.4, n=int(count), origin="collected")


def test_ids_of_persons_are_refused_in_tables_and_figures(publish):
    sorts = pd.DataFrame({"f1": [0.8, 0.1]}, index=pd.Index(["T02", "T01"], name="sort"))
    with pytest.raises(PrivacyError, match=r"table loadings.*unnamed") as error:
        publish.table("loadings", sorts, origin="collected")
    assert "T0" not in str(error.value)
    with pytest.raises(PrivacyError, match="figure loadings"):
        publish.figure("loadings", figures.loadings, sorts, origin="collected")
    publish.table(
        "loadings", sorts.set_axis(["Q01", "Q02"]).rename_axis("sort"), origin="collected"
    )


def test_a_suppressed_row_must_be_empty(publish):
    frame = scores(n=[30.0, np.nan], suppressed=[False, True])
    with pytest.raises(PrivacyError, match="column score: a suppressed row has a number"):
        publish.table("priorities", frame, origin="collected")


@pytest.mark.parametrize("count", [0, 10, np.nan])
def test_empty_hidden_and_large_groups_pass(publish, count):
    publish.table("priorities", scores(n=[30.0, count]), origin="collected")


def test_findings_gather_in_one_file(publish):
    interval = {"low": 0.4, "high": 0.6, "n": np.int64(90), "unit": "share"}
    publish.finding("share_top", np.float64(0.5), **interval, origin="collected")
    publish.finding("lowest_value", "ease", origin="simulated")
    publish.finding("r2", np.nan, origin="simulated")
    results = Results.open(publish.folder)
    top = results.finding("share_top")
    assert (top.value, top.low, top.n, top.unit, top.notebook, top.seed) == (
        0.5,
        0.4,
        90,
        "share",
        "03_importance",
        7,
    )
    assert results.finding("lowest_value").value == "ease"
    assert results.finding("r2").value is None


def plain(look: figures.Look, title: str) -> figures.Figure:
    body = {"kind": "plane", "wide": 118, "tall": 9, "parts": [], "x": AXIS, "y": AXIS}
    return figures.Figure.of(look, body, title=title, subtitle="s", origin="published")


def test_figure_is_made_in_every_language(publish, monkeypatch):
    seen = []

    def family(result, *, look, origin, name):
        seen.append((look.language, look.domains["service"], look.source, origin, name))
        return plain(look, f"T {look.language}")

    monkeypatch.setattr(figures, "lint", lambda figure: [])
    name = publish.study.config.title
    shown = publish.figure("top_cards", family, scores(), origin="simulated", name=name)
    assert shown.language == "en"
    assert seen == [
        ("nl", "dienst", "Eigen onderzoek", "simulated", "Visie <b>van</b> & voor ons"),
        ("en", "service", "Own research", "simulated", "Our vision"),
    ]
    results = Results.open(publish.folder)
    file = results.figure("top_cards", "nl")
    assert (file.title, file.alt, file.origin) == ("T nl", "T nl. s.", "simulated")
    assert all(file.path(kind).exists() for kind in ("svg", "pdf", "png"))
    with pytest.raises(ResultsError, match="did you mean top_cards"):
        results.figure("top_card", "nl")


def test_figure_with_faults_is_refused(publish, monkeypatch):
    monkeypatch.setattr(figures, "lint", lambda figure: ["text outside"])
    with pytest.raises(FigureError, match=r"top_cards \(nl\): text outside"):
        publish.figure("top_cards", lambda look, **_: plain(look, "T"), origin="simulated")
    assert not (publish.folder / "figures").exists()


def test_language_and_period_must_be_the_studys(study, tmp_path):
    with pytest.raises(ValueError, match="nl and en"):
        Publication(study, "x", language="fr", output=tmp_path)
    with pytest.raises(ValueError, match="2019-Q4"):
        Publication(study, "x", period="2019-Q4", output=tmp_path)


@pytest.mark.parametrize("name", ["Card", "../x", "a.b", ""])
def test_names_are_file_names(publish, name):
    with pytest.raises(ValueError, match="lower-case"):
        publish.table(name, scores(), origin="simulated")


def test_require_says_what_is_missing_and_ends_quietly(study, capsys):
    require(study, "survey")
    with pytest.raises(SystemExit) as end:
        require(study, "survey", "sorts", "cards")
    assert end.value.code == 0
    assert "has no sorts and no cards" in capsys.readouterr().out


def test_two_notebooks_cannot_publish_one_name(study, tmp_path):
    for notebook in ("02_viewpoints", "03_importance"):
        made = Publication(study, notebook, output=tmp_path / notebook)
        made.table("card_scores", scores(), origin="simulated")
    with pytest.raises(ResultsError, match="card_scores was published twice"):
        Results.open(tmp_path)


def test_field_dictionary_is_complete_and_sorted_out():
    known = _DICTIONARY
    for name, entry in known["fields"].items():
        assert entry["role"] in ROLES, name
        assert entry["label"], name
        assert entry.get("unit", "grade") in known["units"], name
    _, *sections = re.split(r"(?m)^\w+:$", DICTIONARY.read_text(encoding="utf-8"))
    for section in sections:  # YAML would take the last of two entries in silence
        names = re.findall(r"(?m)^  ([\w.<>]+):", section)
        assert len(names) == len(set(names)) > 0


def test_a_figure_of_nothing_but_suppressed_rows_is_left_out(publish):
    rows = pd.DataFrame(
        np.nan, pd.Index(["repairs"], name="journey"), ["n", "fail", "middle", "top", "low", "high"]
    )
    for part in (rows, rows.iloc[:0]):
        shown = publish.figure("eight_plus", figures.eight_plus, part, {}, origin="collected")
        assert "left out" in shown.data
    assert not (publish.folder / "figures").exists()


@pytest.fixture(scope="module")
def demo():
    return Study.open("haag-wonen")


def quoted(demo, allowed):
    """Some remark of the demo on a theme that is large enough; whether it may be quoted."""
    said = demo.remarks["tenants"].dropna(subset="text")
    people = demo.remarks["tenants"].groupby("code")["participant"].nunique()
    said = said[said["code"].isin(people.index[people >= 10]) & (said["consent"] == allowed)]
    return (
        said[~said["text"].duplicated(keep=False)][["code", "text"]].head(1).reset_index(drop=True)
    )


def test_words_are_published_with_consent_and_a_code_only(demo, tmp_path):
    made = Publication(demo, "03_importance", output=tmp_path)
    made.table("remarks_quoted", quoted(demo, True), origin="simulated")
    refused = quoted(demo, False)
    with pytest.raises(PrivacyError, match="without consent") as error:
        made.table("remarks_quoted", refused, origin="simulated")
    assert refused["text"].iloc[0] not in str(error.value)
    with pytest.raises(PrivacyError, match="nothing else"):
        made.table("remarks_quoted", quoted(demo, True).assign(card="c01"), origin="simulated")
    with pytest.raises(PrivacyError, match="nothing else"):
        made.table("remarks_quoted", quoted(demo, True)[["text"]], origin="simulated")


def test_words_that_give_a_person_away_are_refused(demo, tmp_path):
    """Even where they came by the check: changed in a notebook, or of rows made there."""
    told = quoted(demo, True).replace(quoted(demo, True)["text"].iloc[0], "Bel 06-12345678")
    said = demo.remarks["tenants"].replace(quoted(demo, True)["text"].iloc[0], "Bel 06-12345678")
    other = replace(demo, _tables={**demo._tables, "remarks/tenants": said})
    made = Publication(other, "03_importance", output=tmp_path)
    with pytest.raises(
        PrivacyError, match="row 1: words with somebody's telephone number"
    ) as error:
        made.table("remarks_quoted", told, origin="simulated")
    assert "12345678" not in str(error.value)


def test_words_of_a_theme_that_few_people_spoke_of_are_refused(demo, tmp_path):
    said = demo.remarks["tenants"].dropna(subset="text")
    few = said.loc[said["consent"] & (said["code"] == "moving"), ["code", "text"]]
    few = few.reset_index(drop=True)
    assert len(few)
    made = Publication(demo, "03_importance", output=tmp_path)
    with pytest.raises(PrivacyError, match="too few"):
        made.table("remarks_quoted", few, origin="simulated")
    with pytest.raises(PrivacyError, match="without consent"):
        invented = few.assign(code="rent", text="Nobody said this")
        made.table("remarks_quoted", invented, origin="simulated")


def test_a_verdict_says_who_may_be_first(publish):
    publish.verdict("top_driver", Lead(("ease", "home", "area"), ("home",)), origin="collected")
    publish.verdict("lowest_value", Lead(("ease", "home")), n=30, origin="collected")
    results = Results.open(publish.folder)
    unsure, sure = results.finding("top_driver"), results.finding("lowest_value")
    assert (unsure.value, unsure.first, unsure.of) == (None, ["ease", "home"], 3)
    assert (sure.value, sure.first, sure.n) == ("ease", ["ease"], 30)

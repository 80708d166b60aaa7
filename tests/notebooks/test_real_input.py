"""Real studies of a few files, through the notebooks as they are, against established programs."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forked import run_notebook
from scipy.optimize import linear_sum_assignment

from cxlib.places import ROOT
from cxlib.run import Results

MOBI = """
id: mobi
name: Mobi
languages: [en]
survey: {columns: {overall: CUSA1}}
values:
  - {id: image, label: {en: Image}, items: [IMAG1, IMAG2, IMAG3, IMAG4, IMAG5]}
  - {id: expectation, label: {en: Expectation}, items: [CUEX1, CUEX2, CUEX3]}
  - {id: quality, label: {en: Quality},
     items: [PERQ1, PERQ2, PERQ3, PERQ4, PERQ5, PERQ6, PERQ7]}
"""
SINGLE = "\n".join(
    ["id: mobi-items", "name: Mobi", "languages: [en]", "survey: {columns: {overall: CUSA1}}"]
    + ["values:"]
    + [f"  - {{id: PERQ{i}, label: {{en: Item {i}}}, items: [PERQ{i}]}}" for i in range(1, 8)]
)


def run(study: Path, output: Path, *names: str, **parameters: object) -> Results:
    """Run notebooks on a study folder, one output folder a notebook."""
    for name in names:
        shared = {"study": str(study), "language": "en", "output": str(output / name)}
        run_notebook(
            ROOT / "notebooks" / f"{name}.ipynb", output / f"{name}.ipynb", shared | parameters
        )
    return Results.open(output)


def said(notebook: Path) -> str:
    """Return all that a notebook's cells show, as text."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return json.dumps([cell.get("outputs", []) for cell in cells])


def matrix(record: dict) -> np.ndarray:
    return np.array(record["values"], dtype=float)


@pytest.fixture(scope="module")
def polycrisis(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("polycrisis") / "study"
    (folder / "sorts").mkdir(parents=True)
    source = reference / "qmethod" / "polycrisis" / "kade_input.xlsx"
    shutil.copy(source, folder / "sorts" / "participants.xlsx")
    (folder / "study.yaml").write_text("id: polycrisis\nname: Polycrisis\nlanguages: [en]\n")
    return folder


@pytest.fixture(scope="module")
def viewpoints(polycrisis: Path) -> Results:
    out = polycrisis.parent / "viewpoints"
    return run(polycrisis, out, "02_viewpoints", n_factors=3, n_resamples=50)


def test_a_kade_workbook_gives_the_loadings_and_arrays_of_the_reference(
    viewpoints: Results, reference: Path
) -> None:
    path = reference / "qmethod" / "polycrisis" / "qmethod_pca_varimax_3_tight.json"
    expected = json.loads(path.read_text())
    loadings = viewpoints.table("loadings")
    assert list(loadings["sort"]) == [f"Q{i:02d}" for i in range(1, len(loadings) + 1)]
    found, theirs = loadings[["f1", "f2", "f3"]].to_numpy(), matrix(expected["loadings"])
    zscores = viewpoints.table("zscores").reset_index()
    wide = zscores.pivot(index="card", columns="factor", values="estimate")
    cards = [f"s{i}" for i in range(1, 34)]
    scores, z = wide.loc[cards].to_numpy(), matrix(expected["zscores"])
    order = [int(np.argmax(np.abs(scores.T @ column))) for column in z.T]
    signs = np.sign((scores[:, order] * z).sum(axis=0))
    assert sorted(order) == [0, 1, 2]
    # A gain of 1e-12, at which the reference stops, is an angle of 1e-6 short of the optimum.
    np.testing.assert_allclose(scores[:, order] * signs, z, rtol=0, atol=6e-4)  # as published
    # Published sorts bear no ids: each must be one of the reference's, and each only once.
    apart = np.abs((found[:, order] * signs)[:, None] - theirs).max(axis=2)
    mine, own = linear_sum_assignment(apart)
    assert apart[mine, own].max() < 6e-4
    arrays = viewpoints.table("arrays").set_index("card").loc[cards, ["f1", "f2", "f3"]]
    np.testing.assert_array_equal(
        arrays.to_numpy()[:, order] * signs, matrix(expected["factor_arrays"])
    )


def test_notebooks_that_lack_input_say_so_and_publish_nothing(polycrisis: Path) -> None:
    out = polycrisis.parent / "lacking"
    found = run(polycrisis, out, "05_drivers")
    assert "survey" in said(out / "05_drivers.ipynb")
    assert not found.tables and not found.figures and not found.findings


def test_a_survey_as_it_is_gives_the_alphas_of_the_reference(
    reference: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    study.mkdir()
    shutil.copy(reference / "drivers" / "mobi_ecsi" / "mobi.csv", study / "survey.csv")
    (study / "study.yaml").write_text(MOBI)
    table = run(study, tmp_path / "out", "04_values", n_factors=3).table("reliability")
    alphas = table.set_index("value")["alpha"]
    path = reference / "drivers" / "expected" / "reliability_mobi.json"
    expected = json.loads(path.read_text())
    for name, theirs in (
        ("image", "mobi_IMAG"), ("expectation", "mobi_CUEX"), ("quality", "mobi_PERQ")
    ):  # fmt: skip
        assert alphas[name] == pytest.approx(expected[theirs]["raw_alpha"], abs=6e-4)


def test_a_survey_as_it_is_gives_the_lmg_shares_of_the_reference(
    reference: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    study.mkdir()
    shutil.copy(reference / "drivers" / "mobi_ecsi" / "mobi.csv", study / "survey.csv")
    (study / "study.yaml").write_text(SINGLE)
    found = run(study, tmp_path / "out", "05_drivers", n_resamples=50)
    shares = found.table("driver_shares").set_index("driver")["share"].drop("random")
    path = reference / "drivers" / "expected" / "relative_importance_mobi.json"
    expected = pd.Series(json.loads(path.read_text())["lmg"])
    pd.testing.assert_series_equal(
        shares.sort_index(), expected.sort_index(), atol=6e-4, rtol=0, check_names=False
    )

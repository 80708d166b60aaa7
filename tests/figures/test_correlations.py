"""The triangle of correlations."""

import numpy as np
import pandas as pd
import pytest

from cxlib import figures, survey
from cxlib.report import closest_pair

LOOK = {language: figures.Look(language) for language in ("nl", "en")}


def scores(close: float, n: int = 2000) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    a, b, c = rng.normal(size=(3, n))
    return pd.DataFrame({"ease": a, "home": close * a + (1 - close) * b, "area": 0.3 * a + c})


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_is_well_drawn_and_its_table_holds_every_pair(language: str) -> None:
    frame = survey.correlations(scores(0.5))
    labels = {"ease": "Gemak & $x$", "home": "<b>Thuis</b> " * 6, "area": "Buurt"}
    figure = figures.correlations(
        frame, labels, closest=closest_pair(frame), look=LOOK[language], origin="collected"
    )
    assert figures.lint(figure) == []
    told = {cell["text"] for line in figure.body["rows"] for cell in line["cells"]}
    assert told >= {LOOK[language].number(value, 2) for value in frame["estimate"]}


def test_a_closest_pair_is_named_only_where_the_intervals_bear_it_out() -> None:
    titles = []
    for close in (0.8, 0.25):  # in the second two pairs are about as close
        frame = survey.correlations(scores(close))
        options = {"closest": closest_pair(frame), "look": LOOK["en"], "origin": "collected"}
        titles.append(figures.correlations(frame, {}, **options).caption.title)
    assert titles[0].startswith("‘ease’ and ‘home’ hang together most closely")
    assert titles[1].startswith("The customer values correlate from")


def test_intervals_cover_what_they_should_and_gaps_are_pairwise() -> None:
    frame = scores(0.5)
    frame.loc[:99, "area"] = np.nan
    table = survey.correlations(frame)
    assert table.loc[("area", "ease"), "n"] == 1900
    assert table.loc[("home", "ease"), "n"] == 2000
    assert (table["low"] < table["estimate"]).all() and (table["estimate"] < table["high"]).all()

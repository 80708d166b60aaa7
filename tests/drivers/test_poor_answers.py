"""Surveys that can't carry an analysis: readable notes and errors, never a bare traceback."""

import warnings

import numpy as np
import pandas as pd
import pytest
from moving import move, what_if

from cxlib.drivers import (
    DriverError,
    bootstrap_importance,
    by_group,
    dominance,
    event,
    least_squares,
    logit,
    mixed,
    model_checks,
    ordinal,
    penalty_reward,
    relative_importance,
    scenarios,
    threshold_sensitivity,
)

ANALYSES = {
    "shares": lambda X, y, w: bootstrap_importance(X, y, 40, weights=w),
    "johnson": lambda X, y, w: bootstrap_importance(X, y, 40, weights=w, method="johnson"),
    "last": lambda X, y, w: bootstrap_importance(X, y, 40, weights=w, method="last"),
    "plain": lambda X, y, w: relative_importance(X, y, weights=w),
    "dominance": dominance,
    "least squares": least_squares,
    "ordinal": ordinal,
    "logit": lambda X, y, w: logit(X, event(y, at_least=8), w),
    "shares of an event": lambda X, y, w: bootstrap_importance(
        X, event(y, at_least=8), 40, weights=w, method="logit"
    ),
    "mixed": lambda X, y, w: mixed(X, y, pd.Series(range(len(X)), X.index) % 3, w),
    "checks": lambda X, y, w: model_checks(X, y, weights=w),
    "contrasts": lambda X, y, w: penalty_reward(X, y, weights=w, n_resamples=40),
    "scenarios": lambda X, y, w: scenarios(X, y, weights=w),
    "thresholds": lambda X, y, w: threshold_sensitivity(X, y, [(5, 8)], weights=w, n_resamples=20),
    "groups": lambda X, y, w: by_group(
        X,
        y,
        pd.Series(np.where(np.arange(len(X)) % 2, "x", "y"), X.index),
        weights=w,
        n_resamples=20,
    ),
    "scenario": lambda X, y, w: what_if(X, y, {"m": move(X, "a", 1)}, weights=w),
}


def halves(X: pd.DataFrame) -> pd.Series:
    return pd.Series(np.where(np.arange(len(X)) % 2, "x", "y"), X.index)


def answers(n: int = 150) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(5)
    X = pd.DataFrame(rng.integers(3, 11, (n, 4)).astype(float), columns=[*"abcd"])
    return X, (X.mean(axis=1) + rng.normal(0, 1, n)).round().clip(1, 10)


def poor() -> dict[str, tuple[pd.DataFrame, pd.Series, pd.Series | None]]:
    X, y = answers()
    late = pd.Series(np.where(X.index < 75, 0.0, 1.0))
    return {
        "a constant item": (X.assign(b=7.0), y, None),
        "two identical items": (X.assign(b=X["a"]), y, None),
        "two opposite items": (X.assign(b=11 - X["a"]), y, None),
        "fewer answers than items": (X[:3], y[:3], None),
        "one answer": (X[:1], y[:1], None),
        "no answers": (X[:0], y[:0], None),
        "an item that nobody answered": (X.assign(b=np.nan), y, None),
        "nothing answered at all": (X * np.nan, y, None),
        "no outcome": (X, y * np.nan, None),
        "one outcome": (X, y * 0 + 7, None),
        "weights of zero": (X, y, late),
        "three weights": (X, y, pd.Series(np.where(X.index < 147, 0.0, 1.0))),
        "the outcome among the drivers": (X.assign(a=y), y, None),
        "nullable integers": (X.astype("Int64"), y.astype("Int64"), None),
        "one driver": (X[["a"]], y, None),
        "many gaps": (X.mask(np.random.default_rng(1).random(X.shape) < 0.6), y, None),
    }


@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.parametrize("case", poor())
def test_a_poor_survey_gives_a_result(case, analysis):
    X, y, weights = poor()[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ANALYSES[analysis](X, y, weights)


@pytest.mark.parametrize(
    ("case", "note"),
    [
        ("a constant item", "b: all answers are the same"),
        ("two identical items", "b: follows from other drivers"),
        ("fewer answers than items", "3 respondents are too few for 4 drivers"),
        ("no answers", "nobody answered"),
        ("an item that nobody answered", "b: nobody answered it"),
        ("one outcome", "nothing to explain"),
        ("weights of zero", "75 respondents left out without an outcome or with weight 0"),
        ("many gaps", "because an answer is missing"),
    ],
)
def test_the_notes_say_what_is_wrong(case, note):
    X, y, weights = poor()[case]
    for found in (bootstrap_importance(X, y, 20, weights=weights), least_squares(X, y, weights)):
        assert any(note in said for said in found.notes)


def test_zero_weights_equal_absence():
    X, y, weights = poor()["weights of zero"]
    alone = relative_importance(X[75:], y[75:])
    pd.testing.assert_series_equal(relative_importance(X, y, weights=weights), alone)


def test_an_unusable_driver_leaves_the_others_alone():
    X, y = answers()
    for other in (7.0, np.nan):
        shares = relative_importance(X.assign(e=other), y)
        assert np.isnan(shares["e"])
        pd.testing.assert_series_equal(shares.drop("e"), relative_importance(X, y))


@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda X, y, w: (X.assign(b="often"), y, w), "driver 'b', row 0: 'often' is no"),
        (lambda X, y, w: (X.assign(b=np.inf), y, w), "driver 'b', row 0: an infinite"),
        (lambda X, y, w: (X, y.astype(object).where(y.index > 0, "?"), w), "outcome, row 0: '?'"),
        (lambda X, y, w: (X, y[:-1], w), "149 rows and X has 150"),
        (lambda X, y, w: (X, y.set_axis(range(5, 155)), w), "different row labels"),
        (lambda X, y, w: (X, y, w - 2), "weights must be numbers of 0 or more"),
        (lambda X, y, w: (X, y, w * np.nan), "weights must be numbers of 0 or more"),
        (lambda X, y, w: (X, y, w * 0), "all weights are 0"),
        (lambda X, y, w: (X.set_axis([*"abca"], axis=1), y, w), "more than one column 'a'"),
    ],
)
def test_impossible_input_is_named(analysis, spoil, message):
    X, y = answers()
    X, y, weights = spoil(X, y, pd.Series(1.0, index=X.index))
    with pytest.raises(DriverError, match=message.replace("?", r"\?")):
        ANALYSES[analysis](X, y, weights)

"""Multiple imputation and Rubin's rules."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from cxlib.survey import SurveyError, impute, pool


def answers(n: int = 300, seed: int = 1) -> pd.DataFrame:
    """Grades of which b goes missing more often where a is high."""
    rng = np.random.default_rng(seed)
    a = rng.normal(7, 1.5, n)
    frame = pd.DataFrame({"a": a, "b": 0.8 * a + rng.normal(1.4, 1, n), "c": rng.normal(7, 1, n)})
    frame = frame.round().clip(1, 10)
    return frame.mask((frame["a"] > 7) & (rng.random(n) < 0.6), frame.assign(b=np.nan))


def fitted(frame: pd.DataFrame) -> pd.DataFrame:
    model = OLS(frame["b"], np.ones(len(frame))).fit()
    return pd.DataFrame({"estimate": model.params, "se": model.bse})


def test_imputation_undoes_the_bias_of_complete_cases():
    truth, whole, complete, covered = 7.0, [], [], []
    for seed in range(12):
        frame = answers(seed=seed)
        pooled = pool([fitted(copy) for copy in impute(frame, 5, seed=seed)])
        whole.append(pooled["estimate"].iloc[0])
        covered.append(pooled["low"].iloc[0] < truth < pooled["high"].iloc[0])
        complete.append(frame.dropna()["b"].mean())
    assert abs(np.mean(whole) - truth) < 0.1 < 0.3 < truth - np.mean(complete)
    assert sum(covered) >= 9


def test_copies_keep_what_was_answered_and_use_grades_that_exist():
    frame = answers()
    given = frame["b"].notna()
    copies = impute(frame, 3)
    for copy in copies:
        assert copy.notna().all(axis=None) and copy.index.equals(frame.index)
        pd.testing.assert_frame_equal(copy[given], frame[given])
        assert set(copy["b"]) <= set(frame["b"].dropna())
    assert not copies[0].equals(copies[1])


def test_the_same_seed_gives_the_same_copies():
    first, second = impute(answers(), 2, seed=4), impute(answers(), 2, seed=4)
    for one, other in zip(first, second, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_poor_questions_do_no_harm():
    frame = answers().assign(alike=7.0, nobody=np.nan, again=lambda t: t["c"])
    frame.loc[0, "alike"] = np.nan
    frame.loc[5] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        copy = impute(frame, 1)[0]
    assert (copy.loc[copy.index != 5, "alike"] == 7).all() and copy["nobody"].isna().all()
    assert copy.drop(index=5, columns="nobody").notna().all(axis=None)
    assert copy.loc[5, ["a", "b", "c"]].isna().all()


def test_nothing_missing_gives_plain_copies():
    frame = answers().dropna()
    assert all(copy.equals(frame) for copy in impute(frame, 2))


def test_too_few_answers_to_learn_from_are_named():
    frame = answers().assign(b=lambda t: t["b"].where(t.index < 5))
    with pytest.raises(SurveyError, match=r"item 'b' has \d answers"):
        impute(frame)


def test_rubins_rules_by_hand():
    fits = [pd.DataFrame({"estimate": [b], "se": [s]}) for b, s in ((1, 0.2), (2, 0.3), (3, 0.2))]
    row = pool(fits).iloc[0]
    within, between = (0.04 + 0.09 + 0.04) / 3, 4 / 3
    assert row["estimate"] == 2
    assert row["se"] ** 2 == pytest.approx(within + between)
    assert row["df"] == pytest.approx(2 * (1 + within / between) ** 2)
    assert pool(fits, freedom=20).iloc[0]["df"] < row["df"]


def test_fits_that_agree_lose_nothing():
    fits = [pd.DataFrame({"estimate": [0.5], "se": [0.1]}, index=["a"])] * 4
    row = pool(fits).loc["a"]
    assert row["se"] == pytest.approx(0.1) and row["missing_information"] == pytest.approx(0)
    assert row["high"] - row["low"] == pytest.approx(2 * 1.959964 * 0.1)


def test_fits_that_do_not_match_are_refused():
    one = pd.DataFrame({"estimate": [0.5], "se": [0.1]}, index=["a"])
    with pytest.raises(SurveyError, match="at least two"):
        pool([one])
    with pytest.raises(SurveyError, match="different terms"):
        pool([one, one.set_axis(["b"])])

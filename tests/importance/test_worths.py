"""Plackett-Luce worths: against all orders written out, simulated truths and properties."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from drawn_sorts import CARDS, PLACES, twenty_people
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from cxlib.importance import ImportanceError, worths
from cxlib.importance.ranking import PSEUDO, redraw

TRUE = np.linspace(1.2, -1.2, 10)


def drawn(people: int, rng: np.random.Generator) -> pd.DataFrame:
    places = np.tile(np.sort(PLACES).astype(float)[:, None], (1, people))
    names = [f"p{number}" for number in range(people)]
    return pd.DataFrame(redraw(TRUE, places, 1, rng)[0], CARDS, names)


def log_likelihood(theta: np.ndarray, sorts: np.ndarray) -> float:
    """All orders of the cards in a pile, one by one."""
    worth, total = np.exp(theta), 0.0
    for sort in sorts.T:
        left = np.flatnonzero(np.isfinite(sort)).tolist()
        for place in sorted(set(sort[left]), reverse=True):
            pile, chance = [card for card in left if sort[card] == place], 0.0
            for order in permutations(pile):
                rest, one = list(left), 1.0
                for card in order:
                    one *= worth[card] / worth[rest].sum()
                    rest.remove(card)
                chance += one
            total += np.log(chance)
            left = [card for card in left if card not in pile]
    chance = 1 / (1 + np.exp(-theta))
    return total + PSEUDO * np.log(chance * (1 - chance)).sum()


def test_the_estimate_is_the_maximum_over_all_orders_within_piles():
    sorts = pd.DataFrame(
        [[2, 1, 2, 1], [1, 2, 1, 1], [1, 1, 0, 2], [0, 1, np.nan, 1], [0, 0, 1, 0]],
        index=[*"abcde"],
        columns=[*"pqrs"],
    )
    best = optimize.minimize(
        lambda theta: -log_likelihood(theta, sorts.to_numpy()), np.zeros(5), tol=1e-10
    )
    table = worths(sorts, n_resamples=10).loc[sorts.index]
    np.testing.assert_allclose(table["worth"], best.x - best.x.mean(), atol=1e-4)
    np.testing.assert_allclose(table["score"], 100 / (1 + np.exp(-table["worth"])))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_worths_follow_cards_forget_people_and_the_scale_of_the_grid(seed):
    rng = np.random.default_rng(seed)
    sorts = pd.DataFrame(rng.integers(-2, 3, (6, 7)).astype(float))
    sorts.iloc[0], sorts.iloc[1, 0] = 3 * (-1.0) ** np.arange(7), np.nan
    other = np.exp(sorts.iloc[rng.permutation(6), rng.permutation(7)])
    one, two = (worths(frame, n_resamples=20)["worth"].sort_index() for frame in (sorts, other))
    np.testing.assert_allclose(one, two, atol=1e-7)
    assert one.sum() == pytest.approx(0, abs=1e-9)


def test_doubling_everybody_leaves_the_order_and_narrows_the_intervals():
    people = twenty_people()
    twice = pd.concat([people, people.add_prefix("x")], axis=1)
    once, double = worths(people), worths(twice)
    assert once.index.equals(double.index)
    width = (table["worth_high"] - table["worth_low"] for table in (double, once))
    assert (next(width) / next(width)).between(0.5, 0.95).all()


def test_intervals_cover_the_true_worths():
    rng, covered = np.random.default_rng(1), []
    for seed in range(80):
        table = worths(drawn(24, rng), n_resamples=300, seed=seed).loc[CARDS]
        covered.append((table["worth_low"] <= TRUE) & (table["worth_high"] >= TRUE))
    assert 0.93 < np.mean(covered) < 0.97


def test_a_card_that_all_lay_on_top_has_a_finite_worth():
    table = worths(pd.DataFrame([[2, 2, 2], [1, 0, 1], [0, 1, 0]], index=[*"abc"]), top=1)
    assert table.index[0] == "a"
    assert np.isfinite(table.to_numpy(dtype=float)).all()
    assert table.loc["a", "p_top"] == 1


def test_redrawn_sorts_keep_piles_and_empty_cells():
    sorts = twenty_people().to_numpy(dtype=float).copy()
    sorts[2, 3] = np.nan
    again = redraw(TRUE, sorts, 5, np.random.default_rng(0))
    np.testing.assert_array_equal(np.isnan(again), np.broadcast_to(np.isnan(sorts), again.shape))
    np.testing.assert_array_equal(np.sort(again, axis=1)[0], np.sort(sorts, axis=0))


def test_what_cannot_be_read_is_named():
    people = twenty_people()
    with pytest.raises(ImportanceError, match="one person"):
        worths(people.iloc[:, :1])
    with pytest.raises(ImportanceError, match="no session is known of p19"):
        worths(people, strata=pd.Series("x", people.columns[:-1]))

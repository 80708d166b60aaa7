"""Q-sorts and grades of cards, by people who each hold one of the true viewpoints."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from demo.truth import RatingTruth, SortTruth

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def tenants(truth: SortTruth, rng: np.random.Generator) -> pd.DataFrame:
    """Sorts of the tenants: their rescaled means round to the published twelve, exactly."""
    people = _people(truth.members, "T", rng)
    latent = _latent(truth, people["viewpoint"].to_numpy(), rng)
    sums = target_sums(truth)
    latent = calibrate(latent, truth.grid, sums)
    return _table(people, reproduce(deal(latent, truth.grid), latent, sums))


def employees(truth: SortTruth, rng: np.random.Generator) -> pd.DataFrame:
    """Sorts in which employees say what they think tenants find important."""
    people = _people(truth.staff, "E", rng)
    bias = pd.Series(truth.bias).reindex(card_ids(truth), fill_value=0.0).to_numpy()
    latent = _latent(truth, people["viewpoint"].to_numpy(), rng) + bias
    return _table(people, deal(latent, truth.grid))


def ratings(truth: RatingTruth, sorts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Grades that the same tenants give; empty where one has no opinion."""
    cards = list(sorts.columns[2:])
    shape = (len(sorts), len(cards))
    grades = np.array(truth.means) + truth.person * rng.normal(size=(len(sorts), 1))
    grades = np.clip(np.rint(grades + truth.noise * rng.normal(size=shape)), 1, 10)
    known = np.array([truth.known_by_few.get(card, truth.known) for card in cards])
    frame = pd.DataFrame(grades, columns=cards).astype("Int64")
    frame = frame.mask(rng.random(shape) > known)
    return pd.concat([sorts[["participant", "session"]], frame], axis=1)


def card_ids(truth: SortTruth) -> list[str]:
    """c01, c02, ... as many as the grid has places."""
    return [f"c{number:02d}" for number in range(1, sum(truth.grid.values()) + 1)]


def deal(latent: Floats, grid: dict[int, int]) -> Ints:
    """Lay each person's cards (rows of `latent`) on the grid, the least wanted first."""
    places = np.repeat(list(grid), list(grid.values()))
    return places[latent.argsort(axis=1).argsort(axis=1)]


def target_sums(truth: SortTruth) -> Ints:
    """Sum of grid values of each card over the tenants that yields the published scores."""
    low, high = min(truth.grid), max(truth.grid)
    members = np.array(list(truth.members.values())).sum(axis=0)
    people = members.sum()
    expected = members @ np.array(list(truth.viewpoints.values()))
    top = np.rint(np.array(truth.published) * (high - low) * people / 100 + low * people)
    limit = int(top[-1]) - 1  # the others end strictly below the last published card
    rest = np.minimum(expected[len(top) :], limit)
    while (excess := int(top.sum() + rest.sum())) != 0:
        movable = np.flatnonzero(rest < limit) if excess < 0 else np.arange(len(rest))
        rest[movable[: abs(excess)]] -= np.sign(excess)
    return np.concatenate([top, rest]).astype(np.int64)


def calibrate(latent: Floats, grid: dict[int, int], sums: Ints, n_steps: int = 400) -> Floats:
    """Make each card as much more or less wanted by all as brings its sum near to `sums`."""
    shift = np.zeros(latent.shape[1])
    for step in range(n_steps):
        error = sums - deal(latent + shift, grid).sum(axis=0)
        shift += error / len(latent) / (1 + step / 20)
    return latent + shift


def reproduce(sorts: Ints, latent: Floats, sums: Ints) -> Ints:
    """Swap cards within sorts until their sums are `sums`, against people's wishes the least.

    Each step swaps, in one sort, a card whose sum is too high with one whose sum is too low,
    where it costs least of what `latent` wants for every point of the sums it puts right.
    """
    sorts = sorts.copy()
    while (excess := sorts.sum(axis=0) - sums).any():
        high, low = np.flatnonzero(excess > 0), np.flatnonzero(excess < 0)
        drop = sorts[:, high, None] - sorts[:, None, low]
        most = np.minimum(excess[high, None], -excess[None, low])
        allowed = (drop > 0) & (drop <= most)
        if not allowed.any():
            raise ValueError("no swap of two cards brings the sums nearer to the wanted ones")
        cost = np.where(allowed, latent[:, high, None] - latent[:, None, low], np.inf)
        person, a, b = np.unravel_index(cost.argmin(), cost.shape)
        pair = [high[a], low[b]]
        sorts[person, pair] = sorts[person, pair[::-1]]
    return sorts


def _people(
    members: dict[str, tuple[int, int, int]], letter: str, rng: np.random.Generator
) -> pd.DataFrame:
    """One row a person, pseudonyms in random order over sessions and viewpoints."""
    rows = [
        (session, viewpoint)
        for session, counts in members.items()
        for viewpoint, count in enumerate(counts)
        for _ in range(count)
    ]
    people = pd.DataFrame(rows, columns=["session", "viewpoint"])
    people = people.iloc[rng.permutation(len(people))].reset_index(drop=True)
    people.insert(0, "participant", [f"{letter}{number:02d}" for number in people.index + 1])
    return people


def _latent(truth: SortTruth, viewpoint: Ints, rng: np.random.Generator) -> Floats:
    """How much each person wants each card: sure at the ends of the grid, less so between."""
    wanted = np.array(list(truth.viewpoints.values()), dtype=float)[viewpoint]
    certainty = np.abs(wanted) / max(truth.grid)
    spread = truth.noise + certainty * (truth.noise_end - truth.noise)
    return wanted + spread * rng.normal(size=wanted.shape)


def _table(people: pd.DataFrame, sorts: Ints) -> pd.DataFrame:
    cards = [f"c{number:02d}" for number in range(1, sorts.shape[1] + 1)]
    return pd.concat(
        [people[["participant", "session"]], pd.DataFrame(sorts, columns=cards)], axis=1
    )

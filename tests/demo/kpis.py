"""Complaints, call-back requests and internal satisfaction, a month at a time."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from demo.truth import KpiTruth

Dates = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]

FIRST, LAST = "2019-01", "2020-12"
END = np.datetime64("2020-12-31")


def complaints(truth: KpiTruth, rng: np.random.Generator) -> pd.DataFrame:
    """When each complaint came in and was closed; still open at the end of 2020 stays empty."""
    received = _arrivals(truth.complaints, rng)
    within = rng.random(len(received)) < truth.complaints_within
    days = np.where(
        within, rng.integers(1, 11, len(received)), 10 + rng.geometric(0.1, len(within))
    )
    journeys = truth.complaint_journeys
    chosen = rng.choice(list(journeys), size=len(received), p=list(journeys.values()))
    frame = _cases("complaint", "K", received, "received", days, "closed")
    return frame.assign(journey=chosen)


def callbacks(truth: KpiTruth, rng: np.random.Generator) -> pd.DataFrame:
    """When each call-back was asked for and made."""
    requested = _arrivals(truth.callbacks, rng)
    before, after = truth.callbacks_within
    chance = np.where(requested >= np.datetime64(truth.shift), after, before)
    within = rng.random(len(requested)) < chance
    days = np.where(within, rng.integers(0, 2, len(within)), 1 + rng.geometric(0.4, len(within)))
    return _cases("callback", "B", requested, "requested", days, "called")


def internal(truth: KpiTruth, rng: np.random.Generator) -> pd.DataFrame:
    """Grade that departments give each other's service, on the first of each month."""
    months = pd.period_range(FIRST, LAST, freq="M")
    rows = pd.MultiIndex.from_product([months, truth.departments], names=["date", "department"])
    frame = rows.to_frame(index=False)
    grades = frame["department"].map(truth.departments)
    grades = grades - truth.bad_month_drop * (frame["date"] == pd.Period(truth.bad_month))
    frame["grade"] = (grades + truth.internal_noise * rng.normal(size=len(frame))).round(1)
    frame["date"] = frame["date"].dt.to_timestamp()
    return frame


def _arrivals(per_month: float, rng: np.random.Generator) -> Dates:
    days = []
    for month in np.arange(FIRST, np.datetime64(LAST) + 1, dtype="datetime64[M]"):
        first, last = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
        days.append(first + rng.integers(0, (last - first).astype(int), rng.poisson(per_month)))
    return np.sort(np.concatenate(days))


def _cases(
    kind: str, letter: str, opened: Dates, opening: str, days: Ints, closing: str
) -> pd.DataFrame:
    closed = opened + days.astype("timedelta64[D]")
    ids = [f"{letter}{number:05d}" for number in range(1, len(opened) + 1)]
    frame = pd.DataFrame({kind: ids, opening: opened, closing: closed})
    frame[closing] = frame[closing].mask(closed > END)
    return frame

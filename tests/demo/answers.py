"""Answers to the continuous tenant survey."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from demo.truth import SurveyTruth

Floats = npt.NDArray[np.float64]


def survey(truth: SurveyTruth, rng: np.random.Generator) -> pd.DataFrame:
    """Answers in order of date, as the survey bureau would deliver them."""
    frame = _respondents(truth, rng)
    levels = _levels(truth, frame, rng)
    items = _items(truth, levels, rng)
    frame["overall"] = _overall(truth, frame, items, rng)
    service = levels[["reliable", "ease", "connected", "proactive"]].mean(axis=1)
    journey = frame["journey"].map(truth.journey_means) + 0.5 * (service - 6.8)
    frame["journey_grade"] = _grade(journey + rng.normal(size=len(frame)))
    for value in ("dwelling", "neighbourhood"):
        grade = _grade(levels[value] + 0.5 * rng.normal(size=len(frame)))
        frame[f"grade_{value}"] = grade.mask(rng.random(len(frame)) < truth.missing[0])
    return pd.concat([frame, items], axis=1)


def _respondents(truth: SurveyTruth, rng: np.random.Generator) -> pd.DataFrame:
    start = pd.Period(truth.start, freq="Q")
    days = []
    for quarter in range(truth.quarters):
        first = (start + quarter).start_time.to_datetime64().astype("datetime64[D]")
        last = (start + quarter + 1).start_time.to_datetime64().astype("datetime64[D]")
        number = truth.per_quarter + rng.integers(-20, 21)
        days.append(first + rng.integers(0, (last - first).astype(int), number))
    dates = np.sort(np.concatenate(days))
    frame = pd.DataFrame({"respondent": [f"R{i:05d}" for i in range(1, len(dates) + 1)]})
    frame["date"] = pd.to_datetime(dates)
    for column, shares in [
        ("district", truth.districts),
        ("mode", truth.modes),
        ("journey", truth.journeys),
    ]:
        frame[column] = rng.choice(list(shares), size=len(frame), p=list(shares.values()))
    return frame


def _levels(truth: SurveyTruth, frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What each respondent thinks of each customer value, before it becomes a grade."""
    shared = np.sqrt(truth.common) * rng.normal(size=len(frame))
    late = frame["date"] >= pd.Timestamp(truth.shift)
    levels = {}
    for value, mean in truth.means.items():
        own = np.sqrt(1 - truth.common) * rng.normal(size=len(frame))
        levels[value] = mean + truth.spread * (shared + own) + truth.lifted.get(value, 0.0) * late
    levels["neighbourhood"] += frame["district"].map(truth.district_means)
    return pd.DataFrame(levels)


def _items(truth: SurveyTruth, levels: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    names = [(value, item) for value, items in truth.items.items() for item in items]
    unknown = np.linspace(*truth.missing, len(names))[rng.permutation(len(names))]
    columns = {}
    for (value, item), share in zip(names, unknown, strict=True):
        grades = _grade(levels[value] + truth.item_noise * rng.normal(size=len(levels)))
        columns[f"{value}_{item}"] = grades.mask(rng.random(len(levels)) < share)
    return pd.DataFrame(columns)


def _overall(
    truth: SurveyTruth, frame: pd.DataFrame, items: pd.DataFrame, rng: np.random.Generator
) -> pd.Series:
    """Overall grade; an item that a respondent has no opinion of plays no part in it."""
    grade = truth.base + truth.telephone * (frame["mode"] == "telephone")
    grade = grade + truth.lift * (frame["date"] >= pd.Timestamp(truth.shift))
    for value, names in truth.items.items():
        score = items[[f"{value}_{name}" for name in names]].astype(float).mean(axis=1)
        grade = grade + truth.penalty[value] * (score <= 5) + truth.reward[value] * (score >= 8)
    return _grade(grade + truth.noise * rng.normal(size=len(frame)))


def _grade(levels: pd.Series) -> pd.Series:
    return levels.round().clip(1, 10).astype("Int64")

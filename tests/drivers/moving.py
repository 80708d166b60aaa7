"""Any grades moved, and what one scenario changes: `scenarios` asks the same for all drivers."""

import numpy as np
import pandas as pd

from cxlib.drivers.sample import complete, numbers
from cxlib.drivers.scenario import Outlook, shares


def move(X, driver, by, among=(-np.inf, np.inf), scale=(1, 10)):
    """Grades from lowest up to and including highest move, and overtake none that stay."""
    grades = numbers(X)[driver]
    moved = (grades + by).clip(*scale)
    if by > 0:
        moved = moved.clip(upper=grades[grades > among[1]].min())
    elif by < 0:
        moved = moved.clip(lower=grades[grades < among[0]].max())
    return X.assign(**{driver: grades.mask(grades.between(*among), moved)})


def what_if(X, y, moves, weights=None):
    """Shares now and then under each scenario, given as moved drivers."""
    sample = complete(X, y, weights)
    outlook = Outlook.of(sample, 5, 8)
    tables = {
        name: shares(outlook.effects(numbers(moved)[sample.rows]), sample)
        for name, moved in moves.items()
    }
    return pd.concat(tables, names=["scenario", "band"])

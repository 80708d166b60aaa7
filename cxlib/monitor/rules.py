"""When a point of a control chart is a signal and not chance.

Each rule takes z, the distance of each point to the centre line in standard deviations (NaN where
a period has no value), and says at which points it is fulfilled. A run ends at a missing value.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def beyond_limits(z: Floats) -> Bools:
    """A point beyond three standard deviations."""
    return np.abs(z) > 3


def run_of_8(z: Floats) -> Bools:
    """The eighth point in a row, and later ones, on the same side of the centre line."""
    return _lasting(z > 0, 8) | _lasting(z < 0, 8)


def trend_of_6(z: Floats) -> Bools:
    """The sixth point in a row, and later ones, that rise all the time or fall all the time."""
    steps = np.diff(z, prepend=np.nan)
    return _lasting(steps > 0, 5) | _lasting(steps < 0, 5)


def two_of_3_near_a_limit(z: Floats) -> Bools:
    """The second of three successive points beyond two standard deviations on the same side."""
    flagged = np.zeros(len(z), dtype=bool)
    for side in (z > 2, z < -2):
        near = np.convolve(side, np.ones(3, dtype=int))[: len(z)]
        flagged |= side & (near >= 2)
    return flagged


RULES: dict[str, Callable[[Floats], Bools]] = {
    "beyond limits": beyond_limits,
    "2 of 3 near a limit": two_of_3_near_a_limit,
    "run of 8": run_of_8,
    "trend of 6": trend_of_6,
}


def _lasting(fulfilled: Bools, times: int) -> Bools:
    """Where something has been so for at least `times` points in a row."""
    since = np.arange(1, len(fulfilled) + 1)
    last_failure = np.maximum.accumulate(np.where(fulfilled, 0, since))
    return since - last_failure >= times

"""What moves satisfaction: models, relative importance, asymmetry and scenarios."""

from cxlib.drivers.adjusting import beside
from cxlib.drivers.asymmetry import penalty_reward
from cxlib.drivers.dominance import Dominance, dominance
from cxlib.drivers.regression import Ordinal, Regression, least_squares, ordinal
from cxlib.drivers.relative import Importance, bootstrap_importance, relative_importance
from cxlib.drivers.sample import DriverError
from cxlib.drivers.scenario import move, what_if

__all__ = [
    "Dominance",
    "DriverError",
    "Importance",
    "Ordinal",
    "Regression",
    "beside",
    "bootstrap_importance",
    "dominance",
    "least_squares",
    "move",
    "ordinal",
    "penalty_reward",
    "relative_importance",
    "what_if",
]

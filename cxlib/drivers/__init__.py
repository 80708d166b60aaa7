"""What moves satisfaction: models, relative importance, asymmetry and scenarios."""

from cxlib.drivers.adjusting import beside
from cxlib.drivers.asymmetry import penalty_reward
from cxlib.drivers.checks import model_checks
from cxlib.drivers.dominance import Dominance, dominance
from cxlib.drivers.events import Logit, event, logit
from cxlib.drivers.mixed import Mixed, mixed
from cxlib.drivers.regression import Ordinal, Regression, least_squares, ordinal
from cxlib.drivers.relative import Importance, bootstrap_importance, relative_importance
from cxlib.drivers.sample import DriverError
from cxlib.drivers.scenario import move, what_if

__all__ = [
    "Dominance",
    "DriverError",
    "Importance",
    "Logit",
    "Mixed",
    "Ordinal",
    "Regression",
    "beside",
    "bootstrap_importance",
    "dominance",
    "event",
    "least_squares",
    "logit",
    "mixed",
    "model_checks",
    "move",
    "ordinal",
    "penalty_reward",
    "relative_importance",
    "what_if",
]

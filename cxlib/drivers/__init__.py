"""What moves satisfaction: models, relative importance, asymmetry and scenarios."""

from cxlib.drivers.adjusting import beside
from cxlib.drivers.asymmetry import penalty_reward
from cxlib.drivers.checks import model_checks
from cxlib.drivers.derived import derived_importance
from cxlib.drivers.dominance import Dominance, dominance, dominance_returns
from cxlib.drivers.events import Logit, event, logit
from cxlib.drivers.groups import Grouped, by_group
from cxlib.drivers.mixed import Mixed, mixed
from cxlib.drivers.moves import Move, Scenarios, scenarios, standard_moves
from cxlib.drivers.regression import Ordinal, Regression, least_squares, ordinal
from cxlib.drivers.relative import Importance, bootstrap_importance, relative_importance
from cxlib.drivers.sample import DriverError
from cxlib.drivers.scenario import move, what_if
from cxlib.drivers.shrinkage import heterogeneity, shrink
from cxlib.drivers.thresholds import firmness, threshold_pairs, threshold_sensitivity

__all__ = [
    "Dominance",
    "DriverError",
    "Grouped",
    "Importance",
    "Logit",
    "Mixed",
    "Move",
    "Ordinal",
    "Regression",
    "Scenarios",
    "beside",
    "bootstrap_importance",
    "by_group",
    "derived_importance",
    "dominance",
    "dominance_returns",
    "event",
    "firmness",
    "heterogeneity",
    "least_squares",
    "logit",
    "mixed",
    "model_checks",
    "move",
    "ordinal",
    "penalty_reward",
    "relative_importance",
    "scenarios",
    "shrink",
    "standard_moves",
    "threshold_pairs",
    "threshold_sensitivity",
    "what_if",
]

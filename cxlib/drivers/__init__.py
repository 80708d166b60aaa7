"""What moves satisfaction: models, relative importance, asymmetry and scenarios."""

from cxlib.drivers.asymmetry import firmness, penalty_reward, threshold_pairs, threshold_sensitivity
from cxlib.drivers.groups import Grouped, by_group, heterogeneity, shrink
from cxlib.drivers.mixed import Mixed, mixed
from cxlib.drivers.ordinal import Logit, Ordinal, event, logit, ordinal
from cxlib.drivers.regression import Regression, beside, least_squares, model_checks
from cxlib.drivers.relative import (
    Dominance,
    Importance,
    bootstrap_importance,
    dominance,
    dominance_returns,
    relative_importance,
)
from cxlib.drivers.sample import DriverError
from cxlib.drivers.scenario import Move, Scenarios, scenarios, standard_moves

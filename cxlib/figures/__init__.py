"""Booklet figures: one style, one function a figure."""

from cxlib.figures.between import between_landlords
from cxlib.figures.brand import Brand, BrandError, Mark
from cxlib.figures.canvas import Canvas
from cxlib.figures.correlations import correlations
from cxlib.figures.crocodiles import crocodiles
from cxlib.figures.driving import drivers
from cxlib.figures.grid import composite_sort, viewpoint_sort
from cxlib.figures.groups import viewpoint_groups
from cxlib.figures.house import house
from cxlib.figures.involved import participation
from cxlib.figures.kinship import viewpoint_congruence
from cxlib.figures.landlords import among_peers
from cxlib.figures.lint import EMPTY, lint
from cxlib.figures.look import Look
from cxlib.figures.matrix import priorities
from cxlib.figures.maturity import maturity
from cxlib.figures.organisation import organisation
from cxlib.figures.peers import benchmark
from cxlib.figures.phases import phases
from cxlib.figures.profile import value_profile
from cxlib.figures.projects import projects
from cxlib.figures.pyramid import service_excellence
from cxlib.figures.ranking import top_cards
from cxlib.figures.retention import scree
from cxlib.figures.roadmap import roadmap
from cxlib.figures.saving import save
from cxlib.figures.sessions import session_agreement
from cxlib.figures.sheet import BookletFigure, Caption
from cxlib.figures.slope import staff_and_tenants
from cxlib.figures.spread import card_spread
from cxlib.figures.stacks import eight_plus
from cxlib.figures.table import factor_loadings, loadings
from cxlib.figures.text import Block, fit
from cxlib.figures.trend import control_chart
from cxlib.figures.values import values
from cxlib.figures.viewpoints import viewpoint_zscores

__all__ = [
    "EMPTY",
    "Block",
    "BookletFigure",
    "Brand",
    "BrandError",
    "Canvas",
    "Caption",
    "Look",
    "Mark",
    "among_peers",
    "benchmark",
    "between_landlords",
    "card_spread",
    "composite_sort",
    "control_chart",
    "correlations",
    "crocodiles",
    "drivers",
    "eight_plus",
    "factor_loadings",
    "fit",
    "house",
    "lint",
    "loadings",
    "maturity",
    "organisation",
    "participation",
    "phases",
    "priorities",
    "projects",
    "roadmap",
    "save",
    "scree",
    "service_excellence",
    "session_agreement",
    "staff_and_tenants",
    "top_cards",
    "value_profile",
    "values",
    "viewpoint_congruence",
    "viewpoint_groups",
    "viewpoint_sort",
    "viewpoint_zscores",
]

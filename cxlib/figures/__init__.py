"""Booklet figures: results become data, and one engine draws them."""

from cxlib.figures.brand import Brand, BrandError, Mark
from cxlib.figures.cards import card_spread, session_agreement, staff_and_tenants, top_cards
from cxlib.figures.drivers import between_landlords, drivers, scenarios
from cxlib.figures.figure import Caption, Figure
from cxlib.figures.grades import correlations, eight_plus, value_profile
from cxlib.figures.html import html
from cxlib.figures.lint import EMPTY, lint
from cxlib.figures.look import Look
from cxlib.figures.peers import among_peers, benchmark
from cxlib.figures.priorities import priorities, value_priorities
from cxlib.figures.progress import crocodiles, participation, projects
from cxlib.figures.render import save
from cxlib.figures.sorts import composite_sort, viewpoint_sort
from cxlib.figures.trends import control_chart, scree
from cxlib.figures.viewpoints import (
    factor_loadings,
    loadings,
    viewpoint_congruence,
    viewpoint_groups,
    viewpoint_zscores,
)
from cxlib.figures.vision import (
    house,
    maturity,
    organisation,
    phases,
    roadmap,
    service_excellence,
    values,
)

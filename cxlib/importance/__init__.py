"""What matters most, to whom, and how well it is done: scores, worths, ranks, gaps, priorities."""

from cxlib.importance.agreement import Agreement, kendall_w, rank_agreement
from cxlib.importance.ballot import ballot
from cxlib.importance.camps import camps
from cxlib.importance.candidates import SCHEMES, candidates
from cxlib.importance.differences import (
    Differences,
    by_group,
    contrasts,
    differences,
    membership,
)
from cxlib.importance.gaps import gaps
from cxlib.importance.middles import middles
from cxlib.importance.parts import coverage, parts
from cxlib.importance.priorities import priorities
from cxlib.importance.quadrants import quadrants
from cxlib.importance.quotes import quotable, quotes
from cxlib.importance.ranking import neighbours, rank
from cxlib.importance.scoring import (
    RULES,
    ImportanceError,
    points,
    score,
    top_piles,
    top_share,
)
from cxlib.importance.themes import themes
from cxlib.importance.worths import worths

__all__ = [
    "RULES",
    "SCHEMES",
    "Agreement",
    "Differences",
    "ImportanceError",
    "ballot",
    "by_group",
    "camps",
    "candidates",
    "contrasts",
    "coverage",
    "differences",
    "gaps",
    "kendall_w",
    "membership",
    "middles",
    "neighbours",
    "parts",
    "points",
    "priorities",
    "quadrants",
    "quotable",
    "quotes",
    "rank",
    "rank_agreement",
    "score",
    "themes",
    "top_piles",
    "top_share",
    "worths",
]

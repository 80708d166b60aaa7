"""What matters most, to whom, and how well it is done: card scores, ranks, gaps, priorities."""

from cxlib.importance.agreement import Agreement, kendall_w
from cxlib.importance.ballot import ballot
from cxlib.importance.gaps import gaps
from cxlib.importance.priorities import priorities
from cxlib.importance.ranking import neighbours, rank
from cxlib.importance.scoring import (
    RULES,
    ImportanceError,
    points,
    score,
    top_piles,
    top_share,
)

__all__ = [
    "RULES",
    "Agreement",
    "ImportanceError",
    "ballot",
    "gaps",
    "kendall_w",
    "neighbours",
    "points",
    "priorities",
    "rank",
    "score",
    "top_piles",
    "top_share",
]

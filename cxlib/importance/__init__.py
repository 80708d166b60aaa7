"""What matters most, to whom, and how well it is done: scores, worths, ranks, gaps, priorities."""

from cxlib.importance.board import (
    RULES,
    Board,
    ImportanceError,
    points,
    score,
    top_piles,
    top_share,
)
from cxlib.importance.candidates import SCHEMES, candidates
from cxlib.importance.differences import (
    Differences,
    by_group,
    camps,
    contrasts,
    differences,
    membership,
)
from cxlib.importance.gaps import Agreement, gaps, kendall_w, priorities, quadrants, rank_agreement
from cxlib.importance.ranking import ballot, coverage, middles, neighbours, parts, rank, worths
from cxlib.importance.remarks import quotable, quotes, themes

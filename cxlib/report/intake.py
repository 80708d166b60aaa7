"""What the intake says of a survey."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from cxlib.language import Speaker, _
from cxlib.report.verdicts import Lead, lead


def most_open(answers: pd.DataFrame) -> Lead:
    """Which item was surely left open most often, or which may have been.

    By the interval of the difference of two shares of the same people, with half a person added
    to each of the four cells (Agresti and Min 2005).

    Examples
    --------
    >>> most_open(pd.DataFrame({"a": [None] * 30 + [7] * 70, "b": [8] * 100})).sure
    True
    """
    blank = answers.isna()
    shares, n = blank.mean(), len(blank) + 2
    first = blank[shares.idxmax()] if len(shares) else pd.Series(dtype=bool)
    ahead = (blank.rsub(first.astype(int), axis=0) > 0).sum() + 0.5
    behind = (blank.rsub(first.astype(int), axis=0) < 0).sum() + 0.5
    difference = (ahead - behind) / n
    spread = np.sqrt((ahead + behind) / n - difference**2) / np.sqrt(n)
    return lead(shares, difference - stats.norm.ppf(0.975) * spread)


def unanswered(found: Lead, shares: pd.Series, names: Mapping[str, str], speaker: Speaker) -> str:
    """Which question was most often left open, as far as differences tell (`most_open`).

    Examples
    --------
    >>> shares = pd.Series({"a": 0.3, "b": 0.1})
    >>> print(unanswered(Lead(("a", "b")), shares, {"a": "Ease", "b": "Home"}, Speaker("en")))
    Most often left open, or "don't know": **Ease** (30.0%).
    """
    first = shares[list(found.first)]
    if not shares.any():
        message = _("Nobody left a question open.")
    elif len(found.names) == 1:
        message = _('Left open, or "don\'t know": {most}.')
    elif found.sure:
        message = _('Most often left open, or "don\'t know": {name} ({most}).')
    elif len(first) > 3:
        first = shares
        message = _(
            "No question was surely left open most often; it was {least} to {most} of the answers, "
            '"don\'t know" included.'
        )
    else:
        message = _("Left open most often is {name} ({least} to {most}): they can't be told apart.")
    return speaker.say(
        message,
        name=speaker.either([f"**{names[name]}**" for name in found.first]),
        least=speaker.percent(first.min(), 1),
        most=speaker.percent(first.max(), 1),
    )

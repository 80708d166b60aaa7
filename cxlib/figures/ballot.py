"""The vote on purple crocodiles as a list: rank, votes, and how firm the place is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxlib.figures.canvas import Canvas
from cxlib.figures.look import NOTHING
from cxlib.figures.pictograms import sign
from cxlib.figures.text import fit
from cxlib.figures.wording import said

HEAD, ROW = 6.6, 6.8  # millimetres
_LABEL, _BAR, _END = 12.0, 66.0, 99.0


class Ballot:
    """Rules with their row of the ranking, most votes first; suppressed votes last."""

    def __init__(self, rules: Sequence[Any], ranking: pd.DataFrame, top: int) -> None:
        table = ranking.reindex([rule.id for rule in rules]).reset_index(drop=True)
        table = table.sort_values("votes", ascending=False, kind="stable", na_position="last")
        self.rules = [rules[i] for i in table.index]
        self.table, self.top = table.reset_index(drop=True), top
        self.ranks = table["votes"].rank(method="min", ascending=False).tolist()
        largest = table.filter(["votes", "high"]).max().max()
        self.scale = (_END - _BAR - 7.0) / (largest if largest > 0 else 1.0)

    def draw(self, canvas: Canvas, y: float, shown: int) -> None:
        """Draw the heads and the first rows, and a line below those that are chosen."""
        look, color = canvas.look, canvas.brand.muted
        canvas.text(_BAR, y + HEAD - 2.6, look.say("stemmen", "votes"), 7.2, color=color)
        if "p_top" in self.table:
            chance = look.say(f"kans op top {self.top}", f"chance of top {self.top}")
            canvas.text(canvas.width, y + HEAD - 2.6, chance, 7.2, color=color, ha="right")
        y += HEAD
        for i in range(shown):
            if i % 2 == 0:
                canvas.box(0, y + i * ROW, canvas.width, ROW, fill=canvas.brand.pale, zorder=0)
            self._row(canvas, i, y + (i + 0.5) * ROW)
        if self.top < shown:
            line = [y + self.top * ROW] * 2
            canvas.line([0, canvas.width], line, width=0.8, style=(0, (3, 2)), zorder=4)
        if shown < len(self.rules):
            left = len(self.rules) - shown
            more = look.say(f"en nog {left} regels", f"and {left} more rules")
            canvas.text(_LABEL, y + (shown + 0.5) * ROW, more, color=color)

    def _row(self, canvas: Canvas, i: int, y: float) -> None:
        look, rule = canvas.look, self.rules[i]
        rank = NOTHING if pd.isna(self.ranks[i]) else look.number(self.ranks[i])
        canvas.text(3, y, rank, 7.8, ha="center", color=canvas.brand.muted)
        sign(canvas, 8.4, y, rule.status)
        text, room = said(rule.label, look), _BAR - _LABEL - 2.5
        label = fit(text, room, ROW - 0.3, largest=7.8, language=look.language)
        canvas.write(_LABEL, y, label)
        if pd.isna(self.table["votes"][i]):
            few = look.say("te weinig om te tonen", "too few to show")
            canvas.text(_BAR, y, few, 7.2, color=canvas.brand.muted)
        else:
            self._bar(canvas, i, y)

    def _bar(self, canvas: Canvas, i: int, y: float) -> None:
        brand, look = canvas.brand, canvas.look
        row = self.table.astype(float).iloc[i].to_dict()
        fill = brand.primary if i < self.top else brand.tint(0.45)
        end = row["votes"]
        canvas.box(_BAR, y - 1.6, max(end * self.scale, 0.1), 3.2, fill=fill)
        if pd.notna(row.get("low", np.nan)) and pd.notna(row.get("high", np.nan)):
            low, end = max(row["low"], 0.0), max(row["high"], end)
            ends = [_BAR + low * self.scale, _BAR + end * self.scale]
            canvas.line(ends, [y, y], color=brand.paper, width=2.2)
            canvas.line(ends, [y, y], width=0.9, zorder=3)
        votes, x = look.number(row["votes"]), _BAR + end * self.scale + 1.4
        canvas.text(x, y, votes, 7.8, weight="bold")
        if pd.notna(row.get("p_top", np.nan)):
            weight = "bold" if row["p_top"] >= 0.5 else "regular"
            share = look.percent(row["p_top"])
            canvas.text(canvas.width - 1.5, y, share, 7.8, ha="right", weight=weight)

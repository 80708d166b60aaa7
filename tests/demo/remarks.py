"""Remarks with the cards: who speaks of which theme is drawn, the words are made up."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from demo.truth import RemarkTruth


def codes() -> pd.DataFrame:
    """The code book: code, labels and customer value."""
    rows = [
        {
            "code": code,
            **{f"label_{language}": theme["label"][language] for language in ("nl", "en")},
            "value": theme["value"],
        }
        for code, theme in _themes().items()
    ]
    return pd.DataFrame(rows)


def remarks(truth: RemarkTruth, people: Sequence[str], rng: np.random.Generator) -> pd.DataFrame:
    """One row a person and card; what somebody says of one card is one remark.

    A person speaks of each theme with the theme's share, whatever they and others say of others.
    """
    spoken = rng.random((len(people), len(truth.shares))) < list(truth.shares.values())
    agreed = np.where(rng.random(len(people)) < truth.consent, "yes", "no")
    rows = []
    for code, speaks in zip(truth.shares, spoken.T, strict=True):
        speakers = rng.permutation(np.flatnonzero(speaks))
        cards = rng.choice(truth.cards[code], len(speakers))
        words = [*_themes()[code]["words"], *[""] * len(speakers)]
        rows += [(people[i], card, text, code, agreed[i])
                 for i, card, text in zip(speakers, cards, words, strict=False)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["participant", "card", "text", "code", "consent"])
    together = {"text": _joined(" "), "code": _joined("; "), "consent": "first"}
    return frame.groupby(["participant", "card"], as_index=False).agg(together)


def _themes() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("remarks.yaml").read_text("utf-8"))


def _joined(sign: str) -> Any:
    return lambda texts: sign.join(filter(None, texts))

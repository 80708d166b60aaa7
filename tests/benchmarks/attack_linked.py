"""What an attacker finds in everything published of random studies, under two sets of rules.

`python tests/benchmarks/attack_linked.py [studies] [first]` tries 500 of them and writes
attack_linked.csv beside itself: by rules, how many studies and editions there were, how many
editions the gate sent back, in how many studies anybody was found, how many numbers of 1 to 9
people followed for groups that were left out and for runs of periods, and which part of the
numbers of groups was shown.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "privacy")]

from linked_studies import After, Before, Study, attack, publish  # noqa: E402  # by the line above


def tried(seed: int) -> list[dict[str, object]]:
    """One study under both sets of rules."""
    study, rows = Study.draw(seed), []
    for rules in (Before(), After()):
        published, back = publish(study, rules)
        found = [kind for kind, _ in attack(study, published)]
        row = {"rules": type(rules).__name__.lower(), "studies": 1}
        row |= {"editions": len(study.editions()), "sent back": back, "found in": bool(found)}
        row |= {"left out": found.count("hidden"), "runs": found.count("run")}
        shown, hidden = (sum(len(p) for p in part) for part in (
            [fact.shown for fact in published], [fact.hidden for fact in published]
        ))  # fmt: skip
        rows.append(row | {"groups": shown + hidden, "shown": shown})
    return rows


def main(studies: int = 500, first: int = 0) -> None:
    """Try the studies, and write the table."""
    rows: list[dict[str, object]] = []
    for seed in range(first, first + studies):
        rows += tried(seed)
        if seed % 10 == 9 or seed + 1 == first + studies:
            table = pd.DataFrame(rows).groupby("rules", sort=False).sum()
            table.to_csv(HERE / "attack_linked.csv", lineterminator="\n")
    print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))

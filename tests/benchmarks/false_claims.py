"""How often sentences claim something of studies in which nothing has any effect.

`python tests/benchmarks/false_claims.py [studies] [notebooks …]` writes false_claims.csv beside
itself and prints every fault of a sentence: a missing number, an id, a doubled word.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))

from scanned_studies import Heard, booklet, hear, write

NOTEBOOKS = ("01", "02", "03", "04", "05", "06")


def main(studies: int, notebooks: tuple[str, ...]) -> None:
    claims, faults = [], 0
    for seed in range(studies):
        with tempfile.TemporaryDirectory() as folder:
            study, together = write(Path(folder) / "study", seed), Heard()
            for notebook in notebooks:
                heard = hear(study, notebook, n_resamples=300)
                claims += [(notebook, *found) for found in heard.claims().items()]
                together.tables |= heard.tables
                together.findings |= heard.findings
                together.texts += heard.texts
            together.texts += booklet(study, together).texts
        for fault in together.faults():
            faults += 1
            print(f"study {seed}: {fault}")
    table = pd.DataFrame(claims, columns=["notebook", "what", "claimed"])
    table = table.groupby(["notebook", "what"])["claimed"].agg(["count", "sum", "mean"])
    table.columns = ["studies", "claims", "share"]
    table.round(3).to_csv(Path(__file__).with_suffix(".csv"))
    print(
        table.to_string(),
        f"\n{table['claims'].sum() / table['studies'].sum():.1%}; {faults} faults",
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, tuple(sys.argv[2:]) or NOTEBOOKS)

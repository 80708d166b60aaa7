"""The demo study's rows, drawn from a known truth: nobody said any of this.

`make demo` rewrites the simulated files of the demo study; the same seed gives the same
bytes. `TRUTH` holds what the rows are drawn from.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from demo import answers, kpis, peers, qsorts, remarks
from demo.truth import TRUTH, Truth

__all__ = ["TRUTH", "Truth", "tables", "write"]


def tables(truth: Truth = TRUTH) -> dict[str, pd.DataFrame]:
    """All simulated tables of a study folder, by name.

    Parameters
    ----------
    truth
        What to draw from, with the seed. Each table has a random stream of its own, so that a
        change in the truth of one leaves the others as they are.

    Returns
    -------
    dict
        Name within the study folder, as ``sorts/tenants``, to table.

    Examples
    --------
    >>> from demo import tables
    >>> sorts = tables()["sorts/tenants"].set_index(["participant", "session"])
    >>> ((sorts.mean() + 4) / 8 * 100).round().astype(int).head(3).to_dict()
    {'c01': 92, 'c02': 90, 'c03': 82}
    """
    streams = iter(np.random.default_rng(truth.seed).spawn(11))
    tenants = qsorts.tenants(truth.sorts, next(streams))
    return {
        "sorts/tenants": tenants,
        "sorts/employees": qsorts.employees(truth.sorts, next(streams)),
        "ratings/tenants": qsorts.ratings(truth.ratings, tenants, next(streams)),
        "survey": answers.survey(truth.survey, next(streams)),
        "complaints": kpis.complaints(truth.kpis, next(streams)),
        "callbacks": kpis.callbacks(truth.kpis, next(streams)),
        "internal": kpis.internal(truth.kpis, next(streams)),
        "benchmark": peers.benchmark(truth.peers, next(streams)),
        "votes": peers.votes(truth.peers, next(streams)),
        "maturity": peers.maturity(truth.peers, next(streams)),
        "codes": remarks.codes(),
        "remarks/tenants": remarks.remarks(
            truth.remarks, tenants["participant"].tolist(), next(streams)
        ),
    }


def write(folder: Path, truth: Truth = TRUTH) -> list[Path]:
    """Write all simulated tables as CSV into a study folder; return the files written."""
    written = []
    for name, table in tables(truth).items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%d")
        written.append(path)
    return written

"""Whether every notebook runs with a study that `cxlib new --from` makes of an export.

    python tests/benchmarks/exports_to_figures.py            all ten
    python tests/benchmarks/exports_to_figures.py words.csv  one of them

Prints a line an export: what the check says, and the notebooks that failed. Some ten minutes.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from pathlib import Path

import papermill

from cxlib.cli import main
from cxlib.places import ROOT
from cxlib.study import Study

sys.path.insert(0, str(ROOT / "tests" / "study"))
from test_drafting import EXPORTS, drafted


def failed(study: Path, scratch: Path) -> list[str]:
    """Return the notebooks that stop with an error for a study folder."""
    stopped = []
    language = Study.open(study).config.languages[0]
    for path in sorted((ROOT / "notebooks").glob("0[1-7]*.ipynb")):
        parameters = {"study": str(study), "language": language, "output": str(scratch / path.stem)}
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                papermill.execute_notebook(
                    path, scratch / path.name, parameters=parameters, progress_bar=False
                )
        except papermill.PapermillExecutionError as error:
            if "SystemExit" not in str(error):
                stopped.append(f"{path.stem}: {error.ename}: {error.evalue}"[:300])
    return stopped


for name in sys.argv[1:] or EXPORTS:
    with tempfile.TemporaryDirectory() as place:
        with contextlib.redirect_stdout(io.StringIO()):
            folder, _ = drafted(Path(place), name)
            code = main(["check", str(folder)])
        faults = failed(folder, Path(place))
        print(name, f"check {code}", "; ".join(faults) or "all notebooks run", sep="  ", flush=True)

"""Whether studies that strain a page come to a booklet with nothing cut, and no page left over.

`python tests/benchmarks/hard_pages.py [studies …]` runs every notebook on each and writes
hard_pages.csv beside itself: a row a study and language.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pypdfium2

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))

from hard_studies import HARD

from cxlib.places import ROOT
from cxlib.run import run_notebook
from cxlib.run.forks import register
from cxlib.run.relay import load
from cxlib.study import Study

NOTEBOOKS = sorted((ROOT / "notebooks").glob("0*.ipynb"))
FEWEST = 12  # words that a page has, but for a page of notes


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """What became of one study."""
    command = [Path(sys.executable).with_name("cxlib"), "check", folder / "study"]
    checked = subprocess.run(command, capture_output=True, text=True)
    if checked.returncode:
        why = [" ".join(line.split()) for line in checked.stdout.splitlines() if "expected" in line]
        return [{"study": name, "outcome": f"refused by the check: {why[0]}"}]
    period, out = Study.open(folder / "study").period("latest"), folder / "out"
    for notebook in NOTEBOOKS:
        given = {"study": str(folder / "study"), "output": str(out / notebook.stem)}
        given |= {"results": str(out)} if notebook == NOTEBOOKS[-1] else {}
        given |= {"language": Study.open(folder / "study").config.languages[0]}
        run_notebook(notebook, out / notebook.name, given | {"period": period.label})
    return [read(path, name) for path in sorted(out.rglob("booklet.*.pdf"))]


def read(path: Path, name: str) -> dict[str, Any]:
    """Pages of a booklet: how many, how many of notes, and those with next to nothing on them."""
    with pypdfium2.PdfDocument(path) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    notes = [text.lstrip().upper().startswith(("NOTES", "AANTEKENINGEN")) for text in texts]
    inside = list(zip(texts, notes, strict=True))[1:-1]
    left = [text for text, noted in inside if len(text.split()) < FEWEST and not noted]
    count = {"pages": len(texts), "notes": sum(notes), "nearly empty": len(left)}
    good = len(texts) % 4 == 0 and not left
    language = path.name.split(".")[1]
    return {"study": name, "language": language, **count, "outcome": "well" if good else "FAULT"}


def main(names: list[str]) -> None:
    load()
    register()
    found = []
    for make in HARD:
        if make.__name__ in names or not names:
            with tempfile.TemporaryDirectory() as folder:
                make(Path(folder) / "study")
                found += rows(Path(folder), make.__name__)
            print(found[-1], flush=True)
    table = pd.DataFrame(found).astype({n: "Int64" for n in ("pages", "notes", "nearly empty")})
    table.to_csv(Path(__file__).with_suffix(".csv"), index=False)
    print(table.to_string())


if __name__ == "__main__":
    main(sys.argv[1:])

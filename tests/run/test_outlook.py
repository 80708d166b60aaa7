"""What the check says of each notebook agrees with what the notebooks ask for themselves."""

import json
import re

import pytest

from cxlib.places import ROOT
from cxlib.run.given import outlook
from cxlib.study import Study
from cxlib.study.inventory import NEEDS

BOOKS = {path.stem: path for path in sorted((ROOT / "notebooks").glob("0*.ipynb"))}


@pytest.mark.parametrize("name", BOOKS)
def test_needs_are_those_of_the_notebook(name: str) -> None:
    cells = json.loads(BOOKS[name].read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    asked = {
        call: tuple(re.findall(r'"([^"]+)"', names))
        for call, names in re.findall(r"^(require|require_any)\(data, ([^)]*)\)", code, re.M)
    }
    every, some, more = NEEDS.get(name, ((), (), ()))
    assert (asked.get("require", ()), asked.get("require_any", ())) == (every, some)
    given = str(re.findall(r"given\((.*?)\)", code, re.M))
    assert all(part.split("/")[0] in given for part in more)


def test_what_is_lacking_is_named(tmp_path) -> None:
    (tmp_path / "survey.csv").write_text("overall\n" + "7\n8\n" * 10)
    found = outlook(Study.open(tmp_path))
    assert found["06_monitor"] == (True, "20 answers")
    assert found["02_viewpoints"] == (False, "needs cards and sorts")
    assert found["04_values"][1].startswith("needs values (survey items under values")

"""A cell magic for parts of a notebook that need rows which not every study has.

A cell that begins with ``%%given survey`` runs where the study has a survey.  Elsewhere it
says in one line what is missing, and the notebook goes on.  After a bar come results of earlier
cells, as in ``%%given survey | shares``: where one has a note instead of numbers, the note is
said.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import Markdown

from cxlib.run.inputs import enough, lacking

if TYPE_CHECKING:
    from cxlib.study import Study


def left_out(missing: list[str], enough: str = "") -> Markdown:
    """Say which rows are missing, or too few.

    Examples
    --------
    >>> print(left_out(["survey"]).data)
    *This study has no `survey`: this part is left out.*
    """
    if any(name.endswith("/") for name in missing):
        return Markdown("*There is no other group to compare with: this part is left out.*")
    names = " or ".join(f"`{name}`" for name in missing)
    return Markdown(f"*This study has no {names}{enough}: this part is left out.*")


def _run(shell: Any, cell: str) -> Any:
    """Execute a cell in the user's namespace; the value of its last expression comes back."""
    body = shell.compile.ast_parse(shell.transform_cell(cell)).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    name = shell.compile.cache(cell)
    exec(compile(ast.Module(body, []), name, "exec"), shell.user_ns)
    return eval(compile(ast.Expression(last.value), name, "eval"), shell.user_ns) if last else None


def _note(result: Any) -> str:
    """Why a result holds nothing; empty where it holds something."""
    return getattr(result, "note", "") or getattr(result, "attrs", {}).get("note", "")


def enable(study: Study) -> None:
    """Teach the running notebook the magic ``%%given`` for `study`; elsewhere do nothing."""
    shell: Any = get_ipython()
    if shell is None:
        return

    def given(line: str, cell: str) -> Any:
        rows, _, results = line.partition("|")
        missing = lacking(study, *rows.split())
        if missing:
            return left_out(missing, enough(study, missing))
        notes = [_note(shell.user_ns[name]) for name in results.split()]
        said = next((note for note in notes if note), "")
        return Markdown(f"*{said}*") if said else _run(shell, cell)

    shell.register_magic_function(given, magic_kind="cell", magic_name="given")

"""The steps of the pipeline as commands: ``python -m cxlib.run notebook|promote|refresh``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cxlib.places import RELEASED
from cxlib.run.plan import code_of, digest_of, end_with_parent
from cxlib.run.relay import PLACE, delegate, serve
from cxlib.run.rests import REFUSED, held, record, write_whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one step and return its exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser().parse_args(words)
    if arguments.step is _serve:  # it watches its parent by itself: no threads where one forks
        return _serve(arguments)
    end_with_parent()
    relay = os.environ.pop(PLACE, "")  # asked once: who carries it out must not ask again
    status = delegate(relay, words) if relay else None
    return arguments.step(arguments) if status is None else status


def _notebook(arguments: argparse.Namespace) -> int:
    from cxlib.run.notebook import run_notebook

    source, parameters = arguments.source, json.loads(arguments.parameters)
    folder, code = (
        Path(parameters["output"]),
        code_of(source, parameters, parameters.get("period", "")),
    )
    run, stem = folder.parent, folder.name
    before = {path.stem: held(run, path.stem) for path in arguments.before}
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    try:
        run_notebook(source, arguments.target, parameters, _seconds())
    except Exception as error:
        print(f"{source}: {getattr(error, 'evalue', '') or error}", file=sys.stderr)
        return 1
    record(run, stem, code, before, arguments.token, time.monotonic() - begun)
    return 0


def _seconds() -> float:
    """How long a notebook may take: so long, and no longer than its run as a whole."""
    own = float(os.environ.get("CXLIB_SECONDS") or 0)
    until = float(os.environ.get("CXLIB_UNTIL") or 0)
    left = max(until - time.time(), 0.01) if until else own
    return min(own or left, left)


def _promote(arguments: argparse.Namespace) -> int:
    from cxlib.run.plan import folder_of
    from cxlib.run.promotion import promote
    from cxlib.study import Study

    try:
        study = Study.open(folder_of(arguments.study))
        promote(arguments.run, arguments.tables, arguments.figures, study)
    except (OSError, ValueError) as error:  # ResultsError, StudyError, or a file that is not whole
        print(f"Can't publish: {error}. Nothing published has changed.", file=sys.stderr)
        with suppress(OSError):
            write_whole(arguments.run / REFUSED, {"why": str(error)})
        return 1
    (arguments.run / REFUSED).unlink(missing_ok=True)
    return 0


def _refresh(arguments: argparse.Namespace) -> int:
    from cxlib.run.notebook import run_notebook
    from cxlib.run.results import write_json

    for path in arguments.notebooks:
        print(path, flush=True)
        run_notebook(path, path, {})
    folder = arguments.notebooks[0].parent
    known = json.loads(RELEASED.read_text(encoding="utf-8")) if RELEASED.exists() else {}
    known |= {path.stem: digest_of(path) for path in arguments.notebooks}
    there = {name: known[name] for name in sorted(known) if (folder / f"{name}.ipynb").exists()}
    write_json(RELEASED, there)
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    def run(words: Sequence[str]) -> int:
        end_with_parent()
        arguments = _parser().parse_args(words)
        return arguments.step(arguments)

    return serve(arguments.socket, run, arguments.studies)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cxlib.run", description=__doc__)
    steps = parser.add_subparsers(required=True)
    notebook = steps.add_parser("notebook", help="run one notebook")
    notebook.add_argument("source", type=Path)
    notebook.add_argument("target", type=Path)
    notebook.add_argument("--parameters", default="{}", help="a JSON object")
    notebook.add_argument("--before", type=Path, nargs="*", default=[], help="results it reads")
    notebook.add_argument("--token", default="", help="that the plan knows its results by")
    notebook.set_defaults(step=_notebook)
    promote = steps.add_parser("promote", help="publish a finished run")
    promote.add_argument("run", type=Path)
    promote.add_argument("tables", type=Path)
    promote.add_argument("figures", type=Path)
    promote.add_argument("--study", required=True)
    promote.set_defaults(step=_promote)
    refresh = steps.add_parser("refresh", help="run the notebooks that are to be released in place")
    refresh.add_argument("notebooks", type=Path, nargs="+")
    refresh.set_defaults(step=_refresh)
    listen = steps.add_parser("serve", help="run notebooks in forks, as long as the parent lives")
    listen.add_argument("socket", type=Path)
    listen.add_argument("studies", nargs="*", help="that are going to be asked for")
    listen.set_defaults(step=_serve)
    return parser


if __name__ == "__main__":
    sys.exit(main())

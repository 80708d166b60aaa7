"""One notebook run safely, what it publishes, and the promotion of a finished run.

The parts are imported when they are first asked for: the pipeline looks in here on every
`make`, and must not wait for Matplotlib to find that there is nothing to do.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxlib.run.given import require, require_any, require_people
    from cxlib.run.notebook import run_notebook
    from cxlib.run.promotion import promote
    from cxlib.run.publication import Publication
    from cxlib.run.results import Results

_HOMES = {
    "Publication": "publication",
    "Results": "results",
    "promote": "promotion",
    "require": "given",
    "require_any": "given",
    "require_people": "given",
    "run_notebook": "notebook",
}
__all__ = [
    "Publication",
    "Results",
    "promote",
    "require",
    "require_any",
    "require_people",
    "run_notebook",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

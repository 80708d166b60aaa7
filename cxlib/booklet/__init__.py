"""The booklet and the card: Typst sets what a run published."""

from cxlib.booklet.build import BookletError, build, build_print
from cxlib.booklet.preview import pages, picture, preview

__all__ = ["BookletError", "build", "build_print", "pages", "picture", "preview"]

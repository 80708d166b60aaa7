"""The booklet and the card: Typst sets what a run published."""

from cxlib.booklet.build import BLEED, BookletError, build
from cxlib.booklet.preview import pages, picture, preview

__all__ = ["BLEED", "BookletError", "build", "pages", "picture", "preview"]

"""The booklet and the card: Typst sets what a run published."""

from cxlib.booklet.build import BLEED, BookletError, build, pages, picture, preview

"""A picture of a booklet: `python -m cxlib.booklet BOOKLET.pdf PICTURE.png PAGE …`."""

import sys

from cxlib.booklet.build import picture

booklet, target, *pages = sys.argv[1:]
picture(booklet, [int(page) for page in pages]).save(target, optimize=True)

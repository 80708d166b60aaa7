"""Read a finished booklet as its readers do."""

from pathlib import Path

import pypdfium2

from cxlib.study import Period

QUARTER = Period.parse("2020-Q4")


def page_texts(path: Path) -> list[str]:
    """What a reader finds on each page, hyphens and line ends taken out."""
    document = pypdfium2.PdfDocument(path)
    pages = [document[i].get_textpage().get_text_bounded() for i in range(len(document))]
    document.close()
    joined = [text.replace("\ufffe", "").replace("\u00ad", "") for text in pages]
    return [" ".join(text.split()) for text in joined]


def overlaps(path: Path, slack: float = 2.0) -> list[tuple[int, str, str]]:
    """Pairs of texts that lie over each other by more than `slack` points, with their page."""
    found = []
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document, start=1):
            text = page.get_textpage()
            boxes = [text.get_rect(i) for i in range(text.count_rects())]
            for i, one in enumerate(boxes):
                for other in boxes[i + 1 :]:
                    across = min(one[2], other[2]) - max(one[0], other[0])
                    down = min(one[3], other[3]) - max(one[1], other[1])
                    if min(across, down) > slack:
                        said = (text.get_text_bounded(*box) for box in (one, other))
                        found.append((number, *said))
    return found

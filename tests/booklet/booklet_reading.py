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

"""One small published run, and the documents made from it, for all tests here."""

from pathlib import Path

import pikepdf
import pytest
from booklet_reading import QUARTER
from published_run import publish

from cxlib import booklet
from cxlib.run.results import Results
from cxlib.study import Study


@pytest.fixture(scope="session")
def study() -> Study:
    return Study.open("haag-wonen")


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def made(study, results, tmp_path_factory) -> dict[str, Path]:
    """Booklet and card in both languages, by file name."""
    paths = booklet.build(study, results, tmp_path_factory.mktemp("made"), period=QUARTER)
    return {path.name: path for path in paths}


@pytest.fixture(params=["booklet.nl.pdf", "booklet.en.pdf", "card.nl.pdf", "card.en.pdf"])
def pdf(request, made):
    with pikepdf.open(made[request.param]) as document:
        yield document

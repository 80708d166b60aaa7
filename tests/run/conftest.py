"""A small study with both languages, made once."""

from pathlib import Path

import pytest

from cxlib.study import Study

STUDY = """\
id: small
name: Kleine Corporatie
languages: [nl, en]
title: {nl: "Visie <b>van</b> & voor ons", en: Our vision}
source: {nl: Eigen onderzoek, en: Own research}
provenance: {survey: simulated}
domains: [{id: service, label: {nl: dienst, en: service}}]
"""
SURVEY = "respondent,date,overall\n" + "".join(
    f"R{i:03d},2020-{1 + i % 3:02d}-28,{5 + i % 5}\n" for i in range(60)
)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small study."""
    folder = tmp_path_factory.mktemp("studies") / "small"
    folder.mkdir()
    (folder / "study.yaml").write_text(STUDY)
    (folder / "survey.csv").write_text(SURVEY)
    return folder


@pytest.fixture(scope="session")
def study(small: Path) -> Study:
    """The small study, opened."""
    return Study.open(small)

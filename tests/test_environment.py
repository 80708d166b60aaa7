"""pyproject.toml, environment.yml and requirements.lock speak of the same packages."""

import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cxlib.places import ROOT

# What conda-forge calls differently: without Qt, which nothing here needs.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}


def wanted() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    texts = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    texts += project["tool"]["uv"]["constraint-dependencies"]  # what ours depend on themselves
    return by_name(Requirement(text) for text in texts)


def by_name(requirements) -> dict[str, Requirement]:
    return {canonicalize_name(r.name): r for r in requirements}


@pytest.fixture(scope="module")
def conda() -> dict[str, Requirement]:
    content = yaml.safe_load((ROOT / "environment.yml").read_text())
    listed = [line for line in content["dependencies"] if isinstance(line, str)]
    pip = content["dependencies"][-1]["pip"]
    assert pip[-1] == "--editable ."
    found = by_name(map(Requirement, [*listed, *pip[:-1]]))
    return {CONDA_NAMES.get(name, name): requirement for name, requirement in found.items()}


@pytest.fixture(scope="module")
def locked() -> dict[str, list[Requirement]]:
    return pinned("requirements.lock")


def pinned(name: str) -> dict[str, list[Requirement]]:
    lines = re.findall(r"^([a-z0-9].*?)(?: \\)?$", (ROOT / name).read_text(), re.M)
    found: dict[str, list[Requirement]] = {}
    for requirement in map(Requirement, lines):
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_conda_environment_has_the_same_packages_and_versions(conda):
    named = {name: r.specifier for name, r in conda.items() if name not in ("python", "pip")}
    assert named == {name: requirement.specifier for name, requirement in wanted().items()}


def test_conda_environment_has_the_same_python(conda):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert str(conda["python"].specifier) == project["requires-python"]


def test_lock_satisfies_every_requirement(locked):
    for name, requirement in wanted().items():
        versions = [next(iter(pin.specifier)).version for pin in locked[name]]
        assert versions, name
        for version in versions:
            assert requirement.specifier.contains(version), f"{name} {version}"


@pytest.mark.parametrize("name", ["requirements.lock", "config/bootstrap.lock"])
def test_lock_pins_with_hashes_and_without_addresses(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert len(entries) == sum(map(len, pinned(name).values()))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_installs_the_rest_is_pinned_as_well():
    assert pinned("config/bootstrap.lock").keys() == {"setuptools", "uv"}


def test_what_is_declared_is_imported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    code = "\n".join(path.read_text() for path in sorted((ROOT / "cxlib").rglob("*.py")))
    imported = set(re.findall(r"^ *(?:import|from) (\w+)", code, re.M))
    called = {"jupyterlab", "snakemake"}  # as programs
    meant = {"pyarrow", "seaborn"}  # for Parquet by pandas, and for whoever explores in a notebook
    modules = {"python-calamine": "python_calamine", "pyyaml": "yaml", "pillow": "PIL"}
    modules["python-stdnum"] = "stdnum"
    names = [Requirement(text).name for text in project["dependencies"]]
    unused = {n for n in names if modules.get(n, n.replace("-", "_")) not in imported}
    assert unused <= called | meant, unused


def test_lock_leaves_out_what_slows_every_start(locked):
    assert not {"rfc3987-syntax", "lark"} & locked.keys()

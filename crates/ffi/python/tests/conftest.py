"""Set-up shared by the tests: a folder with the rules and an invented mission, and the command line to compare with."""

import os
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recours

ROOT = Path(__file__).resolve().parents[4]
ORACLE = ROOT / "tests" / "donnees" / "oracle"
PERSONS = 600
SEED = 5


@pytest.fixture(scope="session")
def command():
    """Runs the command line and gives the finished process."""
    binary = os.environ["RECOURS"]

    def run(*arguments, cwd=None):
        return subprocess.run([binary, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="session")
def invented(tmp_path_factory):
    """A folder with ``demo/``: a département of few people, everything done once."""
    folder = tmp_path_factory.mktemp("invented")
    recours.demo(PERSONS, SEED, folder / "demo")
    return folder


@pytest.fixture
def mission(invented, tmp_path):
    """A mission of one's own, to work in."""
    shutil.copytree(invented / "demo", tmp_path / "demo")
    return tmp_path / "demo" / "mission.toml"


@pytest.fixture
def place(invented, tmp_path, monkeypatch):
    """The folder in which examples run: ``demo/`` and ``rules/fr`` stand there."""
    shutil.copytree(invented / "demo", tmp_path / "demo")
    (tmp_path / "rules").symlink_to(ROOT / "rules")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def rules():
    return recours.Rules(ROOT / "rules" / "fr", on="2026-10-01")


@pytest.fixture(scope="session")
def tables():
    """Reference people and households, as pyarrow tables."""
    return tuple(pq.read_table(ORACLE / f"2026-10_{name}.parquet") for name in ("persons", "households"))


def sample(tables, count):
    """The first ``count`` households and their people."""
    persons, households = tables
    households = households.slice(0, count)
    keep = pa.compute.is_in(persons["household_id"], value_set=households["household_id"].combine_chunks())
    return persons.filter(keep), households


@pytest.fixture(scope="session")
def few(tables):
    return sample(tables, 40)

"""The engine host's wheel contains no sealing code: by its graph, by what is built, by what it answers."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import recours._recours
from conftest import ROOT

FORBIDDEN = [b"recours_seal", b"recours_synth", b"voprf"]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """The host's wheel, unpacked."""
    (wheel,) = Path(os.environ["RECOURS_ROUE_HOTE"]).glob("*.whl")
    folder = tmp_path_factory.mktemp("host")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_graph():
    def tree(*features):
        command = ["cargo", "tree", "-p", "recours-python", "--edges", "normal", "--prefix", "none", "--locked", *features]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for name in ("recours-seal ", "recours-synth ", "voprf "):
        assert name in tree() and name not in tree("--no-default-features", "--features", "host"), name


def test_built_module(host):
    (module,) = (host / "recours").glob("_recours*.so")
    whole = Path(recours._recours.__file__).read_bytes()
    for name in FORBIDDEN:
        assert name in whole, f"the search for {name!r} finds nothing anywhere"
        assert name not in module.read_bytes(), name


def test_surface(host):
    script = """if True:
        import recours
        assert recours.features == ("host",), recours.features
        assert not hasattr(recours, "demo")
        print(*(n for n in dir(recours.Mission) if not n.startswith("_")))
    """
    done = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(host)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = set(done.stdout.split())
    assert {"detect", "outreach", "explain", "plan"} <= names
    assert not names & {"seal", "link", "open"}, names

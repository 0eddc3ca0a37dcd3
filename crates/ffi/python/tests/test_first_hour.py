"""What is under examples/ runs: SQL in and out with DuckDB, and a data team's first hour in a notebook.

Run by ``./essais_spark``, which installs what the notebook needs.
"""

import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT

EXAMPLES = ROOT / "examples"


def test_a_detection_is_called_from_sql_and_given_back_to_sql(tmp_path):
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "duckdb_detection.py"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.search(r"(\d+) findings, (\d+) in ", done.stdout)
    assert counts and counts[1] == counts[2] and int(counts[1]) > 100, done.stdout
    assert "non_recours" in done.stdout and "cpam" in done.stdout


def notebook():
    if os.environ.get("RECOURS_SPARK") != "1":
        pytest.skip("./essais_spark runs it")
    import nbformat

    return nbformat.read(EXAMPLES / "premiere_heure.ipynb", as_version=4)


def test_the_notebook_is_kept_without_outputs():
    for cell in notebook().cells:
        assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None), cell.id


@pytest.mark.filterwarnings("ignore")
def test_the_first_hour_runs_and_shows_counts_only(tmp_path, monkeypatch):
    book = notebook()
    from nbclient import NotebookClient

    monkeypatch.setenv("RECOURS_PERSONNES", "4000")
    monkeypatch.setenv("RECOURS_DOSSIER", str(tmp_path))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    NotebookClient(book, timeout=600, kernel_name="python3").execute()
    shown = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in shown), "no plot"
    texts = "".join(output.get("text", "") for output in shown)
    assert "à proposer" in texts and "mixte" in texts, texts
    # No handle, row number, name or number of anybody.
    import polars as pl

    register = pl.read_parquet(tmp_path / "demo" / "bodies" / "cpam" / "registre.parquet")
    for name in set(register["nom_naissance"].drop_nulls().to_list()[:200]) | set(register["nir"].drop_nulls().to_list()[:200]):
        assert len(name) < 4 or not re.search(rf"\b{re.escape(name)}\b", texts), "a record is shown"
    assert "b'" not in texts and "b\"" not in texts, "bytes of a handle are shown"

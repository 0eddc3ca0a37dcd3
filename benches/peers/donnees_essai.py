"""Makes tests/donnees/pairs again: 2,000 persons in five tables, and the rows that DuckDB gives of them.

The tests compare `recours croise` with these rows, without Python. To be run when the job changes:
    . benches/peers/environnement && "$python" benches/peers/donnees_essai.py
"""
import os
import subprocess
import sys
import tempfile

import duckdb
import mesure
import pairs
import reponses

folder = os.path.join(mesure.ROOT, "tests", "donnees", "pairs")
os.makedirs(folder, exist_ok=True)
subprocess.run([sys.executable, os.path.join(mesure.HERE, "gen.py"), "2000", folder], check=True)
os.remove(os.path.join(folder, "complet.json"))
with tempfile.TemporaryDirectory() as answers:
    out = os.path.join(answers, "r.parquet")
    mesure.run(pairs.command("duckdb", None, folder, 1, out, None), os.path.join(answers, "log"))
    with duckdb.connect() as base:
        rows = f"SELECT htok AS unit, rule, cert, band, reasons FROM ({reponses.rows(base, out)}) ORDER BY unit, rule"
        base.execute(f"COPY ({rows}) TO '{folder}/attendu.parquet' (FORMAT parquet, COMPRESSION zstd)")
        print(base.execute(f"SELECT count(*) FROM '{folder}/attendu.parquet'").fetchone()[0], "lignes attendues")

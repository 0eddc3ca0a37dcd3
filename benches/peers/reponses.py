"""Answers of the engines brought to one form, so that they can be compared: (foyer, rule, cert, band, reasons)."""
import os

import duckdb
from travail import RIGHTS

RULE = "CASE " + " ".join(f"WHEN \"right\" = '{n}' THEN {i}" for i, n in enumerate(RIGHTS, 1)) + " END"


def rows(base, path):
    """A SELECT of the five columns, whichever engine wrote the file."""
    path = f"{path}/*.parquet" if os.path.isdir(path) else path
    columns = {c[0] for c in base.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()}
    if "unit" in columns:
        cert = "CASE certainty WHEN 'possible' THEN 1 WHEN 'probable' THEN 2 WHEN 'certain' THEN 2 END"
        return f"SELECT unit AS htok, {RULE} AS rule, {cert} AS cert, tranche AS band, motifs AS reasons FROM read_parquet('{path}')"
    # Polars writes the 128-bit token as its sixteen bytes, in the order in which they were read.
    return f"SELECT htok, rule, cert, band, reasons FROM read_parquet('{path}')"


def checksum(path):
    """Count, sums of each column and exclusive or of the hashes of whole rows: equal exactly when the rows are, order aside."""
    with duckdb.connect() as base:
        line = "hash(lower(hex(htok::BLOB)), rule::INT, cert::INT, band::INT, reasons::INT)"
        sums = ", ".join(f"sum({c})::BIGINT" for c in ("rule", "cert", "band", "reasons"))
        found = base.execute(f"SELECT count(*), {sums}, bit_xor({line})::VARCHAR FROM ({rows(base, path)})").fetchone()
    return dict(zip(("rows", "rule", "cert", "band", "reasons", "hash"), found))

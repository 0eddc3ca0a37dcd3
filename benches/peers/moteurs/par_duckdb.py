"""The job on DuckDB: par_duckdb.py FOLDER THREADS OUT

Best form known: one materialised row per foyer, then a union of twelve filters; the order of rows is not kept.
"""
import sys

import duckdb

sys.path.insert(0, __file__.rsplit("/", 2)[0])
from travail import rows, sql

folder, threads, out = sys.argv[1:4]
base = duckdb.connect()
base.execute(f"SET threads={threads}")
base.execute("SET preserve_insertion_order=false")
query = sql("duckdb", lambda t: f"read_parquet('{folder}/{t}.parquet')")
base.execute(f"COPY (WITH r AS MATERIALIZED ({query})\n{rows('r')}) TO '{out}' (FORMAT parquet, COMPRESSION snappy)")

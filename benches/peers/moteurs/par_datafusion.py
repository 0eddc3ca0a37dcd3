"""The job on DataFusion: par_datafusion.py FOLDER THREADS OUT

Best form known: the rows per foyer are cached; a union over a view would compute the joins twelve times.
"""
import sys

from datafusion import SessionConfig, SessionContext

sys.path.insert(0, __file__.rsplit("/", 2)[0])
from travail import TABLES, rows, sql

folder, threads, out = sys.argv[1:4]
context = SessionContext(SessionConfig().with_target_partitions(int(threads)))
for t in TABLES:
    context.register_parquet(t, f"{folder}/{t}.parquet")
context.register_view("r", context.sql(sql("datafusion", lambda t: t)).cache())
context.sql(rows("r")).write_parquet(out, compression="snappy")

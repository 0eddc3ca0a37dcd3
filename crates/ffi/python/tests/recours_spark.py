"""`./measure spark`: the cluster against one machine on as many people as asked, row by row, with the time of each.

    python recours_spark.py PERSONS FOLDER
"""

import os
import resource
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

import recours
import recours.spark


def timed(label, work):
    start = time.monotonic()
    found = work()
    print(f"{label:<44} {time.monotonic() - start:>9.1f} s", flush=True)
    return found


def main(persons, folder):
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    cores = os.cpu_count() or 1
    mission = folder / "demo" / "mission.toml"
    timed(f"demo, {persons} persons", lambda: recours.demo(persons, 1, folder / "demo"))
    opened = recours.Mission(mission)
    alone = pa.table(timed("one machine: Mission.detect", lambda: opened.detect(out=folder / "alone").findings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{alone.num_rows} findings; peak of this process so far {peak} MiB; {cores} cores")
    spark = (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "3g")
        .config("spark.driver.maxResultSize", "0")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    shared = folder / "shared"
    for parts in (1, 2, 7):
        found = timed(f"{parts} parts, names of files", lambda: recours.spark.detect(spark, mission, parts, shared=shared))
        compare(found, alone)
        files = opened.split(parts, folder / f"parts_{parts}")
        rows = spark.read.parquet(*map(str, files))
        found = timed(f"{parts} parts, rows through Spark", lambda: opened.merge(recours.spark.detect_rows(rows, mission).toArrow()))
        compare(found, alone)
        for file in files:
            file.unlink()
    spark.stop()
    written = pq.read_table(folder / "alone" / "findings.parquet")
    if not written.equals(alone):
        sys.exit("the file differs from what was returned")
    print("identical, row by row, in 1, 2 and 7 parts and in both forms")


def compare(found, alone):
    found = pa.table(found)
    if found.num_rows != alone.num_rows:
        sys.exit(f"{found.num_rows} findings, {alone.num_rows} on one machine")
    for name in alone.schema.names:
        if found[name].combine_chunks() != alone[name].combine_chunks():
            sys.exit(f"column {name} differs")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

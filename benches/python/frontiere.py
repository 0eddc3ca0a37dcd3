"""The same evaluation through the wheel and from a Rust program, alternately, each in a fresh process; CPU of all threads."""

import statistics
import subprocess
import sys
import warnings
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import recours

ORACLE = Path("tests/donnees/oracle")
RULES, DAY = "rules/fr", "2026-10-01"
BATCH = 100_000
MOST = 1.05


def copies(table, times, keys):
    """Reference rows several times over, each time with other keys."""
    for i in range(times):
        part = table
        for key in keys:
            texts = pc.binary_join_element_wise(pc.cast(table[key], pa.string()), str(i), "-")
            part = part.set_column(part.column_names.index(key), key, texts)
        yield part


def invent(folder, count):
    """Both tables as Arrow files, read alike by both programs."""
    people, homes = (pq.read_table(ORACLE / f"2026-10_{name}.parquet") for name in ("persons", "households"))
    times = -(-count // homes.num_rows)
    for name, table, keys in (("persons", people, ["person_id", "household_id"]), ("households", homes, ["household_id"])):
        with pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink:
            whole = pa.concat_tables(copies(table, times, keys)).combine_chunks()
            with pa.ipc.new_file(sink, whole.schema) as writer:
                writer.write_table(whole, max_chunksize=BATCH)
    return times * homes.num_rows


def one(folder):
    """In a fresh process: CPU seconds of the call, and its rows."""
    import os

    warnings.simplefilter("ignore")
    rules = recours.Rules(RULES, on=DAY)
    people, homes = (pa.ipc.open_file(pa.OSFile(str(folder / f"{name}.arrow"))).read_all() for name in ("persons", "households"))
    # The first table that pyarrow makes of a foreign object makes it import pandas: half a second that is not ours.
    pa.table(recours.Table(homes.slice(0, 1)))
    before = sum(os.times()[:2])
    answers = pa.table(rules.evaluate(people, homes))
    print(f"{sum(os.times()[:2]) - before:.2f} {answers.num_rows}")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    seconds, rows = done.stdout.split()
    return float(seconds), int(rows)


def main():
    rust, folder, count, times = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    homes = invent(folder, count)
    tables = [str(folder / f"{name}.arrow") for name in ("persons", "households")]
    pairs = []
    for _ in range(times):
        from_rust = run([rust, RULES, DAY, *tables])
        from_python = run([sys.executable, __file__, str(folder)])
        if from_rust[1] != from_python[1]:
            sys.exit(f"réponses : {from_rust[1]} par Rust, {from_python[1]} par Python")
        pairs.append((from_rust[0], from_python[0]))
    ratios = [python / rust for rust, python in pairs if rust]
    print(f"{homes} foyers, {from_rust[1]} réponses, {times} paires de processus, secondes de CPU (tous les fils)")
    print(f"  programme Rust   {statistics.median(r for r, _ in pairs):8.2f}")
    print(f"  roue Python      {statistics.median(p for _, p in pairs):8.2f}")
    if times > 1:
        ratio = statistics.median(ratios)
        print(f"  rapport, paire par paire : médiane {ratio:.3f} ({min(ratios):.3f} à {max(ratios):.3f}) ; au plus {MOST}")
        if ratio > MOST:
            sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        one(Path(sys.argv[1]))
    else:
        main()

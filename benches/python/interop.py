"""The interop table: which library gives and takes what, what is shared, and how much memory ten million rows take."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import duckdb
import numpy
import pandas
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from recours_interop import LIBRARIES, to_rows, variants

import recours

SMALL = sys.argv[1] == "1"
ORACLE = Path("tests/donnees/oracle")
MEMORY = 1.3


def address(table, column):
    """Where the values of a column stand."""
    return pa.table(table)[column].chunk(0).buffers()[1].address


FRENCH = {
    "in": "données",
    "out": "reprises",
    "empty": "tables vides",
    "dictionary": "dictionnaires",
    "large": "textes longs",
    "view": "vues",
    "sliced": "tranches (décalages)",
    "stream": "flux",
    "batches of one row": "lots d'une ligne",
    "batches of seven rows": "lots de sept lignes",
    "columns in another order": "colonnes dans un autre ordre",
}


def verdict(good):
    FAULTS.append(not good)
    return "oui" if good else "NON"


FAULTS: list[bool] = []


def few():
    people, homes = (pq.read_table(ORACLE / f"2026-10_{name}.parquet") for name in ("persons", "households"))
    homes = homes.slice(0, 60)
    keep = pa.compute.is_in(people["household_id"], value_set=homes["household_id"].combine_chunks())
    return people.filter(keep), homes


def libraries(rules, people, homes):
    wanted = to_rows(rules.evaluate(people, homes))
    nulls = sum(column.null_count for table in (people, homes) for column in table.columns)
    print(f"{people.num_rows} personnes, {homes.num_rows} foyers, {nulls} cellules nulles, {len(wanted)} réponses.")
    print("Mêmes réponses qu'en les donnant par pyarrow, selon la bibliothèque et la forme :\n")
    forms = variants()
    print(f"  {'':<30}" + "".join(f"{name:>10}" for name in LIBRARIES))
    rows = {"in": None, "out": None, "empty": None, **forms}
    for form, change in rows.items():
        cells = []
        for name, (give, take) in LIBRARIES.items():
            arrow = name == "pyarrow"
            if form == "out":
                good = to_rows(take(rules.evaluate(people, homes))) == wanted
            elif form == "empty":
                good = take(rules.evaluate(give(people.slice(0, 0)), give(homes.slice(0, 0)))).num_rows == 0
            else:
                table = [t if change is None else change(t) for t in (people, homes)]
                try:
                    given = [give(t.read_all() if isinstance(t, pa.RecordBatchReader) and not arrow else t) for t in table]
                except (pa.ArrowException, NotImplementedError, TypeError, duckdb.Error):
                    cells.append("-")
                    continue
                good = to_rows(rules.evaluate(*given)) == wanted
            cells.append(verdict(good))
        print(f"  {FRENCH.get(form, form):<30}" + "".join(f"{cell:>10}" for cell in cells))
    print("\n  - : la bibliothèque n'a pas cette forme")


def shared():
    """Numbers keep their place in memory from the source to what reads a `recours.Table` of it."""
    print("\nMême adresse mémoire à l'entrée et à la sortie de recours.Table (rien n'est copié) :")
    numbers = pa.table({"n": pa.array(range(1000), pa.int64())})
    sources = {
        "pyarrow": numbers,
        "polars": pl.DataFrame({"n": pl.Series(range(1000), dtype=pl.Int64)}),
        "pandas": pandas.DataFrame({"n": pandas.array(range(1000), dtype=pandas.ArrowDtype(pa.int64()))}),
    }
    for name, source in sources.items():
        # Each library gives its own buffers: the first address is the source's.
        print(f"  {name:<10} {verdict(address(recours.Table(source), 'n') == address(source, 'n'))}")
    print("  duckdb     une requête calcule ses lignes : il n'y a rien à partager")


def chunks(rules, people, homes):
    print("\nFlux découpés :")
    rows = 2_000 if SMALL else 1_000_000
    times = -(-rows // people.num_rows)
    many, all_homes = repeated(people, times, ["person_id", "household_id"]), repeated(homes, times, ["household_id"])
    whole = rules.evaluate(many.combine_chunks(), all_homes.combine_chunks())
    single = rules.evaluate(people.to_reader(max_chunksize=1), homes.to_reader(max_chunksize=1))
    print(f"  lots d'une ligne                   {verdict(to_rows(single) == to_rows(rules.evaluate(people, homes)))}")
    cut = rules.evaluate(many, all_homes)
    print(f"  un lot de {many.num_rows:>9} lignes          {verdict(pa.table(whole).combine_chunks() == pa.table(cut).combine_chunks())}")


def repeated(table, times, keys):
    """The table several times over, with other keys each time."""
    parts = []
    for i in range(times):
        part = table
        for key in keys:
            texts = pa.compute.binary_join_element_wise(pa.compute.cast(table[key], pa.string()), f"-{i}", "")
            part = part.set_column(part.column_names.index(key), key, texts)
        parts.append(part)
    return pa.concat_tables(parts)


TAKERS = ("pyarrow", "polars", "duckdb")


def memory():
    """Each in a process of its own: what stands in memory before, and at most until the rows have been given and taken."""
    rows = 200_000 if SMALL else 10_000_000
    print(f"\nMémoire pour {rows} lignes, données par un flux et reprises (rapport : sommet / (entrée + ce que tient le processus vide)) :")
    for name in TAKERS:
        done = subprocess.run([sys.executable, __file__, name, str(rows)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr)
        empty, size, peak = (int(n) for n in done.stdout.split())
        ratio = (peak - empty) / size
        good = "-" if SMALL else verdict(ratio <= MEMORY)
        print(f"  {name:<10} entrée {size >> 20:>5} Mio   sommet {(peak - empty) >> 20:>5} Mio   {ratio:.2f} x l'entrée   {good}")
    # The work itself holds facts as bounds, and its answers: that is the engine's memory, not the boundary's.
    people = 10_000 if SMALL else 1_000_000
    done = subprocess.run([sys.executable, __file__, "evaluate", str(people)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    empty, size, peak = (int(n) for n in done.stdout.split())
    print(f"\nPour comparer, Rules.evaluate de {people} personnes et 129 colonnes : {(peak - empty) / size:.2f} x l'entrée, réponses comprises")


def status(field):
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) << 10
    raise KeyError(field)


def one(name, rows):
    """In a fresh process: ten columns of numbers, through `recours.Table` as a stream of batches, taken by a library."""
    rules = recours.Rules.builtin(on="2026-10-01")
    if name == "evaluate":
        return evaluation(rules, rows)
    warm = recours.Table(pa.table({f"c{i}": pa.array([1.0]) for i in range(10)}))
    use(name, warm)
    empty = status("VmRSS")
    batches = [
        pa.record_batch({f"c{i}": pa.array(numpy.arange(i, i + 100_000, dtype=numpy.float64) + start) for i in range(10)})
        for start in range(0, rows, 100_000)
    ]
    size = sum(batch.nbytes for batch in batches)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    kept = recours.Table(pa.RecordBatchReader.from_batches(batches[0].schema, batches))
    result = use(name, kept)
    assert len(kept) == rows and result is not None
    print(empty, size, status("VmHWM"))
    return None


def evaluation(rules, rows):
    """In a fresh process: reference people several times over, evaluated."""
    warnings.simplefilter("ignore", recours.RecoursNote)
    people, homes = (pq.read_table(ORACLE / f"2026-10_{name}.parquet") for name in ("persons", "households"))
    rules.evaluate(people.slice(0, 0), homes.slice(0, 0))
    times = -(-rows // people.num_rows)
    empty = status("VmRSS")
    people, homes = (repeated(t, times, [k for k in ("person_id", "household_id") if k in t.column_names]).combine_chunks() for t in (people, homes))
    size = people.nbytes + homes.nbytes
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    answers = rules.evaluate(people, homes)
    assert len(answers) > 0
    print(empty, size, status("VmHWM"))


def use(name, kept):
    if name == "pyarrow":
        return pa.table(kept)
    if name == "polars":
        return pl.DataFrame(kept)
    return duckdb.from_arrow(kept).aggregate("sum(c0), max(c9)").fetchall()


def main():
    warnings.simplefilter("ignore", recours.RecoursNote)
    rules = recours.Rules("rules/fr", on="2026-10-01")
    people, homes = few()
    print(", ".join(f"{m.__name__} {m.__version__}" for m in (recours, pa, pl, pandas, duckdb)))
    libraries(rules, people, homes)
    shared()
    chunks(rules, people, homes)
    memory()
    if any(FAULTS):
        sys.exit("au moins une case n'est pas tenue (ci-dessus)")


if __name__ == "__main__":
    if sys.argv[1] in (*TAKERS, "evaluate"):
        one(sys.argv[1], int(sys.argv[2]))
    else:
        os.environ.setdefault("POLARS_MAX_THREADS", "2")
        main()

"""A detection called from SQL and given back to SQL: DuckDB on both sides, Arrow streams between, nothing copied by hand.

    python examples/duckdb_detection.py FOLDER

invents a small département under FOLDER, seals one body's extract from the result of a query instead of its file, links, detects, and
counts the findings in SQL. With it needs: ``pip install recours duckdb``.
"""

import sys
from pathlib import Path

import duckdb
import recours


def main(folder: Path) -> None:
    recours.demo(2_000, 3, folder / "demo")
    mission = recours.Mission(folder / "demo" / "mission.toml")
    con = duckdb.connect()

    # SQL -> Recours. A body whose data live in a warehouse gives the result of a query where the mission names a file. It is read
    # as a stream: the extract is never a file. Everything the mission's mapping names must be there, under the body's own names.
    extract = folder / "demo" / "bodies" / "cpam" / "extrait"
    tables = {file.stem: con.sql(f"SELECT * FROM read_parquet('{file}')") for file in sorted(extract.glob("*.parquet"))}
    mission.seal("cpam", tables=tables)
    mission.link()
    found = mission.detect()

    # Recours -> SQL. What comes back is an Arrow table that DuckDB reads where it stands.
    findings = con.from_arrow(found.findings)
    needs = con.from_arrow(mission.plan())
    print(
        con.sql("""
            SELECT kind, certainty, count(*) AS findings, count(DISTINCT unit) AS units
            FROM findings GROUP BY ALL ORDER BY ALL
        """)
    )
    print(con.sql("SELECT body, count(*) AS columns FROM needs GROUP BY ALL ORDER BY ALL"))
    print(f"{findings.count('*').fetchall()[0][0]} findings, {found.findings.num_rows} in {found.path}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

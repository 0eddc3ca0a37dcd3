"""Detection on a Spark cluster, by ``mapInArrow``: the same findings as on one machine.

The host opens the deliveries once and cuts them into parts in which every household is whole. Tasks receive the *names* of the
parts and let the engine read them: streaming the rows through Spark costs more than the whole job. Where rows are in a DataFrame
and not in files, :func:`detect_rows` takes them all the same.

A task reads its part and gives rows back. It writes nothing and draws nothing at random: run again, elsewhere or twice, it gives
the same. It needs the mission, its rules and its public keys, which are broadcast as texts, and no secret. ``docs/spark.md`` is the
whole task, with what crosses to the workers.

Workers need this wheel and pyarrow; the driver needs PySpark 4 too.

>>> import recours.spark
>>> recours.spark.SCHEMA.split(",")[0]
'unit binary'
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ._recours import Mission, Table

__all__ = ["SCHEMA", "detect", "detect_rows", "findings"]

#: Columns of findings, as Spark names their types.
SCHEMA = (
    "unit binary, unit_kind string, kind string, `right` string, rule string, certainty string, types array<string>, stage string, "
    "deadline date, date_utile date, unmet array<string>"
)

#: What workers are given of a mission: where each file stands relative to the mission's, and what it holds.
_Public = list[tuple[str, bytes]]


def detect(
    spark: Any,
    mission: str | os.PathLike[str],
    parts: int | None = None,
    *,
    shared: str | os.PathLike[str],
    progress: Callable[..., Any] | None = None,
) -> Table:
    """At the host: cuts the deliveries, lets the cluster judge the parts, and gives the findings sorted.

    The parts hold nameless facts in clear. They stand in a folder of their own under ``shared`` while the job runs, readable by
    this user only, and are deleted at its end, whether it succeeded or not.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
        The session. Set ``PYSPARK_PYTHON`` to a Python that has this wheel.
    mission : str or os.PathLike
        The ``mission.toml``, on the host, with the host's key.
    parts : int, optional
        How many; left out, twice the cores of the cluster. Findings do not depend on it.
    shared : str or os.PathLike
        A folder that driver and workers see under the same path.
    progress : callable, optional
        Told how far the cutting is, as for :meth:`recours.Mission.split`.

    Returns
    -------
    Table
        The rows that :meth:`recours.Mission.detect` gives, in the same order.

    Raises
    ------
    RefusedInput
        Of deliveries, as :meth:`recours.Mission.detect`. What a task refuses comes as Spark's exception, with the same code and
        message in it.
    """
    opened = Mission(mission)
    folder = Path(shared).resolve() / f"recours-{uuid.uuid4().hex}"
    count = 2 * spark.sparkContext.defaultParallelism if parts is None else parts
    try:
        files = opened.split(count, folder, progress)
        return opened.merge(findings(spark, mission, files).toArrow())
    finally:
        if folder.exists():
            shutil.rmtree(folder)


def findings(spark: Any, mission: str | os.PathLike[str], files: Iterable[str | os.PathLike[str]]) -> Any:
    """Findings of parts in files, as a DataFrame that is computed when it is used: one task a file, in no order.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
        The session.
    mission : str or os.PathLike
        The ``mission.toml``; only its public files are read.
    files : iterable of str or os.PathLike
        What :meth:`recours.Mission.split` wrote, under names that workers can read, and while they need them.

    Returns
    -------
    pyspark.sql.DataFrame
        Columns :data:`SCHEMA`; :meth:`recours.Mission.merge` sorts them.
    """
    names = [str(Path(file).resolve()) for file in files]
    public = spark.sparkContext.broadcast(_public(mission))

    def judge(batches: Iterator[Any]) -> Iterator[Any]:
        with _mission(public.value) as here:
            for batch in batches:
                for number in batch.column(0).to_pylist():
                    yield from _batches(here.detect_part(names[number]))

    # `range` puts one number in each task; a DataFrame of names would have to be shuffled, several to a task and none to another.
    return spark.range(0, len(names), 1, max(1, len(names))).mapInArrow(judge, SCHEMA)


def detect_rows(rows: Any, mission: str | os.PathLike[str]) -> Any:
    """Findings of parts whose rows are in a DataFrame, as a DataFrame.

    Rows are brought together by ``part``, so that each part is judged whole; one of which rows or columns are missing or doubled is
    refused (``E-PARTIE-002``), and so are those of another mission or other rules (``E-PARTIE-001``). Nothing tells who wrote them.

    Parameters
    ----------
    rows : pyspark.sql.DataFrame
        The rows of the files of :meth:`recours.Mission.split`, with all their columns, wherever they were kept.
    mission : str or os.PathLike
        The ``mission.toml``; only its public files are read.

    Returns
    -------
    pyspark.sql.DataFrame
        Columns :data:`SCHEMA`; :meth:`recours.Mission.merge` sorts them.
    """
    public = rows.sparkSession.sparkContext.broadcast(_public(mission))

    def judge(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        first = next(batches, None)
        if first is None:
            return

        def all_of_them() -> Iterator[Any]:
            yield first
            yield from batches

        with _mission(public.value) as here:
            yield from _batches(here.detect_rows(pyarrow.RecordBatchReader.from_batches(first.schema, all_of_them())))

    return rows.repartition("part").mapInArrow(judge, SCHEMA)


def _public(mission: str | os.PathLike[str]) -> _Public:
    files = Mission(mission).public_files()
    base = files[0].parent
    return [(os.path.relpath(file, base), file.read_bytes()) for file in files]


@contextmanager
def _mission(public: _Public) -> Iterator[Mission]:
    """The mission where a task runs: its public files in a folder that lasts as long as the task."""
    with tempfile.TemporaryDirectory(prefix="recours-") as folder:
        # Rules may stand beside the mission's folder: as deep as they climb.
        climbs = max(Path(name).parts.count("..") for name, _ in public)
        base = Path(folder).joinpath(*["mission"] * (climbs + 1))
        for name, text in public:
            file = base / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text)
        yield Mission(base / public[0][0])


def _batches(table: Table) -> list[Any]:
    """Findings as Spark takes them: it has no bytes of a fixed length."""
    import pyarrow

    rows = pyarrow.table(table)
    fields = [pyarrow.field("unit", pyarrow.binary()) if field.name == "unit" else field for field in rows.schema]
    return list(rows.cast(pyarrow.schema(fields)).to_batches())

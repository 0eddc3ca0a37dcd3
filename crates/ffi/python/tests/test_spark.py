"""The cluster finds what one machine finds, row by row, whatever the parts, and whatever happens to a worker.

Run by ``./essais_spark``, which installs PySpark and a Java runtime; ``./essais`` leaves them out.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recours
import recours.spark
from conftest import ROOT

if os.environ.get("RECOURS_SPARK") != "1":
    pytest.skip("./essais_spark runs them", allow_module_level=True)

from pyspark.sql import SparkSession  # noqa: E402

# Spark's own imports use what newer Pythons and pandas deprecate.
pytestmark = pytest.mark.filterwarnings("ignore")

PERSONS = int(os.environ.get("RECOURS_SPARK_PERSONS", "4000"))


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        # Two tasks at a time, each tried four times.
        SparkSession.builder.master("local[2,4]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "3")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def department(tmp_path_factory):
    folder = tmp_path_factory.mktemp("department")
    recours.demo(PERSONS, 11, folder / "demo")
    return folder / "demo" / "mission.toml"


@pytest.fixture(scope="module")
def alone(department):
    """What one machine finds, without any part."""
    return pq.read_table(department.parent / "host" / "findings.parquet")


def same(found, alone):
    found = pa.table(found)
    assert alone.num_rows > PERSONS // 10
    assert found.schema.names == alone.schema.names
    assert found.num_rows == alone.num_rows
    for name in alone.schema.names:
        for row, (one, other) in enumerate(zip(found[name].to_pylist(), alone[name].to_pylist(), strict=True)):
            assert one == other, f"{name}, row {row}"


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_the_cluster_finds_what_one_machine_finds(spark, department, alone, tmp_path, parts):
    same(recours.spark.detect(spark, department, parts, shared=tmp_path), alone)
    assert list(tmp_path.iterdir()) == [], "parts are deleted at the end"


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_rows_that_are_not_in_files_give_the_same(spark, department, alone, tmp_path, parts):
    mission = recours.Mission(department)
    files = mission.split(parts, tmp_path / "parts")
    # Somewhere else, in another order and another layout, as a table of the cluster would hold them.
    spark.read.parquet(*map(str, files)).orderBy("row", "body").repartition(5).write.parquet(str(tmp_path / "table"))
    for file in files:
        file.unlink()
    rows = spark.read.parquet(str(tmp_path / "table"))
    same(mission.merge(recours.spark.detect_rows(rows, department).toArrow()), alone)


def happens(workers, to, what):
    """Puts what befalls workers in their way: a module that Python imports before anything else."""
    (workers / "sitecustomize.py").write_text(
        textwrap.dedent("""
            import sys
            if "pyspark.daemon" in sys.orig_argv or any("pyspark" in a for a in sys.orig_argv):
                import os, signal, recours.spark as room
                kept = room.{to}
                def {to}(*arguments):
                    {what}
                    return kept(*arguments)
                room.{to} = {to}
        """).format(to=to, what=what),
        encoding="utf-8",
    )


KILLED = (
    "import pathlib; mark = pathlib.Path({mark!r});"
    " (mark.exists() or (mark.touch(), os.kill(os.getpid(), signal.SIGKILL)))"
)


@pytest.mark.parametrize("when", ["_mission", "_batches"])
def test_a_killed_worker_changes_nothing(department, alone, tmp_path, tmp_path_factory, when):
    """Before it reads its part, and when it has judged it: its task is given to another, whose rows count once."""
    mark = tmp_path / "killed"
    found = run_apart(department, tmp_path, tmp_path_factory, when, KILLED.format(mark=str(mark)), fails=False)
    assert mark.exists(), "no worker was killed: this test shows nothing"
    same(found, alone)


def test_a_worker_that_always_dies_stops_the_job(department, tmp_path, tmp_path_factory):
    said = run_apart(department, tmp_path, tmp_path_factory, "_batches", "os.kill(os.getpid(), signal.SIGKILL)", fails=True)
    assert "Python worker exited unexpectedly" in said or "crashed" in said, said[-800:]
    assert list((tmp_path / "shared").iterdir()) == [], "parts are deleted all the same"


JOB = """
import sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq
import recours, recours.spark
from pyspark.sql import SparkSession

mission, folder = sys.argv[1], Path(sys.argv[2])
spark = (SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
         .config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.shuffle.partitions", "3").getOrCreate())
spark.sparkContext.setLogLevel("OFF")
found = recours.spark.detect(spark, mission, 3, shared=folder / "shared")
pq.write_table(pa.table(found), folder / "files.parquet")
spark.stop()
"""


def run_apart(department, tmp_path, tmp_path_factory, to, what, *, fails):
    """The job in a process of its own, whose workers import what befalls them; the table found, or what was said."""
    workers = tmp_path_factory.mktemp("workers")
    happens(workers, to, what)
    (tmp_path / "shared").mkdir()
    (tmp_path / "job.py").write_text(JOB, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "job.py"), str(department), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(workers), "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    if fails:
        assert done.returncode != 0
        return done.stdout + done.stderr
    assert done.returncode == 0, done.stdout + done.stderr
    return pq.read_table(tmp_path / "files.parquet")


def test_what_a_task_refuses_says_its_code_and_no_value(spark, department, tmp_path):
    mission = recours.Mission(department)
    files = mission.split(2, tmp_path / "parts")
    rows = spark.read.parquet(*map(str, files))
    lost = rows.where("not (part = 1 and row = 0)")
    with pytest.raises(Exception, match="E-PARTIE-002") as error:
        recours.spark.detect_rows(lost, department).toArrow()
    handle = pq.read_table(files[1], columns=["handle"])["handle"][0].as_py()
    assert handle.hex() not in str(error.value) and repr(handle) not in str(error.value)
    files[0].write_bytes(files[0].read_bytes().replace(b"caf", b"msa", 1))
    with pytest.raises(Exception, match="E-LIVRAISON-014|E-TABLE-"):
        recours.spark.findings(spark, department, files).toArrow()


def test_no_secret_crosses(department):
    """What is broadcast: the mission, public keys and rules; nothing of the host's folder."""
    public = dict(recours.spark._public(department))
    assert {"mission.toml", "cles/identifiants.toml"} < set(public)
    assert all(Path(name).suffix in {".toml", ".yaml"} for name in public)
    assert not any(b"AGE-SECRET-KEY" in text for text in public.values())
    secret = (department.parent / "host" / "cle.age").read_bytes().strip()
    assert not any(secret in text for text in public.values())


def test_the_page_runs(spark, department, alone, tmp_path, monkeypatch):
    """Each Python block of docs/spark.md, one after the other, in a folder that holds the mission."""
    page = (ROOT / "docs" / "spark.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) >= 2
    shutil.copytree(department.parent, tmp_path / "demo")
    (tmp_path / "shared").mkdir()
    monkeypatch.chdir(tmp_path)
    names = {"spark": spark}
    for block in blocks:
        exec(compile(block, "docs/spark.md", "exec"), names)  # noqa: S102
    same(names["found"], alone)
    assert list((tmp_path / "shared").iterdir()) == []

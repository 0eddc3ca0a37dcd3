"""Long calls: what they tell, how they stop, and that other threads live meanwhile."""

import signal
import subprocess
import sys
import textwrap
import threading
import time

import pyarrow as pa
import pytest

import recours
from conftest import ORACLE, ROOT

MANY = f"""
    import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq, recours, sys, warnings
    warnings.simplefilter("ignore")
    def many(name, times):
        table = pq.read_table({str(ORACLE)!r} + f"/2026-10_{{name}}.parquet")
        parts = []
        for i in range(times):
            part = table
            for key in ("household_id", "person_id"):
                if key in table.column_names:
                    numbers = pc.add(pc.cast(table[key], pa.int64()), i * 10_000_000)
                    part = part.set_column(part.column_names.index(key), key, numbers)
            parts.append(part)
        return pa.concat_tables(parts)
    rules = recours.Rules({str(ROOT / "rules" / "fr")!r}, on="2026-10-01")
    people, homes = many("persons", 100), many("households", 100)
"""


def test_each_step_is_told_once_begun_and_never_goes_back(rules, few):
    told = []
    here = threading.get_ident()
    rules.evaluate(*few, progress=lambda step, done, total: told.append((threading.get_ident(), step, done, total)))
    assert told and {thread for thread, *_ in told} == {here}
    last = {}
    for _, step, done, total in told:
        assert done >= last.get(step, 0) and (total is None or done <= total)
        last[step] = done
    assert few[1].num_rows in last.values()


def test_false_stops_and_anything_else_goes_on(rules, few):
    assert len(rules.evaluate(*few, progress=lambda *_: 0)) > 0
    with pytest.raises(recours.Interrupted) as stopped:
        rules.evaluate(*stop_soon(few), progress=lambda *_: False)
    assert stopped.value.code == "E-ARRET-001"


def stop_soon(few):
    """The same rows, given slowly enough for a callback to be heard."""

    def slowly(table):
        def rows():
            for batch in table.to_batches(max_chunksize=1):
                time.sleep(0.02)
                yield batch

        return pa.RecordBatchReader.from_batches(table.schema, rows())

    return slowly(few[0]), slowly(few[1])


def test_what_the_callback_raises_comes_out(rules, few):
    class Mine(Exception):
        pass

    def fails(*_):
        raise Mine

    with pytest.raises(Mine):
        rules.evaluate(*stop_soon(few), progress=fails)
    with pytest.raises(TypeError):
        rules.evaluate(*few, progress=3)


def test_other_threads_live_meanwhile(rules, few):
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.wait(0.01):
            ticks.append(1)

    thread = threading.Thread(target=tick)
    thread.start()
    rules.evaluate(*stop_soon(few))
    stop.set()
    thread.join()
    assert len(ticks) > 5


def test_threads_share_rules(rules, few):
    wanted = pa.table(rules.evaluate(*few))
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(pa.table(rules.evaluate(*few)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4 and all(answer.equals(wanted) for answer in answers)


def test_ctrl_c_from_outside_stops_an_evaluation():
    script = textwrap.dedent(MANY) + textwrap.dedent("""
        print("begins")
        try:
            rules.evaluate(people, homes, validation=True)
            print("went to its end")
        except KeyboardInterrupt:
            print("stopped", rules.evaluate(people.slice(0, 0), homes.slice(0, 0)).num_rows)
    """)
    process = subprocess.Popen([sys.executable, "-u", "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begins\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate()[0] == "stopped 0\n"
    assert process.returncode == 0


def test_ctrl_c_stops_a_detection_and_leaves_nothing(mission):
    """The process sends itself the signal at the first step, so that it comes while the engine works, however fast it is."""
    out = mission.parent / "elsewhere"
    script = f"""
        import os, recours, signal, warnings
        warnings.simplefilter("ignore")
        try:
            recours.Mission({str(mission)!r}).detect(out={str(out)!r}, progress=lambda *_: os.kill(os.getpid(), signal.SIGINT))
            print("went to its end")
        except KeyboardInterrupt:
            print("stopped")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("stopped\n", 0), done.stderr
    assert not out.exists() or not [file for file in out.iterdir() if file.suffix in (".parquet", ".json")]

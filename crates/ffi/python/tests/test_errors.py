"""The same words as the command line's, whatever the fault; and what only Python can get wrong."""

import copy
import multiprocessing
import pickle
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recours
from conftest import ROOT

RULES = ROOT / "rules" / "fr"
CANARY = "CANARI-DUPONT"


def replaced(table, column, values):
    return table.set_column(table.column_names.index(column), column, values)


def every(table, value):
    return pa.array([value] * table.num_rows)


FAULTS = {
    "unknown code": lambda p, h: (replaced(p, "role", every(p, CANARY)), h),
    "impossible date": lambda p, h: (replaced(p, "date_naissance", every(p, f"2020-02-31 {CANARY}")), h),
    "households of nobody": lambda p, h: (p, h.set_column(0, "household_id", pa.array([f"{CANARY}{i}" for i in range(h.num_rows)]))),
    "boolean for an amount": lambda p, h: (replaced(p, next(c for c in p.column_names if c.startswith("salaire")), every(p, True)), h),
    "text for an amount": lambda p, h: (replaced(p, next(c for c in p.column_names if c.startswith("salaire")), every(p, CANARY)), h),
    "no household": lambda p, h: (p.drop_columns(["household_id"]), h),
    "empty household": lambda p, h: (replaced(p, "household_id", pa.nulls(p.num_rows, pa.string())), h),
    "same person twice": lambda p, h: (pa.concat_tables([p, p.slice(0, 1)]), h),
    "same household twice": lambda p, h: (p, pa.concat_tables([h, h.slice(0, 1)])),
    "nobody's household": lambda p, h: (p, h.slice(1)),
    "not a number": lambda p, h: (replaced(p, next(c for c in p.column_names if c.startswith("salaire")), every(p, float("nan"))), h),
    "list for a code": lambda p, h: (replaced(p, "role", pa.array([[CANARY]] * p.num_rows)), h),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_table_is_refused_in_the_words_of_the_command(command, rules, few, tmp_path, fault):
    people, homes = FAULTS[fault](*few)
    pq.write_table(people, tmp_path / "persons.parquet")
    pq.write_table(homes, tmp_path / "households.parquet")
    arguments = ["--persons", "persons.parquet", "--households", "households.parquet", "--out", "r.parquet"]
    done = command("evaluate", "--rules", RULES, "--on", "2026-10-01", *arguments, cwd=tmp_path)
    assert done.returncode == 3, (fault, done.stderr)
    with pytest.raises(recours.RefusedInput) as refused:
        rules.evaluate(people, homes)
    said = done.stderr[done.stderr.index("erreur ") :].strip()
    assert str(refused.value) == said.replace("persons.parquet", "persons").replace("households.parquet", "households")
    assert CANARY not in str(refused.value) + repr(refused.value)
    assert refused.value.file in ("persons", "households")


def test_a_place_in_a_table_is_told(rules, few):
    people, homes = few
    codes = people["role"].to_pylist()
    codes[6] = CANARY
    with pytest.raises(recours.RefusedInput) as refused:
        rules.evaluate(replaced(people, "role", pa.array(codes)), homes)
    error = refused.value
    assert (error.code, error.file, error.column, error.line) == ("E-TABLE-012", "persons", "role", 7)
    assert error.advice


def test_faults_of_rules_are_those_of_the_command(command, tmp_path):
    shutil.copytree(RULES, tmp_path / "fr")
    file = tmp_path / "fr" / "droits" / "rsa.yaml"
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.lstrip().startswith("si:"))
    lines[place] = lines[place].replace('"', '"rsb_inconnu > ', 1)
    file.write_text("".join(lines), encoding="utf-8")
    arguments = ["--persons", "p.parquet", "--households", "h.parquet", "--out", "r.parquet"]
    done = command("evaluate", "--rules", tmp_path / "fr", "--on", "2026-10-01", *arguments)
    with pytest.raises(recours.RulesError) as refused:
        recours.Rules(tmp_path / "fr", on="2026-10-01")
    assert str(refused.value).strip() == done.stderr[done.stderr.index("erreur ") :].strip()
    assert refused.value.file and refused.value.file.endswith("rsa.yaml")
    assert refused.value.line == place + 1
    assert isinstance(refused.value.column, int)


def test_faults_of_a_mission_are_those_of_the_command(command, mission):
    mission.write_text(mission.read_text(encoding="utf-8").replace("[", "[[", 1), encoding="utf-8")
    done = command("plan", mission)
    with pytest.raises(recours.RecoursError) as refused:
        recours.Mission(mission)
    assert str(refused.value).strip() == done.stderr.strip()


def test_a_wrong_key_opens_nothing(command, mission):
    folder = mission.parent
    work = recours.Mission(mission)
    work.outreach("caf", work.detect().path, folder / "caf.age")
    register, wrong = folder / "bodies/caf/registre.parquet", folder / "bodies/cpam/cle.age"
    with pytest.raises(recours.RefusedInput) as refused:
        work.open(folder / "caf.age", register, wrong, folder / "pages")
    assert not (folder / "pages").exists()
    done = command("open", folder / "caf.age", "--mission", mission, "--register", register, "--identity", wrong, "--out", folder / "pages")
    assert done.returncode == 3
    assert str(refused.value).strip() == done.stderr[done.stderr.index("erreur ") :].strip()
    assert "AGE-SECRET-KEY" not in repr(refused.value)


def test_what_is_not_arrow_says_what_would_be(rules, few):
    for wrong in (None, 3, "persons.parquet", {"person_id": [1]}, [few[0]], object()):
        with pytest.raises(recours.UsageError, match="persons : objet de type .*; il faut un objet Arrow") as refused:
            rules.evaluate(wrong, few[1])
        assert refused.value.code == "E-PYTHON-001"


def test_a_column_alone_is_not_a_table(few):
    for wrong in (few[0]["person_id"], few[0]["person_id"].combine_chunks(), pa.chunked_array([[{"a": 1}, None]])):
        with pytest.raises(recours.RefusedInput) as refused:
            recours.Table(wrong)
        assert refused.value.code == "E-PYTHON-003"


class Failing:
    """A source that fails, and whose error quotes a value."""

    def __init__(self, table, batches=0):
        self.table, self.batches = table, batches

    def __arrow_c_stream__(self, requested_schema=None):
        if not self.batches:
            raise ValueError(f"cannot convert {CANARY}")

        def rows():
            yield from self.table.to_batches(max_chunksize=1)[: self.batches]
            raise ValueError(f"cannot convert {CANARY}")

        return pa.RecordBatchReader.from_batches(self.table.schema, rows()).__arrow_c_stream__()


@pytest.mark.parametrize("batches", [0, 1, 3])
def test_a_source_that_fails_is_not_quoted(rules, few, batches):
    import traceback

    with pytest.raises(recours.RefusedInput) as refused:
        rules.evaluate(Failing(few[0], batches), few[1])
    assert refused.value.code == ("E-TABLE-028" if batches else "E-PYTHON-004")
    assert CANARY not in "".join(traceback.format_exception(refused.value))
    if batches:
        assert f"lot {batches + 1}" in str(refused.value)


def test_a_damaged_array_is_refused_before_it_is_read(rules, few):
    bad = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(bytes([0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])), pa.py_buffer(b"\xff\xfea")])
    people = pa.table({"person_id": ["a", "b"], "household_id": ["h", "h"], "role": bad})
    with pytest.raises(recours.RefusedInput) as refused:
        rules.evaluate(people, pa.table({"household_id": ["h"]}))
    assert (refused.value.code, refused.value.file, refused.value.column) == ("E-PYTHON-005", "persons", "role")


def test_errors_pickle_and_copy(rules, few):
    with pytest.raises(recours.RefusedInput) as refused:
        rules.evaluate(few[0].drop_columns(["household_id"]), few[1])
    for again in (pickle.loads(pickle.dumps(refused.value)), copy.copy(refused.value)):
        assert (type(again), str(again), again.column) == (recours.RefusedInput, str(refused.value), refused.value.column)


def test_families():
    for family in (recours.RulesError, recours.UsageError, recours.RefusedInput, recours.MachineError, recours.Interrupted):
        assert issubclass(family, recours.RecoursError) and family.__module__ == "recours"


def test_classes_are_frozen_and_final(rules):
    with pytest.raises(AttributeError):
        rules.day = None
    with pytest.raises(TypeError):
        type("Mine", (recours.Rules,), {})


def forked(queue, few):
    try:
        recours.Rules.builtin(on="2026-10-01")
        queue.put("went on")
    except recours.UsageError as error:
        queue.put(error.code)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_is_refused_and_not_left_waiting(few):
    recours.Rules.builtin(on="2026-10-01")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=forked, args=(queue, few))
    child.start()
    assert queue.get(timeout=120) == "E-PYTHON-006"
    child.join()

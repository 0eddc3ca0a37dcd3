"""Generated inputs, most of them wrong: an answer or a refusal, never a crash, never a value in what is said.

``RECOURS_EXEMPLES`` is the number of inputs in all (200 unless told; ``./measure hypothese`` tries 10 000).
"""

import datetime as dt
import os
import shutil
import traceback
import warnings

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import recours
from conftest import ROOT

EXAMPLES = int(os.environ.get("RECOURS_EXEMPLES", "200"))
CANARY = "zqcanari"
NUMBER = 918273645


def generated(share):
    return settings(
        max_examples=max(1, EXAMPLES * share // 100),
        deadline=None,
        derandomize=EXAMPLES <= 200,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )


def answers_or_refuses(call):
    """Runs a call; what it says holds no canary and is no fault of the program."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            call()
            texts = []
        except recours.RecoursError as error:
            assert error.code != "E-INTERNE-001", error
            texts = ["".join(traceback.format_exception(error)), repr(error), str(error.file), str(error.column)]
    for text in [*texts, *(str(w.message) for w in said)]:
        # The test's own source line stands in a traceback; the names of its columns and values do not.
        assert CANARY not in text and str(NUMBER) not in text, text


@pytest.fixture(scope="module")
def columns():
    needs = pa.table(recours.Rules.builtin(on="2026-10-01").needs()).to_pylist()
    return {table: [n["column"] for n in needs if n["table"] == table] for table in ("persons", "households")}


CELLS = st.one_of(
    st.sampled_from([f"{CANARY} {NUMBER}", "", "demandeur", "oui", "2020-02-31", "..800", "800..", "a|b", "\x00", "١٢", "1e999", "-0"]),
    st.text(max_size=8).map(lambda t: CANARY + t),
)
VALUES = {
    pa.string(): CELLS,
    pa.large_string(): CELLS,
    pa.string_view(): CELLS,
    pa.dictionary(pa.int8(), pa.string()): CELLS,
    pa.binary(): CELLS.map(lambda t: t.encode("utf-8", "surrogatepass")),
    pa.int64(): st.sampled_from([NUMBER, -1, 0, 1, 40, 2**63 - 1, -(2**63)]),
    pa.uint8(): st.integers(0, 255),
    pa.float64(): st.sampled_from([float("nan"), float("inf"), -0.0, 0.005, 1e300, float(NUMBER), 812.34]),
    pa.float32(): st.floats(width=32),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(),
    pa.timestamp("us"): st.datetimes(dt.datetime(1800, 1, 1), dt.datetime(2299, 1, 1)),
    pa.timestamp("ns", tz="Europe/Paris"): st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2200, 1, 1)),
    pa.decimal128(38, 3): st.integers(-(10**20), 10**20).map(lambda n: __import__("decimal").Decimal(n) / 1000),
    pa.list_(pa.string()): st.lists(CELLS, max_size=2),
    pa.struct([("a", pa.int8())]): st.fixed_dictionaries({"a": st.integers(0, 9)}),
    pa.null(): st.none(),
}


@st.composite
def array(draw, length):
    kind = draw(st.sampled_from(list(VALUES)))
    values = draw(st.lists(st.one_of(st.none(), VALUES[kind]), min_size=length, max_size=length))
    return pa.array(values, type=kind)


@st.composite
def table(draw, names, keys):
    """Rows with some columns of the vocabulary under any type; the keys are right most of the time."""
    length = draw(st.integers(0, 4))
    found = {}
    for key in keys:
        if draw(st.integers(0, 9)):
            found[key] = pa.array([draw(st.sampled_from(["h1", "h2", f"{CANARY}{i}", f"{NUMBER}{i}"])) for i in range(length)], pa.string())
        elif draw(st.booleans()):
            found[key] = draw(array(length))
    for name in draw(st.lists(st.sampled_from(names), max_size=5, unique=True)):
        found[name] = draw(array(length))
    chosen = list(found)
    if found and not draw(st.integers(0, 30)):
        chosen.append(chosen[0])
    rows = pa.Table.from_arrays([found[name] for name in chosen], names=chosen)
    return rows.to_reader(max_chunksize=draw(st.integers(1, 3))) if draw(st.booleans()) else rows


@generated(60)
@given(data=st.data())
def test_tables(rules, columns, data):
    people = data.draw(table(columns["persons"], ["person_id", "household_id"]))
    homes = data.draw(table(columns["households"], ["household_id"]))
    answers_or_refuses(lambda: rules.evaluate(people, homes, validation=data.draw(st.booleans())))


@generated(5)
@given(st.one_of(st.none(), st.integers(), st.text(), st.binary(), st.lists(st.integers()), st.dictionaries(st.text(), st.integers())))
def test_objects_that_are_no_table(rules, thing):
    answers_or_refuses(lambda: rules.evaluate(thing, thing))
    answers_or_refuses(lambda: recours.Table(thing))


EDITS = st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.sampled_from(["", CANARY, "{", ": [", "\t", "\x00", '"', "é", "- " * 50, "&a *a", "1e400"]))


def edited(text, edit):
    place, length, inserted = edit
    place %= len(text) + 1
    return text[:place] + inserted + text[place + length :]


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack") / "fr"
    shutil.copytree(ROOT / "rules" / "fr", folder)
    return folder


@generated(10)
@given(which=st.integers(0, 10**6), edit=EDITS)
def test_rules(pack, which, edit):
    files = sorted(pack.rglob("*.yaml"))
    file = files[which % len(files)]
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(edited(text, edit), encoding="utf-8", newline="")
        try:
            recours.Rules(pack, on="2026-10-01")
        except recours.RecoursError as error:
            assert error.code != "E-INTERNE-001", error
    finally:
        file.write_text(text, encoding="utf-8", newline="")


@generated(20)
@given(edit=EDITS)
def test_missions(invented, edit):
    text = (invented / "demo" / "mission.toml").read_text(encoding="utf-8")
    file = invented / "demo" / "edited.toml"
    file.write_text(edited(text, edit), encoding="utf-8", newline="")
    try:
        recours.Mission(file)
    except recours.RecoursError as error:
        assert error.code != "E-INTERNE-001", error


@generated(5)
@given(edit=EDITS)
def test_keys(invented, tmp_path_factory, edit):
    """A key that was cut, pasted twice or is another file's: refused, and never in what is said."""
    home = invented / "demo" / "bodies" / "caf"
    secret = (home / "cle.age").read_text(encoding="utf-8")
    folder = tmp_path_factory.mktemp("keys")
    key = folder / "cle.age"
    key.touch(mode=0o600)
    key.write_text(edited(secret, edit), encoding="utf-8", newline="")
    mission = recours.Mission(invented / "demo" / "mission.toml")
    lists = sorted((invented / "demo" / "lists").rglob("*.age"))
    try:
        mission.open(lists[0], home / "registre.parquet", key, folder / "pages")
    except recours.RecoursError as error:
        assert error.code != "E-INTERNE-001", error
        assert secret.strip().splitlines()[-1][20:50] not in str(error) + repr(error)

"""pyarrow, polars, pandas and DuckDB: in, out, empty, sliced, dictionaries, views, nulls, streams cut anyhow."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import recours
from recours_interop import LIBRARIES, to_rows, variants


def test_every_library_gives_and_takes(rules, few):
    wanted = to_rows(rules.evaluate(*few))
    assert wanted
    for name, (give, take) in LIBRARIES.items():
        answers = rules.evaluate(*(give(table) for table in few))
        assert to_rows(take(answers)) == wanted, name


def test_every_form_of_a_table_gives_the_same_answers(rules, few):
    wanted = to_rows(rules.evaluate(*few))
    for name, form in variants().items():
        assert to_rows(rules.evaluate(form(few[0]), form(few[1]))) == wanted, name


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_empty_table_has_its_columns_and_no_row(rules, few, library):
    give, take = LIBRARIES[library]
    answers = rules.evaluate(*(give(table.slice(0, 0)) for table in few))
    assert len(answers) == 0
    assert take(answers).column_names[:2] == ["household_id", "person_id"]


def test_an_empty_table_and_a_reader_that_gives_nothing_are_not_the_same(rules, few):
    people, homes = few
    assert len(rules.evaluate(people.slice(0, 0), homes.slice(0, 0))) == 0
    with pytest.raises(recours.RefusedInput) as refused:
        rules.evaluate(pa.RecordBatchReader.from_batches(people.schema, []), homes)
    assert refused.value.code == "E-PYTHON-002"


def test_a_stream_read_twice_says_so(rules, few):
    people, homes = few
    reader = people.to_reader()
    rules.evaluate(reader, homes)
    with pytest.raises(recours.RefusedInput, match="persons : ce flux a déjà été lu") as refused:
        rules.evaluate(reader, homes)
    assert refused.value.code == "E-TABLE-027"
    elsewhere = people.to_reader()
    elsewhere.read_all()
    with pytest.raises(recours.RefusedInput, match="déjà été lu"):
        rules.evaluate(elsewhere, homes)
    kept = recours.Table(people.to_reader())
    assert to_rows(rules.evaluate(kept, homes)) == to_rows(rules.evaluate(kept, homes))


def test_one_batch_by_the_array_protocol(rules, few):
    people, homes = (table.combine_chunks().to_batches()[0].to_struct_array() for table in few)
    assert not hasattr(people, "__arrow_c_stream__") and hasattr(people, "__arrow_c_array__")
    assert to_rows(rules.evaluate(people, homes)) == to_rows(rules.evaluate(*few))


def test_dates_with_a_time_zone_are_refused_rather_than_guessed(rules, few):
    people, homes = few
    born = pa.compute.assume_timezone(people["date_naissance"].cast(pa.timestamp("us")), "Europe/Paris")
    place = people.column_names.index("date_naissance")
    with pytest.raises(recours.RefusedInput) as refused:
        rules.evaluate(people.set_column(place, "date_naissance", born), homes)
    assert (refused.value.file, refused.value.column) == ("persons", "date_naissance")


def buffers(table):
    """Addresses of every buffer of a pyarrow table, columns in order."""
    return [b.address if b else None for column in table.columns for chunk in column.chunks for b in chunk.buffers()]


def test_nothing_is_copied_where_arrow_allows(few):
    source = pa.concat_tables([few[0], few[0]])
    kept = recours.Table(source)
    # A bitmap of nulls without any null is dropped; every other buffer stands where it stood.
    pairs = list(zip(buffers(pa.table(kept)), buffers(source), strict=True))
    assert all(ours in (theirs, None) for ours, theirs in pairs) and sum(ours is not None for ours, _ in pairs) > len(pairs) / 3
    # A slice begins further in the same buffer.
    part = pa.table(recours.Table(source.slice(3, 20)))["age"].chunk(0)
    whole = source["age"].chunk(0).buffers()[1].address
    assert part.buffers()[1].address + 8 * part.offset == whole + 8 * 3
    frame = pl.from_arrow(source)
    passed = pl.DataFrame(recours.Table(frame))
    numbers = [c for c in frame.columns if frame[c].dtype.is_numeric()]
    assert numbers
    for column in numbers:
        ours, theirs = (f[column].get_chunks()[0].to_arrow().buffers()[1].address for f in (passed, frame))
        assert ours == theirs, column


def test_rows_outlive_their_source(few):
    kept = recours.Table(pa.Table.from_pylist(few[0].to_pylist(), schema=few[0].schema))
    first = pa.table(kept)
    del kept
    assert first.equals(few[0])


def test_answers_of_a_query_go_back_to_a_query(rules, few):
    people, homes = few
    connection = duckdb.connect()
    connection.register("people", people)
    answers = rules.evaluate(connection.sql("SELECT * FROM people WHERE household_id IS NOT NULL"), homes)
    held = pa.table(answers)
    connection.register("held", held)
    count = connection.sql("SELECT count(*) FROM held WHERE \"right\" = 'rsa'").fetchall()
    assert count[0][0] > 0


def test_pandas_objects_and_missing_values(rules):
    people = pd.DataFrame({"person_id": [1, 2], "household_id": [10, 10], "age": [41.0, None], "role": ["demandeur", None]})
    homes = pd.DataFrame({"household_id": [10]})
    assert len(rules.evaluate(people, homes)) > 0


def test_two_queries_of_one_connection(rules, few):
    """DuckDB gives one stream at a time on a connection."""
    connection = duckdb.connect()
    for name, table in zip(("people", "homes"), few, strict=True):
        connection.register(name, table)
    answers = rules.evaluate(connection.sql("FROM people"), connection.sql("FROM homes"))
    assert to_rows(answers) == to_rows(rules.evaluate(*few))

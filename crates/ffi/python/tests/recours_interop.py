"""What each library does to give a table and to take one, and the forms that a table may have in Arrow."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa


def duckdb_gives(table):
    connection = duckdb.connect()
    connection.register("rows", table)
    return connection.sql("SELECT * FROM rows")


def duckdb_takes(answers):
    return duckdb.from_arrow(answers).to_arrow_table()


def pandas_gives(table):
    return table.to_pandas(types_mapper=pd.ArrowDtype)


LIBRARIES = {
    "pyarrow": (lambda table: table, pa.table),
    "polars": (pl.from_arrow, lambda answers: pl.DataFrame(answers).to_arrow()),
    "pandas": (pandas_gives, lambda answers: pa.Table.from_pandas(pd.DataFrame.from_arrow(answers), preserve_index=False)),
    "duckdb": (duckdb_gives, duckdb_takes),
}


def to_rows(answers):
    """Rows as Python values, comparable whatever the Arrow types."""
    return pa.table(answers).to_pylist()


def texts_as(kind):
    """Every text column under another type of text."""

    def change(table):
        fields = [pa.field(f.name, kind) if pa.types.is_string(f.type) or pa.types.is_large_string(f.type) else f for f in table.schema]
        return table.cast(pa.schema(fields))

    return change


def views(table):
    columns = [c.cast(pa.string_view()) if pa.types.is_string(c.type) or pa.types.is_large_string(c.type) else c for c in table.columns]
    return pa.table(columns, names=table.column_names)


def shifted(table):
    """The same rows, as a slice of a longer table: every buffer has an offset."""
    longer = pa.concat_tables([table.slice(0, 5), table, table.slice(0, 3)]).combine_chunks()
    return longer.slice(5, table.num_rows)


def variants():
    """A name, and a change of form that leaves the values as they are."""
    return {
        "dictionary": texts_as(pa.dictionary(pa.int32(), pa.string())),
        "large": texts_as(pa.large_string()),
        "view": views,
        "sliced": shifted,
        "stream": lambda table: table.to_reader(),
        "batches of one row": lambda table: table.to_reader(max_chunksize=1),
        "batches of seven rows": lambda table: table.to_reader(max_chunksize=7),
        "columns in another order": lambda table: table.select(table.column_names[::-1]),
    }

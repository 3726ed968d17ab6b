"""Writes the Parquet files beside it, each with the CSV file of the same table: `python3 make.py`, with pandas, pyarrow,
polars and duckdb. Made by pandas 3.1.1, pyarrow 26.0.1, polars 2.1.0 and duckdb 2.0.1.
"""

import datetime
import decimal
import os

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pyarrow.parquet

os.chdir(os.path.dirname(os.path.abspath(__file__)))
random = numpy.random.default_rng(0)
ROWS = 200


def column(values, missing):
    """A list with None in every `missing`th place."""
    return [None if missing and i % missing == 3 else value for i, value in enumerate(values)]


def table():
    """A column of each kind, with and without missing values."""
    numbers = random.normal(size=ROWS)
    day = datetime.date(2023, 12, 28)
    noon = datetime.datetime(2024, 2, 28, 12, 30)
    text = ['oak', 'birch, old', 'say "ash"', 'línden', 'fir']
    return pyarrow.table(
        {
            "x": pyarrow.array(column(numbers, 0), pyarrow.float64()),
            "gap": pyarrow.array(column(1e-9 * numbers, 7), pyarrow.float64()),
            "single": pyarrow.array(column(numbers, 5), pyarrow.float32()),
            "small": pyarrow.array(column([i % 100 - 50 for i in range(ROWS)], 9), pyarrow.int8()),
            "count": pyarrow.array(column([i * i for i in range(ROWS)], 0), pyarrow.int64()),
            "unsigned": pyarrow.array(column([2**32 - 1 - i for i in range(ROWS)], 11), pyarrow.uint32()),
            "flag": pyarrow.array(column([i % 3 == 0 for i in range(ROWS)], 13), pyarrow.bool_()),
            "tree": pyarrow.array(column([text[i * i % 5] for i in range(ROWS)], 17), pyarrow.string()),
            "coded": pyarrow.array([text[i % 4] for i in range(ROWS)], pyarrow.string()).dictionary_encode(),
            "price": pyarrow.array(
                column([decimal.Decimal(i * 37 - 900).scaleb(-2) for i in range(ROWS)], 19), pyarrow.decimal128(9, 2)
            ),
            "day": pyarrow.array(column([day + datetime.timedelta(days=i) for i in range(ROWS)], 23), pyarrow.date32()),
            "moment": pyarrow.array(
                [noon + datetime.timedelta(minutes=7 * i, milliseconds=250 * i) for i in range(ROWS)],
                pyarrow.timestamp("us"),
            ),
            "midnight": pyarrow.array(
                [datetime.datetime(2024, 1, 1) + datetime.timedelta(days=i) for i in range(ROWS)], pyarrow.timestamp("ns")
            ),
            "y": pyarrow.array([float(2 * a + i % 3) for i, a in enumerate(numbers)], pyarrow.float64()),
        }
    )


def main():
    arrow = table()
    frame = arrow.to_pandas()
    frame.to_csv("table.csv", index=False)
    frame.to_parquet("pandas.parquet")
    # Some of the rows, so that pandas writes the index.
    frame[frame["count"] % 5 == 1].to_parquet("index.parquet")
    frame_of_polars = polars.from_arrow(arrow)
    frame_of_polars.write_parquet("polars.parquet")
    duckdb.sql("COPY arrow TO 'duckdb.parquet' (FORMAT parquet, PARQUET_VERSION v2)")
    # Pages of the second version, several groups of rows and pages, encodings that are not the usual ones, checksums.
    plain = {name: "PLAIN" for name in arrow.column_names}
    encodings = plain | {
        "x": "BYTE_STREAM_SPLIT",
        "gap": "BYTE_STREAM_SPLIT",
        "single": "BYTE_STREAM_SPLIT",
        "count": "DELTA_BINARY_PACKED",
        "small": "DELTA_BINARY_PACKED",
        "flag": "RLE",
        "tree": "DELTA_BYTE_ARRAY",
        "coded": "DELTA_LENGTH_BYTE_ARRAY",
        "moment": "DELTA_BINARY_PACKED",
        "price": "DELTA_BYTE_ARRAY",
    }
    pyarrow.parquet.write_table(
        arrow, "second.parquet", data_page_version="2.0", use_dictionary=False, column_encoding=encodings,
        compression="gzip", row_group_size=70, data_page_size=256, write_page_checksum=True,
    )
    pyarrow.parquet.write_table(
        arrow, "old.parquet", version="1.0", compression="none", use_deprecated_int96_timestamps=True,
        store_decimal_as_integer=False, row_group_size=33,
    )
    nested = pyarrow.table({
        "list": [[1, 2], [], None, [3]], "a": [1.5, 2.5, 3.5, 4.5], "struct": [{"p": 1, "q": "x"}] * 4,
        "bytes": pyarrow.array([b"\xff", b"", b"x", None]), "y": [0.5, 1.5, 2.5, 3.5],
    })
    pyarrow.parquet.write_table(nested, "nested.parquet")
    pyarrow.parquet.write_table(nested, "lz4.parquet", compression="lz4")
    for name, rows in (("equal", 1_200_000), ("bomb", 9_000_000)):
        equal = {"a": numpy.full(rows, 1.25), "b": numpy.full(rows, 2.5), "kind": pyarrow.array(["x"]).take(numpy.zeros(rows, int))}
        pyarrow.parquet.write_table(
            pyarrow.table(equal), f"{name}.parquet", row_group_size=rows, data_page_size=2**30, max_rows_per_page=rows
        )


if __name__ == "__main__":
    main()

"""Writes the embedded data sets beside this file.

Usage: python3 embed.py SKLEARN

SKLEARN is a scikit-learn wheel, or the folder of an installed scikit-learn. Only the standard library is needed.
Each file is one zlib stream; README.md says what is in it.
"""

import csv
import gzip
import io
import pathlib
import sys
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent


def shipped(sklearn: pathlib.Path, name: str) -> bytes:
    """The data file NAME as scikit-learn ships it."""
    if sklearn.suffix == ".whl":
        with zipfile.ZipFile(sklearn) as wheel:
            return wheel.read(f"sklearn/datasets/data/{name}")
    return (sklearn / "datasets" / "data" / name).read_bytes()


def digits(sklearn: pathlib.Path) -> bytes:
    """1797 images of 64 bytes (0..16, row by row), then 1797 labels."""
    text = gzip.decompress(shipped(sklearn, "digits.csv.gz")).decode()
    rows = [[int(float(cell)) for cell in row] for row in csv.reader(io.StringIO(text))]
    assert len(rows) == 1797 and all(len(row) == 65 for row in rows)
    assert all(0 <= cell <= 16 for row in rows for cell in row)
    pixels = bytes(cell for row in rows for cell in row[:64])
    return pixels + bytes(row[64] for row in rows)


def main() -> None:
    sklearn = pathlib.Path(sys.argv[1])
    for name, make in {"digits": digits}.items():
        packed = zlib.compress(make(sklearn), 9)
        (HERE / f"{name}.zlib").write_bytes(packed)
        print(f"{name}.zlib: {len(packed)} bytes")


if __name__ == "__main__":
    main()

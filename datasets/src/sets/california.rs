//! California housing: 20640 block groups of the census of 1990.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};
use std::path::Path;

use crate::archive::unpack;
use crate::download::Remote;
use crate::error::DataError;
use crate::kind::Task;
use crate::reading::ReadOptions;
use crate::source::{Contents, DataFile, Found, Layout, Source};
use crate::split::TestSplit;
use crate::table::{Builder, Cell, Table, read_csv, read_lines};

const COLUMNS: [&str; 9] = [
    "MedInc",
    "HouseAge",
    "AveRooms",
    "AveBedrms",
    "Population",
    "AveOccup",
    "Latitude",
    "Longitude",
    "MedHouseVal",
];
/// The columns of `cal_housing.data`.
const COUNTED: [&str; 9] = [
    "longitude",
    "latitude",
    "housingMedianAge",
    "totalRooms",
    "totalBedrooms",
    "population",
    "households",
    "medianIncome",
    "medianHouseValue",
];
const TARGETS: &[&str] = &["MedHouseVal"];
/// The most bytes of `cal_housing.data`, a little less than ten times what it has.
const MOST_BYTES: u64 = 10_000_000;

pub(super) static CALIFORNIA: Source = Source {
    name: "california",
    summary: "20640 block groups, 8 measures, median house value (0.4 MB to download)",
    tasks: &[Task::Regression],
    targets: TARGETS,
    origin: "R. K. Pace and R. Barry, Sparse spatial autoregressions, Statistics & Probability Letters 33, 1997; \
             features as scikit-learn derives them, target in 100 000 dollars, capped at 5.00001",
    license: "none stated",
    split: TestSplit::Fraction(0.2),
    layouts: &[Layout {
        files: &[DataFile {
            names: &[
                "tabular/california_housing.csv",
                "tabular/cal_housing.data",
                "cal_housing.data",
                "cal_housing.tgz",
            ],
        }],
    }],
    downloads: &[Remote {
        path: "cal_housing.tgz",
        bytes: 441_963,
        sha256: "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
        urls: &["https://ndownloader.figshare.com/files/5976036"],
    }],
    read: |found, task| read(found, task),
};

fn read(found: &Found, task: Task) -> Result<Contents, DataError> {
    let path = found.path(0);
    let table = match path.extension().and_then(OsStr::to_str) {
        Some("csv") => read_csv(&path, &ReadOptions::default())?.known(&COLUMNS)?,
        Some("tgz") => {
            let data = unpack(&path, &["cal_housing.data"], MOST_BYTES)?.concat();
            derived(&path, Cursor::new(data))?
        }
        _ => {
            let file = File::open(&path).map_err(|source| DataError::Io {
                path: path.clone(),
                source,
            })?;
            derived(&path, BufReader::new(file))?
        }
    };
    table.contents_of(task, TARGETS)
}

/// What scikit-learn's `fetch_california_housing` makes of the counts: averages per household, in its order.
fn derived(path: &Path, reader: impl BufRead) -> Result<Table, DataError> {
    let counted = read_lines(path, &COUNTED, reader)?.known(&COUNTED)?;
    let mut table = Builder::new(path, COLUMNS.map(String::from).to_vec())?;
    for (line, row) in counted.rows() {
        let [
            longitude,
            latitude,
            age,
            rooms,
            bedrooms,
            people,
            households,
            income,
            value,
        ] = row[..]
        else {
            unreachable!("a table has as many cells in a row as names");
        };
        let row = [
            income,
            age,
            rooms / households,
            bedrooms / households,
            people,
            people / households,
            latitude,
            longitude,
            value / 100_000.0,
        ];
        table.push(line, row.into_iter().map(Cell::Number))?;
    }
    table.finish()
}

//! Tables of the UCI Machine Learning Repository.

use std::ffi::OsStr;

use crate::download::Remote;
use crate::error::DataError;
use crate::kind::Task;
use crate::reading::ReadOptions;
use crate::source::{Contents, DataFile, Found, Layout, Source};
use crate::split::TestSplit;
use crate::table::{read_csv, read_sheet};

const WINE: [&str; 12] = [
    "fixed acidity",
    "volatile acidity",
    "citric acid",
    "residual sugar",
    "chlorides",
    "free sulfur dioxide",
    "total sulfur dioxide",
    "density",
    "pH",
    "sulphates",
    "alcohol",
    "quality",
];
const ENERGY: [&str; 10] = [
    "relative_compactness",
    "surface_area",
    "wall_area",
    "roof_area",
    "overall_height",
    "orientation",
    "glazing_area",
    "glazing_area_distribution",
    "heating_load",
    "cooling_load",
];
const CONCRETE: [&str; 9] = [
    "cement",
    "blast_furnace_slag",
    "fly_ash",
    "water",
    "superplasticizer",
    "coarse_aggregate",
    "fine_aggregate",
    "age_days",
    "compressive_strength_mpa",
];

macro_rules! wine_quality {
    ($colour:literal, $rows:literal, $size:literal, $bytes:literal, $sha256:literal) => {
        Source {
            name: concat!("wine-quality-", $colour),
            summary: concat!(
                $rows, " ", $colour, " wines, 11 measures, a score as number or class (", $size, " to download)"
            ),
            tasks: &[Task::Regression, Task::Classification],
            targets: &["quality"],
            origin: "P. Cortez, A. Cerdeira, F. Almeida, T. Matos and J. Reis, Modeling wine preferences by data mining \
                     from physicochemical properties, Decision Support Systems 47, 2009",
            license: "CC BY 4.0",
            split: TestSplit::Fraction(0.2),
            layouts: &[Layout {
                files: &[DataFile {
                    names: &[
                        concat!("tabular/uci/winequality-", $colour, ".csv"),
                        concat!("winequality-", $colour, ".csv"),
                    ],
                }],
            }],
            downloads: &[Remote {
                path: concat!("winequality-", $colour, ".csv"),
                bytes: $bytes,
                sha256: $sha256,
                urls: &[concat!(
                    "https://archive.ics.uci.edu/ml/machine-learning-databases/wine-quality/winequality-", $colour, ".csv"
                )],
            }],
            read: |found, task| read(found, task, &WINE, &["quality"]),
        }
    };
}

pub(super) static WINE_QUALITY_RED: Source = wine_quality!(
    "red",
    1599,
    "0.1 MB",
    84_199,
    "4a402cf041b025d4566d954c3b9ba8635a3a8a01e039005d97d6a710278cf05e"
);

pub(super) static WINE_QUALITY_WHITE: Source = wine_quality!(
    "white",
    4898,
    "0.3 MB",
    264_426,
    "76c3f809815c17c07212622f776311faeb31e87610d52c26d87d6e361b169836"
);

/// Not downloaded: nobody publishes a hash of the spreadsheet.
pub(super) static ENERGY_EFFICIENCY: Source = Source {
    name: "energy",
    summary: "768 buildings, 8 measures, heating and cooling load (to be put into the data folder)",
    tasks: &[Task::Regression],
    targets: &["heating_load", "cooling_load"],
    origin: "A. Tsanas and A. Xifara, Energy Efficiency, UCI Machine Learning Repository, 2012, \
             https://archive.ics.uci.edu/dataset/242/energy+efficiency",
    license: "CC BY 4.0",
    split: TestSplit::Fraction(0.2),
    layouts: &[Layout {
        files: &[DataFile {
            names: &[
                "tabular/energy_efficiency.csv",
                "tabular/uci/ENB2012_data.xlsx",
                "ENB2012_data.xlsx",
            ],
        }],
    }],
    downloads: &[],
    read: |found, task| read(found, task, &ENERGY, &["heating_load", "cooling_load"]),
};

pub(super) static CONCRETE_STRENGTH: Source = Source {
    name: "concrete",
    summary: "1030 mixtures, 8 measures, compressive strength (0.1 MB to download)",
    tasks: &[Task::Regression],
    targets: &["compressive_strength_mpa"],
    origin: "I-C. Yeh, Concrete Compressive Strength, UCI Machine Learning Repository, 1998",
    license: "CC BY 4.0",
    split: TestSplit::Fraction(0.2),
    layouts: &[Layout {
        files: &[DataFile {
            names: &[
                "tabular/concrete_strength.csv",
                "tabular/uci/Concrete_Data.xls",
                "Concrete_Data.xls",
            ],
        }],
    }],
    downloads: &[Remote {
        path: "Concrete_Data.xls",
        bytes: 124_928,
        sha256: "3739a0b494b65a9139997a382c7422dce61c0948d789934965736090d80ff7a0",
        urls: &[
            "https://archive.ics.uci.edu/ml/machine-learning-databases/concrete/compressive/Concrete_Data.xls",
        ],
    }],
    read: |found, task| read(found, task, &CONCRETE, &["compressive_strength_mpa"]),
};

/// CSV has these names; the official spreadsheets have longer or shorter ones for the same columns.
fn read(
    found: &Found,
    task: Task,
    names: &[&str],
    targets: &[&str],
) -> Result<Contents, DataError> {
    let path = found.path(0);
    let table = match path.extension().and_then(OsStr::to_str) {
        Some("csv") => read_csv(&path, &ReadOptions::default())?,
        _ => read_sheet(&path, names)?,
    };
    table.known(names)?.contents_of(task, targets)
}

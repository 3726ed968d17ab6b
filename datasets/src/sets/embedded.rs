//! Tables that come with the program; `data/README.md` says where they come from.

use std::io::Read;

use crate::{Rows, Targets};
use flate2::read::ZlibDecoder;

use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::samples::Part;
use crate::source::{Contents, Source};
use crate::split::TestSplit;

/// A source whose table is the file of its name in `data`.
macro_rules! embedded {
    (
        $name:literal, $rows:literal rows, $task:ident of $target:literal in $classes:expr,
        summary: $summary:literal,
        origin: $origin:literal,
        license: $license:literal
    ) => {
        Source {
            name: $name,
            summary: $summary,
            tasks: &[Task::$task],
            targets: &[$target],
            origin: $origin,
            license: $license,
            split: TestSplit::Fraction(0.2),
            layouts: &[],
            downloads: &[],
            read: |_, _| {
                unpack(&Table {
                    name: $name,
                    packed: include_bytes!(concat!("../../data/", $name, ".zlib")),
                    rows: $rows,
                    classes: $classes,
                })
            },
        }
    };
}

pub(super) static IRIS: Source = embedded!(
    "iris", 150 rows, Classification of "species" in &["setosa", "versicolor", "virginica"],
    summary: "150 flowers, 4 measures, 3 species (embedded)",
    origin: "R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936, \
             as scikit-learn ships it",
    license: "CC BY 4.0"
);

pub(super) static WINE: Source = embedded!(
    "wine", 178 rows, Classification of "class" in &["class_0", "class_1", "class_2"],
    summary: "178 wines, 13 measures, 3 cultivars (embedded)",
    origin: "S. Aeberhard and M. Forina, Wine, UCI Machine Learning Repository, 1992, as scikit-learn ships it",
    license: "CC BY 4.0"
);

pub(super) static BREAST_CANCER: Source = embedded!(
    "breast-cancer", 569 rows, Classification of "diagnosis" in &["malignant", "benign"],
    summary: "569 tumours, 30 measures, 2 diagnoses (embedded)",
    origin: "W. Wolberg, O. Mangasarian, N. Street and W. Street, Breast Cancer Wisconsin (Diagnostic), \
             UCI Machine Learning Repository, 1993, as scikit-learn ships it",
    license: "CC BY 4.0"
);

pub(super) static DIABETES: Source = embedded!(
    "diabetes", 442 rows, Regression of "progression" in &[],
    summary: "442 patients, 10 measures as taken, unscaled (embedded)",
    origin: "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least angle regression, Annals of Statistics 32, 2004, \
             the raw values as scikit-learn ships them",
    license: "none stated"
);

pub(super) static BOSTON: Source = embedded!(
    "boston", 506 rows, Regression of "MEDV" in &[],
    summary: "506 tracts, 13 measures, median house value (embedded)",
    origin: "D. Harrison and D. Rubinfeld, Hedonic housing prices and the demand for clean air, Journal of \
             Environmental Economics and Management 5, 1978, as mlxtend ships it; its column B is derived from race",
    license: "none stated"
);

pub(super) static AUTO_MPG: Source = embedded!(
    "auto-mpg", 392 rows, Regression of "mpg" in &[],
    summary: "392 cars, 9 columns, miles per gallon (embedded)",
    origin: "R. Quinlan, Auto MPG, UCI Machine Learning Repository, 1993, without the 6 cars of unknown horsepower, \
             as mlxtend ships it; the name left out, the origin one-hot",
    license: "CC BY 4.0"
);

/// A table in the program: a zlib stream of CSV, names and then numbers, with the target in the last column.
struct Table {
    name: &'static str,
    packed: &'static [u8],
    rows: usize,
    /// The names of classes 0, 1, …; none if the target is a number.
    classes: &'static [&'static str],
}

fn unpack(table: &Table) -> Result<Contents, DataError> {
    parse(table).ok_or(DataError::Embedded { name: table.name })
}

/// `None` if the table is damaged.
fn parse(table: &Table) -> Option<Contents> {
    let mut text = String::new();
    ZlibDecoder::new(table.packed)
        .read_to_string(&mut text)
        .ok()?;
    let mut lines = text.lines();
    let mut columns: Vec<String> = lines.next()?.split(',').map(String::from).collect();
    columns.pop()?;

    let mut inputs = Vec::with_capacity(table.rows * columns.len());
    let mut targets = Vec::with_capacity(table.rows);
    for line in lines {
        let cells: Result<Vec<f64>, _> = line.split(',').map(str::parse).collect();
        let (target, row) = cells.as_deref().ok()?.split_last()?;
        if row.len() != columns.len() {
            return None;
        }
        inputs.extend_from_slice(row);
        targets.push(*target);
    }
    if targets.len() != table.rows {
        return None;
    }
    let targets = if table.classes.is_empty() {
        Targets::Values(Rows::reals64(&[1], targets))
    } else {
        let known = |class: &f64| (0..table.classes.len()).any(|i| i as f64 == *class);
        if !targets.iter().all(known) {
            return None;
        }
        let labels: Vec<u32> = targets.into_iter().map(|class| class as u32).collect();
        Targets::classes(labels, table.classes.len())
    };
    let inputs = Rows::reals64(&[columns.len()], inputs);
    Some(Contents {
        class_names: table.classes.iter().map(|name| name.to_string()).collect(),
        ..Contents::new(Part { inputs, targets }, InputKind::Table { columns })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_table_is_told_from_a_whole_one() {
        let whole = include_bytes!("../../data/iris.zlib");
        let table = |packed, rows, classes| Table {
            name: "iris",
            packed,
            rows,
            classes,
        };
        let three: &[&str] = &["a", "b", "c"];
        assert!(unpack(&table(whole, 150, three)).is_ok());
        for damaged in [
            table(&whole[..whole.len() / 2], 150, three),
            table(whole, 149, three),
            table(whole, 150, &three[..2]),
        ] {
            let error = unpack(&damaged).err().unwrap().to_string();
            assert_eq!(
                error,
                "the embedded data of iris is damaged; install the program again"
            );
        }
    }
}

//! Named sets in files: CIFAR-10, California, wine quality, energy, concrete.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use datasets::Targets;
use datasets::{DataError, Dataset, InputKind, Request, Resolver, Task, TestSplit, load};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

pub(super) fn read(name: &str, task: Task, folder: &Path) -> Result<Dataset, DataError> {
    let resolver = Resolver {
        data_dir: Some(folder.into()),
        offline: true,
        ..Resolver::default()
    };
    load(&Request::new(name.parse().unwrap(), task), &resolver)
}

pub(super) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// What is said about files, without the name of the folder they are in.
pub(super) fn refused(name: &str, task: Task, files: &[(&str, &[u8])]) -> String {
    let folder = folder(files);
    let said = read(name, task, folder.path()).unwrap_err().to_string();
    said.replace(&format!("{}/", folder.path().display()), "")
}

pub(super) fn tar_gz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *bytes).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn rows(data: &Dataset) -> Vec<Vec<f64>> {
    let row = |i: usize| {
        let mut row = data.part.inputs.row(i);
        match &data.part.targets {
            Targets::Classes { labels, .. } => row.push(f64::from(labels[i])),
            Targets::Values(values) => row.extend(values.row(i)),
            Targets::Weighted(_) => panic!("nothing weighs these"),
        }
        row
    };
    (0..data.len()).map(row).collect()
}

/// The numbers of a CSV file without its first line.
fn numbers(path: &Path) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(path).unwrap();
    let row = |line: &str| line.split(',').map(|x| x.parse().unwrap()).collect();
    text.lines().skip(1).map(row).collect()
}

/// `GRADUS_DATA`, if it has these files.
fn real(files: &[&str]) -> Option<PathBuf> {
    let Some(folder) = env::var_os("GRADUS_DATA").map(PathBuf::from) else {
        eprintln!("skipped: GRADUS_DATA is not set");
        return None;
    };
    if let Some(missing) = files.iter().find(|file| !folder.join(file).is_file()) {
        eprintln!("skipped: GRADUS_DATA has no {missing}");
        return None;
    }
    Some(folder)
}

const COUNTS: &str = "-122.23,37.88,41.0,880.0,129.0,322.0,126.0,8.3252,452600.0\n";

#[test]
fn california_is_derived_from_the_counts() {
    let archive = tar_gz(&[
        (
            "CaliforniaHousing/cal_housing.domain",
            b"longitude: continuous.",
        ),
        ("CaliforniaHousing/cal_housing.data", COUNTS.as_bytes()),
    ]);
    for files in [
        ("cal_housing.tgz", archive.as_slice()),
        ("cal_housing.data", COUNTS.as_bytes()),
        ("tabular/cal_housing.data", COUNTS.as_bytes()),
    ] {
        let folder = folder(&[files]);
        let data = read("california", Task::Regression, folder.path()).unwrap();
        // The first row of scikit-learn's `fetch_california_housing`.
        let expected = [
            8.3252,
            41.0,
            6.984126984126984,
            1.0238095238095237,
            322.0,
            2.5555555555555554,
            37.88,
            -122.23,
            4.526,
        ];
        assert_eq!(rows(&data), [expected]);
        assert_eq!(data.target_names, ["MedHouseVal"]);
    }
    let nobody = COUNTS.replace("126.0", "0");
    assert_eq!(
        refused(
            "california",
            Task::Regression,
            &[("cal_housing.data", nobody.as_bytes())]
        ),
        "cal_housing.data has an infinite number in line 1, column \"AveRooms\""
    );
    let short = format!("{COUNTS}1,2,3\n");
    assert_eq!(
        refused(
            "california",
            Task::Regression,
            &[("cal_housing.data", short.as_bytes())]
        ),
        "cal_housing.data has 3 cells in line 2 where 9 are expected"
    );
}

#[test]
fn wine_quality_is_a_number_or_a_class() {
    let header = "\"fixed acidity\";\"volatile acidity\";\"citric acid\";\"residual sugar\";\"chlorides\";\
                  \"free sulfur dioxide\";\"total sulfur dioxide\";\"density\";\"pH\";\"sulphates\";\"alcohol\";\"quality\"";
    let text = format!(
        "{header}\n7.4;0.7;0;1.9;0.076;11;34;0.9978;3.51;0.56;9.4;5\n1;2;3;4;5;6;7;8;9;10;11;3\n"
    );
    let folder = folder(&[("winequality-red.csv", text.as_bytes())]);
    let scores = read("wine-quality-red", Task::Regression, folder.path()).unwrap();
    assert_eq!([rows(&scores)[0][11], rows(&scores)[1][11]], [5.0, 3.0]);
    let classes = read("wine-quality-red", Task::Classification, folder.path()).unwrap();
    assert_eq!([rows(&classes)[0][11], rows(&classes)[1][11]], [1.0, 0.0]);
    assert_eq!(classes.class_names, ["3", "5"]);
    let other = text.replace("\"pH\"", "\"acidity\"");
    let said = refused(
        "wine-quality-red",
        Task::Regression,
        &[("winequality-red.csv", other.as_bytes())],
    );
    assert!(
        said.contains("density, acidity, sulphates, alcohol, quality instead of fixed acidity, "),
        "{said}"
    );
}

#[test]
fn a_spreadsheet_is_read_without_its_empty_cells() {
    let sheet = include_bytes!("../goldens/energy.xlsx");
    let folder = folder(&[("ENB2012_data.xlsx", sheet)]);
    let data = read("energy", Task::Regression, folder.path()).unwrap();
    assert_eq!(
        rows(&data),
        [
            [0.98, 514.5, 294.0, 110.25, 7.0, 2.0, 0.0, 0.0, 15.55, 21.33],
            [0.9, 563.5, 318.5, 122.5, 7.0, 3.0, 0.1, 1.0, 28.28, 28.67]
        ]
    );
    assert_eq!(data.target_names, ["heating_load", "cooling_load"]);
    let request = Request {
        targets: vec!["cooling_load".into()],
        ..Request::new("energy".parse().unwrap(), Task::Regression)
    };
    let resolver = Resolver {
        data_dir: Some(folder.path().into()),
        ..Resolver::default()
    };
    let cooling = load(&request, &resolver).unwrap();
    assert_eq!(
        (rows(&cooling)[1][8], cooling.target_names),
        (28.67, vec!["cooling_load".into()])
    );
    for end in [0, 100, sheet.len() / 2, sheet.len() - 10] {
        let said = refused(
            "energy",
            Task::Regression,
            &[("ENB2012_data.xlsx", &sheet[..end])],
        );
        assert!(
            said.starts_with("ENB2012_data.xlsx is no spreadsheet that can be read: "),
            "{said}"
        );
    }
}

#[test]
fn what_cannot_be_downloaded_is_said_with_its_publishers() {
    let error = read("energy", Task::Regression, Path::new("/nowhere")).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("get it from its publishers (A. Tsanas and A. Xifara, "),
        "{said}"
    );
    assert!(
        said.ends_with("/energy+efficiency) and put it into /nowhere"),
        "{said}"
    );
    let said = read("california", Task::Regression, Path::new("/nowhere"))
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("/5976036 as cal_housing.tgz into /nowhere"),
        "{said}"
    );
}

#[test]
fn california_from_the_counts_is_the_published_table() {
    let files = ["tabular/california_housing.csv", "tabular/cal_housing.data"];
    let Some(real) = real(&files) else { return };
    let table = read("california", Task::Regression, &real).unwrap();
    assert!(table.provenance.contains("tabular/california_housing.csv"));
    assert_eq!(table.len(), 20640);
    let counts = fs::read(real.join(files[1])).unwrap();
    let folder = folder(&[("cal_housing.data", &counts)]);
    let derived = read("california", Task::Regression, folder.path()).unwrap();
    assert!(rows(&table) == rows(&derived));
    assert!(rows(&table) == numbers(&real.join(files[0])));
}

#[test]
fn concrete_from_the_spreadsheet_is_the_published_table() {
    let files = [
        "tabular/concrete_strength.csv",
        "tabular/uci/Concrete_Data.xls",
    ];
    let Some(real) = real(&files) else { return };
    let sheet = fs::read(real.join(files[1])).unwrap();
    let folder = folder(&[("Concrete_Data.xls", &sheet)]);
    let from_sheet = read("concrete", Task::Regression, folder.path()).unwrap();
    assert_eq!(from_sheet.len(), 1030);
    assert!(rows(&from_sheet) == numbers(&real.join(files[0])));
}

#[test]
fn the_real_tables_hold_what_they_are_known_for() {
    let files = [
        "tabular/uci/winequality-red.csv",
        "tabular/uci/winequality-white.csv",
        "tabular/energy_efficiency.csv",
    ];
    let Some(real) = real(&files) else { return };
    let columns = |data: &Dataset| match &data.input {
        InputKind::Table { columns } => columns.len(),
        InputKind::Image { .. } => 0,
    };
    let known = [
        ("wine-quality-red", 1599, 11, 5.636_022_514_071_295),
        ("wine-quality-white", 4898, 11, 5.877_909_350_755_41),
        ("energy", 768, 8, 22.307_200_520_833_333),
    ];
    for (name, count, width, mean) in known {
        let data = read(name, Task::Regression, &real).unwrap();
        assert_eq!((data.len(), columns(&data)), (count, width), "{name}");
        let sum: f64 = rows(&data).iter().map(|row| row[width]).sum();
        assert!(
            (sum / count as f64 - mean).abs() < 1e-9,
            "{name}: {}",
            sum / count as f64
        );
    }
    let red = read("wine-quality-red", Task::Classification, &real).unwrap();
    assert_eq!(red.class_names, ["3", "4", "5", "6", "7", "8"]);
    // Cells equal in every row need a note, others none.
    assert!(red.notes.is_empty(), "{:?}", red.notes);
    assert_eq!(
        red.partition(TestSplit::Fraction(0.2), 0)
            .unwrap()
            .test
            .len(),
        320
    );
}

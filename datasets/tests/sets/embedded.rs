//! The tables that come with the program.

use std::env;
use std::fs;
use std::path::Path;

use datasets::Targets;
use datasets::{Dataset, InputKind, Request, Resolver, Spec, Task, load};

fn table(name: &str) -> Dataset {
    let spec: Spec = name.parse().unwrap();
    load(&spec.into(), &Resolver::default()).unwrap()
}

/// Inputs and, behind them, the target.
fn rows(data: &Dataset) -> Vec<Vec<f64>> {
    let target = |i: usize| match &data.part.targets {
        Targets::Classes { labels, .. } => f64::from(labels[i]),
        Targets::Values(values) => values.row(i)[0],
        Targets::Weighted(_) => panic!("nothing weighs these"),
    };
    let row = |i| {
        let mut row = data.part.inputs.row(i);
        row.push(target(i));
        row
    };
    (0..data.len()).map(row).collect()
}

#[test]
fn they_hold_what_they_are_known_for() {
    // Rows, columns, classes, and the mean of the target: published with the sets, or 0..classes weighed by their rows.
    let known = [
        ("iris", 150, 4, 3, 1.0),
        ("wine", 178, 13, 3, (71.0 + 2.0 * 48.0) / 178.0),
        ("breast-cancer", 569, 30, 2, 357.0 / 569.0),
        ("diabetes", 442, 10, 0, 152.133_484_162_895_9),
        ("boston", 506, 13, 0, 22.532_806_324_110_677),
        ("auto-mpg", 392, 9, 0, 23.445_918_367_346_94),
    ];
    for (name, count, columns, classes, mean) in known {
        let data = table(name);
        let InputKind::Table { columns: names } = &data.input else {
            panic!("{name} is a table");
        };
        assert_eq!((data.len(), names.len()), (count, columns), "{name}");
        assert_eq!(data.part.inputs.row_shape(), [columns], "{name}");
        assert_eq!(data.class_names.len(), classes, "{name}");
        assert_eq!(data.target_names.len(), 1, "{name}");
        assert!(data.provenance.ends_with("embedded in the program"));
        let rows = rows(&data);
        assert!(rows.iter().flatten().all(|x| x.is_finite()), "{name}");
        let sum: f64 = rows.iter().map(|row| row[columns]).sum();
        assert!((sum / count as f64 - mean).abs() < 1e-12 * mean, "{name}");
    }
}

#[test]
fn the_origin_of_a_car_is_one_of_three() {
    let data = table("auto-mpg");
    let InputKind::Table { columns } = &data.input else {
        panic!("auto-mpg is a table");
    };
    assert_eq!(
        columns[6..],
        ["origin=USA", "origin=Europe", "origin=Japan"]
    );
    let mut cars = [0.0; 3];
    for row in rows(&data) {
        assert_eq!(row[6..9].iter().sum::<f64>(), 1.0);
        cars.iter_mut().zip(&row[6..9]).for_each(|(n, x)| *n += x);
    }
    assert_eq!(cars, [245.0, 68.0, 79.0]);
}

#[test]
fn a_table_is_for_its_own_task() {
    let request = Request::new("iris".parse().unwrap(), Task::Regression);
    let error = load(&request, &Resolver::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "iris is for classification, not for regression"
    );
}

#[test]
fn they_are_the_published_numbers() {
    let Some(folder) = env::var_os("GRADUS_DATA") else {
        return eprintln!("skipped: GRADUS_DATA is not set");
    };
    let known = [
        ("iris", "iris"),
        ("wine", "wine"),
        ("breast-cancer", "breast_cancer"),
        ("diabetes", "diabetes"),
        ("boston", "boston_housing"),
    ];
    for (name, file) in known {
        let path = Path::new(&folder).join(format!("tabular/{file}.csv"));
        let Ok(text) = fs::read_to_string(&path) else {
            eprintln!("skipped: there is no {}", path.display());
            continue;
        };
        let data = table(name);
        let numbers = |line: &str| line.split(',').map(|n| n.parse().unwrap()).collect();
        let expected: Vec<Vec<f64>> = text.lines().skip(1).map(numbers).collect();
        assert!(
            rows(&data) == expected,
            "{name} differs from {}",
            path.display()
        );
        let InputKind::Table { columns } = &data.input else {
            panic!("{name} is a table");
        };
        let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        assert_eq!(columns[..], header[..columns.len()], "{name}");
    }
}

//! The embedded digits.

use std::env;
use std::fs;
use std::path::Path;

use datasets::Targets;
use datasets::split::{folds, split};
use datasets::{Dataset, InputKind, Resolver, Spec, Task, TestSplit, load};

fn digits() -> Dataset {
    let spec: Spec = "digits".parse().unwrap();
    load(&spec.into(), &Resolver::default()).unwrap()
}

fn labels(data: &Dataset) -> &[u32] {
    match &data.part.targets {
        Targets::Classes { labels, .. } => labels,
        Targets::Values(_) => panic!("digits are classes"),
        Targets::Weighted(_) => panic!("nothing weighs these"),
    }
}

#[test]
fn they_come_with_the_program() {
    let digits = digits();
    let image = InputKind::Image {
        height: 8,
        width: 8,
        channels: 1,
    };
    assert_eq!((digits.len(), digits.task()), (1797, Task::Classification));
    assert_eq!(digits.input, image);
    assert_eq!(digits.part.inputs.row_shape(), [1, 8, 8]);
    assert_eq!(digits.official_train, 0..1797);
    assert_eq!(digits.official_test, None);
    assert_eq!(digits.class_names.join(""), "0123456789");
    assert!(
        digits
            .provenance
            .contains("CC BY 4.0; embedded in the program")
    );
    let count = |class| labels(&digits).iter().filter(|&&l| l == class).count();
    let counts: Vec<usize> = (0..10).map(count).collect();
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
}

#[test]
fn pixels_lie_between_0_and_1() {
    let rows = digits().part.inputs;
    let cells: Vec<f64> = (0..rows.len()).flat_map(|i| rows.row(i)).collect();
    assert!(cells.iter().all(|x| (0.0..=1.0).contains(x)));
    assert!(cells.contains(&1.0));
    // The first image is a 0: dark in the middle.
    let first = rows.row(0);
    assert_eq!(
        first[..8].iter().map(|x| x * 16.0).collect::<Vec<_>>(),
        [0., 0., 5., 13., 9., 1., 0., 0.]
    );
}

#[test]
fn a_fifth_is_held_out_with_every_class_in_its_share() {
    let digits = digits();
    let parts = digits.partition(TestSplit::Fraction(0.2), 0).unwrap();
    assert_eq!((parts.train.len(), parts.test.len()), (1438, 359));
    for class in 0..10 {
        let count = |rows: &[u32]| {
            let of_class = |row: &&u32| labels(&digits)[**row as usize] == class;
            rows.iter().filter(of_class).count()
        };
        let all = count(&parts.train) + count(&parts.test);
        let exact = all as f64 * 359.0 / 1797.0;
        assert!((count(&parts.test) as f64 - exact).abs() < 1.0);
    }
    let other = digits.partition(TestSplit::Fraction(0.2), 1).unwrap();
    assert_ne!(parts, other);

    let validation = split(&digits.part.targets, &parts.train, 0.1, 0, "validation").unwrap();
    assert_eq!(validation.test.len(), 144);
    let folds = folds(&digits.part.targets, &parts.train, 5, 0, "folds").unwrap();
    assert_eq!(folds.iter().map(|f| f.test.len()).sum::<usize>(), 1438);
}

#[test]
fn there_is_no_official_test_part() {
    let error = digits().partition(TestSplit::Official, 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "digits cannot be split: it has no official test part; give the fraction of rows to hold out"
    );
}

#[test]
fn they_are_what_scikit_learn_ships() {
    let Some(folder) = env::var_os("GRADUS_DATA") else {
        return eprintln!("skipped: GRADUS_DATA is not set");
    };
    let path = Path::new(&folder).join("tabular/digits_8x8.csv");
    let Ok(text) = fs::read_to_string(&path) else {
        return eprintln!("skipped: there is no {}", path.display());
    };
    let digits = digits();
    let mut rows = 0;
    for (i, line) in text.lines().skip(1).enumerate() {
        let numbers: Vec<f64> = line.split(',').map(|n| n.parse().unwrap()).collect();
        let (label, pixels) = numbers.split_last().unwrap();
        let ours: Vec<f64> = digits.part.inputs.row(i).iter().map(|x| x * 16.0).collect();
        assert_eq!(
            (ours.as_slice(), f64::from(labels(&digits)[i])),
            (pixels, *label),
            "row {i}"
        );
        rows += 1;
    }
    assert_eq!(rows, 1797);
}

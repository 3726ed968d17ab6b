//! MNIST and Fashion-MNIST from files on the disk.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use datasets::Targets;
use datasets::{DataError, Dataset, Request, Resolver, Spec, TestSplit, load};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const PLAIN: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

fn images(count: u32, shade: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3];
    bytes.extend([count, 28, 28].map(u32::to_be_bytes).concat());
    bytes.extend((0..count).flat_map(|i| [shade + i as u8; 28 * 28]));
    bytes
}

fn labels(labels: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 1];
    bytes.extend((labels.len() as u32).to_be_bytes());
    bytes.extend(labels);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Three images to train on, two to test on.
fn files() -> [Vec<u8>; 4] {
    [
        images(3, 10),
        labels(&[0, 9, 4]),
        images(2, 20),
        labels(&[7, 1]),
    ]
}

/// A data folder with these files in `set`.
fn folder(set: &str, files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(set)).unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(set).join(name), bytes).unwrap();
    }
    folder
}

fn offline(data_dir: &Path) -> Resolver {
    Resolver {
        data_dir: Some(data_dir.into()),
        offline: true,
        ..Resolver::default()
    }
}

fn request(set: &str) -> Request {
    let spec: Spec = set.parse().unwrap();
    spec.into()
}

fn load_from(folder: &Path, set: &str) -> Result<Dataset, DataError> {
    load(&request(set), &offline(folder))
}

/// The error when one file of an otherwise good folder is replaced, without the folder's name.
fn complaint(replaced: usize, bytes: Vec<u8>) -> String {
    let mut files = files();
    files[replaced] = bytes;
    let named: Vec<_> = PLAIN.into_iter().zip(files).collect();
    let folder = folder("mnist", &named);
    let error = load_from(folder.path(), "mnist").unwrap_err().to_string();
    error.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn the_four_files_are_pooled_in_order() {
    for set in ["mnist", "fashion-mnist"] {
        let named: Vec<_> = PLAIN.into_iter().zip(files()).collect();
        let folder = folder(set, &named);
        let data = load_from(folder.path(), set).unwrap();
        assert_eq!(data.part.inputs.row_shape(), [1, 28, 28]);
        let shades: Vec<f64> = (0..5)
            .map(|i| (data.part.inputs.row(i)[783] * 255.0).round())
            .collect();
        assert_eq!(shades, [10.0, 11.0, 12.0, 20.0, 21.0]);
        let Targets::Classes { labels, classes } = &data.part.targets else {
            panic!("{set} has classes");
        };
        assert_eq!((&labels[..], *classes), (&[0, 9, 4, 7, 1][..], 10));
        assert_eq!(data.official_train, 0..3);
        assert_eq!(data.official_test, Some(3..5));
        let parts = data.partition(TestSplit::Official, 0).unwrap();
        assert_eq!((parts.train, parts.test), (vec![0, 1, 2], vec![3, 4]));
        let read = format!("read from the data folder {}", folder.path().display());
        assert!(data.provenance.contains(&read), "{}", data.provenance);
        assert!(!data.provenance.contains('\n'));
    }
}

#[test]
fn every_spelling_is_accepted_and_the_plain_one_preferred() {
    let [a, b, c, d] = files();
    let folder = folder(
        "mnist",
        &[
            ("train-images-idx3-ubyte", a),
            ("train-images-idx3-ubyte.gz", b"not looked at".to_vec()),
            ("train-labels-idx1-ubyte.gz", gzip(&b)),
            ("t10k-images.idx3-ubyte", c),
            ("t10k-labels.idx1-ubyte.gz", gzip(&d)),
        ],
    );
    let data = load_from(folder.path(), "mnist").unwrap();
    assert_eq!(data.len(), 5);
    assert!(data.provenance.contains("mnist/t10k-labels.idx1-ubyte.gz"));
}

#[test]
fn files_that_do_not_fit_are_told_by_name() {
    assert_eq!(
        complaint(1, labels(&[0, 1])),
        "mnist/train-labels-idx1-ubyte has 2 labels for 3 images"
    );
    assert_eq!(
        complaint(3, labels(&[3, 10])),
        "mnist/t10k-labels-idx1-ubyte has the label 10 in row 1, counted from 0; labels are below 10"
    );
    let mut small = vec![0, 0, 8, 3];
    small.extend([3, 2, 2].map(u32::to_be_bytes).concat());
    small.extend([0; 12]);
    assert_eq!(
        complaint(0, small),
        "mnist/train-images-idx3-ubyte has rows of shape [2, 2] instead of [28, 28]"
    );
    assert_eq!(
        complaint(2, Vec::new()),
        "mnist/t10k-images-idx3-ubyte is empty"
    );
    let mut claim = images(0, 0);
    claim[4..8].fill(0xff);
    assert_eq!(
        complaint(0, claim),
        "mnist/train-images-idx3-ubyte has 0 bytes after its header, which promises [4294967295, 28, 28]"
    );
    assert!(complaint(0, files()[1].clone()).contains("is no IDX file of 3 axes"));
}

#[test]
fn part_of_a_set_is_an_error_and_never_a_reason_to_look_further() {
    let [a, b, c, d] = files();
    let part = folder(
        "mnist",
        &[
            ("train-images-idx3-ubyte.gz", gzip(&a)),
            ("t10k-images-idx3-ubyte", c.clone()),
            ("t10k-labels-idx1-ubyte", d.clone()),
            // On its way, and so not there.
            ("train-labels-idx1-ubyte.gz.part", gzip(&b)),
        ],
    );
    let whole = folder(
        "mnist",
        &PLAIN.into_iter().zip([a, b, c, d]).collect::<Vec<_>>(),
    );
    let resolver = Resolver {
        gradus_data: Some(part.path().into()),
        cache: Some(whole.path().into()),
        ..Resolver::default()
    };
    let error = load(&request("mnist"), &resolver).unwrap_err();
    assert!(matches!(error, DataError::Incomplete { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "GRADUS_DATA {} holds mnist/train-images-idx3-ubyte.gz, mnist/t10k-images-idx3-ubyte, \
             mnist/t10k-labels-idx1-ubyte of mnist but not mnist/train-labels-idx1-ubyte; \
             add what is missing, or take the rest away",
            part.path().display()
        )
    );
}

#[test]
fn places_are_searched_in_order() {
    let named: Vec<_> = PLAIN.into_iter().zip(files()).collect();
    let (empty, whole) = (tempfile::tempdir().unwrap(), folder("mnist", &named));
    let mut resolver = Resolver {
        gradus_data: Some(empty.path().into()),
        cache: Some(whole.path().into()),
        offline: true,
        ..Resolver::default()
    };
    let request = request("mnist");
    let provenance = load(&request, &resolver).unwrap().provenance;
    assert!(provenance.contains("read from the cache "), "{provenance}");
    resolver.gradus_data = Some(whole.path().into());
    let provenance = load(&request, &resolver).unwrap().provenance;
    assert!(
        provenance.contains("read from GRADUS_DATA "),
        "{provenance}"
    );
    // A given data folder is the only one.
    resolver.data_dir = Some(empty.path().into());
    assert!(matches!(
        load(&request, &resolver),
        Err(DataError::Missing { .. })
    ));
}

#[test]
fn offline_the_error_says_what_was_looked_for_and_how_to_get_it() {
    let resolver = Resolver {
        gradus_data: Some("/nowhere".into()),
        cache: Some("/no/cache".into()),
        offline: true,
        ..Resolver::default()
    };
    let error = load(&request("fashion-mnist"), &resolver).unwrap_err();
    let error = error.to_string();
    for part in [
        "fashion-mnist was not found: looked for fashion-mnist/train-images-idx3-ubyte, ",
        "fashion-mnist/t10k-labels-idx1-ubyte in GRADUS_DATA /nowhere and the cache /no/cache; ",
        "leave out --offline to download them, or put https://",
        "/t10k-labels-idx1-ubyte.gz into /no/cache/fashion-mnist",
    ] {
        assert!(error.contains(part), "{error}");
    }
    let error = load(&request("mnist"), &Resolver::default()).unwrap_err();
    let error = error.to_string();
    assert!(
        error.ends_with("in no folder, for none was named; name a folder with --data-dir"),
        "{error}"
    );
}

#[test]
fn the_real_files_hold_what_they_are_known_for() {
    let Some(folder) = env::var_os("GRADUS_DATA").map(PathBuf::from) else {
        return eprintln!("skipped: GRADUS_DATA is not set");
    };
    // Means and standard deviations of the training pixels, as published with the sets.
    let known = [
        ("mnist", 0.1307, 0.3081, 5),
        ("fashion-mnist", 0.2860, 0.3530, 9),
    ];
    for (set, mean, deviation, first) in known {
        if !folder.join(set).is_dir() {
            eprintln!("skipped: GRADUS_DATA has no {set}");
            continue;
        }
        let data = load_from(&folder, set).unwrap();
        assert_eq!(
            (data.len(), data.official_test.clone()),
            (70000, Some(60000..70000))
        );
        let Targets::Classes { labels, .. } = &data.part.targets else {
            panic!("{set} has classes");
        };
        assert_eq!(labels[0], first);
        let train: Vec<u32> = data.official_train.clone().collect();
        let mut pixels = vec![0f32; train.len() * 784];
        data.part.inputs.gather_into(&train, &mut pixels);
        let n = pixels.len() as f64;
        let sum: f64 = pixels.iter().map(|&x| f64::from(x)).sum();
        let squares: f64 = pixels.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        assert!((sum / n - mean).abs() < 5e-5, "{set}: mean {}", sum / n);
        let found = (squares / n - (sum / n) * (sum / n)).sqrt();
        assert!((found - deviation).abs() < 5e-5, "{set}: deviation {found}");
        let pooled = data.partition(TestSplit::Fraction(0.1), 0).unwrap();
        assert_eq!(pooled.test.len(), 7000);
    }
}

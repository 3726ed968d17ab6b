//! CIFAR-10, from folders and its archive.

use std::env;
use std::path::PathBuf;

use datasets::{Targets, Task};

use super::files::{folder, read, refused, tar_gz};

const BATCHES: [&str; 6] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
    "test_batch.bin",
];

/// An image of one class: planes of three shades.
fn image(class: u8, shade: u8) -> Vec<u8> {
    let mut record = vec![class];
    for plane in 0..3 {
        record.extend([shade + plane; 1024]);
    }
    record
}

/// Six files of two images; the first of each is of the class that counts the files.
fn batches() -> Vec<Vec<u8>> {
    (0..6)
        .map(|i| [image(i, 10 * i), image(9, 100)].concat())
        .collect()
}

#[test]
fn cifar10_is_read_from_either_folder_and_from_the_archive() {
    let batches = batches();
    let in_folder = |name: &str| -> Vec<(String, &[u8])> {
        let path = |(file, bytes)| (format!("{name}/{file}"), bytes);
        let batches = batches.iter().map(Vec::as_slice);
        BATCHES.into_iter().zip(batches).map(path).collect()
    };
    let archive: Vec<_> = in_folder("cifar-10-batches-bin");
    let archive: Vec<(&str, &[u8])> = archive.iter().map(|(n, b)| (n.as_str(), *b)).collect();
    let packed = tar_gz(&[&[("readme.html", b"hello".as_slice())], &archive[..]].concat());
    let plain: Vec<_> = in_folder("cifar10");
    let plain: Vec<(&str, &[u8])> = plain.iter().map(|(n, b)| (n.as_str(), *b)).collect();
    for files in [
        &plain[..],
        &archive[..],
        &[("cifar-10-binary.tar.gz", packed.as_slice())],
    ] {
        let folder = folder(files);
        let data = read("cifar10", Task::Classification, folder.path()).unwrap();
        assert_eq!((data.len(), data.official_test.clone()), (12, Some(10..12)));
        assert_eq!(data.part.inputs.row_shape(), [3, 32, 32]);
        let Targets::Classes { labels, classes } = &data.part.targets else {
            panic!("CIFAR-10 has classes");
        };
        assert_eq!(
            (&labels[..], *classes),
            (&[0, 9, 1, 9, 2, 9, 3, 9, 4, 9, 5, 9][..], 10)
        );
        assert_eq!(data.class_names[9], "truck");
        let row = data.part.inputs.row(4);
        let shade = |i: usize| (row[i] * 255.0).round();
        assert_eq!([shade(0), shade(1024), shade(3071)], [20.0, 21.0, 22.0]);
        assert!(data.notes[0].starts_with("test_batch.bin is not the published one"));
    }
}

#[test]
fn what_is_wrong_with_cifar10_is_told_by_file() {
    let task = Task::Classification;
    let mut batches = batches();
    batches[2].pop();
    let files = |batches: &[Vec<u8>]| -> Vec<(String, Vec<u8>)> {
        let path = |(file, bytes): (&str, &Vec<u8>)| (format!("cifar10/{file}"), bytes.clone());
        BATCHES.into_iter().zip(batches).map(path).collect()
    };
    let refused_with = |batches: &[Vec<u8>]| {
        let files = files(batches);
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (&n[..], &b[..])).collect();
        refused("cifar10", task, &files)
    };
    assert_eq!(
        refused_with(&batches),
        "cifar10/data_batch_3.bin has 6145 bytes, which are no whole number of records of 3073 bytes"
    );
    batches[2] = image(10, 0);
    assert_eq!(
        refused_with(&batches),
        "cifar10/data_batch_3.bin has the label 10 in record 0, counted from 0; labels are below 10"
    );
    let archive = tar_gz(&[("a/data_batch_1.bin", &image(1, 0))]);
    assert_eq!(
        refused("cifar10", task, &[("cifar-10-binary.tar.gz", &archive)]),
        "cifar-10-binary.tar.gz has no file data_batch_2.bin in it"
    );
    for end in [0, 10, archive.len() / 2, archive.len() - 9] {
        let said = refused(
            "cifar10",
            task,
            &[("cifar-10-binary.tar.gz", &archive[..end])],
        );
        assert!(
            said.starts_with("cifar-10-binary.tar.gz cannot be unpacked: ")
                || said.contains("has no file"),
            "{end}: {said}"
        );
    }
    let said = refused("cifar10", task, &[("cifar10/test_batch.bin", &image(1, 0))]);
    assert!(
        said.contains("cifar10/test_batch.bin of cifar10 but not cifar10/data_batch_1.bin"),
        "{said}"
    );
}

/// `unpack.py` beside the images of GRADUS_DATA writes this folder.
#[test]
fn cifar10_from_real_files() {
    let Some(folder) = env::var_os("GRADUS_DATA").map(PathBuf::from) else {
        return eprintln!("skipped: GRADUS_DATA is not set");
    };
    if !folder.join("cifar10/data_batch_1.bin").is_file() {
        return eprintln!("skipped: GRADUS_DATA has no cifar10/data_batch_1.bin");
    }
    let data = read("cifar10", Task::Classification, &folder).unwrap();
    assert_eq!(
        (data.len(), data.official_test.clone()),
        (60000, Some(50000..60000))
    );
    let Targets::Classes { labels, .. } = &data.part.targets else {
        panic!("CIFAR-10 has classes");
    };
    // Each class has a tenth of either part.
    for class in 0..10 {
        let count =
            |rows: std::ops::Range<usize>| labels[rows].iter().filter(|&&l| l == class).count();
        assert_eq!((count(0..50000), count(50000..60000)), (5000, 1000));
    }
    assert_eq!(labels[..5], [6, 9, 9, 4, 1]);
}

/// The last bytes of a gzip file are a checksum, which is read although the files are there before.
#[test]
fn an_archive_whose_checksum_is_wrong_is_refused() {
    let content = batches();
    let batches: Vec<(&str, &[u8])> = BATCHES
        .into_iter()
        .zip(content.iter().map(Vec::as_slice))
        .collect();
    let mut archive = tar_gz(&batches);
    let checksum = archive.len() - 8;
    archive[checksum] ^= 1;
    let said = refused(
        "cifar10",
        Task::Classification,
        &[("cifar-10-binary.tar.gz", &archive)],
    );
    assert!(
        said.starts_with("cifar-10-binary.tar.gz cannot be unpacked"),
        "{said}"
    );
}

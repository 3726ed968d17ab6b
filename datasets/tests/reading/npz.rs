//! Pixels in arrays.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use datasets::{Affine, Dataset, Pixels, ReadOptions, Resolver, Task};
use zip::write::SimpleFileOptions;

use super::{Files, request};

/// Four images of two pixels with two classes.
fn images(descr: &str, bytes: &[u8], pixels: Pixels) -> Dataset {
    let files = Files::new();
    let path = files.path("a.npz");
    write(
        &path,
        &[
            ("x", descr, "(4, 1, 2)", bytes),
            ("y", "|u1", "(4,)", &[0, 1, 0, 1]),
        ],
    );
    let options = ReadOptions {
        pixels,
        ..ReadOptions::default()
    };
    let request = request("npz", &path, Task::Classification, options);
    datasets::load(&request, &Resolver::default()).unwrap()
}

/// Writes arrays, each with its name, type and shape.
pub(super) fn write(path: &Path, arrays: &[(&str, &str, &str, &[u8])]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, descr, shape, bytes) in arrays {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        archive
            .start_file(format!("{name}.npy"), SimpleFileOptions::default())
            .unwrap();
        archive.write_all(b"\x93NUMPY\x01\x00").unwrap();
        archive
            .write_all(&(header.len() as u16).to_le_bytes())
            .unwrap();
        archive.write_all(header.as_bytes()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

fn floats(values: [f32; 8]) -> Vec<u8> {
    values.into_iter().flat_map(f32::to_le_bytes).collect()
}

fn rows(set: &Dataset) -> Vec<f64> {
    (0..set.len())
        .flat_map(|i| set.part.inputs.row(i))
        .collect()
}

#[test]
fn pixels_are_scaled_by_their_values_not_their_type() {
    for (values, level) in [
        ([0u8, 255, 7, 30, 128, 1, 2, 3], 255.0),
        ([0, 17, 7, 3, 8, 1, 2, 3], 255.0),
        ([0, 16, 7, 3, 8, 1, 2, 3], 16.0),
        ([0, 1, 1, 0, 0, 0, 1, 0], 1.0),
    ] {
        let scaled: Vec<f64> = values
            .iter()
            .map(|&x| f64::from(x) * (1.0 / level))
            .collect();
        let bytes = images("|u1", &values, Pixels::Auto);
        let singles = images("<f4", &floats(values.map(f32::from)), Pixels::Auto);
        let doubles: Vec<u8> = values
            .iter()
            .flat_map(|&x| f64::from(x).to_le_bytes())
            .collect();
        let doubles = images("<f8", &doubles, Pixels::Auto);
        let longs: Vec<u8> = values
            .iter()
            .flat_map(|&x| i64::from(x).to_le_bytes())
            .collect();
        let longs = images("<i8", &longs, Pixels::Auto);
        for set in [bytes, singles, doubles, longs] {
            assert_eq!(rows(&set), scaled, "{values:?}");
            assert_eq!(set.notes.is_empty(), level == 255.0);
        }
    }
    let truth = images("|b1", &[0, 1, 1, 0, 0, 0, 1, 0], Pixels::Auto);
    assert_eq!(rows(&truth), [0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(truth.notes, ["pixels are 0 or 1 and are taken as they are"]);
    // Shades between whole numbers; and what has been scaled before.
    let between = images(
        "<f4",
        &floats([0.5, 254.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
        Pixels::Auto,
    );
    assert_eq!(between.part.inputs.affine(), &Affine::scale(1.0 / 255.0));
    for values in [
        [0.0, 0.5, 1.0, 0.25, 0.0, 0.0, 0.0, 1.0],
        [-1.0, 200.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        [0.5, 3.7, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0],
    ] {
        assert_eq!(
            rows(&images("<f4", &floats(values), Pixels::Auto)),
            values.map(f64::from)
        );
    }
}

#[test]
fn the_scale_of_pixels_can_be_said() {
    let values = [0u8, 16, 7, 3, 8, 1, 2, 3];
    assert_eq!(
        rows(&images("|u1", &values, Pixels::Raw)),
        values.map(f64::from)
    );
    let halved = images("|u1", &values, Pixels::DividedBy(2.0));
    assert_eq!(rows(&halved), values.map(|x| f64::from(x) / 2.0));
    assert!(halved.notes.is_empty());
}

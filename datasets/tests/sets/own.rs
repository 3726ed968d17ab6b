//! Data of your own, from files.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use datasets::{Affine, Targets};
use datasets::{DataError, Dataset, InputKind, Request, Resolver, Spec, Task, TestSplit, load};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

pub(super) fn read(spec: &str, task: Task) -> Result<Dataset, DataError> {
    let spec: Spec = spec.parse().unwrap();
    load(&Request::new(spec, task), &Resolver::default())
}

/// What is said about a file, without the name of the folder it is in.
pub(super) fn refused(spec: &str, task: Task, folder: &TempDir) -> String {
    let said = read(spec, task).unwrap_err().to_string();
    said.replace(&format!("{}/", folder.path().display()), "")
}

pub(super) fn labels(data: &Dataset) -> &[u32] {
    match &data.part.targets {
        Targets::Classes { labels, .. } => labels,
        Targets::Values(_) => panic!("these are classes"),
        Targets::Weighted(_) => panic!("nothing weighs these"),
    }
}

/// The NPY file of an array of bytes, floats or integers.
fn npy(descr: &str, shape: &str, elements: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(elements);
    bytes
}

fn doubles(shape: &str, elements: &[f64]) -> Vec<u8> {
    let bytes: Vec<u8> = elements.iter().flat_map(|x| x.to_le_bytes()).collect();
    npy("<f8", shape, &bytes)
}

/// An NPZ file of these arrays, packed as `numpy.savez_compressed` does it; returns how it is asked for.
fn npz(folder: &TempDir, arrays: &[(&str, Vec<u8>)]) -> String {
    let path = folder.path().join("a.npz");
    let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
    for (name, bytes) in arrays {
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        archive.start_file(format!("{name}.npy"), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
    format!("npz:{}", path.display())
}

pub(super) fn png(path: &Path, color: png::ColorType, [height, width]: [u32; 2], pixels: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(pixels)
        .unwrap();
}

pub(super) fn grey(path: &Path, shade: u8) {
    png(path, png::ColorType::Grayscale, [2, 3], &[shade; 6]);
}

#[test]
fn a_table_predicts_its_last_column_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flowers.csv");
    fs::write(&path, "a,b,kind\n1,2,x\n3,4,y\n5,6,x\n").unwrap();
    let name = format!("csv:{}", path.display());
    let data = read(&name, Task::Classification).unwrap();
    assert_eq!(
        (data.name.as_str(), labels(&data)),
        (name.as_str(), &[0, 1, 0][..])
    );
    assert_eq!(data.target_names, ["kind"]);
    assert_eq!(
        data.provenance,
        format!(
            "read from {}; predicts kind, the last column",
            path.display()
        )
    );
    let text = datasets::TableText::read(&path).unwrap();
    let (rows, lines) = datasets::read_inputs(&text, &["b".into(), "a".into()]).unwrap();
    assert_eq!((rows.row(1), lines[1]), (vec![4.0, 3.0], 3));

    let request = Request {
        targets: vec!["b".into()],
        ..Request::new(name.parse().unwrap(), Task::Regression)
    };
    let data = load(&request, &Resolver::default()).unwrap();
    assert!(data.provenance.ends_with("; predicts b"));
    assert_eq!(data.task(), Task::Regression);

    let missing = folder.path().join("none.csv");
    let said = refused(
        &format!("csv:{}", missing.display()),
        Task::Regression,
        &folder,
    );
    assert!(said.starts_with("cannot read none.csv: "), "{said}");
}

#[test]
fn arrays_of_numbers_are_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let x = doubles("(3, 2)", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let spec = npz(
        &folder,
        &[("X", x.clone()), ("y", npy("|i1", "(3,)", &[7, 255, 7]))],
    );
    let data = read(&spec, Task::Classification).unwrap();
    assert_eq!(data.part.inputs.row(2), [5.0, 6.0]);
    assert_eq!(labels(&data), [1, 0, 1]);
    assert_eq!(data.class_names, ["-1", "7"]);
    let InputKind::Table { columns } = &data.input else {
        panic!("two axes are a table");
    };
    assert_eq!(
        (columns.join(" "), data.official_test.clone()),
        ("x0 x1".into(), None)
    );
    assert_eq!(
        spec.parse::<Spec>().unwrap().default_split(),
        TestSplit::Fraction(0.2)
    );

    let y = doubles("(3, 2)", &[0.5, 1.0, 1.5, 2.0, 2.5, 3.0]);
    let spec = npz(&folder, &[("data", x), ("target", y)]);
    let request = Request {
        targets: vec!["target1".into()],
        ..Request::new(spec.parse().unwrap(), Task::Regression)
    };
    let data = load(&request, &Resolver::default()).unwrap();
    let Targets::Values(values) = &data.part.targets else {
        panic!("these are values");
    };
    assert_eq!(
        (values.row(1), data.target_names),
        (vec![2.0], vec!["target1".into()])
    );
}

#[test]
fn arrays_of_pixels_are_images_with_their_official_parts() {
    let folder = tempfile::tempdir().unwrap();
    // Colours side by side, two images of two pixels; whole numbers in eight bytes are pixels, too.
    let train: Vec<u8> = (0..12u64)
        .map(|x| x * 15)
        .flat_map(u64::to_le_bytes)
        .collect();
    let test: Vec<u8> = (0..6u64)
        .map(|x| x * 50)
        .flat_map(u64::to_le_bytes)
        .collect();
    let spec = npz(
        &folder,
        &[
            ("x_train", npy("<u8", "(2, 2, 1, 3)", &train)),
            ("y_train", npy("|u1", "(2, 1)", &[1, 0])),
            ("x_test", npy("<u8", "(1, 2, 1, 3)", &test)),
            ("y_test", npy("|u1", "(1, 1)", &[1])),
        ],
    );
    let data = read(&spec, Task::Classification).unwrap();
    assert_eq!(data.official_test, Some(2..3));
    assert_eq!(data.part.inputs.row_shape(), [3, 2, 1]);
    assert_eq!(data.part.inputs.affine(), &Affine::scale(1.0 / 255.0));
    let bytes: Vec<f64> = data
        .part
        .inputs
        .row(1)
        .iter()
        .map(|x| (x * 255.0).round())
        .collect();
    assert_eq!(bytes, [90.0, 135.0, 105.0, 150.0, 120.0, 165.0]);
    assert_eq!(
        spec.parse::<Spec>().unwrap().default_split(),
        TestSplit::Official
    );

    let spec = npz(
        &folder,
        &[
            ("x", npy("|u1", "(2, 1, 2)", &[0, 255, 1, 2])),
            ("y", npy("|u1", "(2,)", &[0, 1])),
        ],
    );
    let data = read(&spec, Task::Classification).unwrap();
    assert_eq!(data.part.inputs.row_shape(), [1, 1, 2]);
    assert_eq!(data.part.inputs.row(0), [0.0, 1.0]);
}

#[test]
fn arrays_that_do_not_do_are_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let x = || ("x", doubles("(2, 1)", &[1.0, 2.0]));
    let y = |elements: &[f64]| ("y", doubles(&format!("({},)", elements.len()), elements));
    let classes = Task::Classification;
    for (arrays, complaint) in [
        (
            vec![x()],
            "holds only x, where x and y are needed (or X, data; Y, target; x_train, y_train, x_test, y_test)",
        ),
        (vec![x(), y(&[1.0])], "has 2 rows of x and 1 of y"),
        (
            vec![x(), y(&[1.0, f64::NAN])],
            "has NaN in row 1 of array y, counted from 0",
        ),
        (
            vec![x(), y(&[1.0, 1.0])],
            "cannot be classified by array y: it has one class only, 1, and classification needs two",
        ),
        (
            vec![x(), ("y", doubles("(2, 2)", &[1.0; 4]))],
            "has an array y of shape [2, 2], which is more than one class a row; classes are numbers, not one-hot",
        ),
        (
            vec![("x", doubles("()", &[1.0])), y(&[1.0])],
            "has an array x of shape [], which is no list of rows",
        ),
        (
            vec![("x", doubles("(1, 2, 1, 1)", &[1.0; 2])), y(&[1.0])],
            "",
        ),
    ] {
        let said = refused(&npz(&folder, &arrays), classes, &folder);
        assert!(
            said == format!("a.npz {complaint}") || complaint.is_empty(),
            "{said}"
        );
    }
    let spec = npz(
        &folder,
        &[("x", doubles("(2, 2, 2, 1, 1)", &[1.0; 8])), y(&[0.0, 1.0])],
    );
    assert_eq!(
        refused(&spec, classes, &folder),
        "a.npz has an array x of shape [2, 2, 2, 1, 1], which is no table and no images of 1 or 3 channels"
    );

    let single = folder.path().join("x.npy");
    fs::write(&single, x().1).unwrap();
    let said = refused(&format!("npz:{}", single.display()), classes, &folder);
    assert!(said.starts_with("x.npy is a single array; "), "{said}");
    fs::write(&single, b"nothing of the kind").unwrap();
    let said = refused(&format!("npz:{}", single.display()), classes, &folder);
    assert!(said.starts_with("x.npy is no NPZ file ("), "{said}");
    // Cut off anywhere, a file is refused.
    let spec = npz(&folder, &[x(), y(&[0.0, 1.0])]);
    let path = folder.path().join("a.npz");
    let whole = fs::read(&path).unwrap();
    for end in 0..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        refused(&spec, classes, &folder);
    }
}

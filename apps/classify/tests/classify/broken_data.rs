//! Data files that are not what they should be: one sentence each, and no run.

use crate::support::{Done, Place, place};

/// An IDX file: its magic number, the size of each axis, the bytes.
fn idx(magic: u32, axes: &[u32], bytes: &[u8]) -> Vec<u8> {
    let header = std::iter::once(magic).chain(axes.iter().copied());
    let header = header.flat_map(u32::to_be_bytes);
    header.chain(bytes.iter().copied()).collect()
}

fn images(count: u32) -> Vec<u8> {
    let bytes: Vec<u8> = (0..count * 784).map(|i| (i * i % 251) as u8).collect();
    idx(0x803, &[count, 28, 28], &bytes)
}

fn labels(count: u32) -> Vec<u8> {
    let bytes: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
    idx(0x801, &[count], &bytes)
}

const TRAIN_IMAGES: &str = "data/mnist/train-images-idx3-ubyte";
const TRAIN_LABELS: &str = "data/mnist/train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "data/mnist/t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "data/mnist/t10k-labels-idx1-ubyte";

/// A small MNIST that is as it should be.
fn small_mnist() -> Place {
    let place = place();
    place.write(TRAIN_IMAGES, images(60));
    place.write(TRAIN_LABELS, labels(60));
    place.write(TEST_IMAGES, images(20));
    place.write(TEST_LABELS, labels(20));
    place
}

fn train(place: &Place) -> Done {
    place.run(&[
        "--data",
        "mnist",
        "--data-dir",
        "data",
        "--offline",
        "--epochs",
        "2",
        "--hidden",
        "4",
        "--quiet",
    ])
}

#[test]
fn a_small_set_in_order_is_learned() {
    let place = small_mnist();
    train(&place).fine();
    assert_eq!(place.finished_runs(), 1);
}

#[test]
fn a_broken_file_is_named_and_no_run_is_made() {
    let whole = images(60);
    let mut far_label = labels(60);
    *far_label.last_mut().unwrap() = 10;
    let four_billion = idx(0x803, &[4_000_000_000, 28, 28], &[0; 784]);
    let mut packed = vec![0x1f, 0x8b, 8, 0];
    packed.extend_from_slice(&[0xa5; 500]);
    let cases: [(&str, Vec<u8>, &str); 13] = [
        (
            TRAIN_IMAGES,
            whole[..whole.len() - 1].to_vec(),
            "bytes after its header",
        ),
        (TRAIN_IMAGES, whole[..9].to_vec(), "ends within its header"),
        (TRAIN_IMAGES, Vec::new(), "is empty"),
        (
            TRAIN_IMAGES,
            [&whole[..], &[0]].concat(),
            "bytes after its header",
        ),
        (TRAIN_IMAGES, labels(60), "0x00000801"),
        (TRAIN_LABELS, images(60), "0x00000803"),
        (TRAIN_IMAGES, four_billion, "4000000000"),
        (TRAIN_IMAGES, packed, "gzip"),
        (TRAIN_LABELS, far_label, "has the label 10 in row 59"),
        (TRAIN_LABELS, labels(59), "59 labels for 60 images"),
        (TEST_LABELS, labels(21), "21 labels for 20 images"),
        (
            TEST_IMAGES,
            idx(0x803, &[20, 28, 27], &[0; 20 * 28 * 27]),
            "[28, 27]",
        ),
        (TEST_IMAGES, idx(0x803, &[0, 28, 28], &[]), "holds nothing"),
    ];
    let place = small_mnist();
    for (file, content, part) in cases {
        let before = std::fs::read(place.join(file)).unwrap();
        place.write(file, content);
        let done = train(&place);
        let name = file.rsplit('/').next().unwrap();
        done.refused(1, &[part, name]);
        place.write(file, before);
    }
    assert!(!place.join("runs").exists());
    train(&place).fine();
}

#[test]
fn a_missing_file_is_named() {
    let place = small_mnist();
    std::fs::remove_file(place.join(TEST_LABELS)).unwrap();
    train(&place).refused(1, &["data", "but not mnist/t10k-labels-idx1-ubyte"]);
    std::fs::remove_dir_all(place.join("data/mnist")).unwrap();
    train(&place).refused(
        1,
        &[
            "mnist was not found",
            "train-images-idx3-ubyte",
            "--offline",
        ],
    );
    assert!(!place.join("runs").exists());
}

#[test]
fn data_that_went_away_is_missed_by_eval() {
    let place = small_mnist();
    train(&place).fine();
    let eval = [
        "eval",
        "runs/classify-mnist-1",
        "--data-dir",
        "data",
        "--offline",
        "--quiet",
    ];
    place.run(&eval).fine();
    std::fs::remove_dir_all(place.join("data")).unwrap();
    place.run(&eval).refused(1, &["mnist was not found"]);
}

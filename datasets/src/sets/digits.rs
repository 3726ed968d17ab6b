//! Handwritten digits, small enough to come with the program.

use std::io::Read;

use crate::{Affine, Rows, Targets};
use flate2::read::ZlibDecoder;

use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::samples::Part;
use crate::source::{Contents, Found, Source};
use crate::split::TestSplit;

const ROWS: usize = 1797;
const SIDE: usize = 8;
/// The pixels of all images, 0..16, then the labels; `data/README.md` says where they come from.
static PACKED: &[u8] = include_bytes!("../../data/digits.zlib");

pub(super) static DIGITS: Source = Source {
    name: "digits",
    summary: "1797 digits, 8×8 grey, 10 classes (embedded)",
    tasks: &[Task::Classification],
    targets: &["digit"],
    origin: "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, \
             UCI Machine Learning Repository, 1998, the test part as scikit-learn ships it",
    license: "CC BY 4.0",
    split: TestSplit::Fraction(0.2),
    layouts: &[],
    downloads: &[],
    read,
};

fn read(_: &Found, _: Task) -> Result<Contents, DataError> {
    let damaged = DataError::Embedded { name: "digits" };
    let mut pixels = Vec::with_capacity(ROWS * (SIDE * SIDE + 1));
    if ZlibDecoder::new(PACKED).read_to_end(&mut pixels).is_err()
        || pixels.len() != ROWS * (SIDE * SIDE + 1)
    {
        return Err(damaged);
    }
    let labels: Vec<u32> = pixels
        .split_off(ROWS * SIDE * SIDE)
        .into_iter()
        .map(u32::from)
        .collect();
    if labels.iter().any(|&label| label > 9) {
        return Err(damaged);
    }
    let part = Part {
        inputs: Rows::bytes(&[1, SIDE, SIDE], pixels).scaled(Affine::scale(1.0 / 16.0)),
        targets: Targets::classes(labels, 10),
    };
    let input = InputKind::Image {
        height: SIDE,
        width: SIDE,
        channels: 1,
    };
    Ok(Contents {
        class_names: (0..10).map(|digit| digit.to_string()).collect(),
        ..Contents::new(part, input)
    })
}

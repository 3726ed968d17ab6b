//! MNIST and Fashion-MNIST: 28×28 grey images in four IDX files.

use std::path::Path;

use crate::{Rows, Targets};

use crate::download::Remote;
use crate::error::DataError;
use crate::idx::{IdxError, IdxFile};
use crate::kind::{InputKind, Task};
use crate::samples::Part;
use crate::source::{Contents, DataFile, Found, Layout, Source};
use crate::split::TestSplit;

const SIDE: usize = 28;
const CLASSES: usize = 10;

/// A file below `$folder`, as published or unpacked, and with the `.` that some tools put for a `-`.
macro_rules! idx_file {
    ($folder:literal, $part:literal, $kind:literal) => {
        DataFile {
            names: &[
                concat!($folder, "/", $part, "-", $kind, "-ubyte"),
                concat!($folder, "/", $part, "-", $kind, "-ubyte.gz"),
                concat!($folder, "/", $part, ".", $kind, "-ubyte"),
                concat!($folder, "/", $part, ".", $kind, "-ubyte.gz"),
            ],
        }
    };
}

/// The four files below `$folder`, in the order that [`read`] expects.
macro_rules! layouts {
    ($folder:literal) => {
        &[Layout {
            files: &[
                idx_file!($folder, "train-images", "idx3"),
                idx_file!($folder, "train-labels", "idx1"),
                idx_file!($folder, "t10k-images", "idx3"),
                idx_file!($folder, "t10k-labels", "idx1"),
            ],
        }]
    };
}

/// A file that every mirror has under the same name.
macro_rules! remote {
    ($folder:literal / $file:literal, $bytes:literal, $sha256:literal, $($mirror:literal)*) => {
        Remote {
            path: concat!($folder, "/", $file),
            bytes: $bytes,
            sha256: $sha256,
            urls: &[$(concat!($mirror, $file)),*],
        }
    };
}

macro_rules! mnist {
    ($file:literal, $bytes:literal, $sha256:literal) => {
        remote!("mnist" / $file, $bytes, $sha256,
            "https://ossci-datasets.s3.amazonaws.com/mnist/"
            "https://storage.googleapis.com/cvdf-datasets/mnist/")
    };
}

pub(super) static MNIST: Source = Source {
    name: "mnist",
    summary: "70000 digits, 28×28 grey, 10 classes (11 MB to download)",
    tasks: &[Task::Classification],
    targets: &["digit"],
    origin: "Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, 1998",
    license: "commonly stated as CC BY-SA 3.0",
    split: TestSplit::Official,
    layouts: layouts!("mnist"),
    downloads: &[
        mnist!(
            "train-images-idx3-ubyte.gz",
            9912422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
        ),
        mnist!(
            "train-labels-idx1-ubyte.gz",
            28881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
        ),
        mnist!(
            "t10k-images-idx3-ubyte.gz",
            1648877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
        ),
        mnist!(
            "t10k-labels-idx1-ubyte.gz",
            4542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
        ),
    ],
    read: |found, _| {
        let digits = std::array::from_fn::<_, CLASSES, _>(|digit| digit.to_string());
        read(found, digits)
    },
};

/// The publisher's own address comes last: it speaks plain HTTP only, which the hash makes safe.
macro_rules! fashion {
    ($file:literal, $bytes:literal, $sha256:literal) => {
        remote!("fashion-mnist" / $file, $bytes, $sha256,
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")
    };
}

pub(super) static FASHION_MNIST: Source = Source {
    name: "fashion-mnist",
    summary: "70000 clothes, 28×28 grey, 10 classes (31 MB to download)",
    tasks: &[Task::Classification],
    targets: &["article"],
    origin: "H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST, Zalando SE, 2017",
    license: "MIT",
    split: TestSplit::Official,
    layouts: layouts!("fashion-mnist"),
    downloads: &[
        fashion!(
            "train-images-idx3-ubyte.gz",
            26421880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        fashion!(
            "train-labels-idx1-ubyte.gz",
            29515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        fashion!(
            "t10k-images-idx3-ubyte.gz",
            4422102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        fashion!(
            "t10k-labels-idx1-ubyte.gz",
            5148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
    ],
    read: |found, _| {
        let clothes = [
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ];
        read(found, clothes.map(String::from))
    },
};

/// Reads training images, training labels, test images and test labels, in this order.
fn read(found: &Found, class_names: [String; CLASSES]) -> Result<Contents, DataError> {
    let paths: [_; 4] = std::array::from_fn(|i| found.path(i));
    let [train_images, train_labels, test_images, test_labels] =
        paths.each_ref().map(|p| p.as_path());
    let train = (IdxFile::open(train_images, 3)?, train_images);
    let test = (IdxFile::open(test_images, 3)?, test_images);
    let mut labels = read_labels(train_labels, train.0.shape()[0])?;
    let train_rows = labels.len() as u32;
    labels.extend(read_labels(test_labels, test.0.shape()[0])?);
    let Ok(rows) = u32::try_from(labels.len()) else {
        return Err(wrong(test_images, IdxError::TooMany(labels.len())));
    };

    // Room for both parts at once: growing would copy the first, and hold it twice meanwhile.
    let mut pixels = Vec::new();
    let wanted = train.0.payload() + test.0.payload();
    for (images, path) in [train, test] {
        if images.shape()[1..] != [SIDE, SIDE] {
            return Err(wrong(
                path,
                IdxError::Shape {
                    found: images.shape()[1..].to_vec(),
                    expected: vec![SIDE, SIDE],
                },
            ));
        }
        images.append_to(&mut pixels, wanted)?;
    }
    let part = Part {
        inputs: Rows::bytes(&[1, SIDE, SIDE], pixels),
        targets: Targets::classes(labels, CLASSES),
    };
    let input = InputKind::Image {
        height: SIDE,
        width: SIDE,
        channels: 1,
    };
    Ok(Contents {
        official_test: Some(train_rows..rows),
        class_names: class_names.to_vec(),
        ..Contents::new(part, input)
    })
}

fn read_labels(path: &Path, images: usize) -> Result<Vec<u32>, DataError> {
    let file = IdxFile::open(path, 1)?;
    if file.shape()[0] != images {
        return Err(wrong(
            path,
            IdxError::Counts {
                labels: file.shape()[0],
                images,
            },
        ));
    }
    let mut bytes = Vec::new();
    let payload = file.payload();
    file.append_to(&mut bytes, payload)?;
    if let Some(row) = bytes.iter().position(|&label| label as usize >= CLASSES) {
        return Err(wrong(
            path,
            IdxError::Label {
                row,
                label: bytes[row],
                classes: CLASSES,
            },
        ));
    }
    Ok(bytes.into_iter().map(u32::from).collect())
}

fn wrong(path: &Path, source: IdxError) -> DataError {
    DataError::Idx {
        path: path.into(),
        source,
    }
}

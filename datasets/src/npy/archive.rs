//! A data set in an NPZ file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::{Affine, Rows, Targets};
use zip::ZipArchive;

use super::pixels::images;
use super::{Array, Elements, NpyError};
use crate::classes::Classes;
use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::packed::most_unpacked;
use crate::reading::{Pixels, ReadOptions};
use crate::request::RequestError;
use crate::samples::Part;
use crate::source::Contents;
use crate::split::TestSplit;

/// The names that inputs and targets go by, preferred ones first.
const WHOLE: [&[&str]; 2] = [&["x", "X", "data"], &["y", "Y", "target"]];
const TRAIN: [&[&str]; 2] = [&["x_train", "X_train"], &["y_train", "Y_train"]];
const TEST: [&[&str]; 2] = [&["x_test", "X_test"], &["y_test", "Y_test"]];

/// An open NPZ file.
struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Bytes of the file, whatever its directory says of its parts.
    stored: u64,
}

/// Reads the arrays `x` and `y` of an NPZ file, or `x_train`, `y_train`, `x_test` and `y_test`, whose last two are the
/// official test part. Returns the names of the targets, too.
///
/// Inputs of one or two axes are a table; of three, grey images; of four, images with their channels (1 or 3) in the
/// second axis or else in the last. Pixels are scaled as `pixels` says; all other numbers stay what they are.
///
/// A test file of the options has `x` and `y`, or `x_test` and `y_test`, which become the official test part.
///
/// # Errors
/// If a file cannot be read or holds no such arrays; or if there are two test parts, or a class in a test file alone.
pub(crate) fn read_npz(
    path: &Path,
    task: Task,
    targets: &[String],
    options: &ReadOptions,
) -> Result<(Contents, Vec<String>), DataError> {
    let wrong = |source| wrong(path, source);
    let mut archive = open(path)?;
    let (train, test) = if let Some(names) = pair(&archive, TRAIN) {
        let Some(test) = pair(&archive, TEST) else {
            return Err(wrong(no_arrays(&archive)));
        };
        (names, Some(test))
    } else if let Some(names) = pair(&archive, WHOLE) {
        (names, None)
    } else {
        return Err(wrong(no_arrays(&archive)));
    };
    let (file, pixels) = (&options.test, options.pixels);
    if let (Some(file), Some(_)) = (file, test) {
        return Err(RequestError::TwoTestParts {
            test: file.display().to_string(),
            name: path.display().to_string(),
        }
        .into());
    }
    let own = read_pair(&mut archive, train).map_err(wrong)?;
    let tested = match (file, test) {
        (Some(file), _) => Some(read_test_file(file)?),
        (None, Some(test)) => Some(read_pair(&mut archive, test).map_err(wrong)?),
        (None, None) => None,
    };
    let (contents, names) = together(train, own, tested, (task, targets), pixels).map_err(wrong)?;
    let test = contents.official_test.clone().filter(|_| file.is_some());
    let rows = test.map(|test| test.start as usize..test.end as usize);
    let new = rows.and_then(|rows| Some((rows.start, contents.part.targets.new_class(rows)?)));
    match (new, file) {
        (Some((first, (row, class))), Some(file)) => Err(DataError::TestClass {
            path: file.clone(),
            class: contents.class_names[class as usize].clone(),
            unit: "sample",
            at: (row - first) as u64 + 1,
            training: path.to_owned(),
        }),
        _ => Ok((contents, names)),
    }
}

/// The inputs and targets of a test file.
fn read_test_file(path: &Path) -> Result<[Array; 2], DataError> {
    let mut archive = open(path)?;
    let names = pair(&archive, TEST).or_else(|| pair(&archive, WHOLE));
    let names = names.ok_or_else(|| wrong(path, no_arrays(&archive)))?;
    read_pair(&mut archive, names).map_err(|source| wrong(path, source))
}

fn wrong(path: &Path, source: NpyError) -> DataError {
    DataError::Npy {
        path: path.into(),
        source,
    }
}

/// Whether the file has an official test part; what cannot be read has none.
pub(crate) fn default_split(path: &Path) -> TestSplit {
    match open(path) {
        Ok(archive) if pair(&archive, TRAIN).is_some() => TestSplit::Official,
        _ => TestSplit::Fraction(0.2),
    }
}

fn open(path: &Path) -> Result<Archive, DataError> {
    let cannot_read = |source| DataError::Io {
        path: path.into(),
        source,
    };
    let file = File::open(path).map_err(cannot_read)?;
    let stored = file.metadata().map_err(cannot_read)?.len();
    let mut reader = BufReader::new(file);
    let begins = std::io::BufRead::fill_buf(&mut reader).map_err(cannot_read)?;
    let source = if begins.starts_with(b"\x93NUMPY") {
        NpyError::Single
    } else {
        match ZipArchive::new(reader) {
            Ok(zip) => return Ok(Archive { zip, stored }),
            Err(e) => NpyError::NoArchive(e.to_string()),
        }
    };
    Err(DataError::Npy {
        path: path.into(),
        source,
    })
}

/// The names under which inputs and targets are there.
fn pair(archive: &Archive, names: [&[&'static str]; 2]) -> Option<[&'static str; 2]> {
    let there = |name: &&&str| archive.zip.index_for_name(&format!("{name}.npy")).is_some();
    let [inputs, targets] = names;
    Some([*inputs.iter().find(there)?, *targets.iter().find(there)?])
}

fn no_arrays(archive: &Archive) -> NpyError {
    let names: Vec<String> = archive
        .zip
        .file_names()
        .filter_map(Result::ok)
        .map(|name| name.strip_suffix(".npy").unwrap_or(&name).to_owned())
        .take(20)
        .collect();
    NpyError::NoArrays {
        found: if names.is_empty() {
            "no array".into()
        } else {
            format!("only {}", names.join(", "))
        },
    }
}

/// A training part, whose arrays have these names, and a test part behind it.
fn together(
    train: [&str; 2],
    [mut inputs, mut outputs]: [Array; 2],
    test: Option<[Array; 2]>,
    (task, targets): (Task, &[String]),
    pixels: Pixels,
) -> Result<(Contents, Vec<String>), NpyError> {
    // What a white pixel is follows from the training samples, where it is asked for.
    let level = match pixels {
        Pixels::Auto if inputs.shape.len() > 2 => inputs.elements.level(),
        _ => 1.0,
    };
    let mut official_test = None;
    if let Some([more_inputs, more_outputs]) = test {
        let train_rows = inputs.rows();
        inputs = inputs.followed_by(more_inputs)?;
        outputs = outputs.followed_by(more_outputs)?;
        official_test = Some(train_rows as u32..inputs.rows() as u32);
    }
    let (rows, input, note) = inputs_of(train[0], inputs, (pixels, level))?;
    let mut names = vec![train[1].to_owned()];
    let mut class_names = Vec::new();
    let targets = match task {
        Task::Classification => {
            let classes = Classes::of_numbers(&one_number_a_row(train[1], outputs)?)
                .map_err(|e| NpyError::Classes(train[1].into(), e))?;
            class_names = classes.names;
            Targets::classes(classes.labels, class_names.len())
        }
        Task::Regression => {
            let (values, chosen) = values_of(train[1], outputs, targets)?;
            names = chosen;
            Targets::Values(values)
        }
    };
    let part = Part {
        inputs: rows,
        targets,
    };
    let contents = Contents {
        official_test,
        class_names,
        notes: note.into_iter().collect(),
        ..Contents::new(part, input)
    };
    Ok((contents, names))
}

/// Inputs and targets, finite and equally many.
fn read_pair(archive: &mut Archive, names: [&str; 2]) -> Result<[Array; 2], NpyError> {
    let inputs = read_array(archive, names[0])?;
    let targets = read_array(archive, names[1])?;
    if inputs.rows() != targets.rows() {
        return Err(NpyError::Counts {
            input: names[0].into(),
            inputs: inputs.rows(),
            target: names[1].into(),
            targets: targets.rows(),
        });
    }
    if u32::try_from(inputs.rows()).is_err() {
        return Err(NpyError::Rows(inputs.rows()));
    }
    Ok([inputs, targets])
}

fn read_array(archive: &mut Archive, name: &str) -> Result<Array, NpyError> {
    let unpack = |e: zip::result::ZipError| NpyError::Unpack(name.into(), e.to_string());
    let stored = archive.stored;
    let file = archive
        .zip
        .by_name(&format!("{name}.npy"))
        .map_err(unpack)?;
    let (packed, most) = (file.compressed_size().min(stored), file.size());
    if most > most_unpacked(packed) {
        return Err(NpyError::Packed {
            array: name.into(),
            packed,
            unpacked: most,
        });
    }
    let array = Array::read(name, file, most)?;
    if array.elements.is_empty() || array.shape.is_empty() {
        return Err(NpyError::Shape {
            array: name.into(),
            shape: array.shape,
            why: "no list of rows",
        });
    }
    if let Some((at, value)) = array.elements.not_finite() {
        let row_len: usize = array.shape[1..].iter().product();
        return Err(NpyError::NotFinite {
            array: name.into(),
            row: at / row_len,
            value,
        });
    }
    Ok(array)
}

impl Array {
    /// The rows of this array, then those of another.
    fn followed_by(mut self, other: Self) -> Result<Self, NpyError> {
        if self.shape[1..] != other.shape[1..] {
            return Err(NpyError::Parts {
                train: self.shape[1..].to_vec(),
                test: other.shape[1..].to_vec(),
            });
        }
        let rows = self.rows() + other.rows();
        if u32::try_from(rows).is_err() {
            return Err(NpyError::Rows(rows));
        }
        self.elements = match (self.elements, other.elements) {
            (Elements::Bytes(a), Elements::Bytes(b)) => Elements::Bytes([a, b].concat()),
            (Elements::Reals32(a), Elements::Reals32(b)) => Elements::Reals32([a, b].concat()),
            (a, b) => Elements::Reals64([a.values(), b.values()].concat()),
        };
        self.shape[0] = rows;
        Ok(self)
    }
}

/// The rows of inputs, what they are, and a word on the scale of pixels that is not the usual one.
fn inputs_of(
    name: &str,
    array: Array,
    (pixels, level): (Pixels, f64),
) -> Result<(Rows, InputKind, Option<String>), NpyError> {
    let (array, shape) = match array.shape[..] {
        [_] => (array, vec![1]),
        [_, columns] => (array, vec![columns]),
        [_, height, width] => (array, vec![1, height, width]),
        [_, channels @ (1 | 3), height, width] => (array, vec![channels, height, width]),
        [_, height, width, channels @ (1 | 3)] => {
            (array.channels_first(), vec![channels, height, width])
        }
        _ => {
            return Err(NpyError::Shape {
                array: name.into(),
                shape: array.shape,
                why: "no table and no images of 1 or 3 channels",
            });
        }
    };
    if let [channels, height, width] = shape[..] {
        let (rows, note) = images(&shape, array.elements, (pixels, level));
        let input = InputKind::Image {
            height,
            width,
            channels,
        };
        return Ok((rows, input, note));
    }
    let rows = match array.elements {
        Elements::Bytes(bytes) => Rows::bytes(&shape, bytes).scaled(Affine::Identity),
        Elements::Reals32(reals) => Rows::reals32(&shape, reals),
        Elements::Reals64(reals) => Rows::reals64(&shape, reals),
    };
    let columns = numbered("x", shape[0]);
    Ok((rows, InputKind::Table { columns }, None))
}

/// `x0`, `x1`, …; a single one has no number.
fn numbered(name: &str, count: usize) -> Vec<String> {
    match count {
        1 => vec![name.into()],
        _ => (0..count).map(|i| format!("{name}{i}")).collect(),
    }
}

fn one_number_a_row(name: &str, array: Array) -> Result<Vec<f64>, NpyError> {
    match array.shape[..] {
        [_] | [_, 1] => Ok(array.elements.values()),
        _ => Err(NpyError::Shape {
            array: name.into(),
            shape: array.shape,
            why: "more than one class a row; classes are numbers, not one-hot",
        }),
    }
}

/// The values to predict, and their names.
fn values_of(name: &str, array: Array, wanted: &[String]) -> Result<(Rows, Vec<String>), NpyError> {
    let columns = match array.shape[..] {
        [_] => 1,
        [_, columns] => columns,
        _ => {
            return Err(NpyError::Shape {
                array: name.into(),
                shape: array.shape,
                why: "no list of numbers for each row",
            });
        }
    };
    let names = numbered(name, columns);
    let wanted = if wanted.is_empty() { &names } else { wanted };
    let place = |target: &String| {
        let place = names.iter().position(|name| name == target);
        place.ok_or_else(|| NpyError::Target {
            target: target.clone(),
            names: names.join(", "),
        })
    };
    let places: Vec<usize> = wanted.iter().map(place).collect::<Result<_, _>>()?;
    let values = array.elements.values();
    let cells: Vec<f64> = values
        .chunks_exact(columns)
        .flat_map(|row| places.iter().map(|&place| row[place]))
        .collect();
    Ok((Rows::reals64(&[places.len()], cells), wanted.to_vec()))
}

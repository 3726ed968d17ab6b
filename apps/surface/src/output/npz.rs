//! `landscape.npz`, for `numpy.load`: a ZIP archive with a file in NumPy's format 1.0 for each array
//! (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).
//!
//! Arrays are f64: `x`, `y`, `loss`, `accuracy`, `gradient_norm`, of shape `[y, x]` or `[x]`, and of the training
//! trajectory `trajectory` with a row of x and y for each `trajectory_epoch`, and `trajectory_explained`. Quantities
//! that the slice lacks are absent.

use std::io::{Cursor, Write};

use experiment::AppError;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::view::{View, rows};

/// The format wants the data to start at a multiple of this.
const ALIGNMENT: usize = 64;
/// The magic string, the version 1.0, and the two bytes of the header's length.
const BEFORE_HEADER: usize = 10;

/// The file's content.
pub(super) fn slice(view: View<'_>) -> Result<Vec<u8>, AppError> {
    let of = view.of;
    let mut archive = Archive(ZipWriter::new(Cursor::new(Vec::new())));
    archive.add("x", &[of.x.len()], &of.x)?;
    if let Some(y) = &of.y {
        archive.add("y", &[y.len()], y)?;
    }
    for (quantity, grid) in view.grids() {
        let shape: Vec<usize> = of.y.iter().map(Vec::len).chain([of.x.len()]).collect();
        archive.add(quantity.key(), &shape, &rows(grid).concat())?;
    }
    if let Some(path) = &of.trajectory {
        let places: Vec<f64> = path
            .x
            .iter()
            .zip(&path.y)
            .flat_map(|(x, y)| [*x, *y])
            .collect();
        let epochs: Vec<f64> = path.epoch.iter().map(|epoch| *epoch as f64).collect();
        archive.add("trajectory", &[path.x.len(), 2], &places)?;
        archive.add("trajectory_epoch", &[epochs.len()], &epochs)?;
        archive.add("trajectory_explained", &[2], &path.explained)?;
    }
    let done = archive
        .0
        .finish()
        .map_err(|e| AppError::while_doing(PACKING, e))?;
    Ok(done.into_inner())
}

const PACKING: &str = "cannot pack landscape.npz";

struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    fn add(&mut self, name: &str, shape: &[usize], values: &[f64]) -> Result<(), AppError> {
        let method = zip::CompressionMethod::Deflated;
        let options = SimpleFileOptions::default().compression_method(method);
        self.0
            .start_file(format!("{name}.npy"), options)
            .map_err(|e| AppError::while_doing(PACKING, e))?;
        self.0
            .write_all(&npy(shape, values))
            .map_err(|e| AppError::while_doing(PACKING, e))
    }
}

/// An array in NumPy's format.
fn npy(shape: &[usize], values: &[f64]) -> Vec<u8> {
    // A Python tuple: one number is followed by a comma too.
    let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
    let mut header = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}",
        sizes.trim_end()
    );
    let unpadded = BEFORE_HEADER + header.len() + 1;
    header.extend(std::iter::repeat_n(
        ' ',
        unpadded.next_multiple_of(ALIGNMENT) - unpadded,
    ));
    header.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    // Three sizes at most: far below 65536 characters.
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    file
}

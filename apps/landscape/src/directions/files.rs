//! Directions in files: the layout of a model, `directions/x.safetensors` and `directions/y.safetensors`.

use std::path::{Path, PathBuf};

use autograd::Real;
use experiment::AppError;
use nn::{Kind, Params};
use records::RunFolder;
use serde::{Deserialize, Serialize};
use surface::results;

use super::Chosen;

const FOLDER: &str = "directions";

/// Metadata of a file.
#[derive(Serialize, Deserialize)]
struct Note {
    directions: results::Directions,
    axis: String,
}

fn path(folder: &Path, axis: &str) -> PathBuf {
    folder.join(FOLDER).join(format!("{axis}.safetensors"))
}

/// Saves the directions of a slice in its folder.
///
/// # Errors
/// If they cannot be written.
pub(crate) fn write<T: Real>(
    folder: &RunFolder,
    params: &Params<T>,
    chosen: &Chosen<T>,
) -> Result<(), AppError> {
    make(folder)?;
    let mut numbers = params.clone();
    let both = [("x", Some(&chosen.x)), ("y", chosen.y.as_ref())];
    for (axis, direction) in both {
        let Some(direction) = direction else { continue };
        numbers.values_mut().copy_from_slice(direction);
        let note = serde_json::to_value(Note {
            directions: chosen.about.clone(),
            axis: axis.to_owned(),
        })
        .map_err(|e| AppError::while_doing("cannot write the directions", e))?;
        nn::safetensors::save(&path(folder.path(), axis), &numbers, &note)
            .map_err(AppError::failure)?;
    }
    Ok(())
}

/// Copies the directions of one slice into the folder of another.
///
/// # Errors
/// If they cannot be read or written.
pub(crate) fn copy(from: &Path, to: &RunFolder, axes: &[&str]) -> Result<(), AppError> {
    make(to)?;
    for axis in axes {
        let from = path(from, axis);
        let bytes = std::fs::read(&from).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", from.display()), e)
        })?;
        to.write(&format!("{FOLDER}/{axis}.safetensors"), bytes)?;
    }
    Ok(())
}

fn make(folder: &RunFolder) -> Result<(), AppError> {
    std::fs::create_dir_all(folder.join(FOLDER))
        .map_err(|e| AppError::while_doing("cannot create the folder of directions", e))
}

/// One or two directions, with their kind, normalization and seed.
type Read<T> = (Vec<T>, Option<Vec<T>>, results::Directions);

/// Reads the directions of an earlier slice, both of them for a plane.
///
/// # Errors
/// If there are none, or they are for another model.
pub(super) fn read<T: Real>(
    folder: &Path,
    params: &Params<T>,
    plane: bool,
) -> Result<Read<T>, AppError> {
    let x = path(folder, "x");
    if !x.is_file() {
        return Err(AppError::Failure(format!(
            "{} holds no directions; name the folder of an earlier slice",
            folder.display()
        )));
    }
    let y = path(folder, "y");
    if plane && !y.is_file() {
        return Err(AppError::Failure(format!(
            "{} is a 1-D slice without a second direction; add --y none",
            folder.display()
        )));
    }
    let (x, about) = one(&x, params)?;
    let y = match plane {
        true => Some(one(&y, params)?.0),
        false => None,
    };
    Ok((x, y, about))
}

fn one<T: Real>(
    path: &Path,
    params: &Params<T>,
) -> Result<(Vec<T>, results::Directions), AppError> {
    let note = nn::safetensors::metadata(path).map_err(AppError::failure)?;
    let note: Note = serde_json::from_value(note).map_err(|_| {
        AppError::Failure(format!("{} is a model, not a direction", path.display()))
    })?;
    let mut numbers = params.clone();
    nn::safetensors::load(path, &mut numbers).map_err(AppError::failure)?;
    let buffers = numbers.segments().iter().filter(|s| s.kind == Kind::Buffer);
    for buffer in buffers {
        let moves = |x: &T| *x != T::ZERO;
        if numbers.values()[buffer.range.clone()].iter().any(moves) {
            return Err(AppError::Failure(format!(
                "{} is not a direction: it changes {}, which is not trained",
                path.display(),
                buffer.name
            )));
        }
    }
    Ok((numbers.values().to_vec(), note.directions))
}

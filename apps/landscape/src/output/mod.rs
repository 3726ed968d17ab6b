//! What is drawn and exported from the records.
//!
//! | file | what for |
//! |---|---|
//! | `landscape.npz` | the numbers, for `numpy.load` |
//! | `landscape.vtk`, `trajectory.vtk` | the surface and the path of training, for ParaView and what else reads legacy VTK |
//! | `figures/*.svg`, `figures/*.png` | pictures for a page and for a paper |
//! | `report.html` | all of it, with the surface to turn |
//!
//! Every file is written aside and renamed. Numbers that are not finite are in all of them: as NaN and infinity in the
//! NPZ, as NaN in the VTK, striped and named in the pictures.

mod compare;
mod npz;
mod page;
mod pictures;
mod png;
mod scene;
#[cfg(test)]
mod tests;
mod view;
mod vtk;

pub(crate) use compare::{Side, compare};
pub(crate) use page::{Heading, report};

use std::fs;
use std::path::{Path, PathBuf};

use experiment::AppError;
use plot::Figure;
use records::write_atomically;

use crate::results::{self, Hessian, Landscape};

/// Writes what shows a slice into a folder: NPZ, VTK and figures. Returns the files.
///
/// # Errors
/// If the record's parts do not fit together, or a file cannot be written.
pub(crate) fn slice(folder: &Path, of: &Landscape) -> Result<Vec<PathBuf>, AppError> {
    let view = view::View::new(of)?;
    let mut files = Files::new(folder);
    files.write("landscape.npz", &npz::slice(view)?)?;
    files.write("landscape.vtk", &vtk::surface(view))?;
    if let Some(path) = vtk::trajectory(view) {
        files.write("trajectory.vtk", &path)?;
    }
    files.draw(&pictures::slice(view))?;
    Ok(files.written)
}

/// Writes the figure of a line between two models into a folder.
///
/// # Errors
/// As [`slice()`].
pub(crate) fn path(folder: &Path, of: &results::Path) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Files::new(folder);
    files.draw(&[("path", pictures::path(of)?)])?;
    Ok(files.written)
}

/// Writes the figure of a spectrum into a folder.
///
/// # Errors
/// As [`slice()`].
pub(crate) fn hessian(folder: &Path, of: &Hessian) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Files::new(folder);
    files.draw(&[("spectrum", pictures::spectrum(of)?)])?;
    Ok(files.written)
}

/// Files in a folder, as they are written.
struct Files<'a> {
    folder: &'a Path,
    written: Vec<PathBuf>,
}

impl<'a> Files<'a> {
    fn new(folder: &'a Path) -> Self {
        Self {
            folder,
            written: Vec::new(),
        }
    }

    /// A file, whole or not at all; its folder is made.
    fn write(&mut self, name: &str, content: &[u8]) -> Result<(), AppError> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| {
                AppError::while_doing(
                    format_args!("cannot make the folder {}", parent.display()),
                    e,
                )
            })?;
        }
        write_atomically(&path, content)?;
        self.written.push(path);
        Ok(())
    }

    /// Figures, each as SVG and as PNG.
    fn draw(&mut self, figures: &[(&'static str, Figure)]) -> Result<(), AppError> {
        for (name, figure) in figures {
            let svg = figure.to_svg();
            self.write(&format!("figures/{name}.svg"), svg.as_bytes())?;
            self.write(&format!("figures/{name}.png"), &png::render(name, &svg)?)?;
        }
        Ok(())
    }
}

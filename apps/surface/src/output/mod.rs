//! Figures, exports and reports.
//!
//! | file | purpose |
//! |---|---|
//! | `landscape.npz` | values, for `numpy.load` |
//! | `landscape.vtk`, `trajectory.vtk` | surface and training trajectory, for ParaView and other readers of legacy VTK |
//! | `figures/*.svg`, `figures/*.png` | figures for web pages and papers |
//! | `report.html` | all of it, with an interactive surface plot |
//!
//! Every file is written atomically. Non-finite values appear in all of them: as NaN and infinity in the NPZ, as NaN in
//! the VTK, striped and labeled in the figures.

mod compare;
mod figures;
mod npz;
mod page;
mod png;
mod scene;
#[cfg(test)]
mod tests;
mod view;
mod vtk;

pub use compare::{Contrast, compare};
pub use page::{Heading, html, report};

use std::fs;
use std::path::{Path, PathBuf};

use experiment::AppError;
use plot::Figure;
use records::write_atomically;

use crate::results::{self, Hessian, Landscape};

/// Writes the NPZ, VTK and figures of a slice into a folder. Returns the files.
///
/// # Errors
/// If the record is inconsistent, or a file cannot be written.
pub fn slice(folder: &Path, of: &Landscape) -> Result<Vec<PathBuf>, AppError> {
    let view = view::View::new(of)?;
    let mut files = Files::new(folder);
    files.write("landscape.npz", &npz::slice(view)?)?;
    files.write("landscape.vtk", &vtk::surface(view))?;
    if let Some(path) = vtk::trajectory(view) {
        files.write("trajectory.vtk", &path)?;
    }
    files.draw(&figures::slice(view))?;
    Ok(files.written)
}

/// Writes the figure of a path between two models into a folder.
///
/// # Errors
/// As [`slice()`].
pub fn path(folder: &Path, of: &results::Path) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Files::new(folder);
    files.draw(&[("path", figures::path(of)?)])?;
    Ok(files.written)
}

/// Writes the figure of a spectrum into a folder.
///
/// # Errors
/// As [`slice()`].
pub fn hessian(folder: &Path, of: &Hessian) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Files::new(folder);
    files.draw(&[("spectrum", figures::spectrum(of)?)])?;
    Ok(files.written)
}

/// Files written to a folder.
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

    /// Writes a file atomically, and creates its folder.
    fn write(&mut self, name: &str, content: &[u8]) -> Result<(), AppError> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| {
                AppError::while_doing(
                    format_args!("cannot create the folder {}", parent.display()),
                    e,
                )
            })?;
        }
        write_atomically(&path, content)?;
        self.written.push(path);
        Ok(())
    }

    /// Writes figures, each as SVG and PNG.
    fn draw(&mut self, figures: &[(&'static str, Figure)]) -> Result<(), AppError> {
        for (name, figure) in figures {
            let svg = figure.to_svg();
            self.write(&format!("figures/{name}.svg"), svg.as_bytes())?;
            self.write(&format!("figures/{name}.png"), &png::render(name, &svg)?)?;
        }
        Ok(())
    }
}

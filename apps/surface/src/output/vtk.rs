//! `landscape.vtk` and `trajectory.vtk`, for ParaView, VisIt, PyVista and what else reads VTK's legacy format, version
//! 3.0, binary (<https://docs.vtk.org/en/latest/vtk_file_formats/vtk_legacy_file_format.html>).
//!
//! The slice is a structured grid: x and y are the steps, z is the loss as a height, its logarithm where it spans
//! decades, brought to the width of the grid. The numbers themselves are scalars of the points. Where the loss is not
//! finite, its scalar is NaN, which viewers show in a color of its own, the scalar `finite` is 0, and z is the greatest
//! height there is: a point has to lie somewhere.

use std::fmt::Write;

use super::view::{View, rows};

/// The height of the surface in widths of the grid.
const HEIGHT: f64 = 0.6;
/// Positive numbers that span more than this factor are shown by their logarithm.
const LOG_FROM: f64 = 30.0;

/// From losses to heights.
struct Heights {
    logarithmic: bool,
    low: f64,
    /// Height to a unit of the loss or its logarithm.
    factor: f64,
    highest: f64,
}

impl Heights {
    fn of(losses: &[f64], width: f64) -> Self {
        let finite = || losses.iter().copied().filter(|v| v.is_finite());
        let low = finite().fold(f64::INFINITY, f64::min);
        let high = finite().fold(f64::NEG_INFINITY, f64::max);
        let logarithmic = low > 0.0 && high / low > LOG_FROM;
        let place = |v: f64| if logarithmic { v.log10() } else { v };
        let spread = place(high) - place(low);
        let highest = HEIGHT * if width > 0.0 { width } else { 1.0 };
        if spread > 0.0 && spread.is_finite() {
            Self {
                logarithmic,
                low: place(low),
                factor: highest / spread,
                highest,
            }
        } else {
            // All the same: flat ground.
            Self {
                logarithmic,
                low: 0.0,
                factor: 0.0,
                highest: 0.0,
            }
        }
    }

    fn at(&self, loss: f64) -> f64 {
        let place = if self.logarithmic { loss.log10() } else { loss };
        if loss.is_finite() {
            self.factor * (place - self.low)
        } else {
            self.highest
        }
    }

    fn in_words(&self) -> &'static str {
        if self.logarithmic {
            "z is log10 of the loss, scaled"
        } else {
            "z is the loss, scaled"
        }
    }
}

/// The slice.
pub(super) fn surface(view: View<'_>) -> Vec<u8> {
    let of = view.of;
    let losses = rows(&of.loss).concat();
    let heights = Heights::of(&losses, width(&of.x));
    let line = [0.0];
    let ys: &[f64] = of.y.as_deref().unwrap_or(&line);
    let mut file = File::new(&format!(
        "Gradus loss surface of {} on {}; {}",
        view.subject(),
        view.samples(),
        heights.in_words()
    ));
    file.words(&format!(
        "DATASET STRUCTURED_GRID\nDIMENSIONS {} {} 1",
        of.x.len(),
        ys.len()
    ));
    let places = ys.iter().flat_map(|y| of.x.iter().map(move |x| (*x, *y)));
    let points = places
        .zip(&losses)
        .flat_map(|((x, y), loss)| [x, y, heights.at(*loss)]);
    file.points(losses.len(), points);
    file.words(&format!("POINT_DATA {}", losses.len()));
    for (quantity, grid) in view.grids() {
        file.scalars(quantity.key(), rows(grid).concat().into_iter());
    }
    let finite = losses
        .iter()
        .map(|loss| f64::from(u8::from(loss.is_finite())));
    file.scalars("finite", finite);
    file.0
}

/// The path of training as a line on the ground of the surface, if the slice has one; `epoch` at its points.
pub(super) fn trajectory(view: View<'_>) -> Option<Vec<u8>> {
    let path = view
        .of
        .trajectory
        .as_ref()
        .filter(|path| !path.x.is_empty())?;
    let count = path.x.len();
    let mut file = File::new("Gradus path of training, in the plane of the slice");
    file.words("DATASET POLYDATA");
    file.points(
        count,
        path.x.iter().zip(&path.y).flat_map(|(x, y)| [*x, *y, 0.0]),
    );
    file.words(&format!("LINES 1 {}", count + 1));
    let numbers = std::iter::once(count).chain(0..count);
    file.0
        .extend(numbers.flat_map(|n| (n as i32).to_be_bytes()));
    file.words(&format!("\nPOINT_DATA {count}"));
    file.scalars("epoch", path.epoch.iter().map(|epoch| *epoch as f64));
    Some(file.0)
}

/// From the first point to the last.
fn width(points: &[f64]) -> f64 {
    let low = points.iter().copied().fold(f64::INFINITY, f64::min);
    let high = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    high - low
}

/// A file in the making: words are ASCII, numbers are big-endian.
struct File(Vec<u8>);

impl File {
    /// The title is cut to what the format allows, 256 characters with the end of the line.
    fn new(title: &str) -> Self {
        let title: String = title.chars().filter(char::is_ascii).take(255).collect();
        Self(format!("# vtk DataFile Version 3.0\n{title}\nBINARY\n").into_bytes())
    }

    fn words(&mut self, words: &str) {
        self.0.extend(words.as_bytes());
        self.0.push(b'\n');
    }

    fn points(&mut self, count: usize, coordinates: impl Iterator<Item = f64>) {
        self.words(&format!("POINTS {count} double"));
        self.numbers(coordinates);
    }

    /// Numbers of the points; what is not finite is NaN.
    fn scalars(&mut self, name: &str, values: impl Iterator<Item = f64>) {
        let mut head = String::new();
        // Writing into a string has no way to fail.
        let _ = write!(head, "SCALARS {name} double 1\nLOOKUP_TABLE default");
        self.words(&head);
        self.numbers(values.map(|v| if v.is_finite() { v } else { f64::NAN }));
    }

    fn numbers(&mut self, values: impl Iterator<Item = f64>) {
        self.0.extend(values.flat_map(f64::to_be_bytes));
        self.0.push(b'\n');
    }
}

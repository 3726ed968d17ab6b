//! Images and misclassified samples.

use plot::Pixels;
use plot::{Figure, ImageGrid};
use report::{Chapter, Mistake};

use super::class_names;
use crate::outcome::Grid;
use crate::report::select::first;
use crate::results::Results;

/// Converts an image of values from 0 to 1, channels outermost, to bytes with channels innermost.
fn pixels(cells: &[f64], [channels, height, width]: [usize; 3]) -> Option<Pixels> {
    let plane = height * width;
    if channels * plane != cells.len() {
        return None;
    }
    let byte = |x: f64| (x.clamp(0.0, 1.0) * 255.0).round() as u8;
    Some(Pixels {
        height: height as u32,
        width: width as u32,
        channels: channels as u32,
        values: (0..cells.len())
            .map(|i| byte(cells[i % channels * plane + i / channels]))
            .collect(),
    })
}

pub(super) fn gallery(chapter: &mut Chapter, case: &str, results: &Results) {
    let Some(trial) = first(results, case) else {
        return;
    };
    let grids = &trial.outcome.grids;
    let (Some(images), Some(predictions)) = (grids.get("mistakes"), grids.get("mistakes_said"))
    else {
        return;
    };
    let names = class_names(&trial.outcome, 0);
    let name = |class: f64| match names.get(class as usize) {
        Some(name) => name.clone(),
        None => class.to_string(),
    };
    let mistakes: Vec<Mistake> = (0..predictions.rows.len())
        .filter_map(|i| {
            let [row, truth, predicted, probability] = predictions.row(i).try_into().ok()?;
            Some(Mistake {
                place: format!("test sample {row}"),
                image: pixels(&images.row(i), images.picture?),
                truth: name(truth),
                predicted: name(predicted),
                probability,
            })
        })
        .collect();
    if !mistakes.is_empty() {
        chapter.heading(&format!(
            "{case}: misclassified test samples of the first trial, most confident first"
        ));
        chapter.gallery(&mistakes);
    }
}

/// Draws images in rows of `columns`.
pub(super) fn images(title: &str, grid: Option<&Grid>, columns: usize) -> Vec<Figure> {
    let Some((grid, shape)) = grid.and_then(|grid| Some((grid, grid.picture?))) else {
        return Vec::new();
    };
    let all: Vec<Option<Pixels>> = (0..grid.rows.len())
        .map(|i| pixels(&grid.row(i), shape))
        .collect();
    let columns = columns.clamp(1, all.len().max(1));
    let rows: Vec<Vec<Option<Pixels>>> = all.chunks(columns).map(<[_]>::to_vec).collect();
    let sheet = ImageGrid {
        title,
        rows: &vec![String::new(); rows.len()],
        columns: &vec![String::new(); columns],
        images: &rows,
        side: (520 / columns as u32).clamp(20, 56),
    };
    vec![sheet.draw()]
}

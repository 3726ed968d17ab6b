//! Images and misclassified samples.

use claims::outcome::Grid;
use claims::results::Results;
use plot::ImageGrid;
use plot::Pixels;
use report::{Chapter, Mistake};

use super::{DataTable, Drawing, class_names};
use crate::data_table::number;
use crate::select::first;

/// Converts an image of values from 0 to 1, channels outermost, to bytes with channels innermost.
fn pixels(cells: &[f64], [channels, height, width]: [usize; 3]) -> Option<Pixels> {
    let side = |side: usize| u32::try_from(side).ok();
    let plane = height.checked_mul(width)?;
    if channels.checked_mul(plane)? != cells.len() {
        return None;
    }
    let byte = |x: f64| (x.clamp(0.0, 1.0) * 255.0).round() as u8;
    Some(Pixels {
        height: side(height)?,
        width: side(width)?,
        channels: side(channels)?,
        values: (0..cells.len())
            .map(|i| byte(cells[i % channels * plane + i / channels]))
            .collect(),
    })
}

/// Misclassified samples of the first trial of a case, most confident first.
pub(super) fn mistakes(case: &str, results: &Results) -> Vec<Mistake> {
    let Some(trial) = first(results, case) else {
        return Vec::new();
    };
    let grids = &trial.outcome.grids;
    // Trials of earlier versions have their predictions under another name.
    let predictions = grids
        .get("mistakes_predicted")
        .or_else(|| grids.get("mistakes_said"));
    let (Some(images), Some(predictions)) = (grids.get("mistakes"), predictions) else {
        return Vec::new();
    };
    let names = class_names(&trial.outcome, 0);
    let name = |class: f64| match names.get(class as usize) {
        Some(name) => name.clone(),
        None => class.to_string(),
    };
    (0..predictions.rows.len())
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
        .collect()
}

/// The title of a gallery.
pub(super) fn gallery_title(case: &str) -> String {
    format!("{case}: misclassified test samples of the first trial, most confident first")
}

pub(super) fn gallery(chapter: &mut Chapter, case: &str, results: &Results) {
    let mistakes = mistakes(case, results);
    if !mistakes.is_empty() {
        chapter.heading(&gallery_title(case));
        chapter.gallery(&mistakes);
    }
}

/// A gallery as a figure: a row of images, each under "true → predicted".
pub(super) fn gallery_sheet(case: &str, results: &Results) -> Vec<Drawing> {
    const COLUMNS: usize = 8;
    let mistakes = mistakes(case, results);
    let mut data = DataTable::new(["place", "true", "predicted", "probability"]);
    for m in &mistakes {
        data.row([
            m.place.clone(),
            m.truth.clone(),
            m.predicted.clone(),
            number(m.probability),
        ]);
    }
    let title = "Misclassified test samples, most confident first";
    let sheets = mistakes.chunks(COLUMNS).enumerate().map(|(i, row)| {
        let sheet = ImageGrid {
            title: if i == 0 { title } else { "" },
            rows: &[String::new()],
            columns: &row
                .iter()
                .map(|m| format!("{} → {}", m.truth, m.predicted))
                .collect::<Vec<_>>(),
            images: &[row.iter().map(|m| m.image.clone()).collect()],
            side: 56,
        };
        Drawing {
            figure: sheet.draw(),
            data: if i == 0 {
                data.clone()
            } else {
                DataTable::default()
            },
        }
    });
    sheets.collect()
}

/// Draws images in rows of `columns`.
pub(super) fn images(title: &str, grid: Option<&Grid>, columns: usize) -> Vec<Drawing> {
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
    // The picture is its numbers.
    vec![Drawing {
        figure: sheet.draw(),
        data: DataTable::default(),
    }]
}

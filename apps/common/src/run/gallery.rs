//! The report of a classifier that was just trained, with the mistakes it shows.

use autograd::Real;
use datasets::InputKind;
use nn::{Evaluation, Summary};

use super::{Classes, Learned, Plan, Prepared};
use crate::data::Data;
use crate::report::{self, Classifier, Report};

/// Mistakes shown in the report.
const SHOWN: usize = 24;

impl<T: Real> Learned<Classes, T> {
    /// The report.
    pub fn report(&self, plan: &Plan<'_>) -> Report {
        let (data, found) = (&self.data, &self.on_test);
        let (mistakes, in_all) = mistakes(data, found);
        let truth = data.classes(&data.data.test);
        let roc = report::roc_lines(&truth, &found.probabilities(), &self.task.names);
        report::classification(&Classifier {
            provenance: &data.data.set.provenance,
            architecture: &self.card.network.words(),
            layers: &Summary::new(&self.model, &self.card.rows.shape),
            config: plan.config,
            history: &self.history,
            metrics: &self.metrics,
            roc: &roc,
            mistakes: &mistakes,
            mistakes_in_all: in_all,
        })
    }
}

/// The misjudged test rows, the surest first, as many as are shown; and how many there are in all.
fn mistakes<T: Real>(data: &Prepared, found: &Evaluation<T>) -> (Vec<report::Mistake>, usize) {
    let truth = data.classes(&data.data.test);
    let data = &data.data;
    let predicted = found.classes();
    let classes = data.set.class_names.len();
    let probabilities = found.probabilities();
    let sure = |row: usize| probabilities[row * classes + predicted[row] as usize].to_f64();
    let mut wrong: Vec<usize> = (0..truth.len())
        .filter(|row| truth[*row] != predicted[*row])
        .collect();
    let in_all = wrong.len();
    wrong.sort_by(|a, b| sure(*b).total_cmp(&sure(*a)));
    wrong.truncate(SHOWN);
    let name = |class: u32| data.set.class_names[class as usize].clone();
    let shown = wrong.into_iter().map(|row| report::Mistake {
        row,
        picture: picture(data, data.test[row]),
        truth: name(truth[row]),
        predicted: name(predicted[row]),
        probability: sure(row),
    });
    (shown.collect(), in_all)
}

/// A row as a picture, if it is one: cells from 0 to 1 as bytes, channels innermost.
fn picture(data: &Data, row: u32) -> Option<report::Pixels> {
    let InputKind::Image {
        height,
        width,
        channels,
    } = data.set.input
    else {
        return None;
    };
    let cells = data.set.part.inputs.row(row as usize);
    let plane = height * width;
    let byte = |i: usize| (cells[i % channels * plane + i / channels] * 255.0).round() as u8;
    Some(report::Pixels {
        height: u32::try_from(height).ok()?,
        width: u32::try_from(width).ok()?,
        channels: u32::try_from(channels).ok()?,
        values: (0..cells.len()).map(byte).collect(),
    })
}

//! The report of a classifier that was just trained, with the mistakes it shows.

use autograd::Real;
use datasets::InputKind;
use experiment::data::Data;
use experiment::run::{Classes, Prepared, TrainedRun};
use nn::Evaluation;
use nn::metrics::{roc_auc, roc_curve};
use plot::Pixels;
use report::{Classifier, Mistake, Report, RocLine};

/// Mistakes shown in the report.
const SHOWN: usize = 24;

/// The report.
pub(super) fn report<T: Real>(run: &TrainedRun<Classes, T>) -> Report {
    let (data, found) = (&run.data, &run.on_test);
    let (mistakes, in_all) = mistakes(data, found);
    let truth = data.classes(&data.data.test);
    let roc = roc_lines(&truth, &found.probabilities(), &run.task.names);
    report::classification(&Classifier {
        run: run.facts(),
        roc: &roc,
        mistakes: &mistakes,
        mistakes_in_all: in_all,
    })
}

/// The misjudged test rows, the surest first, as many as are shown; and how many there are in all.
fn mistakes<T: Real>(data: &Prepared, found: &Evaluation<T>) -> (Vec<Mistake>, usize) {
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
    let shown = wrong.into_iter().map(|row| Mistake {
        row,
        image: image(data, data.test[row]),
        truth: name(truth[row]),
        predicted: name(predicted[row]),
        probability: sure(row),
    });
    (shown.collect(), in_all)
}

/// A row as an image, if it is one: cells from 0 to 1 as bytes, channels innermost.
fn image(data: &Data, row: u32) -> Option<Pixels> {
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
    Some(Pixels {
        height: u32::try_from(height).ok()?,
        width: u32::try_from(width).ok()?,
        channels: u32::try_from(channels).ok()?,
        values: (0..cells.len()).map(byte).collect(),
    })
}

/// The ROC curves of a classifier on some rows; of two classes that of the second. Where one is not defined, because a
/// class has no rows or a probability is no number, it is left out.
fn roc_lines<T: Real>(truth: &[u32], probabilities: &[T], names: &[String]) -> Vec<RocLine> {
    let classes = names.len();
    let first = usize::from(classes == 2);
    let line = |class: usize| {
        let positive: Vec<bool> = truth.iter().map(|t| *t as usize == class).collect();
        let of_class = probabilities.iter().skip(class).step_by(classes);
        let scores: Vec<T> = of_class.copied().collect();
        let curve = roc_curve(&positive, &scores)?;
        Some(RocLine {
            name: names[class].clone(),
            points: curve
                .false_positive
                .into_iter()
                .zip(curve.true_positive)
                .collect(),
            area: roc_auc(&positive, &scores)?,
        })
    };
    (first..classes).filter_map(line).collect()
}

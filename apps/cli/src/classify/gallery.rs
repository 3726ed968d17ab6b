//! The report of a classifier that was just trained, with the mistakes it shows.

use autograd::Real;
use datasets::{InputKind, Origin};
use experiment::data::Data;
use experiment::metrics::CALIBRATION_BINS;
use experiment::run::{Classes, Prepared, TrainedRun};
use nn::metrics::RowWeights;
use plot::Pixels;
use report::{ClassLines, Classifier, Mistake, Report};

/// Mistakes shown in the report.
const SHOWN: usize = 24;

/// The report.
pub(super) fn report<T: Real>(run: &TrainedRun<Classes, T>) -> Report {
    let (data, found) = (&run.data, &run.on_test);
    let (probabilities, names) = (run.task.decided.probabilities(found), &run.task.names);
    let predicted = run.task.decided.classes(found, &probabilities);
    let (mistakes, in_all) = mistakes(data, &predicted, &probabilities);
    let truth = data.classes(&data.data.test);
    let weights = data.weights(&data.data.test);
    let weights = RowWeights::from(weights.as_deref());
    let lines = class_lines(&truth, &probabilities, weights, names);
    let bins = weights.calibration_curve(&truth, &probabilities, names.len(), CALIBRATION_BINS);
    let bins: Vec<(f64, f64)> = bins
        .iter()
        .map(|bin| (bin.confidence, bin.accuracy))
        .collect();
    report::classification(&Classifier {
        run: run.facts(),
        lines: &lines,
        calibration: &bins,
        mistakes: &mistakes,
        mistakes_in_all: in_all,
    })
}

/// The misjudged test rows, the surest first, as many as are shown; and how many there are in all.
fn mistakes<T: Real>(
    data: &Prepared,
    predicted: &[u32],
    probabilities: &[T],
) -> (Vec<Mistake>, usize) {
    let truth = data.classes(&data.data.test);
    let data = &data.data;
    let classes = data.set.class_names.len();
    let sure = |row: usize| probabilities[row * classes + predicted[row] as usize].to_f64();
    let mut wrong: Vec<usize> = (0..truth.len())
        .filter(|row| truth[*row] != predicted[*row])
        .collect();
    let in_all = wrong.len();
    wrong.sort_by(|a, b| sure(*b).total_cmp(&sure(*a)));
    wrong.truncate(SHOWN);
    let name = |class: u32| data.set.class_names[class as usize].clone();
    let shown = wrong.into_iter().map(|row| Mistake {
        place: place(data, row),
        image: image(data, data.test[row]),
        truth: name(truth[row]),
        predicted: name(predicted[row]),
        probability: sure(row),
    });
    (shown.collect(), in_all)
}

/// The place of a test sample in its file.
fn place(data: &Data, row: usize) -> String {
    match data.raw.origin(data.test[row]) {
        Origin::Line(line) => format!("line {line}"),
        Origin::File(path) => path.display().to_string(),
        // As in predictions.csv.
        Origin::Sample(number) => format!("sample {number}"),
    }
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

/// The ROC and precision-recall curves of a classifier on some rows; of two classes those of the second. Where they are not
/// defined, because a class has no rows or a probability is no number, they are left out.
fn class_lines<T: Real>(
    truth: &[u32],
    probabilities: &[T],
    weights: RowWeights<'_>,
    names: &[String],
) -> Vec<ClassLines> {
    let classes = names.len();
    let first = usize::from(classes == 2);
    let line = |class: usize| {
        let positive: Vec<bool> = truth.iter().map(|t| *t as usize == class).collect();
        let of_class = probabilities.iter().skip(class).step_by(classes);
        let scores: Vec<T> = of_class.copied().collect();
        let roc = weights.roc_curve(&positive, &scores)?;
        let recalled = weights.precision_recall_curve(&positive, &scores)?;
        Some(ClassLines {
            name: names[class].clone(),
            roc: roc
                .false_positive
                .into_iter()
                .zip(roc.true_positive)
                .collect(),
            area: weights.roc_auc(&positive, &scores)?,
            precision_recall: recalled
                .recall
                .into_iter()
                .zip(recalled.precision)
                .collect(),
            average_precision: weights.average_precision(&positive, &scores)?,
        })
    };
    (first..classes).filter_map(line).collect()
}

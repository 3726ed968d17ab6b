//! The numbers of a comparison and what they mean.

use records::Number;

use crate::results::Compared;

/// Relative difference up to which training losses count as equal.
const CLOSE: f64 = 0.05;

/// A number of both runs.
#[derive(Clone, Debug)]
pub struct Row {
    /// Name of the number.
    pub name: &'static str,
    /// Its values in both runs; `-` where a run has none.
    pub values: [String; 2],
    /// What it means, in a sentence or two.
    pub meaning: &'static str,
}

/// Numbers of two runs, in the order of a table.
pub fn rows(runs: [&Compared; 2]) -> Vec<Row> {
    let row = |name, value: &dyn Fn(&Compared) -> Option<String>, meaning| Row {
        name,
        values: runs.map(|run| value(run).unwrap_or_else(|| "-".to_owned())),
        meaning,
    };
    let four = |x: Number| format!("{:.4}", x.0);
    let at = |list: &[Number], i: usize| list.get(i).map(|x| four(*x));
    vec![
        row(
            "training loss",
            &|r| Some(four(r.train.loss)),
            "Mean loss over all training samples, without penalties: how closely a run fits what it was trained on.",
        ),
        row(
            "test loss",
            &|r| Some(four(r.test.loss)),
            "Mean loss over all test samples, which training has not seen: the smaller, the better the run generalizes.",
        ),
        row(
            "generalization gap",
            &|r| Some(format!("{:.4}", r.test.loss.0 - r.train.loss.0)),
            "Test loss minus training loss: how much of the fit does not carry over to new samples.",
        ),
        row(
            "test accuracy",
            &|r| r.test.accuracy.map(four),
            "Share of the test samples whose class is predicted correctly.",
        ),
        row(
            "largest eigenvalue",
            &|r| at(&r.hessian.top, 0),
            "Curvature λ of the loss in the direction in which it bends most: near a minimum a step of length s in that \
             direction raises the loss by about λ·s²/2, so larger is sharper.",
        ),
        row(
            "second largest eigenvalue",
            &|r| at(&r.hessian.top, 1),
            "Curvature in the direction in which the loss bends most of those at right angles to the first: close to the \
             largest if the minimum is sharp in several directions.",
        ),
        row(
            "smallest eigenvalue",
            &|r| at(&r.hessian.bottom, 0),
            "Curvature in the direction in which the loss bends least: if negative, the loss falls off there, and the \
             point is no minimum.",
        ),
        row(
            "Hessian trace",
            &|r| {
                let trace = &r.hessian.trace;
                Some(format!(
                    "{:.2} ± {:.2}",
                    trace.mean.0, trace.standard_error.0
                ))
            },
            "Sum of all eigenvalues, the curvature over all directions together; ± is the standard error of Hutchinson's \
             estimate.",
        ),
        row(
            "sharpness",
            &|r| r.hessian.sharpness.map(|s| four(s.growth)),
            "Largest increase of the loss found within the distance --sharpness of the parameters: 0 is flat; without \
             that flag it is not computed.",
        ),
    ]
}

/// What comparing at equal training loss means, and whether these runs are at one.
pub fn equal_training_loss(runs: [&Compared; 2]) -> String {
    let [a, b] = runs.map(|run| run.train.loss.0);
    let apart = (a - b).abs() / a.abs().max(b.abs());
    let verdict = match apart {
        apart if apart <= CLOSE => format!(
            "The training losses here are {:.1} % apart, close enough to compare.",
            100.0 * apart
        ),
        apart if apart.is_finite() => format!(
            "The training losses here are {:.0} % apart: train both to about the same loss before taking one for the \
             flatter minimum.",
            100.0 * apart
        ),
        // Both are 0, or one is not finite.
        _ if a == b && a.is_finite() => "The training losses here are equal.".to_owned(),
        _ => "A training loss here is not finite.".to_owned(),
    };
    format!(
        "Curvature changes while training goes on, so compare runs at equal training loss: only then a difference in \
         curvature tells apart the minima that they reached, and not how far they were trained. {verdict}"
    )
}

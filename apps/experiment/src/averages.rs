//! The figures of several networks as those of one: means, which are undefined where one of them is. Counts are sums.

use records::{
    Classification, Number, PerClass, PerTarget, Reconstruction, Regression, Uncalibrated,
};

/// The mean of some figures; `None` where one is undefined, or there are none.
fn mean<'a>(figures: impl Iterator<Item = &'a Option<Number>>) -> Option<Number> {
    let values: Vec<f64> = figures
        .map(|figure| figure.map(|x| x.0))
        .collect::<Option<_>>()?;
    (!values.is_empty()).then(|| Number(values.iter().sum::<f64>() / values.len() as f64))
}

/// The figures of classifiers, each on rows of its own.
///
/// # Panics
/// If there are none, or they tell different classes apart.
#[track_caller]
pub(crate) fn classification(of: &[Classification]) -> Classification {
    let classes = of[0].per_class.len();
    let figure = |f: fn(&Classification) -> &Option<Number>| mean(of.iter().map(f));
    let per_class = |class: usize| {
        let one = |f: fn(&PerClass) -> &Option<Number>| {
            mean(of.iter().map(|figures| f(&figures.per_class[class])))
        };
        PerClass {
            label: of[0].per_class[class].label.clone(),
            precision: one(|c| &c.precision),
            recall: one(|c| &c.recall),
            f1: one(|c| &c.f1),
            support: of.iter().map(|f| f.per_class[class].support).sum(),
        }
    };
    let count = |i: usize, j: usize| of.iter().map(|f| f.confusion[i][j]).sum();
    let weighted: Option<Vec<&Vec<Vec<Number>>>> =
        of.iter().map(|f| f.weighted_confusion.as_ref()).collect();
    let sum = |all: &[&Vec<Vec<Number>>], i: usize, j: usize| {
        Number(all.iter().map(|confusion| confusion[i][j].0).sum())
    };
    let uncalibrated: Option<Vec<&Uncalibrated>> =
        of.iter().map(|f| f.uncalibrated.as_ref()).collect();
    Classification {
        loss: figure(|f| &f.loss),
        penalty: figure(|f| &f.penalty),
        accuracy: figure(|f| &f.accuracy),
        macro_precision: figure(|f| &f.macro_precision),
        macro_recall: figure(|f| &f.macro_recall),
        macro_f1: figure(|f| &f.macro_f1),
        per_class: (0..classes).map(per_class).collect(),
        confusion: (0..classes)
            .map(|i| (0..classes).map(|j| count(i, j)).collect())
            .collect(),
        roc_auc: figure(|f| &f.roc_auc),
        average_precision: figure(|f| &f.average_precision),
        calibration_error: figure(|f| &f.calibration_error),
        weighted_confusion: weighted.map(|all| {
            let row = |i| (0..classes).map(|j| sum(&all, i, j)).collect();
            (0..classes).map(row).collect()
        }),
        threshold: figure(|f| &f.threshold),
        temperature: figure(|f| &f.temperature),
        uncalibrated: uncalibrated.map(|all| Uncalibrated {
            loss: mean(all.iter().map(|f| &f.loss)),
            calibration_error: mean(all.iter().map(|f| &f.calibration_error)),
        }),
    }
}

/// The figures of regressors, each on rows of its own.
///
/// # Panics
/// If there are none, or they predict different targets.
#[track_caller]
pub(crate) fn regression(of: &[Regression]) -> Regression {
    let noiseless: Option<Vec<&PerTarget>> = of.iter().map(|f| f.mse_true.as_ref()).collect();
    let figure =
        |f: fn(&Regression) -> &PerTarget| per_target(&of.iter().map(f).collect::<Vec<_>>());
    Regression {
        mse: figure(|f| &f.mse),
        rmse: figure(|f| &f.rmse),
        mae: figure(|f| &f.mae),
        r2: figure(|f| &f.r2),
        mse_true: noiseless.map(|of| per_target(&of)),
        penalty: mean(of.iter().map(|f| &f.penalty)),
    }
}

/// The figures of autoencoders, each on rows of its own; undefined where there are none.
pub fn reconstruction(of: &[Reconstruction]) -> Reconstruction {
    let figure = |f: fn(&Reconstruction) -> &Option<Number>| mean(of.iter().map(f));
    Reconstruction {
        loss: figure(|f| &f.loss),
        mse: figure(|f| &f.mse),
        r2: figure(|f| &f.r2),
        penalty: figure(|f| &f.penalty),
    }
}

#[track_caller]
fn per_target(of: &[&PerTarget]) -> PerTarget {
    let target = |t: usize| mean(of.iter().map(|figure| &figure.list()[t]));
    match of[0] {
        PerTarget::One(_) => PerTarget::One(target(0)),
        PerTarget::Many(list) => PerTarget::Many((0..list.len()).map(target).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_what_is_defined_and_sums_of_counts() {
        let names = ["a", "b"].map(str::to_owned);
        let judged = |truth: &[u32], said: &[u32]| {
            let probabilities: Vec<f64> = said
                .iter()
                .flat_map(|c| [1.0 - f64::from(*c), f64::from(*c)])
                .collect();
            let answers = crate::metrics::Answers {
                classes: said,
                probabilities: &probabilities,
                loss: Some(0.5),
                weights: None,
            };
            crate::metrics::classification(&answers, truth, &names)
        };
        let both = classification(&[judged(&[0, 1], &[0, 0]), judged(&[0, 0, 0], &[0, 0, 0])]);
        assert_eq!(both.accuracy, Some(Number(0.75)));
        assert_eq!(both.loss, Some(Number(0.5)));
        assert_eq!(both.confusion, [[4, 0], [1, 0]]);
        assert_eq!(both.per_class[0].support, 4);
        assert_eq!(both.roc_auc, None, "one part has a single class");
        assert_eq!(both.penalty, None);

        let figures =
            |said: f64| crate::metrics::regression(&[said, 0.0], &[0.0, 1.0], None, 1, None);
        let both = regression(&[figures(1.0), figures(3.0)]);
        assert_eq!(both.mse, PerTarget::One(Some(Number(3.0))));
        assert_eq!(both.mae, PerTarget::One(Some(Number(1.5))));
        assert_eq!(both.mse_true, None);
    }
}

//! A run on samples of whole weights is the run on the same samples, each as often as it weighs.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use baselines::Polynomial;
use experiment::data::{self, Data, DataSource};
use experiment::progress::{Progress, Silent};
use experiment::run::{Classes, Task, Trial, Values, trial};
use records::{Number, PerTarget};
use settings::{Experiment, Given, Head, Kind, Origin, settle};

/// A table with numbers, a category and a weight from 0 to 3; each row once, or as often as it weighs.
fn table(repeated: bool) -> String {
    let mut text = "a,b,city,w,class,y\n".to_owned();
    for i in 0..40_u32 {
        let a = f64::from(i * 17 % 23) / 4.0;
        let b = (f64::from(i) * 1.7).sin() * 3.0;
        let (city, weight) = (["Oslo", "Rome"][i as usize % 2], i * 7 % 4);
        let class = ["no", "yes"][usize::from(b + a > 3.0 + f64::from(i % 3))];
        let times = if repeated { weight } else { 1 };
        for _ in 0..times {
            writeln!(text, "{a},{b},{city},{weight},{class},{}", 40.0 + a * b).unwrap();
        }
    }
    text
}

fn experiment(kind: Kind, file: &Path, line: &str) -> Experiment {
    let data = format!("csv:{}", file.display());
    let given = |key: &'static str, text: &str| Given {
        key,
        text: text.to_owned(),
        origin: Origin::Flag,
    };
    let mut all = vec![given("data", &data), given("f64", "true")];
    for (key, value) in [
        ("hidden", "5"),
        ("epochs", "10"),
        ("batch-size", "full"),
        ("schedule", "constant"),
        ("l2", "0"),
    ] {
        all.push(given(key, value));
    }
    let mut words = line.split_whitespace();
    while let (Some(key), Some(value)) = (words.next(), words.next()) {
        let field = settings::field(key).unwrap();
        all.push(given(field.key, value));
    }
    settle(kind, &all).unwrap().experiment
}

/// All rows of a table, to train and to test on.
fn all_rows(experiment: &Experiment) -> Data {
    let progress: Arc<dyn Progress> = Arc::new(Silent);
    let source = DataSource {
        data_dir: None,
        offline: true,
        progress,
    };
    let (request, partition) = (
        experiment.request().unwrap(),
        experiment.partition().unwrap(),
    );
    let data = data::load(&request, partition, &source).unwrap();
    let rows: Vec<u32> = (0..data.set.len() as u32).collect();
    let mut data = data.with_samples(rows.clone(), Vec::new()).unwrap();
    data.test = rows;
    data
}

/// The network that is trained on all rows of both tables.
fn both<K: Task>(kind: Kind, line: &str, task: impl Fn(&Data) -> K) -> [Trial<K, f64>; 2] {
    let folder = tempfile::tempdir().unwrap();
    [(false, " sample-weight w"), (true, " drop w")].map(|(repeated, more)| {
        let file = folder.path().join(format!("{repeated}.csv"));
        std::fs::write(&file, table(repeated)).unwrap();
        let experiment = experiment(kind, &file, &(line.to_owned() + more));
        let data = all_rows(&experiment);
        let task = task(&data);
        trial::<K, f64>(&experiment, &task, data).unwrap().unwrap()
    })
}

#[track_caller]
fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-8 * b.abs().max(1.0), "{a} {b}");
}

fn same_models<K: Task>([a, b]: &[Trial<K, f64>; 2]) {
    assert_ne!(a.data.data.train.len(), b.data.data.train.len());
    assert_eq!(a.config.rows.columns, b.config.rows.columns);
    let (a, b) = (a.model.params.values(), b.model.params.values());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= 1e-7 * b.abs().max(1.0), "{a} {b}");
    }
}

#[test]
fn of_classes() {
    for line in [
        "target class optimizer sgd lr 0.2",
        "target class optimizer lbfgs class-weight balanced",
        "target class optimizer adam lr 0.05 head sigmoid class-weight yes=3",
    ] {
        let head = if line.contains("sigmoid") {
            Head::Sigmoid
        } else {
            Head::Softmax
        };
        let both = both::<Classes>(Kind::Classification, line, |data| {
            Classes::of(data, head).unwrap()
        });
        same_models(&both);
        let figures = both
            .each_ref()
            .map(|trial| trial.evaluate(&trial.data.data.test));
        let [a, b] = &figures;
        let numbers = |of: &records::Classification| {
            [
                of.loss,
                of.accuracy,
                of.macro_f1,
                of.roc_auc,
                of.average_precision,
                of.calibration_error,
            ]
            .map(|x: Option<Number>| x.unwrap().0)
        };
        for (a, b) in numbers(a).into_iter().zip(numbers(b)) {
            near(a, b);
        }
        let weighted = a.weighted_confusion.as_ref().unwrap();
        for (a, b) in weighted.iter().flatten().zip(b.confusion.iter().flatten()) {
            near(a.0, *b as f64);
        }
        let losses = both
            .each_ref()
            .map(|trial| trial.history.epochs.last().unwrap().train);
        near(losses[0].loss, losses[1].loss);
        near(losses[0].metric, losses[1].metric);
    }
}

#[test]
fn of_values_and_their_baselines() {
    for line in [
        "target y optimizer sgd lr 0.05",
        "target y optimizer levenberg-marquardt",
    ] {
        let both = both::<Values>(Kind::Regression, line, |data| {
            Values::of(data, true).unwrap()
        });
        same_models(&both);
        let one = |of: &PerTarget| match of {
            PerTarget::One(Some(x)) => x.0,
            other => panic!("{other:?}"),
        };
        let same = |a: &records::Regression, b: &records::Regression| {
            near(one(&a.mse), one(&b.mse));
            near(one(&a.mae), one(&b.mae));
            near(one(&a.r2), one(&b.r2));
        };
        let [a, b] = both
            .each_ref()
            .map(|trial| trial.evaluate(&trial.data.data.test));
        same(&a, &b);
        // The penalties of the others are chosen on folds, which are of other rows.
        let [a, b] = both.each_ref().map(|trial| {
            let columns = trial.data.data.set.part.inputs.row_len();
            let terms = Polynomial::new(columns, 1).unwrap();
            trial.task.simple(&trial.data, &terms, 0).figures
        });
        for name in ["mean", "ols"] {
            same(&a[name], &b[name]);
        }
    }
}

//! A report made from fabricated results. `GRADUS_REPORT=FOLDER` keeps it for looking at.

use std::path::PathBuf;

use plot::Pixels;
use records::{
    Classification, EpochFigures, EpochRecord, Metrics, Number, PerClass, RowCounts, Score, Task,
    Weights,
};
use report::{Classifier, LayerRow, Mistake, RunFacts};

const CLASSES: usize = 10;
const CONFIG: &str = "data = \"mnist\"\nhidden = [64, 32]\nlr = 0.001\nbatch-size = 128\n";

fn layers() -> Vec<LayerRow> {
    vec![LayerRow {
        layer: "Linear(784, 64)".to_owned(),
        output: vec![64],
        parameters: 50_240,
    }]
}

fn figures(accuracy: f64, named: bool) -> Classification {
    let defined = |x: f64| Some(Number(x));
    let label = |i: usize| match (named, i) {
        (true, 0) => "T-shirt & <top>".to_owned(),
        (true, _) => format!("long name {i}"),
        (false, _) => i.to_string(),
    };
    let per_class = (0..CLASSES).map(|i| PerClass {
        label: label(i),
        precision: (i != 3).then_some(Number(0.9 + 0.01 * i as f64)),
        recall: defined(0.95),
        f1: defined(0.92),
        support: 980 + i as u64,
    });
    let count = |i: usize, j: usize| match (i, j) {
        (i, j) if i == j => 955 + i as u64,
        (i, j) => ((i * 7 + j * 3) % 5) as u64,
    };
    Classification {
        loss: defined(0.0812),
        penalty: None,
        accuracy: defined(accuracy),
        macro_precision: defined(0.9731),
        macro_recall: defined(0.9729),
        macro_f1: defined(0.973),
        per_class: per_class.collect(),
        confusion: (0..CLASSES)
            .map(|i| (0..CLASSES).map(|j| count(i, j)).collect())
            .collect(),
        roc_auc: defined(0.999),
        average_precision: defined(0.991),
        calibration_error: defined(0.013),
        ..Classification::default()
    }
}

fn metrics(named: bool) -> Metrics<Classification> {
    Metrics {
        task: Task::Classification,
        data: "mnist".to_owned(),
        test_data: None,
        rows: RowCounts {
            train: 54_000,
            validation: 6_000,
            test: 10_000,
        },
        seed: 0,
        split_seed: 0,
        epochs: 40,
        weights: Weights::Last,
        parameters: 52_650,
        train_seconds: Number(1.234_56),
        total_seconds: Number(2.5),
        train: figures(0.9987, named),
        validation: Some(figures(0.9712, named)),
        test: figures(0.9734, named),
        baselines: [("majority".to_owned(), figures(0.1135, named))].into(),
        codes: None,
        folds: None,
        version: "0.1.0".to_owned(),
    }
}

fn history(epochs: u64) -> Vec<EpochRecord> {
    let figures = |loss: f64| EpochFigures {
        loss: Number(loss),
        score: Score::Accuracy(Number(1.0 - 0.3 * loss)),
        penalty: Number(0.0),
    };
    (1..=epochs)
        .map(|epoch| EpochRecord {
            epoch,
            step: 422 * epoch,
            lr: Number(0.001),
            seconds: Number(0.05),
            train: figures(1.2 * (-0.12 * epoch as f64).exp() + 0.004),
            validation: Some(figures(0.9 * (-0.2 * epoch as f64).exp() + 0.08)),
            probe: None,
        })
        .collect()
}

fn mistakes() -> Vec<Mistake> {
    let ring = |row: usize, side: u32| {
        let center = f64::from(side) / 2.0 - 0.5;
        let radius = center * (0.4 + 0.05 * (row % 7) as f64);
        let cells = (0..side * side).map(|i| {
            let (y, x) = (f64::from(i / side) - center, f64::from(i % side) - center);
            (255.0 * (1.0 - (y.hypot(x) - radius).abs() / 2.0).max(0.0)) as u8
        });
        Pixels {
            height: side,
            width: side,
            channels: 1,
            values: cells.collect(),
        }
    };
    let mistake = |row: usize| Mistake {
        place: format!("test sample {}", 37 * row),
        image: Some(ring(row, if row < 12 { 28 } else { 8 })),
        truth: (row % 10).to_string(),
        predicted: ((row + 3) % 10).to_string(),
        probability: 0.99 - 0.02 * row as f64,
    };
    (0..24).map(mistake).collect()
}

/// The page; with `GRADUS_REPORT` it is kept, and its figures.
fn write(name: &str, of: &Classifier<'_>) -> String {
    let files: Vec<(String, String)> = report::classification(of).files().collect();
    if let Some(folder) = std::env::var_os("GRADUS_REPORT") {
        for (file, content) in &files {
            let path = PathBuf::from(&folder).join(name).join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
    }
    for figure in ["loss", "accuracy", "confusion", "confusion-normalised"] {
        let file = format!("figures/{figure}.svg");
        assert!(files.iter().any(|(name, _)| *name == file), "{figure}");
    }
    let (last, html) = files.into_iter().next_back().unwrap();
    assert_eq!(last, "report.html");
    html
}

#[test]
fn everything_is_on_one_page_that_needs_nothing() {
    let (metrics, history, mistakes) = (metrics(false), history(40), mistakes());
    let html = write(
        "digits",
        &Classifier {
            run: RunFacts {
                provenance: "MNIST, read from the data folder; Y. LeCun, C. Cortes, C. Burges",
                architecture: "784 → 64 relu → 32 relu → 10".to_owned(),
                layers: layers(),
                config: CONFIG,
                forward_chained: false,
                history: &history,
                metrics: &metrics,
                notes: Vec::new(),
            },
            lines: &[],
            calibration: &[],
            mistakes: &mistakes,
            mistakes_in_all: 266,
        },
    );
    for part in [
        "0.9734",
        "0.0812",
        "54000 samples",
        "1.23 s",
        "40 epochs",
        "Learning curves",
        "Confusion matrix",
        "24 of 266, most confident first.",
        "true 1, predicted",
        "confidence 99 %",
        "majority",
        "batch-size",
        "[64, 32]",
        "Linear(784, 64)",
        "50240",
        "–",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<svg").count(), 4);
    assert_eq!(html.matches("src=\"data:image/png;base64,").count(), 24);
    for outside in ["<script", "<link", "@import", "src=\"http", "href=", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
}

#[test]
fn names_from_data_are_escaped() {
    let mut metrics = metrics(true);
    metrics.data = "csv:<script>alert(1)</script>\u{8}\u{1b}[31m".to_owned();
    metrics.baselines.clear();
    let history = history(1);
    let html = write(
        "names",
        &Classifier {
            run: RunFacts {
                provenance: "a \"file\" & <more>",
                architecture: "4 → 3".to_owned(),
                layers: layers(),
                config: CONFIG,
                forward_chained: false,
                history: &history,
                metrics: &metrics,
                notes: Vec::new(),
            },
            lines: &[],
            calibration: &[],
            mistakes: &[],
            mistakes_in_all: 0,
        },
    );
    assert!(!html.contains("<script") && !html.contains("<top>") && !html.contains("<more>"));
    assert!(!html.contains(|c: char| c.is_control() && c != '\n'));
    assert!(html.contains("T-shirt &amp; &lt;top&gt;"));
    assert!(html.contains("None: every test sample was classified correctly."));
}

#[test]
fn a_run_that_diverged_has_a_report() {
    let mut metrics = metrics(false);
    metrics.test.loss = Some(Number(f64::NAN));
    metrics.test.macro_f1 = None;
    metrics.test.confusion = vec![vec![0; CLASSES]; CLASSES];
    metrics.validation = None;
    let mut history = history(5);
    for record in &mut history {
        record.validation = None;
        record.train.loss = Number(f64::NAN);
    }
    let html = write(
        "diverged",
        &Classifier {
            run: RunFacts {
                provenance: "p",
                architecture: "4 → 3".to_owned(),
                layers: layers(),
                config: CONFIG,
                forward_chained: false,
                history: &history,
                metrics: &metrics,
                notes: Vec::new(),
            },
            lines: &[],
            calibration: &[],
            mistakes: &mistakes()[..2],
            mistakes_in_all: 2,
        },
    );
    assert!(html.contains("nothing to draw") && html.contains("All 2, most confident first."));
}

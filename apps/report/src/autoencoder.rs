//! The report of an autoencoder.

use plot::{Cells, ConfusionMatrix, Figure};
use records::{Codes, Denoised, Metrics, Neighbors, Number, OneAgainstRest, Reconstruction};

use crate::blocks::{Align, KeyFigure};
use crate::format::{share, significant};
use crate::page::Report;
use crate::parts::{self, column, decimal, key_figure, layers, learning_curves, settings, whose};
use crate::run_facts::RunFacts;

/// What the report tells.
#[derive(Clone, Debug)]
pub struct Autoencoded<'a> {
    /// The run.
    pub run: RunFacts<'a, Reconstruction>,
    /// The deviation of the noise in training; 0 for none.
    pub noise: f64,
    /// Test pictures, and what is made of them.
    pub rebuilt: &'a Figure,
    /// Test pictures under noise, and what is made of them.
    pub denoised: &'a Figure,
    /// What lies between the classes, where each has training pictures.
    pub between: Option<&'a Figure>,
    /// Codes on a plane.
    pub plane: Option<&'a Figure>,
}

/// Writes the report of an autoencoder.
pub fn autoencoder(of: &Autoencoded<'_>) -> Report {
    let metrics = of.run.metrics;
    let title = format!("{}: an autoencoder", metrics.data);
    let mut report = Report::new(
        title,
        format!("{}. {}", of.run.architecture, of.run.provenance),
    );
    report.key_figures(&key_figures(of));
    report.figures(
        "Reconstructions",
        "Test pictures, the first of each class, and what is left of them after the code.",
        vec![("reconstructions", of.rebuilt.clone())],
    );
    if let Some(codes) = &metrics.codes {
        plane(&mut report, of, codes);
        neighbors(&mut report, codes);
        between(&mut report, of);
        noise(&mut report, of, codes);
    }
    baselines(&mut report, metrics);
    folds(&mut report, metrics);
    let note = match of.noise {
        0.0 => "MSE is that of a pixel, whatever the loss is.".to_owned(),
        noise => format!(
            "MSE is that of a pixel, whatever the loss is. Training figures are those of pictures under noise of \
             deviation {noise}, validation figures those of pictures without."
        ),
    };
    learning_curves(&mut report, of.run.history, ("mse", "MSE"), &note);
    layers(&mut report, &of.run.layers);
    settings(&mut report, of.run.config);
    report
}

fn key_figures(of: &Autoencoded<'_>) -> Vec<KeyFigure> {
    let metrics = of.run.metrics;
    let (rows, test) = (&metrics.rows, &metrics.test);
    let held_out = match &metrics.folds {
        Some(folds) => format!("of a pixel, mean over {} folds", folds.len()),
        None => format!("of a pixel, {} rows", rows.test),
    };
    let mut figures = vec![
        key_figure("Test MSE", number(test.mse), held_out),
        key_figure(
            "Test R²",
            decimal(test.r2),
            "share of the pixels' variance".to_owned(),
        ),
        key_figure(
            "Test loss",
            number(test.loss),
            whose(metrics.weights).to_owned(),
        ),
    ];
    if let Some(knn) = metrics.codes.as_ref().and_then(|codes| codes.knn.as_ref()) {
        figures.push(key_figure(
            "Neighbors' accuracy",
            share(knn.accuracy.0),
            format!("{} nearest codes, {} rows", knn.k, rows.test),
        ));
    }
    figures.push(key_figure(
        "Train MSE",
        number(metrics.train.mse),
        format!("{} rows", rows.train),
    ));
    figures.push(key_figure(
        "Training time",
        format!("{:.2} s", metrics.train_seconds.0),
        format!(
            "{} epochs, {} parameters",
            metrics.epochs, metrics.parameters
        ),
    ));
    figures
}

fn number(figure: Option<Number>) -> String {
    figure.map_or_else(|| "–".to_owned(), |x| significant(x.0))
}

fn plane(report: &mut Report, of: &Autoencoded<'_>, codes: &Codes) {
    let heading = "Codes on a plane";
    match (of.plane, &codes.tsne) {
        (Some(figure), Some(map)) => {
            let text = format!(
                "Codes of the first {} of {} test pictures, {} numbers each, by t-SNE (Barnes-Hut, perplexity {}, {} \
                 steps). Neighbors stay neighbors; distances between far points and sizes of clouds mean little. A \
                 class's name stands at the median of its points.",
                map.rows, of.run.metrics.rows.test, codes.latent, map.perplexity.0, map.epochs
            );
            report.figures(heading, &text, vec![("tsne", figure.clone())]);
        }
        _ => report.note(
            heading,
            "Not drawn: there are too few test pictures, or codes that are no finite numbers.",
        ),
    }
}

fn neighbors(report: &mut Report, codes: &Codes) {
    let heading = "Classes by neighbors";
    let Some(knn) = &codes.knn else {
        let text = "Not judged: there are too few pictures, or codes that are no finite numbers.";
        return report.note(heading, text);
    };
    let columns = [
        column("class", Align::Left),
        column("TP", Align::Right),
        column("FP", Align::Right),
        column("FN", Align::Right),
        column("TN", Align::Right),
        column("accuracy", Align::Right),
    ];
    let counts = |n: u64| n.to_string();
    let mut rows: Vec<Vec<String>> = knn
        .per_class
        .iter()
        .map(|class| {
            let [tp, fp, missed, tn] = [class.tp, class.fp, class.missed, class.tn].map(counts);
            vec![
                class.label.clone(),
                tp,
                fp,
                missed,
                tn,
                share(class.accuracy()),
            ]
        })
        .collect();
    let sum = |f: fn(&OneAgainstRest) -> u64| counts(knn.per_class.iter().map(f).sum());
    rows.push(vec![
        "all".to_owned(),
        sum(|c| c.tp),
        sum(|c| c.fp),
        sum(|c| c.missed),
        sum(|c| c.tn),
        share(knn.mean_one_vs_rest_accuracy.0),
    ]);
    report.table(heading, &columns, &rows);
    report.aside(&format!(
        "Each test picture is taken for what most of the {} training pictures with the nearest codes are. {} of the test \
         pictures are told rightly. The last column is the share rightly told to be of the class or not to be, and below \
         it the mean over the classes: far greater, since most pictures are not of a class.",
        knn.k,
        share(knn.accuracy.0),
    ));
    report.figures(
        "Confusion of neighbors",
        "Rows are true classes, columns what they were taken for. The color follows the square root of the share in its \
         row, so that rare mistakes show.",
        vec![("knn-confusion", confusion(knn))],
    );
}

fn confusion(knn: &Neighbors) -> Figure {
    let labels: Vec<String> = knn.per_class.iter().map(|c| c.label.clone()).collect();
    let matrix = ConfusionMatrix {
        title: "Rows",
        labels: &labels,
        counts: &knn.confusion,
        cells: Cells::Counts,
    };
    matrix.draw()
}

fn between(report: &mut Report, of: &Autoencoded<'_>) {
    let Some(figure) = of.between else { return };
    report.figures(
        "Between the classes",
        "On the diagonal the picture of the mean code of a class's training pictures, elsewhere that of the code halfway \
         between two of these.",
        vec![("centroids", figure.clone())],
    );
}

fn noise(report: &mut Report, of: &Autoencoded<'_>, codes: &Codes) {
    let trained = match of.noise {
        0.0 => "The autoencoder was trained on pictures without noise.".to_owned(),
        noise => format!("The autoencoder was trained to remove noise of deviation {noise}."),
    };
    let text = format!(
        "Test pictures under Gaussian noise, and what the autoencoder makes of them. {trained} What noise leaves beyond \
         black and white is drawn black and white."
    );
    report.figures("Noise", &text, vec![("denoising", of.denoised.clone())]);
    let columns = [
        column("deviation of the noise", Align::Right),
        column("MSE under noise", Align::Right),
        column("MSE after", Align::Right),
        column("accuracy under noise", Align::Right),
        column("accuracy after", Align::Right),
    ];
    let row = |d: &Denoised| {
        vec![
            d.sigma.0.to_string(),
            significant(d.mse_noisy.0),
            significant(d.mse_denoised.0),
            share(d.accuracy_noisy.0),
            share(d.accuracy_denoised.0),
        ]
    };
    let rows: Vec<Vec<String>> = codes.denoising.iter().map(row).collect();
    report.table("Noise in figures", &columns, &rows);
    report.aside(
        "On all test pictures, each compared with itself without noise. The accuracy is that of a small perceptron (64 \
         hidden units) which was trained for this within seconds, on the training pictures without noise.",
    );
}

fn baselines(report: &mut Report, metrics: &Metrics<Reconstruction>) {
    if metrics.baselines.is_empty() {
        return;
    }
    let columns = [
        column("model", Align::Left),
        column("test MSE", Align::Right),
        column("test R²", Align::Right),
    ];
    let network = ("this network", &metrics.test);
    let others = metrics.baselines.iter().map(|(name, f)| (name.as_str(), f));
    let rows: Vec<Vec<String>> = std::iter::once(network)
        .chain(others)
        .map(|(name, f)| vec![name.to_owned(), number(f.mse), decimal(f.r2)])
        .collect();
    report.table("Beside simple models", &columns, &rows);
    report.aside(
        "mean: the mean training picture, whatever is asked. pca: as many principal components of the training pictures \
         as a code has numbers, the best that a linear autoencoder can do.",
    );
}

fn folds(report: &mut Report, metrics: &Metrics<Reconstruction>) {
    let Some(folds) = &metrics.folds else { return };
    let columns = [
        column("fold", Align::Right),
        column("MSE", Align::Right),
        column("R²", Align::Right),
        column("loss", Align::Right),
    ];
    let row = |(i, f): (usize, &Reconstruction)| {
        vec![
            (i + 1).to_string(),
            number(f.mse),
            decimal(f.r2),
            number(f.loss),
        ]
    };
    let rows: Vec<Vec<String>> = folds.iter().enumerate().map(row).collect();
    parts::folds(report, &columns, &rows);
}

//! The report of an autoencoder.

use plot::{Cells, ConfusionMatrix, Figure};
use records::{Codes, Denoised, Metrics, Neighbors, Number, OneAgainstRest, Reconstruction};

use crate::blocks::{Align, KeyFigure};
use crate::format::{share, significant};
use crate::page::Report;
use crate::parts::{
    self, column, decimal, key_figure, layers, learning_curves, probes, settings, whose,
};
use crate::run_facts::RunFacts;

/// Content of an autoencoder's report.
#[derive(Clone, Debug)]
pub struct Autoencoded<'a> {
    /// The run.
    pub run: RunFacts<'a, Reconstruction>,
    /// Standard deviation of the training noise; 0 for none.
    pub noise: f64,
    /// Test images and their reconstructions.
    pub reconstructions: &'a Figure,
    /// Noisy test images and their reconstructions.
    pub denoised: &'a Figure,
    /// Interpolation between class means in latent space, if every class has training images.
    pub between: Option<&'a Figure>,
    /// t-SNE of latent codes.
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
        "The first test image of each class and its reconstruction.",
        vec![("reconstructions", of.reconstructions.clone())],
    );
    if let Some(codes) = &metrics.codes {
        plane(&mut report, of, codes);
        neighbors(&mut report, codes);
        between(&mut report, of);
        noise(&mut report, of, codes);
    }
    baselines(&mut report, metrics);
    folds(&mut report, metrics, of.run.forward_chained);
    let note = match of.noise {
        0.0 => "MSE is per pixel, whatever the training loss.".to_owned(),
        noise => format!(
            "MSE is per pixel, whatever the training loss. Training curves use images with Gaussian noise (standard \
             deviation {noise}), validation curves clean images."
        ),
    };
    learning_curves(&mut report, of.run.history, ("mse", "MSE"), &note);
    probes(&mut report, of.run.history);
    layers(&mut report, &of.run.layers);
    settings(&mut report, of.run.config);
    report
}

fn key_figures(of: &Autoencoded<'_>) -> Vec<KeyFigure> {
    let metrics = of.run.metrics;
    let (rows, test) = (&metrics.rows, &metrics.test);
    let held_out = match &metrics.folds {
        Some(folds) => format!("per pixel, mean over {} folds", folds.len()),
        None => format!("per pixel, {} samples", rows.test),
    };
    let mut figures = vec![
        key_figure("Test MSE", number(test.mse), held_out),
        key_figure(
            "Test R²",
            decimal(test.r2),
            "explained pixel variance".to_owned(),
        ),
        key_figure(
            "Test loss",
            number(test.loss),
            whose(metrics.weights).to_owned(),
        ),
    ];
    if let Some(knn) = metrics.codes.as_ref().and_then(|codes| codes.knn.as_ref()) {
        figures.push(key_figure(
            "k-NN accuracy",
            share(knn.accuracy.0),
            format!("k = {} on latent codes, {} samples", knn.k, rows.test),
        ));
    }
    figures.push(key_figure(
        "Train MSE",
        number(metrics.train.mse),
        format!("{} samples", rows.train),
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
    let heading = "t-SNE of latent codes";
    match (of.plane, &codes.tsne) {
        (Some(figure), Some(map)) => {
            let text = format!(
                "Latent codes ({2} dimensions) of the first {0} of {1} test images. Barnes-Hut t-SNE, perplexity {3}, \
                 {4} iterations. t-SNE keeps neighborhoods; distances between clusters and cluster sizes mean little. \
                 Class names stand at the median of their points.",
                map.rows, of.run.metrics.rows.test, codes.latent, map.perplexity.0, map.epochs
            );
            report.figures(heading, &text, vec![("tsne", figure.clone())]);
        }
        _ => report.note(
            heading,
            "Not drawn: too few test images, or non-finite codes.",
        ),
    }
}

fn neighbors(report: &mut Report, codes: &Codes) {
    let heading = "k-NN on latent codes";
    let Some(knn) = &codes.knn else {
        let text = "Not evaluated: too few images, or non-finite codes.";
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
        "total".to_owned(),
        sum(|c| c.tp),
        sum(|c| c.fp),
        sum(|c| c.missed),
        sum(|c| c.tn),
        share(knn.mean_one_vs_rest_accuracy.0),
    ]);
    report.table(heading, &columns, &rows);
    report.aside(&format!(
        "Each test image is predicted by a majority vote of its {} nearest training codes. {}-NN accuracy: {}. The \
         last column is the one-vs-rest accuracy of each class, and its mean over classes below. It is far higher, \
         because most images are negatives of any one class.",
        knn.k,
        knn.k,
        share(knn.accuracy.0),
    ));
    report.figures(
        "k-NN confusion matrix",
        "Rows are true classes, columns predicted classes. Color is the square root of the share of its row, so that \
         rare errors show.",
        vec![("knn-confusion", confusion(knn))],
    );
}

fn confusion(knn: &Neighbors) -> Figure {
    let labels: Vec<String> = knn.per_class.iter().map(|c| c.label.clone()).collect();
    let matrix = ConfusionMatrix {
        title: "Counts",
        labels: &labels,
        counts: &knn.confusion,
        weights: None,
        cells: Cells::Counts,
    };
    matrix.draw()
}

fn between(report: &mut Report, of: &Autoencoded<'_>) {
    let Some(figure) = of.between else { return };
    report.figures(
        "Latent interpolation",
        "Diagonal: decoded mean code of each class's training images. Elsewhere: decoded midpoint of two class means.",
        vec![("centroids", figure.clone())],
    );
}

fn noise(report: &mut Report, of: &Autoencoded<'_>, codes: &Codes) {
    let trained = match of.noise {
        0.0 => "The autoencoder was trained on clean images.".to_owned(),
        noise => {
            format!("The autoencoder was trained to remove noise of standard deviation {noise}.")
        }
    };
    let text = format!(
        "Test images with Gaussian noise and their reconstructions. {trained} Values beyond black and white are drawn \
         black and white."
    );
    report.figures("Denoising", &text, vec![("denoising", of.denoised.clone())]);
    let columns = [
        column("noise σ", Align::Right),
        column("MSE, noisy", Align::Right),
        column("MSE, denoised", Align::Right),
        column("accuracy, noisy", Align::Right),
        column("accuracy, denoised", Align::Right),
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
    report.table("Denoising by noise level", &columns, &rows);
    report.aside(
        "All test images; MSE is to the clean image. Accuracy is that of a small MLP classifier (64 hidden units) \
         trained on the clean training images.",
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
    report.table("Baselines", &columns, &rows);
    report.aside(
        "mean: the mean training image. pca: as many principal components of the training images as the latent \
         dimension, the optimum of a linear autoencoder.",
    );
}

fn folds(report: &mut Report, metrics: &Metrics<Reconstruction>, forward_chained: bool) {
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
    parts::folds(report, &columns, &rows, forward_chained);
}

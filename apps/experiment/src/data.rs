//! The data of an experiment, loaded and split.

mod divide;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use datasets::download::{DownloadError, OnProgress, Progress as Download};
use datasets::{
    DataError, Dataset, Encoder, Fingerprint, InputKind, RawData, Request, Resolver, Spec, Targets,
    split::Division,
};
use report::significant;
use settings::{Options, Partition};

use crate::error::AppError;
use crate::interrupt;
use crate::progress::{DownloadProgress, Progress};

pub use divide::divide;
use divide::{check_weights, fewer};

/// A data set, and which of its samples are for what. Cloning shares the cells.
#[derive(Clone)]
pub struct Data {
    /// The samples as numbers, by what was fitted to the training samples.
    pub set: Dataset,
    /// Training samples.
    pub train: Vec<u32>,
    /// Samples held out of those for validation.
    pub validation: Vec<u32>,
    /// Test samples.
    pub test: Vec<u32>,
    /// How its samples are divided into parts and folds.
    pub division: Division,
    /// The data as it was read.
    pub raw: Arc<RawData>,
    /// The encoder of a table of one's own: how its cells became numbers.
    pub encoder: Option<Encoder>,
    /// Hashes of the content of a file of one's own.
    pub fingerprint: Option<Fingerprint>,
}

/// Where data is looked for, and who is told how that goes.
#[derive(Clone)]
pub struct DataSource {
    /// The only folder to look in; else as the environment says.
    pub data_dir: Option<PathBuf>,
    /// Whether nothing is downloaded.
    pub offline: bool,
    /// Who is told.
    pub progress: Arc<dyn Progress>,
}

impl DataSource {
    /// What the settings say.
    pub fn of(options: &Options, progress: &Arc<dyn Progress>) -> Self {
        Self {
            data_dir: options.data_dir.clone(),
            offline: options.offline,
            progress: Arc::clone(progress),
        }
    }
}

/// Loads a data set, downloading it if need be, and divides its rows.
///
/// # Errors
/// If the data cannot be found, downloaded, read or divided so.
pub fn load(
    request: &Request,
    partition: Partition,
    source: &DataSource,
) -> Result<Data, AppError> {
    // What is embedded, made or published does not change.
    let is_own = matches!(request.spec, Spec::Custom(_));
    load_known(request, partition, source, |raw| {
        Ok(is_own.then(|| raw.fingerprint()))
    })
}

/// As [`load`]; `fingerprint` takes the hashes of what was read, and may put it in order or refuse it.
pub(crate) fn load_known(
    request: &Request,
    partition: Partition,
    source: &DataSource,
    fingerprint: impl FnOnce(&mut RawData) -> Result<Option<Fingerprint>, AppError>,
) -> Result<Data, AppError> {
    let progress = &source.progress;
    let mut raw = read(request, source)?;
    progress.say(raw.provenance());
    let fingerprint = fingerprint(&mut raw)?;
    let data = Data {
        fingerprint,
        ..divide(Arc::new(raw), partition)?
    };
    data.set.notes.iter().for_each(|note| progress.say(note));
    Ok(data)
}

/// Reads a data set, not yet divided, from which nothing is fitted yet.
///
/// # Errors
/// If it cannot be found, downloaded or read.
pub fn read(request: &Request, source: &DataSource) -> Result<RawData, AppError> {
    let finder = Resolver {
        data_dir: source.data_dir.clone(),
        offline: source.offline,
        progress: Some(show_downloads(Arc::clone(&source.progress))),
        ..Resolver::from_env()
    };
    datasets::read(request, &finder).map_err(|e| match e {
        DataError::Request(e) => AppError::Usage(e.to_string()),
        DataError::Download(DownloadError::Stopped) => AppError::Interrupted(e.to_string()),
        e => AppError::failure(e),
    })
}

impl Data {
    /// Samples for training, validation and test, as numbers by what is fitted to the training samples.
    fn fitted(
        raw: Arc<RawData>,
        division: Division,
        [train, validation, test]: [Vec<u32>; 3],
    ) -> Result<Self, AppError> {
        check_weights(&raw, [&train, &validation, &test])?;
        let (set, encoder) = raw.encode(&train).map_err(AppError::failure)?;
        Ok(Self {
            set,
            train,
            validation,
            test,
            division,
            raw,
            encoder,
            fingerprint: None,
        })
    }

    /// The same data with other samples for training and validation: what is fitted is fitted anew.
    ///
    /// # Errors
    /// If nothing is left to learn from.
    pub fn with_samples(&self, train: Vec<u32>, validation: Vec<u32>) -> Result<Self, AppError> {
        if !self.raw.is_fitted() {
            return Ok(Self {
                train,
                validation,
                ..self.clone()
            });
        }
        let parts = [train, validation, self.test.clone()];
        Ok(Self {
            fingerprint: self.fingerprint.clone(),
            ..Self::fitted(Arc::clone(&self.raw), self.division.clone(), parts)?
        })
    }

    /// What it was taken for: a table of 80 columns of text, with a line a column, for a file of one's own, a sentence for
    /// other data; then a sentence on what stands for missing values.
    pub fn description(&self) -> Vec<String> {
        let mut lines: Vec<String> = match self.raw.description() {
            Some(table) => table.to_string().lines().map(str::to_owned).collect(),
            None => vec![self.in_a_sentence()],
        };
        lines.extend(self.encoder.as_ref().and_then(Encoder::imputation));
        lines
    }

    /// Says what a file of one's own was taken for, and how samples are divided where that is not at random.
    pub fn say(&self, progress: &dyn Progress) {
        if self.fingerprint.is_some() {
            self.description()
                .iter()
                .for_each(|line| progress.say(line));
        }
        self.division_in_words()
            .iter()
            .for_each(|line| progress.say(line));
        if let Some(warning) = self.never_trained() {
            progress.warn(&warning);
        }
    }

    /// Which samples are for what, in a sentence, where they are not drawn one by one.
    pub fn division_in_words(&self) -> Option<String> {
        let own_test = self.raw.has_test_file();
        match &self.division {
            Division::Stratified => None,
            Division::Ordered => {
                let range = |name: &str, rows: &[u32]| {
                    let (first, last) = (*rows.first()?, *rows.last()?);
                    let (first, last) = (self.raw.origin(first), self.raw.origin(last));
                    let unit = first.unit();
                    Some(format!("{name} {unit}s {first} to {last}"))
                };
                let parts = [
                    range("training", &self.train),
                    range("validation", &self.validation),
                    range("test", &self.test).filter(|_| !own_test),
                ];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                Some(format!(
                    "samples stay in their order, nothing is drawn: {}",
                    parts.join(", ")
                ))
            }
            division @ Division::Grouped(_) => {
                let count = |name: &str, rows: &[u32]| {
                    let groups = division.groups_of(rows)?;
                    (groups > 0).then(|| format!("{groups} for {name}"))
                };
                let parts = [
                    count("training", &self.train),
                    count("validation", &self.validation),
                    count("test", &self.test).filter(|_| !own_test),
                ];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                Some(format!(
                    "groups by {}: {}, none of them in two parts",
                    self.raw.group().unwrap_or_default(),
                    parts.join(", ")
                ))
            }
        }
    }

    /// A sentence on classes that no training sample has; `None` if there are none.
    fn never_trained(&self) -> Option<String> {
        let Targets::Classes { labels, classes } = self.raw.targets().unweighted() else {
            return None;
        };
        let mut known = vec![false; *classes];
        for row in &self.train {
            known[labels[*row as usize] as usize] = true;
        }
        let names = self.set.class_names.iter().zip(known);
        let absent: Vec<&str> = names
            .filter(|(_, known)| !known)
            .map(|(name, _)| name.as_str())
            .collect();
        let (shown, more) = absent.split_at(absent.len().min(10));
        let more = match more.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!absent.is_empty()).then(|| {
            format!(
                "no training sample has the class {}{more}, so that it cannot be learned",
                shown.join(", ")
            )
        })
    }

    /// A sentence on how the training samples weigh; `None` where all count the same.
    pub fn weighting(&self) -> Option<String> {
        let weights = self.set.part.targets.weights()?;
        let own = self.train.iter().map(|row| weights[*row as usize]);
        let (least, most) = own.fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), w| {
            (least.min(w), most.max(w))
        });
        let mean = self.set.part.targets.total_weight(&self.train) / self.train.len() as f64;
        let column = self.raw.sample_weight().unwrap_or("--sample-weight");
        Some(format!(
            "samples weigh by {column}: from {} to {} over the training samples, divided by their mean, {}",
            significant(least),
            significant(most),
            significant(mean)
        ))
    }

    fn in_a_sentence(&self) -> String {
        let sizes = |sizes: &[usize]| {
            let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
            sizes.join("×")
        };
        let shape = self.set.part.inputs.row_shape();
        let each = match &self.set.input {
            InputKind::Table { columns } => format!("{} columns", columns.len()),
            InputKind::Image { .. } => format!("images of {}", sizes(shape)),
        };
        let predicted = match self.set.class_names.len() {
            0 => self.set.target_names.join(", "),
            count => format!("{count} classes"),
        };
        let name = &self.set.name;
        format!(
            "{name}: {} samples, {each}, to predict {predicted}",
            self.raw.len()
        )
    }

    /// The same with so many of its training samples, drawn by a seed, classes in proportion.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn with_train_samples(self, count: usize, seed: u64) -> Result<Self, AppError> {
        let train = fewer(&self.raw, &self.division, self.train.clone(), count, seed)?;
        self.with_samples(train, self.validation.clone())
    }
}

/// A bar for each file that is downloaded, and a word while another program downloads. Ctrl-C stops the download.
fn show_downloads(progress: Arc<dyn Progress>) -> OnProgress {
    type Shown = (String, Option<Box<dyn DownloadProgress>>);
    let shown: Mutex<Option<Shown>> = Mutex::new(None);
    Arc::new(move |at| {
        let mut shown = shown.lock().unwrap_or_else(|e| e.into_inner());
        let what = match at {
            Download::Waiting { folder } => folder.display().to_string(),
            Download::Bytes { file, .. } => file.to_owned(),
        };
        if shown.as_ref().is_none_or(|(current, _)| *current != what) {
            if let Some((_, Some(bar))) = shown.take() {
                bar.finish();
            }
            let bar = match at {
                Download::Waiting { .. } => {
                    progress.say(&format!("waiting for another program's download in {what}"));
                    None
                }
                Download::Bytes { total, .. } => Some(progress.download(&what, total)),
            };
            *shown = Some((what, bar));
        }
        if let (Download::Bytes { done, total, .. }, Some((_, bar))) = (at, shown.as_mut()) {
            if let Some(bar) = bar {
                bar.at(done);
            }
            if done == total
                && let Some(bar) = bar.take()
            {
                bar.finish();
            }
        }
        interrupt::flow()
    })
}

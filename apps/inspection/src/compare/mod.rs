//! Finished runs side by side: the settings in which they differ, their figures, their learning curves.
//!
//! Runs that differ in nothing but their seed are a [`Group`], with means and intervals over the seeds.

mod figures;
mod interval;
mod runs;

use std::collections::BTreeMap;
use std::path::PathBuf;

use experiment::AppError;
use experiment::run::Task;
use records::csv_table;

pub use figures::{Curve, Score, curves, in_words};
pub use interval::Mean;
pub use runs::ComparedRun;

/// Settings that decide which samples are tested on, and how much each of them counts.
const OF_TEST_SET: [&str; 6] = [
    "split",
    "split-seed",
    "group",
    "missing",
    "sample-weight",
    "folds",
];

/// Runs with equal settings but for the seed.
#[derive(Clone, Debug)]
pub struct Group {
    /// A number from 1, and the settings in which the group differs from others, or the names of its runs where there are
    /// none or too many.
    pub label: String,
    /// Its runs.
    pub runs: Vec<ComparedRun>,
}

/// What differs between the groups: a setting, and its value in each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the setting.
    pub setting: String,
    /// Its values in the order of the groups; a dash where it has none.
    pub values: Vec<String>,
}

/// Runs that were compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What they are about: the data and its targets.
    pub about: String,
    /// The name of the score that networks are compared by.
    pub score: &'static str,
    /// The groups in the order in which their first runs were given.
    pub groups: Vec<Group>,
    /// What differs between them.
    pub differences: Vec<Difference>,
}

/// Characters of the settings in a label; longer ones are told in the table alone.
const LONGEST: usize = 48;

impl Comparison {
    /// Reads and groups finished runs.
    ///
    /// # Errors
    /// If one is not finished or of another task, two are about different data or targets, or two are the same run.
    pub fn of<K: Task>(folders: &[PathBuf]) -> Result<Self, AppError> {
        let read = |folder: &PathBuf| ComparedRun::read::<K>(folder);
        let runs: Vec<ComparedRun> = folders.iter().map(read).collect::<Result<_, _>>()?;
        for (i, run) in runs.iter().enumerate() {
            runs[0].refuse_other_data(run)?;
            runs[..i]
                .iter()
                .try_for_each(|other| other.refuse_same(run))?;
        }
        let mut groups: Vec<Vec<ComparedRun>> = Vec::new();
        let about = runs[0].about();
        for run in runs {
            match groups.iter_mut().find(|g| g[0].settings == run.settings) {
                Some(group) => group.push(run),
                None => groups.push(vec![run]),
            }
        }
        let differences = differences(&groups);
        let groups = groups
            .into_iter()
            .enumerate()
            .map(|(i, runs)| Group {
                label: format!("{}: {}", i + 1, label(&runs, &differences, i)),
                runs,
            })
            .collect();
        Ok(Self {
            about,
            score: K::SCORE,
            groups,
            differences,
        })
    }

    /// The number of runs.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.runs.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// A sentence where the groups were not tested on the same samples, or these did not count the same.
    pub fn other_test_sets(&self) -> Option<String> {
        let own = |d: &&Difference| OF_TEST_SET.contains(&d.setting.as_str());
        let names: Vec<&str> = self
            .differences
            .iter()
            .filter(own)
            .map(|d| d.setting.as_str())
            .collect();
        (!names.is_empty()).then(|| {
            format!(
                "the runs were not tested on the same samples with the same weights ({}), so part of the difference comes from the samples",
                names.join(", ")
            )
        })
    }

    /// The names of all figures of `part` (`test`, `validation`, `train`) that any run has, in their order.
    pub fn figure_names(&self, part: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for run in self.groups.iter().flat_map(|group| &group.runs) {
            for (name, _) in run.figures(part) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// The groups as CSV: what differs, and of each figure the mean over the runs and the ends of its 95 % interval.
    pub fn groups_csv(&self) -> Vec<u8> {
        let figures = self.all_figures();
        let mut headings = vec!["group".to_owned(), "runs".to_owned()];
        headings.extend(self.differences.iter().map(|d| d.setting.clone()));
        for (part, name) in &figures {
            let of = |end: &str| format!("{part} {name}{end}");
            headings.extend(["", " low", " high"].map(of));
        }
        let rows = self.groups.iter().enumerate().map(|(i, group)| {
            let mut cells = vec![(i + 1).to_string(), group.runs.len().to_string()];
            cells.extend(self.differences.iter().map(|d| d.values[i].clone()));
            for (part, name) in &figures {
                let mean = group.mean(part, name);
                let ends = mean.and_then(|m| Some((m.mean - m.half?, m.mean + m.half?)));
                let shown = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
                cells.push(shown(mean.map(|m| m.mean)));
                cells.push(shown(ends.map(|e| e.0)));
                cells.push(shown(ends.map(|e| e.1)));
            }
            cells
        });
        csv_table(&headings, rows)
    }

    /// The runs as CSV, a line each.
    pub fn runs_csv(&self) -> Vec<u8> {
        let figures = self.all_figures();
        let own = ["run", "group", "seed"].map(str::to_owned);
        let settings = self.differences.iter().map(|d| d.setting.clone());
        let named = figures.iter().map(|(part, name)| format!("{part} {name}"));
        let headings: Vec<String> = own.into_iter().chain(settings).chain(named).collect();
        let rows = self.groups.iter().enumerate().flat_map(|(i, group)| {
            let figures = &figures;
            group.runs.iter().map(move |run| {
                let seed = run.metrics.seed.to_string();
                let mut cells = vec![run.folder.display().to_string(), (i + 1).to_string(), seed];
                cells.extend(self.differences.iter().map(|d| d.values[i].clone()));
                let shown = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
                cells.extend(
                    figures
                        .iter()
                        .map(|(part, name)| shown(run.figure(part, name))),
                );
                cells
            })
        });
        csv_table(&headings, rows)
    }

    fn all_figures(&self) -> Vec<(&'static str, String)> {
        let of = |part: &'static str| {
            let names = self.figure_names(part).into_iter();
            names.map(move |name| (part, name)).collect::<Vec<_>>()
        };
        ["test", "validation", "train", "run"]
            .into_iter()
            .flat_map(of)
            .collect()
    }
}

impl Group {
    /// The mean of a figure over the runs; `None` where it is not defined for all of them.
    pub fn mean(&self, part: &str, name: &str) -> Option<Mean> {
        let values: Option<Vec<f64>> = self.runs.iter().map(|run| run.figure(part, name)).collect();
        Mean::of(&values?)
    }
}

/// The settings in which the groups differ, in the order of their names.
fn differences(groups: &[Vec<ComparedRun>]) -> Vec<Difference> {
    let mut names = BTreeMap::new();
    for group in groups {
        names.extend(group[0].settings.keys().map(|name| (name.clone(), ())));
    }
    let values = |name: &String| -> Vec<String> {
        let value = |g: &Vec<ComparedRun>| g[0].settings.get(name).cloned();
        groups
            .iter()
            .map(|g| value(g).unwrap_or_else(|| "–".to_owned()))
            .collect()
    };
    names
        .into_keys()
        .map(|name| Difference {
            values: values(&name),
            setting: name,
        })
        .filter(|d| d.values.iter().any(|value| *value != d.values[0]))
        .collect()
}

/// What a group is called.
fn label(runs: &[ComparedRun], differences: &[Difference], group: usize) -> String {
    let settings: Vec<String> = differences
        .iter()
        .map(|d| format!("{} {}", d.setting, d.values[group]))
        .collect();
    let text = settings.join(", ");
    match text.chars().count() {
        1..=LONGEST => text,
        _ => match runs.len() {
            1 => runs[0].name(),
            n => format!("{} and {} more", runs[0].name(), n - 1),
        },
    }
}

//! Hashes of a data set's content.

use std::fmt::Write;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::dataset::Dataset;
use crate::kind::InputKind;
use crate::rows::Rows;
use crate::table::{Cells, NO_TEXT, Table, Texts};
use crate::targets::Targets;

/// Hashes of the content of a data set: of each column, or of all pixels, and of the targets. Equal content has equal
/// hashes wherever it lies and in whatever order its columns stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The number of rows.
    pub rows: usize,
    /// The columns.
    pub columns: Vec<ColumnFingerprint>,
    /// Those of a test file beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<Box<Self>>,
}

/// The hash of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnFingerprint {
    /// Its name.
    pub name: String,
    /// Kind of its content: numbers, text, dates, images or classes.
    pub kind: String,
    /// SHA-256 over its cells in their order, in hexadecimal digits.
    pub sha256: String,
}

impl Fingerprint {
    /// Difference of `now` from this, in one sentence that reads on after the name of the data; `None` if nothing does.
    pub fn difference(&self, now: &Self) -> Option<String> {
        self.own_difference(now)
            .or_else(|| match (&self.test, &now.test) {
                (Some(was), Some(now)) => {
                    let difference = was.own_difference(now)?;
                    Some(format!("is as it was, but its test file {difference}"))
                }
                (None, Some(_)) => Some("has a test file, and had none".to_owned()),
                (Some(_), None) => Some("has no test file, and had one".to_owned()),
                (None, None) => None,
            })
    }

    /// What differs, the test file aside.
    fn own_difference(&self, now: &Self) -> Option<String> {
        if self.rows != now.rows {
            return Some(format!("has {} rows, and had {}", now.rows, self.rows));
        }
        let find = |set: &Self, name: &str| set.columns.iter().find(|c| c.name == name).cloned();
        let names = |columns: Vec<&ColumnFingerprint>| {
            let mut names: Vec<&str> = columns.iter().take(20).map(|c| c.name.as_str()).collect();
            if columns.len() > 20 {
                names.push("…");
            }
            names.join(", ")
        };
        let gone: Vec<_> = self
            .columns
            .iter()
            .filter(|c| find(now, &c.name).is_none())
            .collect();
        if !gone.is_empty() {
            return Some(format!("no longer has the columns {}", names(gone)));
        }
        let new: Vec<_> = now
            .columns
            .iter()
            .filter(|c| find(self, &c.name).is_none())
            .collect();
        if !new.is_empty() {
            return Some(format!("has new columns: {}", names(new)));
        }
        let changed = |c: &&ColumnFingerprint| find(now, &c.name).is_some_and(|now| now != **c);
        let changed: Vec<_> = self.columns.iter().filter(changed).collect();
        if changed.is_empty() {
            return None;
        }
        let all = changed.len() == self.columns.len() && self.columns.len() > 1;
        Some(if all {
            "has other cells in every column, or its rows in another order".to_owned()
        } else {
            format!("has other cells in {}", names(changed))
        })
    }

    /// One hash over all of it, in hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut columns: Vec<&ColumnFingerprint> = self.columns.iter().collect();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        let mut hash = Sha256::new();
        hash.update((self.rows as u64).to_le_bytes());
        for ColumnFingerprint { name, kind, sha256 } in columns {
            for part in [name, kind, sha256] {
                put(&mut hash, part);
            }
        }
        if let Some(test) = &self.test {
            put(&mut hash, &test.digest());
        }
        hex(hash)
    }
}

impl Table {
    /// Hashes of the columns, as they were read.
    pub fn fingerprint(&self) -> Fingerprint {
        let all = self.len();
        let from = self.later_rows().start;
        Fingerprint {
            test: (from < all).then(|| Box::new(self.fingerprint_of(from..all))),
            ..self.fingerprint_of(0..from)
        }
    }

    fn fingerprint_of(&self, rows: Range<usize>) -> Fingerprint {
        let column = |column: &crate::table::Column| {
            let mut hash = Sha256::new();
            match &column.cells {
                Cells::Numbers {
                    written: Some(texts),
                    ..
                }
                | Cells::Texts(texts) => put_texts(&mut hash, texts, rows.clone()),
                Cells::Numbers { values, .. } => put_numbers(&mut hash, &values[rows.clone()]),
                Cells::Dates { days, .. } => put_numbers(&mut hash, &days[rows.clone()]),
            }
            ColumnFingerprint {
                name: column.name.clone(),
                kind: column.cells.kind().into(),
                sha256: hex(hash),
            }
        };
        Fingerprint {
            rows: rows.len(),
            columns: self.columns().iter().map(column).collect(),
            test: None,
        }
    }
}

impl Dataset {
    /// Hashes of its content: of its inputs, and of its targets. Of a table with missing cells or categories, take
    /// [`RawData::fingerprint`](crate::RawData::fingerprint): the numbers here depend on the rows that it was encoded by.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint_of(0..self.len() as u32)
    }

    /// As [`fingerprint`](Self::fingerprint), of some rows.
    pub(crate) fn fingerprint_of(&self, rows: Range<u32>) -> Fingerprint {
        let mut inputs = Sha256::new();
        let kind = match &self.input {
            InputKind::Image { .. } => "images",
            InputKind::Table { columns } => {
                columns.iter().for_each(|name| put(&mut inputs, name));
                "numbers"
            }
        };
        put_rows(&mut inputs, &self.part.inputs, rows.clone());
        let mut targets = Sha256::new();
        if let Some(weights) = self.part.targets.weights() {
            put_numbers(
                &mut targets,
                &weights[rows.start as usize..rows.end as usize],
            );
        }
        let target_kind = match self.part.targets.unweighted() {
            Targets::Classes { labels, .. } => {
                self.class_names
                    .iter()
                    .for_each(|name| put(&mut targets, name));
                labels[rows.start as usize..rows.end as usize]
                    .iter()
                    .for_each(|label| targets.update(label.to_le_bytes()));
                "classes"
            }
            Targets::Values(values) => {
                put_rows(&mut targets, values, rows.clone());
                "numbers"
            }
            Targets::Weighted(_) => unreachable!("unweighted targets have no weights"),
        };
        let column = |name: &str, kind: &str, hash| ColumnFingerprint {
            name: name.into(),
            kind: kind.into(),
            sha256: hex(hash),
        };
        Fingerprint {
            rows: rows.len(),
            columns: vec![
                column("inputs", kind, inputs),
                column(&self.target_names.join(", "), target_kind, targets),
            ],
            test: None,
        }
    }
}

/// A text with its length before it, so that two of them are not one.
fn put(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

fn put_numbers(hash: &mut Sha256, values: &[f64]) {
    let mut bytes = Vec::with_capacity(1 << 15);
    for chunk in values.chunks(1 << 12) {
        bytes.clear();
        for value in chunk {
            // Missing cells are one NaN, and zeros of both signs one number.
            let value = if value.is_nan() {
                f64::NAN
            } else {
                value + 0.0
            };
            bytes.extend_from_slice(&value.to_bits().to_le_bytes());
        }
        hash.update(&bytes);
    }
}

/// The texts are numbered anew in their order of appearance, which is theirs whatever rows were left out.
fn put_texts(hash: &mut Sha256, texts: &Texts, rows: Range<usize>) {
    let mut seen = vec![NO_TEXT; texts.texts.len()];
    let mut next = 0u32;
    for &code in &texts.codes[rows] {
        if code == NO_TEXT {
            hash.update(NO_TEXT.to_le_bytes());
            continue;
        }
        let number = &mut seen[code as usize];
        if *number == NO_TEXT {
            *number = next;
            next += 1;
            put(hash, &texts.texts[code as usize]);
        }
        hash.update(number.to_le_bytes());
    }
}

fn put_rows(hash: &mut Sha256, rows: &Rows, of: Range<u32>) {
    for axis in rows.row_shape() {
        hash.update((*axis as u64).to_le_bytes());
    }
    let all: Vec<u32> = of.collect();
    let some = (1usize << 12).div_ceil(rows.row_len());
    let mut cells = vec![0.0; some.min(all.len()) * rows.row_len()];
    for chosen in all.chunks(some) {
        let cells = &mut cells[..chosen.len() * rows.row_len()];
        rows.gather_into::<f64>(chosen, cells);
        put_numbers(hash, cells);
    }
}

pub(crate) fn hex(hash: Sha256) -> String {
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

//! From a table to rows to learn from.

use std::collections::HashMap;

use crate::{Rows, Targets};

use super::notes::notes;
use super::{Kind, MOST_COLUMNS, Table, TableError, listed, shortened};
use crate::classes::Classes;
use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::samples::Part;
use crate::source::Contents;

/// From this many columns on that one column of text makes, it is worth a note.
const MANY_TEXTS: usize = 50;

/// What becomes of a column as an input.
enum Input {
    Number(usize),
    /// Ones and zeros; the place of each text among the columns it makes.
    OneHot(usize, Vec<usize>),
}

impl Table {
    /// Rows to learn `targets` from, in their order: the last column if none is named. Returns the names of the targets,
    /// too.
    ///
    /// A column of text becomes a column of ones and zeros for each of its texts, sorted, named `column=text`. Classes are
    /// the different values of the target, sorted.
    ///
    /// # Errors
    /// If a target is not there or does not suit the task, or nothing is left to predict it from.
    pub(crate) fn contents(
        &self,
        task: Task,
        targets: &[String],
    ) -> Result<(Contents, Vec<String>), DataError> {
        let targets = self.places(targets)?;
        let names: Vec<String> = targets
            .iter()
            .map(|&place| self.columns[place].name.clone())
            .collect();
        let mut notes = notes(self);
        let (columns, inputs) = self.inputs(&targets, &mut notes)?;
        let (target_values, class_names) = match task {
            Task::Regression => (self.values(&targets)?, Vec::new()),
            Task::Classification => self.classes(targets[0])?,
        };
        let part = Part {
            inputs,
            targets: target_values,
        };
        let contents = Contents {
            class_names,
            notes,
            ..Contents::new(part, InputKind::Table { columns })
        };
        Ok((contents, names))
    }

    /// As [`contents`](Self::contents), of a table whose targets are known.
    pub(crate) fn contents_of(&self, task: Task, targets: &[&str]) -> Result<Contents, DataError> {
        let targets: Vec<String> = targets.iter().map(|target| target.to_string()).collect();
        Ok(self.contents(task, &targets)?.0)
    }

    /// The rows as a model reads them that was trained on `columns`, made as [`contents`](Self::contents) makes them.
    /// Other columns are left out.
    ///
    /// # Errors
    /// If one of the columns is not there, holds text instead of numbers or the other way round, or a text that the
    /// model does not know.
    pub(crate) fn inputs_for(&self, columns: &[String]) -> Result<Rows, DataError> {
        let by_name: HashMap<&str, usize> = self.names().zip(0..).collect();
        // For each column of text that the model reads, the model's column for each text.
        let mut hot: HashMap<usize, HashMap<&str, usize>> = HashMap::new();
        let mut cells = vec![0.0; self.len() * columns.len()];
        for (j, name) in columns.iter().enumerate() {
            let (place, text) = self.find(&by_name, name)?;
            if let Some(text) = text {
                hot.entry(place).or_default().insert(text, j);
            } else {
                for (row, cell) in cells
                    .chunks_exact_mut(columns.len())
                    .zip(self.column(place))
                {
                    row[j] = cell;
                }
            }
        }
        for (place, known) in hot {
            let (texts, order) = match &self.columns[place].kind {
                Kind::Texts { places, .. } => sorted(places),
                _ => continue,
            };
            for (i, cell) in self.column(place).enumerate() {
                let text = &texts[order[cell as usize]];
                match known.get(text.as_str()) {
                    Some(j) => cells[i * columns.len() + j] = 1.0,
                    None => {
                        return Err(self.wrong(TableError::Unseen {
                            line: self.lines[i],
                            column: self.columns[place].name.clone(),
                            text: shortened(text),
                        }));
                    }
                }
            }
        }
        Ok(Rows::reals64(&[columns.len()], cells))
    }

    /// The column that a model's column is made from, and the text it stands for.
    fn find<'a>(
        &self,
        by_name: &HashMap<&str, usize>,
        name: &'a str,
    ) -> Result<(usize, Option<&'a str>), DataError> {
        let text = |place: usize| matches!(self.columns[place].kind, Kind::Texts { .. });
        if let Some(&place) = by_name.get(name).filter(|&&place| !text(place)) {
            return Ok((place, None));
        }
        for (end, _) in name.match_indices('=') {
            if let Some(&place) = by_name.get(&name[..end]).filter(|&&place| text(place)) {
                return Ok((place, Some(&name[end + 1..])));
            }
        }
        Err(self.wrong(TableError::Input {
            column: name.into(),
            names: listed(self.names()),
        }))
    }

    /// The places of the named targets, or the last column.
    fn places(&self, targets: &[String]) -> Result<Vec<usize>, DataError> {
        if targets.is_empty() {
            return Ok(vec![self.columns.len() - 1]);
        }
        let place = |target: &String| {
            let place = self.names().position(|name| name == target);
            place.ok_or_else(|| {
                self.wrong(TableError::Target {
                    target: target.clone(),
                    names: listed(self.names()),
                })
            })
        };
        targets.iter().map(place).collect()
    }

    /// The names of the input columns, and the rows.
    fn inputs(
        &self,
        targets: &[usize],
        notes: &mut Vec<String>,
    ) -> Result<(Vec<String>, Rows), DataError> {
        let mut names = Vec::new();
        let mut inputs = Vec::new();
        let places = (0..self.columns.len()).filter(|place| !targets.contains(place));
        for place in places {
            let column = &self.columns[place];
            match &column.kind {
                Kind::Texts { places, .. } => {
                    let (texts, order) = sorted(places);
                    names.extend(texts.iter().map(|text| format!("{}={text}", column.name)));
                    if texts.len() >= MANY_TEXTS {
                        let (count, column) = (texts.len(), &column.name);
                        notes.push(format!(
                            "the {count} texts of {column} make {count} columns"
                        ));
                    }
                    inputs.push(Input::OneHot(place, order));
                }
                _ => {
                    names.push(column.name.clone());
                    inputs.push(Input::Number(place));
                }
            }
        }
        if inputs.is_empty() {
            let targets = targets.iter().map(|&t| self.columns[t].name.as_str());
            return Err(self.wrong(TableError::NoInputs(listed(targets))));
        }
        if names.len() > MOST_COLUMNS {
            return Err(self.wrong(TableError::Wide(names.len())));
        }
        let mut cells = Vec::new();
        let room = self.len().checked_mul(names.len());
        if room.is_none_or(|room| cells.try_reserve_exact(room).is_err()) {
            return Err(self.wrong(TableError::Memory(self.len() as u64)));
        }
        for row in self.cells.chunks_exact(self.columns.len()) {
            for input in &inputs {
                match input {
                    Input::Number(place) => cells.push(row[*place]),
                    Input::OneHot(place, order) => {
                        let start = cells.len();
                        cells.resize(start + order.len(), 0.0);
                        cells[start + order[row[*place] as usize]] = 1.0;
                    }
                }
            }
        }
        let rows = Rows::reals64(&[names.len()], cells);
        Ok((names, rows))
    }

    fn values(&self, targets: &[usize]) -> Result<Targets, DataError> {
        for &place in targets {
            if let Kind::Texts { .. } = self.columns[place].kind {
                let name = self.columns[place].name.clone();
                return Err(self.wrong(TableError::TextTarget(name)));
            }
        }
        let rows = self.cells.chunks_exact(self.columns.len());
        let cells: Vec<f64> = rows
            .flat_map(|row| targets.iter().map(|&place| row[place]))
            .collect();
        Ok(Targets::Values(Rows::reals64(&[targets.len()], cells)))
    }

    /// The class of each row, and the names of the classes.
    fn classes(&self, place: usize) -> Result<(Targets, Vec<String>), DataError> {
        let column = &self.columns[place];
        let classes = match &column.kind {
            Kind::Texts { places, .. } => {
                let (texts, order) = sorted(places);
                let labels = self.column(place).map(|text| order[text as usize] as u32);
                Classes::new(texts, labels.collect())
            }
            _ => Classes::of_numbers(&self.column(place).collect::<Vec<_>>()),
        };
        match classes {
            Ok(classes) => Ok((
                Targets::classes(classes.labels, classes.names.len()),
                classes.names,
            )),
            Err(source) => Err(self.wrong(TableError::Classes {
                column: column.name.clone(),
                source,
            })),
        }
    }
}

/// The texts in order, and for each as it was numbered first its place in that order.
fn sorted(places: &HashMap<String, usize>) -> (Vec<String>, Vec<usize>) {
    let mut texts: Vec<(&String, usize)> = places.iter().map(|(t, &p)| (t, p)).collect();
    texts.sort_unstable();
    let mut order = vec![0; texts.len()];
    for (sorted, (_, first)) in texts.iter().enumerate() {
        order[*first] = sorted;
    }
    let names = texts.into_iter().map(|(text, _)| text.clone()).collect();
    (names, order)
}

//! From a table to rows to learn from.

use std::collections::HashMap;

use super::encode::Encoder;
use super::how::{Encoding, How, date_parts};
use super::{Cells, Column, Table, TableError, listed};
use crate::classes::Classes;
use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::reading::{Missing, ReadOptions, Unseen, places};
use crate::request::RequestError;
use crate::samples::Part;
use crate::source::Contents;
use crate::{Rows, Targets};

/// The places of the columns that are no inputs.
#[derive(Clone, Debug)]
pub(crate) struct Roles {
    /// Those that are predicted.
    pub(crate) targets: Vec<usize>,
    /// The one that weighs the rows.
    pub(crate) weight: Option<usize>,
    /// The one that says which rows belong together.
    pub(crate) group: Option<usize>,
}

impl Roles {
    /// All of them.
    pub(crate) fn no_inputs(&self) -> Vec<usize> {
        let others = [self.weight, self.group].into_iter().flatten();
        self.targets.iter().copied().chain(others).collect()
    }
}

/// What is predicted.
#[derive(Clone, Debug)]
pub(crate) struct Predicted {
    /// The places of the columns, and of others that are no inputs.
    pub(crate) roles: Roles,
    /// Their names.
    pub(crate) names: Vec<String>,
    /// A target for each row, with its weight.
    pub(crate) targets: Targets,
    /// The names of the classes; empty for numbers.
    pub(crate) class_names: Vec<String>,
}

/// The inputs as numbers.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub(crate) inputs: Rows,
    /// The names of their columns.
    pub(crate) columns: Vec<String>,
    pub(crate) encoder: Encoder,
    /// Sentences on what was made of odd cells.
    pub(crate) warnings: Vec<String>,
}

impl Table {
    /// As rows of numbers without any missing, whose targets are known.
    pub(crate) fn contents_of(&self, task: Task, targets: &[&str]) -> Result<Contents, DataError> {
        let targets: Vec<String> = targets.iter().map(|target| target.to_string()).collect();
        let predicted = self.predicted(task, &targets, &ReadOptions::default())?;
        let fitted = self.encoded(&predicted, None, &ReadOptions::default())?;
        let columns = fitted.columns;
        let mut notes = self.remarks(&predicted.roles.no_inputs());
        let part = Part {
            inputs: fitted.inputs,
            targets: predicted.targets,
        };
        notes.extend(fitted.warnings);
        Ok(Contents {
            class_names: predicted.class_names,
            notes,
            ..Contents::new(part, InputKind::Table { columns })
        })
    }

    /// The places of the columns that are no inputs. Without names of targets the last column is one that has no other role.
    ///
    /// # Errors
    /// If one of them is not there, or has two roles.
    pub(crate) fn roles(
        &self,
        targets: &[String],
        options: &ReadOptions,
    ) -> Result<Roles, DataError> {
        let place = |column: &Option<String>, what: &'static str| {
            let Some(column) = column else {
                return Ok(None);
            };
            match self.names().position(|name| name == column) {
                Some(place) => Ok(Some(place)),
                None => Err(self.wrong(TableError::Choice {
                    what,
                    column: column.clone(),
                    names: listed(self.names()),
                })),
            }
        };
        let weight = place(&options.sample_weight, "to weigh the rows")?;
        let group = place(&options.group, "to group by")?;
        let free = |place: &usize| Some(*place) != weight && Some(*place) != group;
        let targets = match targets.is_empty() {
            true => vec![(0..self.columns.len()).rfind(free).unwrap_or(0)],
            false => {
                let names: Vec<&str> = self.names().collect();
                places(&names, targets).map_err(|target| {
                    self.wrong(TableError::Target {
                        target,
                        names: listed(self.names()),
                    })
                })?
            }
        };
        if let Some(place) = weight.filter(|place| targets.contains(place)) {
            let name = self.columns[place].name.clone();
            return Err(self.wrong(TableError::WeightTarget(name)));
        }
        if let Some(place) = group.filter(|place| targets.contains(place)) {
            return Err(RequestError::GroupIsTarget(self.columns[place].name.clone()).into());
        }
        Ok(Roles {
            targets,
            weight,
            group,
        })
    }

    /// The weights that a column has.
    fn weights(&self, column: &Column) -> Result<Vec<f64>, DataError> {
        if column.missing > 0 {
            return Err(self.wrong(self.missing_error(column)));
        }
        let Cells::Numbers { values, .. } = &column.cells else {
            return Err(self.wrong(TableError::WeightKind {
                column: column.name.clone(),
                kind: column.cells.kind(),
            }));
        };
        let wrong = |x: &f64| !(x.is_finite() && *x >= 0.0);
        if let Some(row) = values.iter().position(wrong) {
            return Err(self.wrong_in(
                row,
                TableError::Weight {
                    line: self.lines[row],
                    column: column.name.clone(),
                    text: values[row].to_string(),
                },
            ));
        }
        match values.iter().any(|x| *x > 0.0) {
            true => Ok(values.clone()),
            false => Err(self.wrong(TableError::NoWeight(column.name.clone()))),
        }
    }

    /// The targets of the rows, in the order of their names: the last column if none is named. Classes are the different
    /// values of the target, sorted.
    ///
    /// # Errors
    /// If a target is not there, has missing cells, or does not suit the task; or if the rows cannot be weighed as the
    /// options say.
    pub(crate) fn predicted(
        &self,
        task: Task,
        targets: &[String],
        options: &ReadOptions,
    ) -> Result<Predicted, DataError> {
        let roles = self.roles(targets, options)?;
        let places = &roles.targets;
        let names: Vec<String> = places
            .iter()
            .map(|&p| self.columns[p].name.clone())
            .collect();
        if task == Task::Classification && names.len() > 1 {
            return Err(RequestError::OneTarget(names.join(", ")).into());
        }
        if roles.no_inputs().len() == self.columns.len() {
            return Err(self.wrong(self.no_inputs(&names)));
        }
        for column in places.iter().map(|&place| &self.columns[place]) {
            if column.missing > 0 {
                return Err(self.wrong(self.missing_error(column)));
            }
        }
        let (targets, class_names) = match task {
            Task::Regression => (self.values(places)?, Vec::new()),
            Task::Classification => self.classes(&self.columns[places[0]])?,
        };
        let targets = match roles.weight {
            Some(place) => targets.weighted(self.weights(&self.columns[place])?),
            None => targets,
        };
        Ok(Predicted {
            roles,
            names,
            targets,
            class_names,
        })
    }

    /// The inputs as numbers, with the names of their columns, by an encoder fitted on the rows `train`; on all of them,
    /// none of which may be missing, if there are no others.
    ///
    /// # Errors
    /// If nothing is left to predict from, or a row cannot be encoded.
    pub(crate) fn encoded(
        &self,
        predicted: &Predicted,
        train: Option<&[u32]>,
        options: &ReadOptions,
    ) -> Result<Fitted, DataError> {
        let used = predicted.roles.no_inputs();
        let inputs: Vec<usize> = (0..self.columns.len())
            .filter(|place| !used.contains(place))
            .collect();
        let all: Vec<u32>;
        let (train, options) = match train {
            Some(train) => (train, options.clone()),
            None => {
                all = (0..self.len() as u32).collect();
                let options = ReadOptions {
                    missing: Missing::Refuse,
                    ..options.clone()
                };
                (&all[..], options)
            }
        };
        let (encoder, mut warnings) = Encoder::fit(self, &inputs, train, &options)?;
        if encoder.width() == 0 {
            return Err(self.wrong(self.no_inputs(&predicted.names)));
        }
        let encoded = encoder.transform(self)?;
        if let Some(first) = encoded.refused.into_iter().next() {
            // The first row that is not among those that were kept.
            let gap = (0..).zip(&encoded.kept).find(|(row, kept)| row != *kept);
            let row = gap.map_or(encoded.kept.len() as u32, |(row, _)| row);
            return Err(self.wrong_in(row as usize, first.source));
        }
        warnings.extend(encoded.warnings);
        Ok(Fitted {
            inputs: encoded.rows,
            columns: encoder.names(),
            encoder,
            warnings,
        })
    }

    fn no_inputs(&self, targets: &[String]) -> TableError {
        // A name of several words may be several names between marks that are not known.
        let whole = self.columns.len() == 1 && self.columns[0].name.contains([' ', ':', '^', '~']);
        let one = whole.then(|| self.columns[0].name.clone());
        TableError::NoInputs {
            target: listed(targets.iter().map(String::as_str)),
            one: one.unwrap_or_default(),
        }
    }

    /// The rows as a model reads them that was trained on `columns`, the names that an encoder gave. Other columns are
    /// left out.
    ///
    /// # Errors
    /// If one of the columns is not there, holds text instead of numbers or the other way round, or a text that the
    /// model does not know; or if a cell is missing.
    pub(crate) fn inputs_for(&self, columns: &[String]) -> Result<Rows, DataError> {
        let mut encodings: Vec<Encoding> = Vec::new();
        let mut parts = 0;
        for name in columns {
            if parts > 0 {
                parts -= 1;
                continue;
            }
            let (column, text) = self.find(name)?;
            match (&column.cells, text, encodings.last_mut()) {
                (
                    Cells::Texts(_),
                    Some(text),
                    Some(Encoding {
                        name: last,
                        how: How::Category { categories, .. },
                    }),
                ) if *last == column.name => categories.push(text.into()),
                (cells, text, _) => {
                    let how = match cells {
                        Cells::Texts(_) => How::Category {
                            categories: text.map(str::to_owned).into_iter().collect(),
                            missing: false,
                        },
                        Cells::Numbers { format, .. } => How::Number {
                            format: format.clone(),
                            fill: 0.0,
                            indicator: false,
                        },
                        Cells::Dates {
                            format, has_time, ..
                        } => {
                            parts = date_parts(*format, *has_time).len() - 1;
                            How::Date {
                                format: *format,
                                has_time: *has_time,
                                fill: 0.0,
                                indicator: false,
                            }
                        }
                    };
                    encodings.push(Encoding {
                        name: column.name.clone(),
                        how,
                    });
                }
            }
        }
        let encoded = Encoder::of(encodings, Missing::Refuse, Unseen::Refuse).transform(self)?;
        match encoded.refused.into_iter().next() {
            None => Ok(encoded.rows),
            Some(first) => Err(self.wrong(first.source)),
        }
    }

    /// The column that a model's column is made from, and the text it stands for.
    fn find<'a>(&self, name: &'a str) -> Result<(&Column, Option<&'a str>), DataError> {
        let column = |name: &str| self.columns.iter().find(|column| column.name == name);
        let is_text = |column: &&Column| matches!(column.cells, Cells::Texts(_));
        let is_date = |column: &&Column| matches!(column.cells, Cells::Dates { .. });
        if let Some(found) = column(name).filter(|c| !is_text(c) && !is_date(c)) {
            return Ok((found, None));
        }
        for (end, _) in name.match_indices('=') {
            if let Some(found) = column(&name[..end]).filter(is_text) {
                return Ok((found, Some(&name[end + 1..])));
            }
        }
        if let Some((start, _)) = name.rsplit_once('.')
            && let Some(found) = column(start).filter(is_date)
        {
            return Ok((found, None));
        }
        Err(self.wrong(TableError::Input {
            column: name.into(),
            names: listed(self.names()),
        }))
    }

    fn values(&self, targets: &[usize]) -> Result<Targets, DataError> {
        let mut columns = Vec::new();
        for column in targets.iter().map(|&place| &self.columns[place]) {
            match &column.cells {
                Cells::Numbers { values, .. } => columns.push(values),
                cells => {
                    return Err(self.wrong(TableError::TextTarget {
                        column: column.name.clone(),
                        kind: cells.kind(),
                    }));
                }
            }
        }
        let cells: Vec<f64> = (0..self.len())
            .flat_map(|row| columns.iter().map(move |column| column[row]))
            .collect();
        Ok(Targets::Values(Rows::reals64(&[targets.len()], cells)))
    }

    /// The class of each row, and the names of the classes.
    fn classes(&self, column: &Column) -> Result<(Targets, Vec<String>), DataError> {
        let classes = match &column.cells {
            Cells::Texts(texts)
            | Cells::Numbers {
                written: Some(texts),
                ..
            } => {
                let names = texts.sorted(0..self.len());
                let places: HashMap<&str, u32> =
                    names.iter().map(String::as_str).zip(0..).collect();
                let place = |text: &String| places.get(text.as_str()).copied().unwrap_or(0);
                let places: Vec<u32> = texts.texts.iter().map(place).collect();
                let labels = texts.codes.iter().map(|&code| places[code as usize]);
                Classes::new(names.clone(), labels.collect())
            }
            Cells::Numbers { values, .. } => Classes::of_numbers(values),
            Cells::Dates { .. } => {
                return Err(self.wrong(TableError::DateTarget(column.name.clone())));
            }
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

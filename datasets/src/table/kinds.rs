//! What a column holds: decided when all its cells are known, by all of them.

use std::collections::HashMap;

use super::build::{Builder, Raw, text_of};
use super::cell::is_weak;
use super::date::{DateFormat, FORMATS};
use super::format::{Marks, NumberFormat, Shape};
use super::header::is_unnamed;
use super::index::counts_rows;
use super::marks::{Evidence, numbers};
use super::{Cells, Column, Dropped, Table, TableError, Texts, listed, shortened, wrong};
use crate::error::DataError;
use crate::reading::{ReadOptions, places};

/// From this share of text on, and this number of cells, a column of numbers and text is text; with less the text is
/// taken for a mistake.
const MUCH_TEXT: (f64, usize) = (0.1, 10);

/// Reads the texts of some columns, cell by cell.
type Again<'a> = dyn Fn(&[usize]) -> Vec<Texts> + 'a;

/// A table's text, where columns can be read once more.
pub(super) struct Draft<'a> {
    pub(super) separator: u8,
    /// The texts of some columns, cell by cell.
    pub(super) again: Option<&'a Again<'a>>,
}

impl Draft<'_> {
    /// No text: what was read is all there is.
    pub(super) fn without_text() -> Self {
        Self {
            separator: b',',
            again: None,
        }
    }
}

/// What the cells of a column look like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Numbers,
    Texts,
    Mixed,
    Nothing,
}

impl Look {
    fn of(raw: &Raw) -> Self {
        let texts = raw.texts().into_iter().any(|text| !is_weak(text));
        match (raw.has_numbers(), texts) {
            (true, false) => Self::Numbers,
            (false, true) => Self::Texts,
            (true, true) => Self::Mixed,
            (false, false) => Self::Nothing,
        }
    }
}

impl Builder {
    /// The table, of numbers and texts as programs write them.
    ///
    /// # Errors
    /// If it has no row, or a column has numbers and text.
    pub(crate) fn finish(self) -> Result<Table, DataError> {
        decide(self, &ReadOptions::default(), &Draft::without_text())
    }
}

/// Makes a table of what was read.
///
/// # Errors
/// If a column cannot be said to hold one thing.
pub(super) fn decide(
    builder: Builder,
    options: &ReadOptions,
    draft: &Draft<'_>,
) -> Result<Table, DataError> {
    let Builder {
        path,
        mut columns,
        lines,
        mut notes,
    } = builder;
    let wrong = |source| wrong(&path, source);
    let chosen = |what: &'static str, wanted: &[String]| {
        let names: Vec<&str> = columns.iter().map(|raw| raw.name.as_str()).collect();
        places(&names, wanted).map_err(|column| {
            wrong(TableError::Choice {
                what,
                column,
                names: listed(names.iter().copied()),
            })
        })
    };
    let dropped_places = chosen("to drop", &options.drop)?;
    let categorical = chosen("to take for categories", &options.categorical)?;
    let numeric = chosen("to take for numbers", &options.numeric)?;
    let looks: Vec<Look> = columns.iter().map(Look::of).collect();
    let used: Vec<usize> = (0..columns.len())
        .filter(|place| !dropped_places.contains(place))
        .collect();

    let comma = used.iter().any(|&place| {
        matches!(looks[place], Look::Texts | Look::Mixed) && has_comma(&columns[place].texts())
    });
    let again: Vec<usize> = used
        .iter()
        .copied()
        .filter(|&place| match looks[place] {
            Look::Mixed => true,
            // Beside decimal commas the point of 45.000 is a mark between thousands.
            Look::Numbers => columns[place].identity || categorical.contains(&place) || comma,
            Look::Texts | Look::Nothing => false,
        })
        .collect();
    let mut texts: HashMap<usize, Texts> = match draft.again {
        Some(read) if !again.is_empty() => again.iter().copied().zip(read(&again)).collect(),
        _ => HashMap::new(),
    };
    for &place in used.iter().filter(|&&place| looks[place] == Look::Texts) {
        texts.insert(place, columns[place].as_texts());
    }
    let plain_point = || {
        used.iter().any(|place| {
            let cells = &columns[*place].cells;
            looks[*place] == Look::Numbers
                && !texts.contains_key(place)
                && cells.iter().any(|x| x.fract() != 0.0 && !x.is_nan())
        })
    };
    let evidence = Evidence::of(texts.values(), plain_point, draft.separator);

    let mut table = Table {
        path: path.clone(),
        columns: Vec::new(),
        dropped: Vec::new(),
        lines,
        notes: Vec::new(),
        refused: Vec::new(),
        later: None,
    };
    for (place, raw) in columns.iter_mut().enumerate() {
        let mut drop = |name: &str, reason: &str| {
            table.dropped.push(Dropped {
                name: name.into(),
                reason: reason.into(),
            });
        };
        if dropped_places.contains(&place) {
            drop(&raw.name, "as asked");
            continue;
        }
        if raw.name.is_empty() && looks[place] == Look::Nothing {
            drop("", "neither name nor values");
            continue;
        }
        let forced = (categorical.contains(&place), numeric.contains(&place));
        let context = Context {
            look: looks[place],
            texts: texts.remove(&place),
            forced,
            evidence: &evidence,
            lines: &table.lines,
        };
        let (cells, mark) = context.cells(raw).map_err(wrong)?;
        if place == 0 && is_unnamed(&raw.name) && counts_rows(&cells).is_some() {
            drop(&raw.name, "counts the rows");
            notes.push("a first column that has no name and counts the rows is left out".into());
            continue;
        }
        let names_rows = |texts: &Texts| texts.texts.len() == table.lines.len();
        if place == 0 && raw.name.is_empty() && matches!(&cells, Cells::Texts(t) if names_rows(t)) {
            drop(&raw.name, "names the rows");
            notes.push("a first column that has no name and names the rows is left out".into());
            continue;
        }
        if raw.name.is_empty() {
            return Err(wrong(TableError::NoName(place + 1)));
        }
        let mut column = Column {
            name: std::mem::take(&mut raw.name),
            cells,
            missing: 0,
            mark,
            chosen: forced.0,
        };
        column.missing = (0..table.lines.len())
            .filter(|&row| column.is_missing(row))
            .count();
        table.columns.push(column);
    }
    notes.extend(super::notes::on_reading(&table.columns));
    table.notes = notes;
    table.finished()
}

/// Whether texts are numbers with decimal commas.
fn has_comma(texts: &[&str]) -> bool {
    let mut comma = false;
    for text in texts.iter().filter(|text| !is_weak(text)) {
        match Shape::of(text) {
            None => return false,
            Some(shape) => comma |= shape.marks == Marks::Comma,
        }
    }
    comma
}

/// Everything that decides on a column.
struct Context<'a> {
    look: Look,
    texts: Option<Texts>,
    /// As a category, as a number.
    forced: (bool, bool),
    evidence: &'a Evidence,
    lines: &'a [u64],
}

impl Context<'_> {
    /// The cells of a column, and the mark of its missing ones.
    fn cells(self, raw: &mut Raw) -> Result<(Cells, String), TableError> {
        let name = raw.name.clone();
        let mut mark = raw.mark.take().map_or(String::new(), String::from);
        let mut note_weak = |texts: &[String]| {
            if mark.is_empty()
                && let Some(weak) = texts.iter().find(|text| is_weak(text))
            {
                mark.clone_from(weak);
            }
        };
        let Some(texts) = self.texts else {
            let owned: Vec<String> = raw.texts().into_iter().map(str::to_owned).collect();
            if self.look == Look::Mixed {
                return Err(mixed(raw, self.lines));
            }
            note_weak(&owned);
            if let Some(row) = raw.infinite {
                let line = self.lines[row];
                return Err(TableError::Infinite { line, column: name });
            }
            let mut values = std::mem::take(&mut raw.cells);
            if !owned.is_empty() {
                values
                    .iter_mut()
                    .filter(|x| x.is_nan())
                    .for_each(|x| *x = f64::NAN);
            }
            let cells = Cells::Numbers {
                values,
                format: NumberFormat::default(),
                written: None,
            };
            return Ok((cells, mark));
        };
        if self.forced.0 {
            return Ok((Cells::Texts(texts), mark));
        }
        let lines = |row: usize| self.lines[row];
        if let Some((values, format)) = numbers(&texts, &name, self.evidence, &lines)? {
            note_weak(&texts.texts);
            let telling = raw.identity || format.unit.is_some() || format.groups;
            let cells = Cells::Numbers {
                values,
                format,
                written: telling.then_some(texts),
            };
            return Ok((cells, mark));
        }
        if self.forced.1 {
            let odd = texts
                .texts
                .iter()
                .position(|text| Shape::of(text).is_none() && !is_weak(text));
            let code = odd.unwrap_or(0) as u32;
            let row = texts.codes.iter().position(|&c| c == code).unwrap_or(0);
            return Err(TableError::NotNumber {
                line: self.lines[row],
                column: name,
                text: shortened(&texts.texts[code as usize]),
            });
        }
        if let Some((days, format, has_time)) = dates(&texts, &name, &lines)? {
            note_weak(&texts.texts);
            let cells = Cells::Dates {
                days,
                format,
                has_time,
            };
            return Ok((cells, mark));
        }
        if self.look == Look::Mixed && !is_much_text(raw) {
            return Err(mixed(raw, self.lines));
        }
        Ok((Cells::Texts(texts), mark))
    }
}

fn is_much_text(raw: &Raw) -> bool {
    let texts = raw.texts();
    let real = |cell: &f64| text_of(*cell).map(|code| !is_weak(texts[code as usize]));
    let text = raw.cells.iter().filter(|x| real(x) == Some(true)).count();
    let numbers = raw.cells.iter().filter(|x| !x.is_nan()).count();
    text >= MUCH_TEXT.1 && text as f64 >= MUCH_TEXT.0 * (text + numbers) as f64
}

/// Numbers and text in one column: the first of each.
fn mixed(raw: &Raw, lines: &[u64]) -> TableError {
    let texts = raw.texts();
    let text = |cell: &f64| text_of(*cell).filter(|&code| !is_weak(texts[code as usize]));
    let first_text = raw
        .cells
        .iter()
        .position(|cell| text(cell).is_some())
        .unwrap_or(0);
    let first_number = raw
        .cells
        .iter()
        .position(|cell| !cell.is_nan())
        .unwrap_or(0);
    TableError::Mixed {
        column: raw.name.clone(),
        line: lines[first_text],
        text: text(&raw.cells[first_text])
            .map_or(String::new(), |code| shortened(texts[code as usize])),
        other: lines[first_number],
        number: raw.cells[first_number],
    }
}

type DateCells = (Vec<f64>, DateFormat, bool);

/// The texts as dates, if all of them are in one format.
fn dates(
    texts: &Texts,
    column: &str,
    line: &dyn Fn(usize) -> u64,
) -> Result<Option<DateCells>, TableError> {
    let real: Vec<&String> = texts.texts.iter().filter(|text| !is_weak(text)).collect();
    let fits = |format: &DateFormat| real.iter().all(|text| format.parse(text).is_some());
    let mut formats: Vec<DateFormat> = FORMATS.into_iter().filter(fits).collect();
    if formats.contains(&DateFormat::MonthFirst) && formats.contains(&DateFormat::DayFirst) {
        if !real.iter().all(|text| text.contains('.')) {
            let code = texts.texts.iter().position(|text| text == real[0]);
            let row = texts.codes.iter().position(|&c| Some(c as usize) == code);
            return Err(TableError::AmbiguousDates {
                line: line(row.unwrap_or(0)),
                column: column.into(),
                text: shortened(real[0]),
            });
        }
        formats.retain(|format| *format != DateFormat::MonthFirst);
    }
    let Some(&format) = formats.first() else {
        return Ok(None);
    };
    let moments: Vec<_> = texts.texts.iter().map(|text| format.parse(text)).collect();
    let day = |&code: &u32| match moments.get(code as usize) {
        Some(Some(moment)) => moment.days,
        _ => f64::NAN,
    };
    let has_time = moments.iter().flatten().any(|moment| moment.has_time);
    Ok(Some((
        texts.codes.iter().map(day).collect(),
        format,
        has_time,
    )))
}

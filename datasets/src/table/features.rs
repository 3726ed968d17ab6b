//! What a column becomes as an input.

use super::{Cells, Column, MOST_TEXTS, NO_TEXT, Texts};

/// From this many texts on that one column has, it is worth a note, and a second look.
pub(super) const MANY_TEXTS: usize = 50;

/// The use that is made of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    Number,
    Category,
    Date,
    /// None, for this reason.
    Dropped(String),
}

impl Column {
    /// The use of the column, if it is no target, judged by some rows.
    ///
    /// Text that hardly repeats, such as names and tickets, tells a network nothing and is left out, unless it was asked
    /// for.
    pub(super) fn role(&self, rows: impl Iterator<Item = usize>) -> Role {
        match &self.cells {
            Cells::Numbers { values, .. } if self.missing < values.len() => Role::Number,
            Cells::Dates { .. } => Role::Date,
            Cells::Texts(texts) if self.missing < texts.codes.len() => {
                let (count, there) = texts.used(rows);
                let rare = count > MOST_TEXTS || (count > MANY_TEXTS && 2 * count > there);
                if rare && !self.chosen {
                    Role::Dropped(format!("{count} texts in {there} rows hardly repeat"))
                } else {
                    Role::Category
                }
            }
            _ => Role::Dropped("no value in any row".into()),
        }
    }
}

impl Texts {
    /// How many texts occur in some rows, and in how many of these.
    fn used(&self, rows: impl Iterator<Item = usize>) -> (usize, usize) {
        let mut used = vec![false; self.texts.len()];
        let mut there = 0;
        for row in rows.filter(|&row| self.codes[row] != NO_TEXT) {
            used[self.codes[row] as usize] = true;
            there += 1;
        }
        (used.into_iter().filter(|&used| used).count(), there)
    }

    /// The texts of some rows, sorted.
    pub(super) fn sorted(&self, rows: impl Iterator<Item = usize>) -> Vec<String> {
        let mut used = vec![false; self.texts.len()];
        for row in rows {
            if let Some(used) = used.get_mut(self.codes[row] as usize) {
                *used = true;
            }
        }
        let texts = self.texts.iter().zip(used).filter(|(_, used)| *used);
        let mut texts: Vec<String> = texts.map(|(text, _)| text.clone()).collect();
        texts.sort_unstable_by(|a, b| by_size(a).cmp(&by_size(b)));
        texts
    }
}

/// The order of texts: digits by the number they are, and before all others.
fn by_size(text: &str) -> (bool, usize, &str, &str) {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits {
        let number = text.trim_start_matches('0');
        (false, number.len(), number, text)
    } else {
        (true, 0, text, text)
    }
}

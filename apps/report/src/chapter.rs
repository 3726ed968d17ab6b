//! A section of several parts: text, lists, tables, figures, images.

use maud::{Markup, html};
use plot::Figure;

use crate::blocks::{self, Column, Mistake};

/// A section under construction.
#[derive(Debug)]
pub struct Chapter {
    pub(crate) id: String,
    pub(crate) heading: String,
    parts: Vec<Markup>,
}

/// Color of a verdict's cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Same as other cells.
    Plain,
    /// The claim holds.
    Good,
    /// The claim does not hold.
    Bad,
    /// The evidence is inconclusive.
    Open,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "holds",
            Self::Bad => "fails",
            Self::Open => "open",
        }
    }
}

impl Chapter {
    /// Creates a section with this anchor and heading.
    pub fn new(id: &str, heading: &str) -> Self {
        Self {
            id: id.to_owned(),
            heading: heading.to_owned(),
            parts: Vec::new(),
        }
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: &str) {
        self.parts.push(html! { p { (text) } });
    }

    /// Adds a heading of a part.
    pub fn heading(&mut self, text: &str) {
        self.parts.push(html! { h3 { (text) } });
    }

    /// Adds a list of sentences.
    pub fn list<'a>(&mut self, items: impl IntoIterator<Item = &'a str>) {
        self.parts.push(html! {
            ul class="notes" { @for item in items { li { (item) } } }
        });
    }

    /// Adds a table.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        self.parts.push(blocks::table(columns, rows));
    }

    /// Adds a table whose last column has a tone per row.
    pub fn toned_table(&mut self, columns: &[Column], rows: &[(Vec<String>, Tone)]) {
        let tones = rows.iter().map(|(_, tone)| tone.class());
        let cells: Vec<Vec<String>> = rows.iter().map(|(cells, _)| cells.clone()).collect();
        let tones: Vec<&str> = tones.collect();
        self.parts
            .push(blocks::toned_table(columns, &cells, &tones));
    }

    /// Adds figures, side by side where there is room.
    pub fn figures(&mut self, figures: &[Figure]) {
        self.parts.push(blocks::figures(figures.iter()));
    }

    /// Adds a gallery of misclassified samples.
    pub fn gallery(&mut self, mistakes: &[Mistake]) {
        self.parts.push(blocks::gallery(mistakes));
    }

    pub(crate) fn markup(&self) -> Markup {
        html! {
            section id=(self.id) {
                h2 { (self.heading) }
                @for part in &self.parts { (part) }
            }
        }
    }
}

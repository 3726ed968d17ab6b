//! `report.html`: one page that needs nothing but itself. No scripts, nothing fetched; light and dark as the reader
//! prefers, and readable on paper.
//!
//! A [`Report`] is a title and sections. [`classification`] makes the one of a classifier, [`regression`] that of a
//! regressor, [`autoencoder`] that of an autoencoder.

mod autoencoder;
mod blocks;
mod classification;
mod images;
mod parts;
mod regression;

pub use autoencoder::{Autoencoded, autoencoder};
pub use blocks::{Align, Column, KeyFigure};
pub use classification::{Classifier, Mistake, RocLine, classification, roc_lines};
pub use images::Pixels;
pub(crate) use parts::settings;
pub use parts::{share, significant};
pub use regression::{FittedCurve, Places, Regressor, TargetRows, regression};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::error::AppError;
use crate::plot::{self, Figure};
use crate::run_folder::RunFolder;

const STYLE: &str = include_str!("style.css");

/// A page under construction.
#[derive(Debug)]
pub struct Report {
    title: String,
    lead: String,
    sections: Vec<Markup>,
    figures: Vec<(&'static str, Figure)>,
}

impl Report {
    /// A page with a title and a sentence below it.
    pub fn new(title: impl Into<String>, lead: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lead: lead.into(),
            sections: Vec::new(),
            figures: Vec::new(),
        }
    }

    /// Figures to be seen at a glance, without a heading.
    pub fn key_figures(&mut self, figures: &[KeyFigure]) {
        self.sections.push(blocks::key_figures(figures));
    }

    /// A section with a table.
    pub fn table(&mut self, heading: &str, columns: &[Column], rows: &[Vec<String>]) {
        self.section(heading, "", &blocks::table(columns, rows));
    }

    /// A section with figures side by side where there is room. Each also becomes `figures/NAME.svg`.
    pub fn figures(&mut self, heading: &str, text: &str, figures: Vec<(&'static str, Figure)>) {
        let drawn = blocks::figures(figures.iter().map(|(_, figure)| figure));
        self.section(heading, text, &drawn);
        self.figures.extend(figures);
    }

    /// A section with rows that were misjudged.
    pub fn gallery(&mut self, heading: &str, text: &str, mistakes: &[Mistake]) {
        self.section(heading, text, &blocks::gallery(mistakes));
    }

    /// A section with nothing but text.
    pub fn note(&mut self, heading: &str, text: &str) {
        self.section(heading, text, &html! {});
    }

    /// A sentence below the last section.
    pub fn aside(&mut self, text: &str) {
        self.sections.push(html! { p { (text) } });
    }

    fn section(&mut self, heading: &str, text: &str, content: &Markup) {
        self.sections.push(html! {
            section {
                h2 { (heading) }
                @if !text.is_empty() { p { (text) } }
                (content)
            }
        });
    }

    /// The page.
    pub fn to_html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) (PreEscaped(plot::style())) }
                }
                body {
                    header {
                        h1 { (self.title) }
                        p { (self.lead) }
                    }
                    main { @for section in &self.sections { (section) } }
                    footer { "Gradus " (env!("CARGO_PKG_VERSION")) }
                }
            }
        };
        page.into_string()
    }

    /// Writes the page and its figures into a run folder.
    pub fn write(&self, run: &RunFolder) -> Result<(), AppError> {
        for (name, figure) in &self.figures {
            run.write(&format!("figures/{name}.svg"), figure.to_svg())?;
        }
        run.write("report.html", self.to_html())
    }
}

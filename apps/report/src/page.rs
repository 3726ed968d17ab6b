//! A page and its sections.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use plot::Figure;
use records::{FileError, RunFolder};

use crate::blocks::{self, Column, KeyFigure, Mistake};
use crate::chapter::Chapter;

const STYLE: &str = include_str!("style.css");

/// A page under construction.
#[derive(Debug)]
pub struct Report {
    title: String,
    lead: String,
    sections: Vec<Markup>,
    figures: Vec<(&'static str, Figure)>,
    contents: Vec<(String, String)>,
    style: &'static str,
    script: &'static str,
}

impl Report {
    /// Creates a page with a title and a sentence below it.
    pub fn new(title: impl Into<String>, lead: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lead: lead.into(),
            sections: Vec::new(),
            figures: Vec::new(),
            contents: Vec::new(),
            style: "",
            script: "",
        }
    }

    /// Adds key figures, without a heading.
    pub fn key_figures(&mut self, figures: &[KeyFigure]) {
        self.sections.push(blocks::key_figures(figures));
    }

    /// Adds a section with a table.
    pub fn table(&mut self, heading: &str, columns: &[Column], rows: &[Vec<String>]) {
        self.section(heading, "", &blocks::table(columns, rows));
    }

    /// Adds a section with figures, side by side where there is room. Each also becomes `figures/NAME.svg`.
    pub fn figures(&mut self, heading: &str, text: &str, figures: Vec<(&'static str, Figure)>) {
        let drawn = blocks::figures(figures.iter().map(|(_, figure)| figure));
        self.section(heading, text, &drawn);
        self.figures.extend(figures);
    }

    /// Adds a section with a gallery of misclassified samples.
    pub fn gallery(&mut self, heading: &str, text: &str, mistakes: &[Mistake]) {
        self.section(heading, text, &blocks::gallery(mistakes));
    }

    /// Adds a section of text.
    pub fn note(&mut self, heading: &str, text: &str) {
        self.section(heading, text, &html! {});
    }

    /// Adds a section of several parts. A page with such sections begins with a table of contents.
    pub fn chapter(&mut self, chapter: Chapter) {
        self.contents
            .push((chapter.id.clone(), chapter.heading.clone()));
        self.sections.push(chapter.markup());
    }

    /// Adds a section with the app's own content. The page has `style` after its own style, and runs `script` at its end.
    pub fn own(
        &mut self,
        heading: &str,
        text: &str,
        content: &Markup,
        (style, script): (&'static str, &'static str),
    ) {
        self.section(heading, text, content);
        (self.style, self.script) = (style, script);
    }

    /// Adds a sentence below the last section.
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

    /// Renders the page.
    pub fn to_html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) (PreEscaped(plot::style())) (PreEscaped(self.style)) }
                }
                body {
                    header {
                        h1 { (self.title) }
                        p { (self.lead) }
                    }
                    @if !self.contents.is_empty() {
                        nav class="contents" {
                            @for (id, heading) in &self.contents { a href=(format!("#{id}")) { (heading) } }
                        }
                    }
                    main { @for section in &self.sections { (section) } }
                    footer { "Gradus " (env!("CARGO_PKG_VERSION")) }
                    @if !self.script.is_empty() { script { (PreEscaped(self.script)) } }
                }
            }
        };
        // Names from files may hold control characters.
        plot::printable(&page.into_string())
    }

    /// Files of a run folder: each figure as `figures/NAME.svg`, then `report.html`.
    pub fn files(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let figures = self.figures.iter();
        let drawn = figures.map(|(name, figure)| (format!("figures/{name}.svg"), figure.to_svg()));
        drawn.chain(std::iter::once_with(|| {
            ("report.html".to_owned(), self.to_html())
        }))
    }

    /// Writes the page and its figures into a folder.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn write(&self, folder: &RunFolder) -> Result<(), FileError> {
        let mut files = self.files();
        files.try_for_each(|(name, content)| folder.write(&name, content))
    }
}

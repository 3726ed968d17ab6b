//! What sections are made of.

use std::borrow::Cow;

use maud::{Markup, PreEscaped, html};
use plot::{Figure, Pixels};

/// A test row that was misjudged.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// Which row of the test part, from 0.
    pub row: usize,
    /// Its picture, for data that is pictures.
    pub picture: Option<Pixels>,
    /// Its class.
    pub truth: String,
    /// The class it was taken for.
    pub predicted: String,
    /// The probability that was given to that class.
    pub probability: f64,
}

/// A figure to be seen at a glance.
#[derive(Clone, Debug)]
pub struct KeyFigure {
    /// What it is.
    pub name: String,
    /// The figure.
    pub value: String,
    /// What to know about it, in a few words.
    pub note: String,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub name: Cow<'static, str>,
    /// Where its cells stand.
    pub align: Align,
}

/// Where the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

impl Align {
    fn class(self) -> &'static str {
        match self {
            Self::Left => "text",
            Self::Right => "number",
        }
    }
}

pub(crate) fn key_figures(figures: &[KeyFigure]) -> Markup {
    html! {
        dl class="key" {
            @for figure in figures {
                div {
                    dt { (figure.name) }
                    dd class="value" { (figure.value) }
                    dd class="note" { (figure.note) }
                }
            }
        }
    }
}

pub(crate) fn table(columns: &[Column], rows: &[Vec<String>]) -> Markup {
    toned_table(columns, rows, &[])
}

/// A table whose last column has a class of its own in each row, where one is given.
pub(crate) fn toned_table(columns: &[Column], rows: &[Vec<String>], tones: &[&str]) -> Markup {
    let class = |row: usize, column: usize| {
        let align = columns[column].align.class();
        let tone = tones.get(row).filter(|_| column + 1 == columns.len());
        format!("{align} {}", tone.copied().unwrap_or_default())
    };
    html! {
        div class="scroll" {
            table {
                thead {
                    tr {
                        @for column in columns {
                            th scope="col" class=(column.align.class()) { (column.name) }
                        }
                    }
                }
                tbody {
                    @for (i, row) in rows.iter().enumerate() {
                        tr {
                            @for (j, cell) in row.iter().enumerate().take(columns.len()) {
                                td class=(class(i, j).trim_end()) { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn figures<'a>(figures: impl Iterator<Item = &'a Figure>) -> Markup {
    html! {
        div class="figures" {
            // The drawing escapes its own text.
            @for figure in figures { figure { (PreEscaped(figure.inline())) } }
        }
    }
}

pub(crate) fn gallery(mistakes: &[Mistake]) -> Markup {
    html! {
        ul class="gallery" {
            @for mistake in mistakes {
                li {
                    @if let Some(image) = mistake.picture.as_ref().and_then(|p| p.data_uri()) {
                        img src=(image) alt=(format!("row {}", mistake.row)) width="96" height="96";
                    }
                    span class="label" { (mistake.truth) " taken for " strong { (mistake.predicted) } }
                    span class="note" {
                        (format!("at {:.0} %, row {}", 100.0 * mistake.probability, mistake.row))
                    }
                }
            }
        }
    }
}

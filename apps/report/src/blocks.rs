//! Building blocks of sections.

use std::borrow::Cow;

use maud::{Markup, PreEscaped, html};
use plot::{Figure, Pixels};

/// A misclassified test sample.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// Where it stands: `line 14`, a file, `test sample 3`.
    pub place: String,
    /// The sample as an image, for image data.
    pub image: Option<Pixels>,
    /// True class.
    pub truth: String,
    /// Predicted class.
    pub predicted: String,
    /// Probability of the predicted class.
    pub probability: f64,
}

/// A key figure at the head of a page.
#[derive(Clone, Debug)]
pub struct KeyFigure {
    /// Name.
    pub name: String,
    /// Value, as shown.
    pub value: String,
    /// A few words below the value.
    pub note: String,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Heading.
    pub name: Cow<'static, str>,
    /// Alignment of its cells.
    pub align: Align,
}

/// Alignment of a column's cells.
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

/// A table whose last column has a CSS class per row. With these, rows are prose: on narrow screens the cells of a row stand
/// one below the other, each after its heading.
pub(crate) fn toned_table(columns: &[Column], rows: &[Vec<String>], tones: &[&str]) -> Markup {
    let class = |row: usize, column: usize| {
        let align = columns[column].align.class();
        let tone = tones.get(row).filter(|_| column + 1 == columns.len());
        format!("{align} {}", tone.copied().unwrap_or_default())
    };
    let stacked = !tones.is_empty();
    html! {
        div class="scroll" {
            table class=[stacked.then_some("stacked")] {
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
                                td class=(class(i, j).trim_end()) data-heading=[stacked.then_some(&columns[j].name)] { (cell) }
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
            // Figures escape their own text.
            @for figure in figures { figure { (PreEscaped(figure.inline())) } }
        }
    }
}

pub(crate) fn gallery(mistakes: &[Mistake]) -> Markup {
    html! {
        ul class="gallery" {
            @for mistake in mistakes {
                li {
                    @if let Some(image) = mistake.image.as_ref().and_then(|p| p.data_uri()) {
                        img src=(image) alt=(mistake.place) width="96" height="96";
                    }
                    span class="label" { "true " (mistake.truth) ", predicted " strong { (mistake.predicted) } }
                    span class="note" {
                        (format!("confidence {:.0} %, {}", 100.0 * mistake.probability, mistake.place))
                    }
                }
            }
        }
    }
}

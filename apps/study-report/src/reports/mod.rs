//! The five reports: their titles and outlines, in their own order.
//!
//! An outline names every place of a report that is a numbered figure or table, and the parts of its text that state
//! something. Claims ([`Claim::at`](claims::Claim::at)), questions and figures
//! ([`FigureSpec::at`](study_core::figure_spec::FigureSpec::at)) name a place of it; results follow its order. To add a
//! place, add a row to the file of the report.

mod a;
mod b;
mod c;
mod d;
mod e;

/// A report whose experiments are repeated.
#[derive(Clone, Copy, Debug)]
pub struct ReportInfo {
    /// Letter that stands for it in studies.
    pub letter: &'static str,
    /// Full title.
    pub title: &'static str,
    /// Where it is from and what it is, as the end of a sentence.
    pub about: &'static str,
    /// Name of its page, without the ending.
    pub page: &'static str,
    /// Its places in order.
    pub outline: &'static [Place],
}

/// A place of a report.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its name there: `Fig. 3`, `Table I`, `Section 4.1`.
    pub name: &'static str,
    /// What it shows or is about.
    pub about: &'static str,
    /// What becomes of it.
    pub kind: PlaceKind,
}

/// What becomes of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// Text that states something.
    Text,
    /// A numbered figure or table, or a task, which a study reproduces.
    Shown,
    /// A numbered figure or table that cannot be had, for this reason.
    Not(&'static str),
}

/// A place of text.
const fn text(name: &'static str, about: &'static str) -> Place {
    Place {
        name,
        about,
        kind: PlaceKind::Text,
    }
}

/// A figure, table or task that a study reproduces.
const fn shown(name: &'static str, about: &'static str) -> Place {
    Place {
        name,
        about,
        kind: PlaceKind::Shown,
    }
}

/// A figure or table that cannot be had, with the reason.
const fn not(name: &'static str, about: &'static str, reason: &'static str) -> Place {
    Place {
        name,
        about,
        kind: PlaceKind::Not(reason),
    }
}

/// All reports.
pub const ALL: [ReportInfo; 5] = [a::REPORT, b::REPORT, c::REPORT, d::REPORT, e::REPORT];

/// The report of a letter.
pub fn find(letter: &str) -> Option<&'static ReportInfo> {
    const REPORTS: &[ReportInfo] = &ALL;
    REPORTS.iter().find(|report| report.letter == letter)
}

impl ReportInfo {
    /// The position of a place in the outline.
    pub fn position(&self, place: &str) -> Option<usize> {
        self.outline.iter().position(|p| p.name == place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_once_and_say_what_they_are() {
        for report in &ALL {
            for (i, place) in report.outline.iter().enumerate() {
                assert_eq!(
                    report.position(place.name),
                    Some(i),
                    "{} {}",
                    report.letter,
                    place.name
                );
                assert!(
                    !place.about.is_empty() && !place.about.ends_with('.'),
                    "{}",
                    place.name
                );
            }
        }
    }
}

//! The page of a report: `results/REPORT.md`, in its order.

use std::fmt::Write;
use std::path::Path;

use crate::files::FigureFiles;
use crate::front::rows_of;
use crate::known::Known;
use crate::markdown::{anchor, plain, sentence, table};
use crate::reports::{self, Place, PlaceKind, ReportInfo};
use crate::rows::{ReadingRow, Row};
use crate::score::Score;

/// The text of the page. `root` is the folder that the results lie in.
pub(crate) fn of(
    report: &ReportInfo,
    known: &[Known<'_>],
    figures: &[FigureFiles],
    root: &Path,
) -> String {
    let page = Page {
        report,
        known,
        figures,
        root,
    };
    let score = Score::of(rows_of(known, report));
    let mut text = format!(
        "# {}\n\n{}.\n\n{}. [All reports and the method](README.md).\n\n{}\n",
        report.title,
        capital(report.about),
        capital(&score.in_words()),
        letters(report)
    );
    for place in report.outline {
        page.place(&mut text, place);
    }
    page.rest(&mut text);
    page.studies(&mut text);
    text
}

/// Which reports the letters in names and notes stand for.
fn letters(this: &ReportInfo) -> String {
    let others = reports::ALL.iter().filter(|r| r.letter != this.letter);
    let others: Vec<String> = others
        .map(|r| format!("{} is [{}]({}.md)", r.letter, r.title, r.page))
        .collect();
    format!(
        "Names of settings, and notes, call this report {}; {}.",
        this.letter,
        others.join("; ")
    )
}

struct Page<'a> {
    report: &'a ReportInfo,
    known: &'a [Known<'a>],
    figures: &'a [FigureFiles],
    root: &'a Path,
}

impl Page<'_> {
    /// Rows, figures and tables at a place; nothing where there are none.
    fn place(&self, text: &mut String, place: &Place) {
        let mut body = String::new();
        for (known, files) in self.known.iter().zip(self.figures) {
            let rows = known
                .rows
                .iter()
                .filter(|row| row.is_of(self.report.letter) && row.place == place.name);
            rows.for_each(|row| self.row(&mut body, known, row));
            let is_here = |(letter, name): &(&str, &str)| {
                *letter == self.report.letter && *name == place.name
            };
            for (drawn, files) in known.study.drawn.iter().zip(files) {
                if drawn.places.iter().any(is_here) {
                    figure(&mut body, known, &drawn.spec, files);
                }
            }
        }
        if let PlaceKind::Not(reason) = place.kind {
            let _ = write!(body, "\nNot here: {}.\n", plain(reason));
        }
        if body.is_empty() {
            match place.kind {
                PlaceKind::Shown => body.push_str("\nNot run yet.\n"),
                _ => return,
            }
        }
        let _ = write!(
            text,
            "\n<a id=\"{}\"></a>\n## {}: {}\n{body}",
            anchor(place.name),
            place.name,
            plain(place.about)
        );
    }

    /// Rows that name no place, and figures of the report's studies that reproduce none of its own.
    fn rest(&self, text: &mut String) {
        let mut body = String::new();
        for known in self.known {
            let of_report = |row: &&Row| row.is_of(self.report.letter);
            let unplaced = known
                .rows
                .iter()
                .filter(of_report)
                .filter(|row| self.report.position(row.place).is_none());
            unplaced.for_each(|row| self.row(&mut body, known, row));
        }
        for (known, files) in self.known.iter().zip(self.figures) {
            if !known
                .study
                .reports
                .split(", ")
                .any(|letter| letter == self.report.letter)
            {
                continue;
            }
            for (drawn, files) in known.study.drawn.iter().zip(files) {
                if drawn.places.is_empty() {
                    figure(&mut body, known, &drawn.spec, files);
                }
            }
        }
        if !body.is_empty() {
            let _ = write!(text, "\n## Further results\n{body}");
        }
    }

    fn row(&self, text: &mut String, known: &Known<'_>, row: &Row) {
        let _ = write!(
            text,
            "\n**{}** {}\n\n",
            capital(&row.finding.in_words()),
            sentence(&capital(&row.sentence))
        );
        if row.claimed != "–" {
            let _ = write!(text, "The report: {}\n\n", sentence(&row.claimed));
        }
        let study = self.source(known);
        if row.readings.is_empty() {
            let _ = writeln!(text, "Study {study}.");
            return;
        }
        let several = row.readings.len() > 1;
        if several {
            let cells = |r: &ReadingRow| {
                [&r.name, &r.measured, &r.interval, &r.verdict].map(|cell| plain(cell))
            };
            let rows: Vec<[String; 4]> = row.readings.iter().map(cells).collect();
            text.push_str(&table(
                [
                    "reading",
                    "here: median (quartiles)",
                    "95 % interval",
                    "verdict",
                ],
                &rows,
            ));
        } else {
            let only = &row.readings[0];
            let cells = [&only.measured, &only.interval, &only.verdict].map(|cell| plain(cell));
            text.push_str(&table(
                ["here: median (quartiles)", "95 % interval", "verdict"],
                &[cells],
            ));
        }
        text.push('\n');
        let mut bars: Vec<&String> = Vec::new();
        for bar in row.readings.iter().flat_map(|r| &r.bars) {
            if !bars.contains(&bar) {
                bars.push(bar);
            }
        }
        for bar in bars {
            let _ = writeln!(text, "- Bar: {}", sentence(bar));
        }
        for why in &row.why {
            let _ = writeln!(text, "- {}", sentence(why));
        }
        let deciding = &row.readings[row.deciding];
        let parts = [deciding.trials.as_str(), deciding.setting.as_str()];
        let parts: Vec<String> = parts
            .iter()
            .filter(|p| !p.is_empty())
            .map(|p| plain(p))
            .collect();
        let _ = writeln!(text, "- Study {study}: {}.", parts.join("; "));
    }

    /// The study's name, as a link to its source where that lies beside the results.
    fn source(&self, known: &Known<'_>) -> String {
        let study = known.study;
        match !study.source.is_empty() && self.root.join(study.source).is_file() {
            true => format!("[`{}`](../{})", study.name, study.source),
            false => format!("`{}`", study.name),
        }
    }

    /// The studies of the report: what each shows, its command, its notes.
    fn studies(&self, text: &mut String) {
        text.push_str("\n## The studies\n");
        for known in self.known {
            let study = known.study;
            if !study
                .reports
                .split(", ")
                .any(|letter| letter == self.report.letter)
            {
                continue;
            }
            let _ = write!(
                text,
                "\n### {}\n\n{} Source: {}.\n\n```\nstudy run {}\n```\n",
                study.name,
                sentence(study.shows),
                self.source(known),
                study.name
            );
            if let Some(stored) = known.stored.as_ref().filter(|stored| stored.begun.quick) {
                let _ = write!(
                    text,
                    "\nQuick run of {} trials: it shows that the study runs, and nothing else.\n",
                    stored.trials()
                );
            }
            let notes = known.notes();
            if !notes.is_empty() {
                text.push('\n');
            }
            for note in notes {
                let _ = writeln!(text, "- {}", sentence(&note));
            }
        }
    }
}

/// A figure or table of a study.
fn figure(
    text: &mut String,
    known: &Known<'_>,
    spec: &study_core::figure_spec::FigureSpec,
    files: &[crate::files::FigureFile],
) {
    let mut title = String::new();
    for file in files {
        // What goes on below the first picture has no title of its own.
        if !file.title.is_empty() {
            title = plain(&file.title);
        }
        let _ = write!(text, "\n![{title}](figures/{})\n", file.svg);
        if let Some(csv) = &file.csv {
            let _ = write!(text, "\n[numbers](figures/{csv})\n");
        }
    }
    if let Some(found) = known.table(spec) {
        let heads: Vec<String> = found.heads.iter().map(|(name, _)| plain(name)).collect();
        let _ = write!(
            text,
            "\n{}\n\n| {} |\n|",
            sentence(&found.title),
            heads.join(" | ")
        );
        text.push_str(&" --- |".repeat(heads.len()));
        text.push('\n');
        for row in &found.rows {
            let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
    }
}

/// The text with a capital at its start, unless it begins with a name of small letters and digits.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    match rest.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(rest).collect(),
        _ => text.to_owned(),
    }
}

//! `RESULTS.md`: one table over all studies, and notes.

use std::fmt::Write;

use super::{Known, counts};

const HEAD: &str = "\
# Results

Every claim of the five reports, evaluated over repeated trials. A claim holds if the 95 % bootstrap confidence interval
over trials lies entirely on the claimed side, does not hold if it lies entirely on the other, and is undecided if it
covers both. Figures are medians with quartiles in brackets. \"Does not hold\" is a finding like any other.

`study run all` and `study report` write this table; `study list` describes each study.
";

/// The text of the file.
pub(super) fn of(known: &[Known<'_>]) -> String {
    let mut text = format!("{HEAD}\n{}.\n\n", counts(known));
    let heads = [
        "study", "report", "settings", "claim", "reported", "measured", "95 % CI", "verdict",
        "trials", "epochs", "commit",
    ];
    line(&mut text, heads.map(str::to_owned));
    line(&mut text, heads.map(|_| "---".to_owned()));
    for known in known {
        for row in &known.rows {
            line(
                &mut text,
                [
                    known.study.name.to_owned(),
                    row.report.to_owned(),
                    row.setting.clone(),
                    row.text.clone(),
                    row.claimed.clone(),
                    row.measured.clone(),
                    row.interval.clone(),
                    row.finding.in_words(),
                    row.trials.clone(),
                    row.epochs.clone(),
                    row.commit.clone(),
                ],
            );
        }
    }
    text.push_str("\n## Notes\n\nInconsistencies of the reports (⚠), and definitions that deviate from the usual ones.\n");
    for known in known {
        let notes = known.notes();
        if !notes.is_empty() {
            // Writing into a string cannot fail.
            let _ = write!(text, "\n- **{}**: {}", known.study.name, notes.join(" "));
        }
    }
    text.push('\n');
    for problem in known.iter().filter_map(|k| k.problem.as_ref()) {
        let _ = writeln!(text, "\nNot evaluated: {problem}.");
    }
    text
}

/// Adds a row; bars in cells are escaped.
fn line<const N: usize>(text: &mut String, cells: [String; N]) {
    let cells = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
    text.push_str(&format!("| {} |\n", cells.join(" | ")));
}

//! `study list`, and selection of studies by name.

use cli::app;
use experiment::AppError;
use serde::Serialize;

use study_core::study::Study;

/// Width of a line.
const COLUMNS: usize = 80;

/// A line of `study list --json`.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    reports: &'a str,
    shows: &'a str,
    data: &'a [&'static str],
    minutes: f64,
    trials: usize,
    cases: usize,
}

/// Prints the studies.
///
/// # Errors
/// If standard output is closed.
pub fn print(studies: &[Study], json: bool) -> Result<(), AppError> {
    for study in studies {
        let text = match json {
            true => serde_json::to_string(&Line {
                name: study.name,
                reports: study.reports,
                shows: study.shows,
                data: &study.data,
                minutes: study.minutes,
                trials: study.trials,
                cases: study.cases.len(),
            })
            .map_err(|e| AppError::while_doing("cannot write the list", e))?,
            false => in_words(study),
        };
        app::print_line(text)?;
    }
    Ok(())
}

/// Formats `name  reports  data  minutes` on a line, and the finding below it.
fn in_words(study: &Study) -> String {
    let minutes = minutes(study.minutes);
    let left = format!(
        "{:<30} {:<5} {}",
        study.name,
        study.reports,
        study.data.join(", ")
    );
    let room = COLUMNS.saturating_sub(minutes.chars().count() + 1);
    let mut text = format!("{:<room$} {minutes}", shortened(&left, room));
    for line in wrapped(study.shows, COLUMNS - 4) {
        text.push_str("\n    ");
        text.push_str(&line);
    }
    text
}

/// Truncates a text to a width.
fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars()
        .take(room.saturating_sub(1))
        .chain(['…'])
        .collect()
}

fn minutes(minutes: f64) -> String {
    match minutes {
        m if m < 1.0 => "< 1 min".to_owned(),
        m => format!("{m:.0} min"),
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().map_or(0, |l| l.chars().count());
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// Selects studies by name, in the order of the list; `all` stands for every one.
///
/// # Errors
/// Wrong usage if a name is unknown; the message suggests the nearest one.
pub fn chosen<'a>(studies: &'a [Study], names: &[String]) -> Result<Vec<&'a Study>, AppError> {
    if names.iter().any(|name| name == "all") {
        if names.len() > 1 {
            return Err(AppError::usage(
                "\"all\" stands for every study; leave out the other names",
            ));
        }
        return Ok(studies.iter().collect());
    }
    for name in names {
        if !studies.iter().any(|study| study.name == name) {
            let nearest = studies
                .iter()
                .min_by_key(|study| distance(study.name, name));
            let hint = nearest.map_or_else(String::new, |study| {
                format!("; did you mean {}? \"study list\" shows all", study.name)
            });
            return Err(AppError::Usage(format!(
                "there is no study \"{name}\"{hint}"
            )));
        }
    }
    let asked = |study: &&Study| names.iter().any(|name| name == study.name);
    Ok(studies.iter().filter(asked).collect())
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn studies() -> Vec<Study> {
        let shows = "words that go on and on, so that a single line of eighty columns cannot hold all of them";
        let one = |name| Study::new(name, "A", shows).data("mnist");
        vec![one("runge-overfit"), one("xor-trials")]
    }

    #[test]
    fn lines_have_eighty_columns() {
        let many = ["wine-quality-red", "wine-quality-white", "california"];
        let many = many
            .into_iter()
            .fold(Study::new("wine-quality", "D", "shows"), Study::data);
        for study in [&studies()[0], &many] {
            for line in in_words(study).lines() {
                assert!(line.chars().count() <= COLUMNS, "{line}");
            }
        }
    }

    #[test]
    fn a_misspelt_name_is_met_with_the_nearest() {
        let studies = studies();
        let names = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let Err(error) = chosen(&studies, &names(&["xor-trails"])) else {
            panic!("no such study");
        };
        assert_eq!(
            error.to_string(),
            "there is no study \"xor-trails\"; did you mean xor-trials? \"study list\" shows all"
        );
        assert!(matches!(error, AppError::Usage(_)));
        assert_eq!(chosen(&studies, &names(&["all"])).map(|s| s.len()), Ok(2));
        assert!(chosen(&studies, &names(&["all", "xor-trials"])).is_err());
    }
}

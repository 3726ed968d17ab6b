//! Precision and recall of each class, from a confusion matrix.

use claims::outcome::Outcome;

use study_core::figure_spec::FigureSpec;

/// The outcome with `precision/CLASS` and `recall/CLASS` of every class. Of a class that is never predicted there is no
/// precision, of one that does not occur no recall.
pub(crate) fn with_each_class(mut outcome: Outcome) -> Outcome {
    let Some(counts) = outcome.grids.get("confusion").cloned() else {
        return outcome;
    };
    let names = outcome.words.get("classes").cloned().unwrap_or_default();
    let rows: Vec<Vec<f64>> = (0..counts.rows.len()).map(|i| counts.row(i)).collect();
    for (class, name) in names.split('|').enumerate().take(rows.len()) {
        let right = rows[class][class];
        let predicted: f64 = rows.iter().map(|row| row[class]).sum();
        let there: f64 = rows[class].iter().sum();
        for (figure, of) in [("precision", predicted), ("recall", there)] {
            if of > 0.0 {
                outcome = outcome.number(format!("{figure}/{name}"), right / of);
            }
        }
    }
    outcome
}

/// A table of one of these figures for all of these classes.
pub(crate) fn table(title: &str, figure: &str, classes: &[&str]) -> FigureSpec {
    let numbers: Vec<String> = classes
        .iter()
        .map(|class| format!("{figure}/{class}"))
        .collect();
    FigureSpec::table(title, numbers.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;
    use claims::outcome::Grid;

    #[test]
    fn rows_are_true_classes_and_columns_predicted_ones() {
        let matrix = Grid::new([[8.0, 2.0, 0.0], [1.0, 3.0, 0.0], [0.0, 0.0, 0.0]]);
        let outcome = Outcome::new().word("classes", "cat|dog|owl");
        let found = with_each_class(outcome.grid("confusion", matrix));
        assert_eq!(found.get("recall/cat"), Some(0.8));
        assert_eq!(found.get("recall/dog"), Some(0.75));
        assert_eq!(found.get("precision/dog"), Some(0.6));
        assert_eq!(
            (found.get("recall/owl"), found.get("precision/owl")),
            (None, None)
        );
    }
}

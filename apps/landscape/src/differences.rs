//! Settings that differ between two runs.

use experiment::AppError;
use serde_json::Value;
use settings::{Experiment, Field};
use surface::results::Difference;

/// Settings that differ, in the order of the table of settings. What a run does not have is `off` for a switch, else `–`.
///
/// # Errors
/// If a setting is a number that JSON cannot hold.
pub(crate) fn differences(a: &Experiment, b: &Experiment) -> Result<Vec<Difference>, AppError> {
    let map = |of: &Experiment| {
        serde_json::to_value(of).map_err(|e| AppError::while_doing("cannot compare settings", e))
    };
    let maps = [map(a)?, map(b)?];
    let of = |key: &str, missing: &str| maps.each_ref().map(|map| shown(map.get(key), missing));
    // The kind of a run is no flag, but a program's name.
    let kind = (
        "program".to_owned(),
        [a, b].map(|of| of.kind().program().to_owned()),
    );
    let fields = settings::fields().iter();
    let rows = fields.map(|field| (format!("--{}", field.key), of(field.key, missing(field))));
    let differ = std::iter::once(kind)
        .chain(rows)
        .filter(|(_, [a, b])| a != b);
    Ok(differ
        .map(|(setting, values)| Difference { setting, values })
        .collect())
}

fn missing(field: &Field) -> &'static str {
    // A switch stands in files where it is on.
    match field.value_name {
        "" => "off",
        _ => "–",
    }
}

/// A value as its flag takes it.
fn shown(value: Option<&Value>, missing: &str) -> String {
    match value {
        None | Some(Value::Null) => missing.to_owned(),
        Some(Value::Bool(true)) => "on".to_owned(),
        Some(Value::Bool(false)) => "off".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let items = items.iter().map(|item| shown(Some(item), missing));
            items.collect::<Vec<_>>().join(",")
        }
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use settings::{Architecture, Kind, Widths, changed};

    #[test]
    fn only_what_differs_is_named_with_both_values() {
        let of = |epochs, seed, hidden: &[usize]| {
            let settings = changed(Kind::Classification, |settings| {
                settings.experiment.training.epochs = epochs;
                settings.experiment.training.config.seed = seed;
                if let Architecture::Mlp { hidden: widths, .. } =
                    &mut settings.experiment.model.architecture
                {
                    *widths = Widths(hidden.to_vec());
                }
            });
            settings.unwrap().experiment
        };
        let a = of(3, 0, &[16, 8]);
        assert_eq!(differences(&a, &a).unwrap(), []);
        let found = differences(&a, &of(3, 7, &[16, 9])).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|d| [&d.setting, &d.values[0], &d.values[1]].map(String::as_str))
            .collect();
        assert_eq!(found, [["--hidden", "16,8", "16,9"], ["--seed", "0", "7"]]);
    }
}

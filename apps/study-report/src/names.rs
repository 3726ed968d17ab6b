//! Names of figures for readers.

/// Names of figures that readers know by other words than the stored ones.
const SHOWN: [(&str, &str); 3] = [
    ("own_neighbours", "neighbors of the same class"),
    ("accuracy_rebuilt", "accuracy on reconstructions"),
    ("roughness_rebuilt", "roughness of reconstructions"),
];

/// The name of a figure for readers: `test_mse` is `test MSE`.
pub(crate) fn words(name: &str) -> String {
    if let Some((_, shown)) = SHOWN.iter().find(|(stored, _)| *stored == name) {
        return (*shown).to_owned();
    }
    let word = |word: &str| match word {
        "mse" | "rmse" | "mae" => word.to_uppercase(),
        "r2" => "R²".to_owned(),
        "lr" => "learning rate".to_owned(),
        _ => word.to_owned(),
    };
    let words: Vec<String> = name.split('_').map(word).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_names_of_the_field() {
        let shown = ["test_mse", "test_r2", "own_neighbours", "test_accuracy"].map(words);
        let expected = [
            "test MSE",
            "test R²",
            "neighbors of the same class",
            "test accuracy",
        ];
        assert_eq!(shown, expected);
    }
}

//! Pieces of Markdown.

/// A text as it may stand in a line or in a cell of a table.
pub(crate) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '<' | '`' | '[' | ']' => {
                safe.push('\\');
                safe.push(c);
            }
            '\n' | '\r' => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A table; cells are Markdown already.
pub(crate) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(heads.to_vec());
    text.push_str(&line(heads.map(|_| "---").to_vec()));
    for row in rows {
        text.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    text
}

/// The anchor of a place: `fig-3`.
pub(crate) fn anchor(place: &str) -> String {
    let words: Vec<String> = place
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

/// A sentence with its full stop, or the mark it ends with.
pub(crate) fn sentence(text: &str) -> String {
    match text.ends_with(['.', '?', '!', ':']) {
        true => plain(text),
        false => format!("{}.", plain(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(plain("a|b *c* d_e"), "a\\|b \\*c\\* d\\_e");
        assert_eq!(anchor("Fig. 3"), "fig-3");
        for text in ["Is it so?", "Accuracy of both:"] {
            assert_eq!(sentence(text), text);
        }
        let rows = [["x".to_owned(), "y".to_owned()]];
        assert_eq!(
            table(["a", "b"], &rows),
            "| a | b |\n| --- | --- |\n| x | y |\n"
        );
    }
}

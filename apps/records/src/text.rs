//! Text of unknown origin: names from files, which may hold anything.

use std::borrow::Cow;
use std::fmt::Write;

/// Writes each character that acts instead of being seen as `\u001b`, so that it is seen: control characters (among them
/// those that start a terminal's escape sequences) but for those of `kept`, the separators of lines and paragraphs, and
/// the marks that turn the direction of text around.
///
/// The form is that of JSON, of TOML's basic strings and of most languages, so that a text in one of these means the same
/// afterwards.
pub fn visible<'a>(text: &'a str, kept: &[char]) -> Cow<'a, str> {
    let acts = |c: char| acts(c) && !kept.contains(&c);
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match acts(c) {
            // Writing to a text cannot fail. All of these are below U+10000, so four digits do.
            true => drop(write!(shown, "\\u{:04x}", u32::from(c))),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{061c}'
        )
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_seen_and_the_rest_stays() {
        let red = "\u{1b}[31mred\u{9b}0m\u{7f}\u{202e}";
        assert_eq!(visible(red, &[]), "\\u001b[31mred\\u009b0m\\u007f\\u202e");
        assert_eq!(visible("a\tb\nc\r", &['\n', '\t']), "a\tb\nc\\u000d");
        for plain in ["", "Ärger", "日本語", "a\u{a0}b", "🙂"] {
            assert!(matches!(visible(plain, &[]), Cow::Borrowed(text) if text == plain));
        }
    }

    #[test]
    fn json_means_the_same_afterwards() {
        let label = "a\u{1b}]0;b\u{7}\u{9d}\"\u{2066}";
        let json = serde_json::to_string(label).unwrap();
        let shown = visible(&json, &[]);
        assert!(!shown.contains(acts), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), label);
    }
}

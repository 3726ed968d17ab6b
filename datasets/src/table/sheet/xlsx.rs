//! The cells of a workbook of Excel 2007 and later: XML in a zip archive (ECMA-376, part 1, chapter 18).

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Cells, Content};

/// Bytes that a part may have beyond a few times the size of the file.
const SLACK: u64 = 8 << 20;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The cells of the first sheet.
///
/// # Errors
/// If there is none, or the file is damaged or unpacks to far more than its size; a clause.
pub(super) fn cells(file: &[u8]) -> Result<Cells, String> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|e| e.to_string())?;
    let most = SLACK + 4 * file.len() as u64;
    let sheet = first_sheet(&mut archive, most)?;
    cells_of(&part(&mut archive, &sheet, most)?)
}

/// The name of the first sheet's part.
fn first_sheet(archive: &mut Archive<'_>, most: u64) -> Result<String, String> {
    let workbook = part(archive, "xl/workbook.xml", most)?;
    let sheet = tags(&workbook).find(|tag| tag.name() == "sheet");
    let id = sheet
        .and_then(|tag| tag.attribute("r:id"))
        .ok_or("it has no sheet")?;
    let relations = part(archive, "xl/_rels/workbook.xml.rels", most)?;
    let target = tags(&relations)
        .filter(|tag| tag.name() == "Relationship")
        .find(|tag| tag.attribute("Id") == Some(id))
        .and_then(|tag| tag.attribute("Target"))
        .ok_or("it does not say where its first sheet is")?;
    Ok(match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    })
}

/// The text of a part.
fn part(archive: &mut Archive<'_>, name: &str, most: u64) -> Result<String, String> {
    let part = archive.by_name(name).map_err(|e| format!("{name}: {e}"))?;
    let mut text = String::new();
    part.take(most + 1)
        .read_to_string(&mut text)
        .map_err(|e| format!("{name}: {e}"))?;
    match text.len() as u64 > most {
        true => Err(format!("{name} unpacks to more than {most} bytes")),
        false => Ok(text),
    }
}

fn cells_of(sheet: &str) -> Result<Cells, String> {
    let mut cells = Cells::new();
    // Places may be left out, where they follow from those before.
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut kind = "n";
    for tag in tags(sheet) {
        let wrong = |what: &str| format!("its sheet has {what} {:?}", tag.inside);
        match tag.name() {
            "row" => {
                if let Some(number) = tag.attribute("r") {
                    let number: u32 = number.parse().map_err(|_| wrong("a row"))?;
                    row = number.checked_sub(1).ok_or_else(|| wrong("a row"))?;
                }
                column = 0;
            }
            "/row" => row = row.saturating_add(1),
            "c" => {
                if let Some(place) = tag.attribute("r") {
                    (row, column) = at(place).ok_or_else(|| wrong("a cell"))?;
                }
                kind = tag.attribute("t").unwrap_or("n");
                if tag.inside.ends_with('/') {
                    column = column.saturating_add(1);
                }
            }
            "/c" => column = column.saturating_add(1),
            "v" if kind == "n" => {
                let number = tag.text.trim().parse();
                let number =
                    number.map_err(|_| format!("its sheet has the number {:?}", tag.text))?;
                cells.push((row, column, Content::Number(number)));
            }
            "v" | "is" => cells.push((row, column, Content::Other)),
            _ => {}
        }
    }
    Ok(cells)
}

/// Row and column of a place such as `AB12`.
fn at(place: &str) -> Option<(u32, u32)> {
    let digits = place.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = place.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |sum, letter| {
        let value = u32::from(letter.checked_sub(b'A').filter(|v| *v < 26)?) + 1;
        sum.checked_mul(26)?.checked_add(value)
    })?;
    Some((
        row.parse::<u32>().ok()?.checked_sub(1)?,
        column.checked_sub(1)?,
    ))
}

/// A tag, and the text up to the next one.
struct Tag<'a> {
    /// What stands between its angle brackets.
    inside: &'a str,
    text: &'a str,
}

impl<'a> Tag<'a> {
    fn name(&self) -> &'a str {
        let end = self
            .inside
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_whitespace() || *c == '/');
        &self.inside[..end.map_or(self.inside.len(), |(at, _)| at)]
    }

    /// The value of an attribute. Those that are read have no characters that XML writes in other words.
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.inside;
        loop {
            let (before, after) = rest.split_once('=')?;
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, behind) = after[1..].split_once(quote)?;
            if before.split_whitespace().next_back() == Some(name) {
                return Some(value);
            }
            rest = behind;
        }
    }
}

/// The tags of a document, comments and declarations among them.
fn tags(document: &str) -> impl Iterator<Item = Tag<'_>> {
    document.split('<').skip(1).map(|piece| {
        let (inside, text) = piece.split_once('>').unwrap_or((piece, ""));
        Tag { inside, text }
    })
}

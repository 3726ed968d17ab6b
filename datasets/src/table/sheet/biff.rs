//! The cells of a workbook of Excel 97 to 2003: [MS-XLS], a list of records, each with its type and its length.

use super::{Cells, Content, number, u16_at, u32_at};

/// The records that are read, by their types.
mod record {
    pub(super) const EOF: u16 = 0x000a;
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MANY_RK: u16 = 0x00bd;
    pub(super) const RICH_STRING: u16 = 0x00d6;
    pub(super) const SHARED_STRING: u16 = 0x00fd;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const TRUTH_OR_ERROR: u16 = 0x0205;
    pub(super) const RK: u16 = 0x027e;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// Records from a place of a stream on, up to one that is cut short.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (
            u16_at(self.stream, self.at)?,
            u16_at(self.stream, self.at + 2)?,
        );
        let from = self.at + 4;
        let data = self.stream.get(from..from + usize::from(length))?;
        self.at = from + data.len();
        Some((kind, data))
    }
}

/// The cells of the first sheet.
///
/// # Errors
/// If there is none, or the workbook is cut short or older than Excel 97; a clause.
pub(super) fn cells(stream: &[u8]) -> Result<Cells, String> {
    let mut globals = Records { stream, at: 0 };
    match globals.next() {
        // Version 8, of Excel 97.
        Some((record::BEGIN, data)) if u16_at(data, 0) == Some(0x0600) => {}
        _ => return Err("its workbook is not one of Excel 97 or later".to_owned()),
    }
    let sheet = globals.find(|(kind, _)| *kind == record::BOUND_SHEET);
    let at = sheet
        .and_then(|(_, data)| u32_at(data, 0))
        .ok_or("it has no sheet")? as usize;
    let mut records = Records { stream, at };
    if records.next().is_none_or(|(kind, _)| kind != record::BEGIN) {
        return Err("its first sheet is not where it should be".to_owned());
    }
    let mut cells = Cells::new();
    for (kind, data) in records {
        if kind == record::EOF {
            return Ok(cells);
        }
        take(kind, data, &mut cells).ok_or("a record of its first sheet is cut short")?;
    }
    Err("its first sheet is cut short".to_owned())
}

/// Takes the cells of a record, if it has any; `None` if it is too short.
fn take(kind: u16, data: &[u8], cells: &mut Cells) -> Option<()> {
    let place = || Some((u16_at(data, 0)?.into(), u16_at(data, 2)?.into()));
    let content = match kind {
        record::NUMBER => Content::Number(f64::from_le_bytes(number(data, 6)?)),
        record::RK => Content::Number(rk(u32_at(data, 6)?)),
        record::FORMULA => match number::<8>(data, 6)? {
            // What a formula gives that is no number is marked by these two bytes.
            [.., 0xff, 0xff] => Content::Other,
            bytes => Content::Number(f64::from_le_bytes(bytes)),
        },
        record::LABEL | record::SHARED_STRING | record::RICH_STRING | record::TRUTH_OR_ERROR => {
            Content::Other
        }
        record::MANY_RK => {
            let (row, first): (u32, u32) = place()?;
            // A format and a number each, and the last column behind them.
            let numbers = data.get(4..data.len().checked_sub(2)?)?.chunks_exact(6);
            for (column, one) in (first..).zip(numbers) {
                cells.push((row, column, Content::Number(rk(u32_at(one, 2)?))));
            }
            return Some(());
        }
        _ => return Some(()),
    };
    let (row, column) = place()?;
    cells.push((row, column, content));
    Some(())
}

/// A number in 32 bits ([MS-XLS] 2.5.122): a whole one, or the upper half of an `f64`, of which two bits say which, and
/// whether it is a hundred times as much.
fn rk(bits: u32) -> f64 {
    let x = match bits & 2 != 0 {
        true => f64::from(bits as i32 >> 2),
        false => f64::from_bits(u64::from(bits & !3) << 32),
    };
    if bits & 1 != 0 { x / 100.0 } else { x }
}

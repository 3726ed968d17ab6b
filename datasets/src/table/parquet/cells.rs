//! Values as the text that a CSV file would have in their place.

use std::fmt::Write;

use super::pages::{Content, Pages};
use super::schema::{Column, Form, Meaning, Stored};
use super::values::{Value, Values};
use super::{Outcome, Room};
use crate::table::date::civil;

/// The number of a cell without a value.
const NONE: u32 = u32::MAX;

/// Days since 1970-01-01 of the years 1 to 9999.
const DAYS: std::ops::Range<i64> = -719_162..2_932_897;

/// Seconds in a day.
const DAY: i64 = 86_400;

/// The number of 1970-01-01 among the days of old timestamps.
const JULIAN: i64 = 2_440_588;

/// The cells of a column in a group of rows.
pub(super) struct Cells {
    /// The different texts, one after the other, and where each ends.
    texts: String,
    ends: Vec<usize>,
    /// The number of each row's text.
    rows: Vec<u32>,
    writer: Writer,
}

/// How values become text.
#[derive(Clone, Copy)]
pub(super) struct Writer {
    form: Form,
    /// Whether moments are written without the time of the day.
    only_dates: bool,
    /// Whether any moment was not at midnight.
    has_time: bool,
}

impl Writer {
    pub(super) fn new(form: Form, only_dates: bool) -> Self {
        Self {
            form,
            only_dates,
            has_time: false,
        }
    }
}

impl Cells {
    /// Reads so many rows from the bytes of a column.
    ///
    /// # Errors
    /// If they are damaged, in a way that is not known, or there is no room for them.
    pub(super) fn read(
        column: &Column,
        writer: Writer,
        rows: usize,
        mut pages: Pages<'_>,
        room: &mut Room,
    ) -> Outcome<Self> {
        let mut cells = Self {
            texts: String::new(),
            ends: Vec::new(),
            rows: Vec::new(),
            writer,
        };
        let reserved = cells.rows.try_reserve_exact(rows);
        reserved.map_err(|_| format!("there is no memory for {rows} rows"))?;
        let stored = writer.form.stored;
        // Texts that come after those of the dictionary are no entries of it.
        let mut dictionary = None;
        while cells.rows.len() < rows {
            let page = pages.next(room)?;
            let levels = match page.content {
                Content::Other => continue,
                Content::Dictionary => {
                    if dictionary.is_some() || !cells.ends.is_empty() {
                        return Err("it has two dictionaries".to_owned());
                    }
                    // Some writers call the encoding of a dictionary that of its entries.
                    let encoding = if page.encoding == 2 { 0 } else { page.encoding };
                    let mut values = Values::new(&page.bytes, encoding, stored, page.count)?;
                    for _ in 0..page.count {
                        cells.push(values.next()?, 0, room)?;
                    }
                    dictionary = Some(cells.ends.len());
                    continue;
                }
                Content::Values(levels) => levels,
            };
            if page.count > rows - cells.rows.len() {
                return Err("a page has more values than there are rows".to_owned());
            }
            let (levels, bytes) = match (column.optional, levels) {
                (true, None) => {
                    let cut = "a page ends within its levels";
                    let (length, rest) = page.bytes.split_first_chunk().ok_or(cut)?;
                    let length = u32::from_le_bytes(*length) as usize;
                    rest.split_at_checked(length).ok_or(cut)?
                }
                _ => (page.levels, &page.bytes[..]),
            };
            let is_there: Vec<bool> = match column.optional {
                false => vec![true; page.count],
                true => Values::levels(levels, page.count)?,
            };
            let count = is_there.iter().filter(|there| **there).count();
            let mut values = Values::new(bytes, page.encoding, stored, count)?;
            for is_there in is_there {
                let number = match is_there {
                    true => cells.push(values.next()?, dictionary.unwrap_or(0), room)?,
                    false => NONE,
                };
                cells.rows.push(number);
            }
        }
        cells.texts.shrink_to_fit();
        cells.ends.shrink_to_fit();
        Ok(cells)
    }

    /// The text of a row; empty if it has no value.
    #[inline]
    pub(super) fn text(&self, row: usize) -> &str {
        let number = self.rows[row];
        if number == NONE {
            return "";
        }
        let number = number as usize;
        let start = match number {
            0 => 0,
            _ => self.ends[number - 1],
        };
        &self.texts[start..self.ends[number]]
    }

    /// The bytes of the texts of all rows, each counted as often as it stands there.
    pub(super) fn bytes(&self) -> usize {
        (0..self.rows.len()).map(|row| self.text(row).len()).sum()
    }

    /// Whether any moment has a time of the day.
    pub(super) fn has_time(&self) -> bool {
        self.writer.has_time
    }

    /// Takes a value, and returns the number of its text.
    #[inline]
    fn push(&mut self, value: Value<'_>, dictionary: usize, room: &mut Room) -> Outcome<u32> {
        if let Value::Entry(number) = value {
            return match (number as usize) < dictionary {
                true => Ok(number),
                false => Err(format!("it has no entry {number} in its dictionary")),
            };
        }
        let number = self.ends.len() as u32;
        // Truth values are two, however many there are.
        if let Value::Bool(value) = value {
            if self.ends.is_empty() {
                self.texts.push_str("FalseTrue");
                self.ends.extend([5, 9]);
            }
            return Ok(value.into());
        }
        let before = self.texts.len();
        self.writer.write(value, &mut self.texts)?;
        room.take(self.texts.len() - before)?;
        self.ends.push(self.texts.len());
        match number {
            NONE => Err("it has too many rows".to_owned()),
            number => Ok(number),
        }
    }
}

impl Writer {
    fn write(&mut self, value: Value<'_>, out: &mut String) -> Outcome<()> {
        let Form { stored, meaning } = self.form;
        let written = match (meaning, value) {
            // As programs write them: 1.0, 1e16, the fewest digits that say which number it is.
            (Meaning::Plain, Value::Double(x)) => write!(out, "{x:?}"),
            (Meaning::Plain, Value::Single(x)) => write!(out, "{x:?}"),
            (Meaning::Plain, Value::Int(x)) => write!(out, "{x}"),
            (Meaning::Half, Value::Bytes(&[low, high])) => {
                write!(out, "{:?}", half(u16::from_le_bytes([low, high])))
            }
            (Meaning::Unsigned, Value::Int(x)) => match stored {
                Stored::Int32 => write!(out, "{}", x as u32),
                _ => write!(out, "{}", x as u64),
            },
            (Meaning::Text, Value::Bytes(bytes)) => {
                let text = std::str::from_utf8(bytes).map_err(|_| "a text is not UTF-8")?;
                quote(text, out);
                return Ok(());
            }
            (Meaning::Decimal(scale), Value::Int(x)) => return decimal(x.into(), scale, out),
            (Meaning::Decimal(scale), Value::Bytes(bytes)) => {
                return decimal(big_endian(bytes)?, scale, out);
            }
            (Meaning::Date, Value::Int(days)) => return date(days, out),
            (Meaning::Time(parts), Value::Int(x)) => return time(x, parts, out),
            (Meaning::Moment(parts), Value::Int(x)) => {
                let day = DAY * parts;
                return self.moment(x.div_euclid(day), x.rem_euclid(day), parts, out);
            }
            (Meaning::Moment(parts), Value::Bytes(bytes)) => {
                let (Some(x), Some(day)) = (bytes.first_chunk(), bytes.last_chunk()) else {
                    return Err("a moment has too few bytes".to_owned());
                };
                let day = i64::from(u32::from_le_bytes(*day)) - JULIAN;
                return self.moment(day, i64::from_le_bytes(*x), parts, out);
            }
            // Types were compared with what is stored.
            _ => return Err("a value is of another type".to_owned()),
        };
        written.map_err(|e| e.to_string())
    }

    /// A day, and a time of it in so many parts of a second.
    fn moment(&mut self, days: i64, time_of_day: i64, parts: i64, out: &mut String) -> Outcome<()> {
        date(days, out)?;
        self.has_time |= time_of_day != 0;
        if self.only_dates {
            return Ok(());
        }
        out.push(' ');
        time(time_of_day, parts, out)
    }
}

/// A text in quotes, those in it doubled.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for (i, part) in text.split('"').enumerate() {
        if i > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

fn decimal(units: i128, scale: usize, out: &mut String) -> Outcome<()> {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    for text in [sign, whole, point, part] {
        out.push_str(text);
    }
    Ok(())
}

/// A whole number with a sign, the highest byte first.
fn big_endian(bytes: &[u8]) -> Outcome<i128> {
    if bytes.len() > 16 {
        return Err("a decimal number has more than 38 digits".to_owned());
    }
    let negative = bytes.first().is_some_and(|byte| *byte > 127);
    let mut all = [if negative { 255 } else { 0 }; 16];
    all[16 - bytes.len()..].copy_from_slice(bytes);
    Ok(i128::from_be_bytes(all))
}

fn date(days: i64, out: &mut String) -> Outcome<()> {
    if !DAYS.contains(&days) {
        return Err("a date is not in the years 1 to 9999".to_owned());
    }
    let (year, month, day) = civil(days as f64);
    write!(out, "{year:04}-{month:02}-{day:02}").map_err(|e| e.to_string())
}

/// A time of the day in so many parts of a second.
fn time(time: i64, parts: i64, out: &mut String) -> Outcome<()> {
    let (second, part) = (time.div_euclid(parts), time.rem_euclid(parts));
    if !(0..DAY).contains(&second) {
        return Err("a time is not within a day".to_owned());
    }
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let written = write!(out, "{hour:02}:{minute:02}:{:02}", second % 60);
    written.map_err(|e| e.to_string())?;
    if part > 0 {
        let digits = format!("{:0width$}", part, width = parts.ilog10() as usize);
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
    Ok(())
}

/// A number of two bytes: a sign, five bits of the exponent, ten of the fraction (IEEE 754).
fn half(bits: u16) -> f32 {
    let fraction = f32::from(bits & 0x3ff);
    let size = match bits >> 10 & 31 {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (fraction + 1024.0) * 2_f32.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_numbers() {
        for (bits, x) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65_504.0),
            (0x0001, 5.960_464_5e-8),
            (0x7c00, f32::INFINITY),
        ] {
            assert_eq!(half(bits), x, "{bits:#x}");
        }
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn decimal_numbers_keep_all_digits() {
        for (units, scale, expected) in [
            (0, 0, "0"),
            (-5, 2, "-0.05"),
            (1234, 2, "12.34"),
            (1200, 2, "12.00"),
            (i128::MAX, 38, "1.70141183460469231731687303715884105727"),
        ] {
            let mut out = String::new();
            decimal(units, scale, &mut out).unwrap();
            assert_eq!(out, expected);
        }
        assert_eq!(big_endian(&[255, 254]), Ok(-2));
        assert_eq!(big_endian(&[1, 0]), Ok(256));
        assert_eq!(big_endian(&[]), Ok(0));
        assert!(big_endian(&[0; 17]).is_err());
    }

    #[test]
    fn times_are_written_with_the_digits_they_need() {
        for (moment, parts, expected) in [
            (0, 1_000, "00:00:00"),
            (86_399_999, 1_000, "23:59:59.999"),
            (45_000_000_500, 1_000_000, "12:30:00.0005"),
            (1, 1_000_000_000, "00:00:00.000000001"),
        ] {
            let mut out = String::new();
            time(moment, parts, &mut out).unwrap();
            assert_eq!(out, expected);
        }
        for wrong in [-1, 86_400_000] {
            assert!(time(wrong, 1_000, &mut String::new()).is_err());
        }
        for (days, expected) in [
            (DAYS.start, Some("0001-01-01")),
            (DAYS.start - 1, None),
            (-1, Some("1969-12-31")),
            (DAYS.end - 1, Some("9999-12-31")),
            (DAYS.end, None),
            (i64::MIN, None),
        ] {
            let mut out = String::new();
            let written = date(days, &mut out).is_ok().then_some(out.as_str());
            assert_eq!(written, expected, "{days}");
        }
    }
}

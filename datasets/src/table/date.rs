//! Dates and times as they are written in tables.

use serde::{Deserialize, Serialize};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The order in which the parts of a date are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DateFormat {
    /// 2020-01-31, with `-`, `/` or `.`.
    YearFirst,
    /// 2020-01.
    YearMonth,
    /// 31.1.2020.
    DayFirst,
    /// 1/31/2020.
    MonthFirst,
    /// 31 Jan 2020, 31-January-2020.
    DayName,
    /// Jan 31, 2020.
    NameDay,
    /// 12:30, 12:30:59.
    Time,
}

/// Formats, in the order in which they are tried.
pub(super) const FORMATS: [DateFormat; 7] = [
    DateFormat::YearFirst,
    DateFormat::YearMonth,
    DateFormat::DayFirst,
    DateFormat::MonthFirst,
    DateFormat::DayName,
    DateFormat::NameDay,
    DateFormat::Time,
];

/// A moment: days since 1970-01-01, and whether a time of the day was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    pub(super) days: f64,
    pub(super) has_time: bool,
}

impl DateFormat {
    /// The moment that a text is in this format.
    pub(super) fn parse(self, text: &str) -> Option<Moment> {
        // A date has a digit within its first ten letters, and most texts have none.
        let mut at = Cursor(text.trim());
        if self == Self::Time {
            let days = at.time()?;
            return at.0.is_empty().then_some(Moment {
                days,
                has_time: true,
            });
        }
        let date = self.date(&mut at)?;
        let day = days_from_civil(date)?;
        if at.0.is_empty() {
            return Some(Moment {
                days: day as f64,
                has_time: false,
            });
        }
        at.any(&['T', 't', ' ', ','])?;
        at.0 = at.0.trim_start();
        let time = at.time()?;
        let zone = at.zone()?;
        at.0.is_empty().then_some(Moment {
            days: day as f64 + time - zone,
            has_time: true,
        })
    }

    /// Year, month and day.
    fn date(self, at: &mut Cursor<'_>) -> Option<(i64, u32, u32)> {
        match self {
            Self::YearFirst => {
                let year = at.number(4, 4)?;
                let mark = at.any(&['-', '/', '.'])?;
                let month = at.number(1, 2)?;
                at.any(&[mark])?;
                Some((year, month as u32, at.number(1, 2)? as u32))
            }
            Self::YearMonth => {
                let year = at.number(4, 4)?;
                at.any(&['-', '/'])?;
                let month = at.number(2, 2)? as u32;
                at.0.is_empty().then_some((year, month, 1))
            }
            Self::DayFirst | Self::MonthFirst => {
                let first = at.number(1, 2)? as u32;
                let mark = at.any(&['.', '/', '-'])?;
                let second = at.number(1, 2)? as u32;
                at.any(&[mark])?;
                let year = at.year()?;
                Some(match self {
                    Self::DayFirst => (year, second, first),
                    _ => (year, first, second),
                })
            }
            Self::DayName => {
                let day = at.number(1, 2)? as u32;
                at.any(&['-', ' ', '.'])?;
                at.0 = at.0.trim_start();
                let month = at.month()?;
                at.any(&['-', ' ', ',', '.'])?;
                at.0 = at.0.trim_start();
                Some((at.year()?, month, day))
            }
            Self::NameDay => {
                let month = at.month()?;
                at.any(&['-', ' ', '.'])?;
                at.0 = at.0.trim_start();
                let day = at.number(1, 2)? as u32;
                at.any(&[',', ' ', '-'])?;
                at.0 = at.0.trim_start();
                Some((at.year()?, month, day))
            }
            Self::Time => None,
        }
    }

    /// Whether the column that a moment stands for has a date at all.
    pub(super) fn has_date(self) -> bool {
        self != Self::Time
    }
}

/// What is left of a text.
struct Cursor<'a>(&'a str);

impl Cursor<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if !(least..=most).contains(&digits) {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        number.parse().ok()
    }

    fn any(&mut self, marks: &[char]) -> Option<char> {
        let mark = self.0.chars().next().filter(|c| marks.contains(c))?;
        self.0 = &self.0[mark.len_utf8()..];
        Some(mark)
    }

    /// A year of four digits, or of two: 00 to 68 are of this century, as in POSIX.
    fn year(&mut self) -> Option<i64> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let year = self.number(2, 4)?;
        match (digits, year) {
            (4, year) => Some(year),
            (2, ..69) => Some(2000 + year),
            (2, _) => Some(1900 + year),
            _ => None,
        }
    }

    fn month(&mut self) -> Option<u32> {
        let letters = self.0.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, rest) = self.0.split_at(letters);
        let name = name.to_ascii_lowercase();
        let month = MONTHS
            .iter()
            .position(|month| *month == name || (name.len() == 3 && month.starts_with(&name)))?;
        self.0 = rest;
        Some(month as u32 + 1)
    }

    /// A time of the day, as a share of it.
    fn time(&mut self) -> Option<f64> {
        let mut hour = self.number(1, 2)?;
        self.any(&[':'])?;
        let minute = self.number(2, 2)?;
        let mut seconds = 0.0;
        if self.any(&[':']).is_some() {
            seconds = self.number(2, 2)? as f64;
            if self.any(&['.', ',']).is_some() {
                let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
                let part = format!("0.{}", self.0.get(..digits)?);
                seconds += part.parse::<f64>().ok()?;
                self.0 = &self.0[digits..];
            }
        }
        let half = self.0.trim_start().to_ascii_lowercase();
        if half.starts_with("am") || half.starts_with("pm") {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if half.starts_with("pm") { 12 } else { 0 };
            self.0 = &self.0.trim_start()[2..];
        }
        if hour > 23 || minute > 59 || seconds >= 61.0 {
            return None;
        }
        Some((hour as f64 * 3600.0 + minute as f64 * 60.0 + seconds) / 86_400.0)
    }

    /// The distance from Greenwich, as a share of a day: `Z`, `+01:00`, `-0330`, `UTC` or nothing.
    fn zone(&mut self) -> Option<f64> {
        self.0 = self.0.trim_start();
        for name in ["Z", "z", "UTC", "GMT"] {
            if let Some(rest) = self.0.strip_prefix(name) {
                self.0 = rest;
                return Some(0.0);
            }
        }
        let Some(sign) = self.any(&['+', '-']) else {
            return Some(0.0);
        };
        let both = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (hours, minutes) = if both == 4 {
            let both = self.number(4, 4)?;
            (both / 100, both % 100)
        } else {
            let hours = self.number(2, 2)?;
            let minutes = if self.any(&[':']).is_some() {
                self.number(2, 2)?
            } else {
                0
            };
            (hours, minutes)
        };
        let off = (hours * 60 + minutes) as f64 / 1440.0;
        Some(if sign == '-' { -off } else { off })
    }
}

/// The days from 1970-01-01 to a date of the Gregorian calendar; `None` if there is no such date.
fn days_from_civil((year, month, day): (i64, u32, u32)) -> Option<i64> {
    if !(1..=12).contains(&month) || day == 0 || day > length(year, month) {
        return None;
    }
    let before: u32 = (1..month).map(|m| length(year, m)).sum();
    let leaps = |year: i64| year / 4 - year / 100 + year / 400;
    let years = (year - 1) * 365 + leaps(year - 1);
    // 1970-01-01 is day 719 162 of the calendar, counted from 0001-01-01 as 0.
    Some(years + i64::from(before) + i64::from(day) - 1 - 719_162)
}

fn length(year: i64, month: u32) -> u32 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day of days since 1970-01-01.
pub(super) fn civil(days: f64) -> (i64, u32, u32) {
    let days = days.floor() as i64;
    let mut year = 1970 + days.div_euclid(366);
    // The estimate is early by a few years at most for each thousand.
    while days_from_civil((year + 1, 1, 1)).is_some_and(|first| first <= days) {
        year += 1;
    }
    while days_from_civil((year, 1, 1)).is_some_and(|first| first > days) {
        year -= 1;
    }
    let mut rest = days - days_from_civil((year, 1, 1)).unwrap_or(days);
    let mut month = 1;
    while rest >= i64::from(length(year, month)) {
        rest -= i64::from(length(year, month));
        month += 1;
    }
    (year, month, rest as u32 + 1)
}

/// The day of the week, Monday being 1.
pub(super) fn weekday(days: f64) -> u32 {
    // 1970-01-01 was a Thursday.
    ((days.floor() as i64 + 3).rem_euclid(7) + 1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_since_1970() {
        for (text, format, days) in [
            ("1970-01-01", DateFormat::YearFirst, 0.0),
            ("2000-02-29", DateFormat::YearFirst, 11_016.0),
            ("1969/12/31", DateFormat::YearFirst, -1.0),
            ("2020-01-31T12:00:00Z", DateFormat::YearFirst, 18_292.5),
            (
                "2020-01-31 13:00:00.000+01:00",
                DateFormat::YearFirst,
                18_292.5,
            ),
            ("31.1.2020", DateFormat::DayFirst, 18_292.0),
            ("1/31/2020 6:00 PM", DateFormat::MonthFirst, 18_292.75),
            ("31-Jan-20", DateFormat::DayName, 18_292.0),
            ("January 31, 2020", DateFormat::NameDay, 18_292.0),
            ("2020-02", DateFormat::YearMonth, 18_293.0),
            ("06:00", DateFormat::Time, 0.25),
        ] {
            let moment = format.parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(moment.days, days, "{text}");
        }
        for text in [
            "2019-02-29",
            "2020-13-01",
            "2020-1-32",
            "31.1.020",
            "2020",
            "2019-20",
            "25:00",
            "2020-01-01x",
            "2020-01/02",
            "may",
            "12.5",
            "1.2.3",
            "é1.1.2020",
        ] {
            let any = FORMATS.iter().find(|format| format.parse(text).is_some());
            assert_eq!(any, None, "{text}");
        }
    }

    #[test]
    fn days_are_dates_again() {
        for (days, date, day) in [
            (0.0, (1970, 1, 1), 4),
            (11_016.9, (2000, 2, 29), 2),
            (-1.0, (1969, 12, 31), 3),
            (18_292.5, (2020, 1, 31), 5),
            (-141_427.0, (1582, 10, 15), 5),
        ] {
            assert_eq!((civil(days), weekday(days)), (date, day), "{days}");
        }
        for days in (-200_000..200_000).step_by(97) {
            let (year, month, day) = civil(f64::from(days));
            assert_eq!(days_from_civil((year, month, day)), Some(i64::from(days)));
        }
    }
}

//! Shards of a slice.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A shard: number `part` of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Shard {
    /// Number of the shard, from 1.
    pub(crate) part: usize,
    /// Number of shards.
    pub(crate) of: usize,
}

impl Shard {
    /// Range of its points: shards are consecutive, and differ by at most one point in size.
    pub(crate) fn range(self, points: usize) -> Range<usize> {
        // In 128 bits, so that nothing overflows.
        let end = |part: usize| (points as u128 * part as u128 / self.of as u128) as usize;
        end(self.part - 1)..end(self.part)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let numbers = text.split_once('/').and_then(|(part, of)| {
            let shard = Self {
                part: part.parse().ok()?,
                of: of.parse().ok()?,
            };
            (1..=shard.of).contains(&shard.part).then_some(shard)
        });
        numbers.ok_or("it takes the number of a shard and the number of shards, such as 1/4")
    }
}

impl TryFrom<String> for Shard {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_all_points_once() {
        for (points, of) in [(10, 3), (7, 7), (2601, 4), (5, 1), (usize::MAX, 2)] {
            let ranges: Vec<_> = (1..=of)
                .map(|part| Shard { part, of }.range(points))
                .collect();
            assert_eq!(ranges[0].start, 0);
            assert_eq!(ranges[of - 1].end, points);
            assert!(ranges.windows(2).all(|w| w[0].end == w[1].start));
            let lens = || ranges.iter().map(Range::len);
            assert!(lens().max().unwrap() - lens().min().unwrap() <= 1);
        }
    }

    #[test]
    fn parts_are_read_and_shown_alike() {
        for text in ["1/1", "3/7"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for wrong in ["", "1", "0/3", "4/3", "1/0", "-1/3", "a/b", "1/2/3"] {
            wrong.parse::<Shard>().unwrap_err();
        }
    }
}

//! Grid of a slice along one direction.

use std::fmt;
use std::str::FromStr;

/// Maximum number of steps along one direction.
const MOST: usize = 10_000;
/// Largest absolute value of a step.
const FAR: f64 = 1e9;

/// Evenly spaced steps, both ends included: `-1:1:51`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    count: usize,
}

/// Steps along the second direction, if there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Second {
    /// No second direction: a 1-D slice.
    None,
    /// A second axis.
    Along(Axis),
}

impl Axis {
    /// Fifty-one steps from -1 to 1.
    pub const UNIT: Self = Self::between(-1.0, 1.0);

    /// So many steps between two numbers.
    ///
    /// # Errors
    /// If the first is not less than the second, they lie too far out or too close to each other, or there are fewer steps
    /// than 2 or more than 10 000.
    pub fn new(low: f64, high: f64, count: usize) -> Result<Self, String> {
        let axis = Self { low, high, count };
        axis.check().map(|()| axis)
    }

    /// Fifty-one steps between two numbers, the first of which is less than the second.
    pub const fn between(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            count: 51,
        }
    }

    /// Fifty-one steps over all of these numbers and 0, with a margin, between numbers that are short to write.
    ///
    /// # Errors
    /// If they lie too far out for an axis.
    pub fn over(numbers: impl Iterator<Item = f64>) -> Result<Self, String> {
        let (low, high) = numbers.fold((0.0, 0.0), |(l, h): (f64, f64), x| (l.min(x), h.max(x)));
        let span = high - low;
        if span <= 0.0 {
            return Ok(Self::UNIT);
        }
        // Powers of ten below 1 are divided by, since they are no exact numbers.
        let digits = 1 - span.log10().floor() as i32;
        let (times, by) = (10f64.powi(digits.max(0)), 10f64.powi((-digits).max(0)));
        let margin = 0.15 * span;
        let low = ((low - margin) * times / by).floor() * by / times;
        let high = ((high + margin) * times / by).ceil() * by / times;
        let axis = Self::between(low, high);
        axis.check().map(|()| axis)
    }

    /// Number of steps.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The steps. Those that differ from a whole number by rounding alone are that number: 0 is exactly 0.
    pub fn values(&self) -> Vec<f64> {
        let last = self.count - 1;
        let rounding = 1e-12 * self.low.abs().max(self.high.abs());
        let step = |i: usize| {
            let x = (self.low * (last - i) as f64 + self.high * i as f64) / last as f64;
            let whole = x.round();
            match i == last {
                true => self.high,
                false if i == 0 => self.low,
                // Adding 0 takes the sign off a negative zero.
                false if (x - whole).abs() <= rounding => whole + 0.0,
                false => x,
            }
        };
        (0..self.count).map(step).collect()
    }

    fn check(&self) -> Result<(), String> {
        let ends = [self.low, self.high];
        if !ends.iter().all(|x| x.abs() <= FAR) {
            return Err(format!("its ends lie between -{FAR:e} and {FAR:e}"));
        }
        if self.low >= self.high {
            return Err("its first end is less than its second".to_owned());
        }
        if !(2..=MOST).contains(&self.count) {
            return Err(format!("it has 2 to {MOST} steps"));
        }
        if !self.values().windows(2).all(|w| w[0] < w[1]) {
            return Err("its ends are too close to each other for so many steps".to_owned());
        }
        Ok(())
    }
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "it takes LOW:HIGH:STEPS, such as -1:1:51".to_owned();
        let parts: Vec<&str> = text.split(':').collect();
        let &[low, high, count] = parts.as_slice() else {
            return Err(form());
        };
        Self::new(
            low.trim().parse().map_err(|_| form())?,
            high.trim().parse().map_err(|_| form())?,
            count.trim().parse().map_err(|_| form())?,
        )
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.low, self.high, self.count)
    }
}

impl FromStr for Second {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            text => text
                .parse()
                .map(Self::Along)
                .map_err(|e: String| format!("{e}; none makes a 1-D slice")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_the_ends_are_exact() {
        for text in [
            "-1:1:51",
            "-0.3:1.2:16",
            "-0.7:0.3:11",
            "-1e-3:2e-3:31",
            "-3:0.6:7",
        ] {
            let axis: Axis = text.parse().unwrap();
            let values = axis.values();
            assert_eq!(values.len(), axis.count());
            let zeros = values.iter().filter(|x| x.to_bits() == 0).count();
            assert_eq!(zeros, 1, "{text}: {values:?}");
            assert_eq!([values[0], values[values.len() - 1]], [axis.low, axis.high]);
            assert_eq!(axis.to_string().parse(), Ok(axis));
        }
        let values = "-1:1:21".parse::<Axis>().unwrap().values();
        assert_eq!(values[7..9], [-0.3, -0.2]);
        let values = "-0.5:1.5:41".parse::<Axis>().unwrap().values();
        assert!(values.contains(&1.0) && values.contains(&0.0));
        // A small step is no rounding.
        let values = "1e-13:3e-13:3".parse::<Axis>().unwrap().values();
        assert_eq!(values, [1e-13, 2e-13, 3e-13]);
    }

    #[test]
    fn what_is_no_axis() {
        for wrong in [
            "",
            "1",
            "1:2",
            "0:1:2:3",
            "0:1:0",
            "0:1:1",
            "0:1:1000000",
            "1:-1:5",
            "0:0:5",
            "a:1:5",
            "nan:1:5",
            "0:inf:5",
            "-1e300:1e300:5",
            "0:1:2.5",
            "0:1:-3",
            "1:1.0000000000000002:51",
        ] {
            wrong.parse::<Axis>().unwrap_err();
            wrong.parse::<Second>().unwrap_err();
        }
        assert_eq!("none".parse(), Ok(Second::None));
    }

    #[test]
    fn an_axis_over_a_path_leaves_a_margin() {
        let axis = Axis::over([10.0, 4.0].into_iter()).unwrap();
        assert_eq!(axis.to_string(), "-2:12:51");
        let axis = Axis::over([-0.0231, 0.011].into_iter()).unwrap();
        assert_eq!(axis.to_string(), "-0.029:0.017:51");
        assert_eq!(
            Axis::over([0.0].into_iter()).unwrap().to_string(),
            "-1:1:51"
        );
        assert_eq!(
            Axis::over([1234.5].into_iter()).unwrap().to_string(),
            "-200:1500:51"
        );
        assert_eq!(
            Axis::over([1e12].into_iter()),
            Err("its ends lie between -1e9 and 1e9".to_owned())
        );
    }
}

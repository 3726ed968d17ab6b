//! Classes that are told apart by the values of a target.

/// The most classes that are told apart.
pub const MOST_CLASSES: usize = 1000;

/// More different numbers than this, not all of them whole, are a quantity and no classes.
const MOST_UNEVEN: usize = 50;

/// The class of each row, and the name of each class.
pub(crate) struct Classes {
    pub(crate) names: Vec<String>,
    pub(crate) labels: Vec<u32>,
}

/// Reason why values are no classes; each reads on after the name of the target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClassesError {
    /// There is nothing to tell apart.
    #[error("it has one class only, {0}, and classification needs two")]
    One(String),
    /// A measured quantity.
    #[error("it has {0} different numbers, not all whole; that is a quantity, for regression")]
    Quantity(usize),
    /// There are too many.
    #[error("it has {0} different values, and at most {MOST_CLASSES} classes are told apart")]
    TooMany(usize),
}

impl Classes {
    /// Classes with these names; every row has the place of its class among them.
    pub(crate) fn new(names: Vec<String>, labels: Vec<u32>) -> Result<Self, ClassesError> {
        match &names[..] {
            [class] => Err(ClassesError::One(class.clone())),
            names if names.len() > MOST_CLASSES => Err(ClassesError::TooMany(names.len())),
            _ => Ok(Self { names, labels }),
        }
    }

    /// A class for each different number, smaller ones first.
    pub(crate) fn of_numbers(numbers: &[f64]) -> Result<Self, ClassesError> {
        // Zeros of both signs are one class.
        let mut different: Vec<f64> = numbers.iter().map(|x| x + 0.0).collect();
        different.sort_unstable_by(f64::total_cmp);
        different.dedup();
        let whole = different.iter().all(|x| x.fract() == 0.0);
        if !whole && different.len() > MOST_UNEVEN {
            return Err(ClassesError::Quantity(different.len()));
        }
        let class = |x: &f64| different.partition_point(|known| known < x) as u32;
        let labels = numbers.iter().map(class).collect();
        Self::new(different.iter().map(f64::to_string).collect(), labels)
    }
}

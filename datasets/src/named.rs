//! Data sets in one call.

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::request::{Request, load};
use crate::resolver::Resolver;
use crate::spec::Spec;

/// The data set of this name, or in this file: whatever [`list`](crate::list) names. It is looked for where the
/// environment says ([`Resolver::from_env`]), and downloaded if it is not there. [`load`] has more to ask for: targets,
/// the size of a synthetic set, where files lie.
///
/// ```
/// let moons = datasets::by_name("moons")?;
/// let (train, test) = moons.split(0.25, 0)?;
/// assert_eq!((train.len(), test.len()), (750, 250));
/// # Ok::<(), datasets::DataError>(())
/// ```
///
/// # Errors
/// If there is none of the name, or it cannot be found, downloaded or understood.
pub fn by_name(name: &str) -> Result<Dataset, DataError> {
    let spec: Spec = name.parse()?;
    load(&Request::from(spec), &Resolver::from_env())
}

macro_rules! embedded {
    ($($(#[$about:meta])* $function:ident = $name:literal;)*) => {$(
        $(#[$about])*
        ///
        /// # Errors
        /// If the program is damaged.
        pub fn $function() -> Result<Dataset, DataError> {
            by_name($name)
        }
    )*};
}

embedded! {
    /// 1797 handwritten digits, 8×8 pixels in grey, 10 classes.
    digits = "digits";
    /// 150 iris flowers, 4 measures, 3 species (Fisher 1936).
    iris = "iris";
    /// 178 wines, 13 measures, 3 cultivars.
    wine = "wine";
    /// 569 tumours, 30 measures, 2 classes.
    breast_cancer = "breast-cancer";
    /// 442 patients with diabetes, 10 measures; predicts the progression in a year.
    diabetes = "diabetes";
    /// 506 towns around Boston, 13 columns, one of them derived from race; predicts the price of homes.
    boston = "boston";
    /// 392 cars; predicts miles per gallon.
    auto_mpg = "auto-mpg";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_program_is_there() {
        let sets = [
            digits,
            iris,
            wine,
            breast_cancer,
            diabetes,
            boston,
            auto_mpg,
        ];
        let rows = sets.map(|set| set().unwrap().len());
        assert_eq!(rows, [1797, 150, 178, 569, 442, 506, 392]);
        let error = by_name("emnist").unwrap_err().to_string();
        assert!(
            error.starts_with("there is no data set \"emnist\""),
            "{error}"
        );
    }
}

//! A name that no data set has.

/// A data set of that name is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no data set \"{name}\"; there are {known}, and csv:FILE, parquet:FILE, npz:FILE, images:FOLDER for your own"
)]
pub struct UnknownData {
    /// The name that was given.
    pub name: String,
    /// The names that there are, separated by commas.
    pub known: String,
}

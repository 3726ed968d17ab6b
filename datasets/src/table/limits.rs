//! How large tables may be.

/// The most columns of a table, before and after text is made numbers.
pub const MOST_COLUMNS: usize = 100_000;

/// The most different texts of a column that becomes one-hot.
pub const MOST_TEXTS: usize = 1000;

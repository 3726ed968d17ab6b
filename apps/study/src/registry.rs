//! The list of studies: each file of [`studies`](crate::studies) puts itself on it.

use crate::study::Study;

/// A study on the list.
pub struct Registered(pub fn() -> Study);

inventory::collect!(Registered);

/// Puts a function that declares a study on the list.
#[macro_export]
macro_rules! register {
    ($declare:path) => {
        $crate::inventory::submit! { $crate::registry::Registered($declare) }
    };
}

/// Every study, by name.
pub fn all() -> Vec<Study> {
    let mut studies: Vec<Study> = inventory::iter::<Registered>()
        .map(|registered| (registered.0)())
        .collect();
    studies.sort_by_key(|study| study.name);
    studies
}

//! Registry of studies: each file of [`studies`](crate::studies) registers itself.

use crate::study::Study;

/// A registered study.
pub struct Registered(pub fn() -> Study);

inventory::collect!(Registered);

/// Registers a function that declares a study.
#[macro_export]
macro_rules! register {
    ($declare:path) => {
        $crate::inventory::submit! { $crate::registry::Registered($declare) }
    };
}

/// All studies, by name.
pub fn all() -> Vec<Study> {
    let mut studies: Vec<Study> = inventory::iter::<Registered>()
        .map(|registered| (registered.0)())
        .collect();
    studies.sort_by_key(|study| study.name);
    studies
}

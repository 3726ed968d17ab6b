//! Registry of studies: each file of [`studies`](crate::studies) registers itself.

use study_core::study::Study;

/// A registered study: its declaration, and its source file below the project's root.
pub struct Registered(pub fn() -> Study, pub &'static str);

inventory::collect!(Registered);

/// Registers a function that declares a study.
#[macro_export]
macro_rules! register {
    ($declare:path) => {
        $crate::inventory::submit! { $crate::registry::Registered($declare, file!()) }
    };
}

/// All studies, by name.
pub fn all() -> Vec<Study> {
    let mut studies: Vec<Study> = inventory::iter::<Registered>()
        .map(|Registered(declare, source)| Study {
            source,
            ..declare()
        })
        .collect();
    studies.sort_by_key(|study| study.name);
    studies
}

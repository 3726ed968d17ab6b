//! Where a setting lies in the tree, and how it is read and changed there.

use crate::options::Settings;

/// The place of a setting that is always there: how it is read and changed.
pub struct Place<T>(pub fn(&Settings) -> &T, pub fn(&mut Settings) -> &mut T);

/// The [`Place`] of a path below [`Settings`].
macro_rules! at {
    ($($path:tt)+) => {
        $crate::place::Place(|s| &s.$($path)+, |s| &mut s.$($path)+)
    };
}
pub(crate) use at;

/// The place of a setting that only one variant of an enum has.
pub struct Part<T>(
    pub fn(&Settings) -> Option<&T>,
    pub fn(&mut Settings) -> Option<&mut T>,
);

/// The [`Part`] that a pattern binds at a path below [`Settings`].
macro_rules! part {
    ($($path:ident).+, $pattern:pat => $field:ident) => {
        $crate::place::Part(
            |s| match &s.$($path).+ {
                $pattern => Some($field),
                _ => None,
            },
            |s| match &mut s.$($path).+ {
                $pattern => Some($field),
                _ => None,
            },
        )
    };
}
pub(crate) use part;

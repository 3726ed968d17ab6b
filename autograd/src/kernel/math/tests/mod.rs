//! The functions against references: everywhere in a sweep, and at the places where they can go wrong.

mod goldens;
mod loops;
mod special;
mod speed;
mod sweep;

//! Data sets by name and from files, tested from outside.

mod digits;
mod download;
mod embedded;
mod files;
mod mnist;
mod own;

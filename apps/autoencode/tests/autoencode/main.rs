//! The program as its users run it, and the library beside it.

mod codes;
mod export;
mod library;
mod refusals;
mod resuming;
mod support;
mod training;

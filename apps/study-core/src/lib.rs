//! Studies as data, and what runs one of their trials.
//!
//! A [`Study`](study::Study) has cases, figures and claims. A case is a training, said by a [`Setup`](setup::Setup), or a
//! function that gets a [`Context`](context::Context): its data, its factors and its only source of chance. Each trial leaves
//! an [`Outcome`](claims::outcome::Outcome), which a [`Folder`](folder::Folder) keeps as a line of text as soon as it is
//! there; an interrupted study continues from these lines. [`study_file`] reads studies from files of settings, and [`quick`]
//! makes the form of a study that runs within seconds.

pub mod commit;
pub mod context;
pub mod figure_spec;
pub mod folder;
pub mod quick;
pub mod setup;
pub mod study;
pub mod study_file;
pub mod train;

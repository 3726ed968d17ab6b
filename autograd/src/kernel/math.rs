//! Functions of one number, written so that loops over them vectorise.

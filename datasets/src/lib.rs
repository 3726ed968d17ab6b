//! Data sets: embedded, downloaded, your own files.

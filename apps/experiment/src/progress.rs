//! Who is told how work goes on.

use records::EpochRecord;

/// Listens to work that takes long. The command line shows bars and lines.
pub trait Progress: Send + Sync {
    /// Something to be said, in a sentence.
    fn say(&self, text: &str);

    /// Something to be said also where nothing else is.
    fn warn(&self, text: &str);

    /// Training begins: `epochs` in all, of `steps` each.
    fn training(&self, epochs: u64, steps: u64) -> Box<dyn TrainingProgress>;

    /// A download of `bytes` begins.
    fn download(&self, file: &str, bytes: u64) -> Box<dyn DownloadProgress>;
}

/// Listens to a training.
pub trait TrainingProgress {
    /// So many optimizer steps are done, over all epochs. It is told after every step.
    fn step(&self, done: u64);

    /// An epoch is done.
    fn epoch(&mut self, record: &EpochRecord);

    /// Training is over.
    fn finish(self: Box<Self>);
}

/// Listens to a download.
pub trait DownloadProgress: Send {
    /// So many bytes are here.
    fn at(&self, bytes: u64);

    /// It is over.
    fn finish(self: Box<Self>);
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn say(&self, _text: &str) {}

    fn warn(&self, _text: &str) {}

    fn training(&self, _epochs: u64, _steps: u64) -> Box<dyn TrainingProgress> {
        Box::new(Self)
    }

    fn download(&self, _file: &str, _bytes: u64) -> Box<dyn DownloadProgress> {
        Box::new(Self)
    }
}

impl TrainingProgress for Silent {
    fn step(&self, _done: u64) {}

    fn epoch(&mut self, _record: &EpochRecord) {}

    fn finish(self: Box<Self>) {}
}

impl DownloadProgress for Silent {
    fn at(&self, _bytes: u64) {}

    fn finish(self: Box<Self>) {}
}

//! Events for TensorBoard: the epochs of `history.jsonl` as scalars.
//!
//! The file is a list of records of TensorFlow (`TFRecord`): eight bytes of length, a checksum of these, the content, a
//! checksum of that, the lowest byte first. The first content is an event with the version of the format, each further one
//! an event with the scalars of an epoch, whose step is the epoch. Numbers of fields are those of TensorFlow's `event.proto`
//! and `summary.proto`.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use prost::Message;

use crate::error::FileError;
use crate::history::{EpochFigures, EpochRecord};

/// The file, below the folder of a run. TensorBoard knows event files by the middle of their names.
pub(crate) const FILE: &str = "events.out.tfevents.gradus";

/// The version of the format, the content of the first event.
const VERSION: &str = "brain.Event:2";

#[derive(Clone, PartialEq, Message)]
struct Event {
    /// Seconds since 1970-01-01.
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Scalar>,
}

#[derive(Clone, PartialEq, Message)]
struct Scalar {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}

/// A file of events that grows by one an epoch.
#[derive(Debug)]
pub struct Events {
    path: PathBuf,
    file: File,
}

impl Events {
    /// Opens or creates a file for a run of which these epochs are done. Events of later epochs, or cut short by a kill,
    /// are cut off; those of the epochs stay as they are, and any that are absent are written.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn open(path: PathBuf, done: &[EpochRecord]) -> Result<Self, FileError> {
        let bytes = match fs::read(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|e| FileError::new("read", &path, &e))?,
        };
        let kept = Kept::of(&bytes, done.len() as u64);
        // The file stays the same one, so that a TensorBoard that reads it goes on.
        let options = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let cut = options.and_then(|mut file| {
            file.set_len(kept.bytes as u64)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        });
        let file = cut.map_err(|e| cannot_write(&path, &e))?;
        let mut events = Self { path, file };
        if kept.bytes == 0 {
            events.write(&Event {
                wall_time: now(),
                file_version: Some(VERSION.to_owned()),
                ..Event::default()
            })?;
        }
        let mut absent = done.iter().filter(|record| record.epoch > kept.epochs);
        absent.try_for_each(|record| events.append(record))?;
        Ok(events)
    }

    /// Appends the scalars of an epoch. They are written in one piece, and survive a kill of the process.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn append(&mut self, record: &EpochRecord) -> Result<(), FileError> {
        let value = scalars(record)
            .into_iter()
            .map(|(tag, value)| Scalar {
                tag,
                simple_value: Some(value as f32),
            })
            .collect();
        self.write(&Event {
            wall_time: now(),
            step: i64::try_from(record.epoch).unwrap_or(i64::MAX),
            file_version: None,
            summary: Some(Summary { value }),
        })
    }

    fn write(&mut self, event: &Event) -> Result<(), FileError> {
        let written = self.file.write_all(&framed(&event.encode_to_vec()));
        written.map_err(|e| cannot_write(&self.path, &e))
    }
}

/// The start of a file that stays.
struct Kept {
    bytes: usize,
    /// The last epoch in it; 0 if there is none.
    epochs: u64,
}

impl Kept {
    /// What is whole and in order, up to an epoch.
    fn of(file: &[u8], last: u64) -> Self {
        let mut kept = Self {
            bytes: 0,
            epochs: 0,
        };
        while let Some(content) = content(&file[kept.bytes..]) {
            let Ok(event) = Event::decode(content) else {
                break;
            };
            let is_first = kept.bytes == 0;
            let step = u64::try_from(event.step).unwrap_or(u64::MAX);
            if is_first != event.file_version.is_some()
                || (!is_first && step != kept.epochs + 1)
                || step > last
            {
                break;
            }
            kept.bytes += content.len() + FRAME;
            kept.epochs = step;
        }
        kept
    }
}

/// The scalars of an epoch with their tags.
fn scalars(record: &EpochRecord) -> Vec<(String, f64)> {
    let mut scalars = vec![("learning_rate".to_owned(), record.lr.0)];
    let mut part = |name: &str, figures: &EpochFigures| {
        scalars.push((format!("loss/{name}"), figures.loss.0));
        let score = figures.score;
        scalars.push((format!("{}/{name}", score.name()), score.value()));
        scalars.push((format!("penalty/{name}"), figures.penalty.0));
    };
    part("train", &record.train);
    if let Some(validation) = &record.validation {
        part("validation", validation);
    }
    scalars
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0.0, |time| time.as_secs_f64())
}

fn cannot_write(path: &Path, error: &io::Error) -> FileError {
    FileError::new("write", path, error)
}

/// The bytes around a content.
const FRAME: usize = 16;

/// A content with its length and both checksums.
fn framed(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u64).to_le_bytes();
    let checksums = [&length[..], content].map(|bytes| masked(crc32c(bytes)).to_le_bytes());
    [&length[..], &checksums[0], content, &checksums[1]].concat()
}

/// The content of the first record; `None` if there is none that is whole.
fn content(file: &[u8]) -> Option<&[u8]> {
    let length: [u8; 8] = *file.first_chunk()?;
    let content = file
        .get(12..)?
        .get(..usize::try_from(u64::from_le_bytes(length)).ok()?)?;
    let record = file.get(..content.len() + FRAME)?;
    (record == framed(content)).then_some(content)
}

/// A checksum as records have it: rotated by 15 bits, and moved by a constant, so that the checksum of data with checksums
/// in it is not weakened.
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32 of Castagnoli and others (1993; RFC 3720, appendix B.4), a byte at a time.
fn crc32c(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    let step = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8);
    !bytes.iter().fold(!0, step)
}

/// The remainder of each byte by the polynomial, its bits in reverse.
const fn table() -> [u32; 256] {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ POLYNOMIAL
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Number, Score};

    fn record(epoch: u64) -> EpochRecord {
        let figures = |loss| EpochFigures {
            loss: Number(loss),
            score: Score::Accuracy(Number(0.5)),
            penalty: Number(0.0),
        };
        EpochRecord {
            epoch,
            step: 10 * epoch,
            lr: Number(0.25),
            seconds: Number(0.1),
            train: figures(1.0 / epoch as f64),
            validation: Some(figures(f64::NAN)),
            probe: None,
        }
    }

    fn steps(path: &Path) -> Vec<i64> {
        let file = fs::read(path).unwrap();
        let (mut at, mut steps) = (0, Vec::new());
        while at < file.len() {
            let content = content(&file[at..]).expect("a whole record");
            steps.push(Event::decode(content).unwrap().step);
            at += content.len() + FRAME;
        }
        steps
    }

    #[test]
    fn checksums_are_castagnolis() {
        // The check value, and examples of RFC 3720.
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
    }

    #[test]
    fn a_run_that_goes_on_loses_and_doubles_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let records: Vec<EpochRecord> = (1..=5).map(record).collect();
        let mut events = Events::open(path.clone(), &[]).unwrap();
        for record in &records[..3] {
            events.append(record).unwrap();
        }
        drop(events);
        assert_eq!(steps(&path), [0, 1, 2, 3]);
        let whole = fs::read(&path).unwrap();
        // Wherever a kill cut the file, and however many epochs the checkpoint knows.
        for end in 0..=whole.len() {
            for done in 0..=3 {
                fs::write(&path, &whole[..end]).unwrap();
                let mut events = Events::open(path.clone(), &records[..done]).unwrap();
                events.append(&records[done]).unwrap();
                drop(events);
                let expected: Vec<i64> = (0..=done as i64 + 1).collect();
                assert_eq!(steps(&path), expected, "cut at {end}, {done} done");
            }
        }
        // What stands is left as it is.
        fs::write(&path, &whole).unwrap();
        Events::open(path.clone(), &records[..3]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn what_is_no_file_of_events_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for other in [&b"something else"[..], &framed(b"\xff\xff"), &framed(&[])] {
            fs::write(&path, other).unwrap();
            Events::open(path.clone(), &[record(1)]).unwrap();
            assert_eq!(steps(&path), [0, 1]);
        }
    }
}

//! What a person sees while work goes on, on standard error: a bar on a terminal, plain lines elsewhere, nothing with
//! `--quiet`.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::{Duration, Instant};

use experiment::progress::{self, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use records::EpochRecord;

use crate::{app, terminal};

/// Lines come no faster than this where they are not drawn over each other.
const PAUSE: Duration = Duration::from_secs(1);

/// Width of text on a terminal.
const COLUMNS: usize = 80;

/// Characters of a bar: full, eight kinds of partly full, empty.
const BAR: &str = "█▉▊▋▌▍▎▏ ";

/// Where progress and messages go.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    quiet: bool,
    interactive: bool,
}

impl Console {
    /// Standard error, silent with `quiet`, and in a process that works for another.
    pub fn new(quiet: bool) -> Self {
        Self {
            quiet: quiet || terminal::is_mute(),
            interactive: io::stderr().is_terminal(),
        }
    }

    /// Says something, on one line where no person reads along.
    pub fn say(&self, text: impl std::fmt::Display) {
        if self.quiet {
            return;
        }
        let text = text.to_string();
        let shown = if self.interactive {
            wrapped(&text)
        } else {
            text
        };
        terminal::err(shown);
    }

    /// Shows training: `epochs` in all, of `steps` each.
    fn training_shown(&self, epochs: u64, steps: u64) -> TrainingProgress {
        let template = "{prefix} {wide_bar} {msg} {eta} left";
        let shown = self.shown(epochs.saturating_mul(steps), template);
        if let Shown::Bar(bar) = &shown {
            bar.set_prefix(format!("epoch 1/{epochs}"));
        }
        TrainingProgress {
            shown,
            epochs,
            steps,
            started: Instant::now(),
        }
    }

    /// Shows work of `total` equal pieces: products, points of a slice.
    pub fn pieces(&self, what: &'static str, total: u64) -> Pieces {
        let shown = self.shown(total, "{prefix} {wide_bar} {pos}/{len} {eta} left");
        if let Shown::Bar(bar) = &shown {
            bar.set_prefix(what);
        }
        Pieces {
            shown,
            what,
            total,
            before: 0,
            started: Instant::now(),
        }
    }

    /// Shows a download of `total` bytes.
    fn download_shown(&self, what: &str, total: u64) -> Download {
        let template = "{prefix} {wide_bar} {bytes}/{total_bytes} {eta} left";
        let shown = match self.shown(total, template) {
            Shown::Bar(bar) => {
                bar.set_prefix(terminal::shown(what).into_owned());
                Shown::Bar(bar)
            }
            other => {
                self.say(format_args!("downloading {what}"));
                other
            }
        };
        Download { shown }
    }

    /// The same for those who only know that they are listened to.
    pub fn shared(self) -> Arc<dyn Progress> {
        Arc::new(self)
    }

    fn shown(&self, length: u64, template: &str) -> Shown {
        match (self.quiet, self.interactive) {
            (true, _) => Shown::Nothing,
            (false, false) => Shown::Lines(Pace::default()),
            (false, true) => {
                let bar = ProgressBar::new(length);
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style.progress_chars(BAR));
                }
                Shown::Bar(bar)
            }
        }
    }
}

#[derive(Debug)]
enum Shown {
    Nothing,
    Lines(Pace),
    Bar(ProgressBar),
}

impl Progress for Console {
    fn say(&self, text: &str) {
        Self::say(self, text);
    }

    fn warn(&self, text: &str) {
        app::warn(text);
    }

    fn training(&self, epochs: u64, steps: u64) -> Box<dyn progress::TrainingProgress> {
        Box::new(self.training_shown(epochs, steps))
    }

    fn download(&self, file: &str, bytes: u64) -> Box<dyn progress::DownloadProgress> {
        Box::new(self.download_shown(file, bytes))
    }
}

/// Progress of training.
#[derive(Debug)]
struct TrainingProgress {
    shown: Shown,
    epochs: u64,
    steps: u64,
    started: Instant,
}

impl progress::TrainingProgress for TrainingProgress {
    fn step(&self, done: u64) {
        if let Shown::Bar(bar) = &self.shown {
            bar.set_position(done);
        }
    }

    fn epoch(&mut self, record: &EpochRecord) {
        let elapsed = self.started.elapsed();
        let last = record.epoch >= self.epochs;
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Lines(pace) => {
                if pace.due(elapsed, last) {
                    terminal::err(line(record, self.epochs, elapsed));
                }
            }
            Shown::Bar(bar) => {
                let next = (record.epoch + 1).min(self.epochs);
                bar.set_prefix(format!("epoch {next}/{}", self.epochs));
                bar.set_message(figures(record));
                bar.set_position(record.epoch.saturating_mul(self.steps));
            }
        }
    }

    /// The bar goes.
    fn finish(self: Box<Self>) {
        if let Shown::Bar(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}

/// Progress of work in equal pieces.
#[derive(Debug)]
pub struct Pieces {
    shown: Shown,
    what: &'static str,
    total: u64,
    /// Pieces that an earlier call did: they say nothing about the pace of this one.
    before: u64,
    started: Instant,
}

impl Pieces {
    /// The same, with so many pieces done before the work began.
    pub fn after(mut self, done: u64) -> Self {
        self.before = done;
        if let Shown::Bar(bar) = &self.shown {
            bar.set_position(done);
            bar.reset_eta();
        }
        self
    }

    /// So many pieces are done.
    pub fn at(&mut self, done: u64) {
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Lines(pace) => {
                let elapsed = self.started.elapsed();
                if pace.due(elapsed, done >= self.total) {
                    let time = left(elapsed, done - self.before, self.total - self.before);
                    terminal::err(format_args!("{} {done}/{}{time}", self.what, self.total));
                }
            }
            Shown::Bar(bar) => bar.set_position(done),
        }
    }

    /// It is over; the bar goes.
    pub fn finish(self) {
        if let Shown::Bar(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}

/// Progress of a download.
#[derive(Debug)]
struct Download {
    shown: Shown,
}

impl progress::DownloadProgress for Download {
    fn at(&self, bytes: u64) {
        if let Shown::Bar(bar) = &self.shown {
            bar.set_position(bytes);
        }
    }

    /// The bar goes.
    fn finish(self: Box<Self>) {
        if let Shown::Bar(bar) = self.shown {
            bar.finish_and_clear();
        }
    }
}

/// When the next line may come.
#[derive(Debug, Default)]
struct Pace {
    said: Option<Duration>,
}

impl Pace {
    /// Whether a line may be said `now`, counted from the start. The last one always may.
    fn due(&mut self, now: Duration, last: bool) -> bool {
        let due = last
            || self
                .said
                .is_none_or(|said| now.saturating_sub(said) >= PAUSE);
        if due {
            self.said = Some(now);
        }
        due
    }
}

/// An epoch on a line of its own.
fn line(record: &EpochRecord, epochs: u64, elapsed: Duration) -> String {
    let width = epochs.to_string().len();
    format!(
        "epoch {:>width$}/{epochs}  {}{}",
        record.epoch,
        figures(record),
        left(elapsed, record.epoch, epochs)
    )
}

/// The time left when `done` of `total` pieces took `elapsed`, in words; nothing when all are done.
fn left(elapsed: Duration, done: u64, total: u64) -> String {
    let left = elapsed.as_secs_f64() / done.max(1) as f64 * total.saturating_sub(done) as f64;
    match left {
        _ if done >= total => String::new(),
        ..1.0 => "  under 1 s left".to_owned(),
        _ => format!("  {left:.0} s left"),
    }
}

/// The text in lines of at most [`COLUMNS`], broken between words; further lines are set in.
fn wrapped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > COLUMNS {
            shown.push_str("\n  ");
            column = 2;
        } else if column > 0 {
            shown.push(' ');
            column += 1;
        }
        shown.push_str(word);
        column += width;
    }
    shown
}

/// Loss and score on the validation rows, or where there are none on the training rows.
fn figures(record: &EpochRecord) -> String {
    let (part, figures) = match &record.validation {
        Some(validation) => ("validation", validation),
        None => ("train", &record.train),
    };
    format!(
        "{part} loss {:.4} {} {:.4}",
        figures.loss.0,
        figures.score.name(),
        figures.score.value()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::{EpochFigures, Number, Score};

    fn record(epoch: u64, validated: bool) -> EpochRecord {
        let figures = |loss| EpochFigures {
            loss: Number(loss),
            score: Score::Accuracy(Number(0.97125)),
            penalty: Number(0.0),
        };
        EpochRecord {
            epoch,
            step: epoch * 10,
            lr: Number(0.1),
            seconds: Number(1.0),
            train: figures(0.5),
            validation: validated.then(|| figures(f64::NAN)),
            probe: None,
        }
    }

    #[test]
    fn a_line_tells_figures_and_time_left() {
        let text = line(&record(5, false), 100, Duration::from_secs(10));
        assert_eq!(
            text,
            "epoch   5/100  train loss 0.5000 accuracy 0.9712  190 s left"
        );
        let text = line(&record(100, true), 100, Duration::from_secs(10));
        assert_eq!(text, "epoch 100/100  validation loss NaN accuracy 0.9712");
    }

    #[test]
    fn long_text_is_broken_between_words() {
        assert_eq!(wrapped("a few words"), "a few words");
        let long = ["word"; 40].join(" ");
        let shown = wrapped(&long);
        assert!(shown.lines().all(|line| line.len() <= COLUMNS), "{shown}");
        assert_eq!(shown.lines().count(), 3);
        assert_eq!(shown.split_whitespace().count(), 40);
        let path = "x".repeat(100);
        assert_eq!(wrapped(&format!("in {path}")), format!("in\n  {path}"));
    }

    #[test]
    fn a_line_fits_80_columns() {
        let text = line(&record(99_999, true), 100_000, Duration::from_secs(1 << 40));
        assert!(text.len() <= 80, "{text}");
    }

    #[test]
    fn lines_are_a_second_apart_and_the_last_is_always_there() {
        let mut pace = Pace::default();
        let said = [0, 300, 999, 1000, 1500, 1501]
            .map(|ms| pace.due(Duration::from_millis(ms), ms == 1501));
        assert_eq!(said, [true, false, false, true, false, true]);
    }
}

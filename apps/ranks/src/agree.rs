//! The ranks before and after work: they begin together or not at all, and end together.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::World;
use crate::wire::{Kind, Wire, wait};

/// What must be the same on all ranks: names and values, in the order in which differences are to be told.
pub type Settings = Vec<(String, String)>;

/// Why ranks do not work together: one failed, or has other settings. Display shows a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement(pub(crate) String);

impl Disagreement {
    /// On another rank than the root: the root told that work is over.
    pub(crate) fn over() -> Self {
        Self("rank 0 has ended".to_owned())
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Disagreement {}

/// What a rank tells of its preparations.
#[derive(Serialize, Deserialize)]
pub(crate) enum Status {
    Ready(Settings),
    Failed(String),
}

impl Status {
    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts can be written as JSON")
    }

    /// What a rank has told.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes)
            .unwrap_or_else(|e| Self::Failed(format!("it told nothing that is understood: {e}")))
    }
}

/// The error of another rank, as the root tells it.
pub(crate) fn failed_on(rank: usize, why: &str) -> Disagreement {
    Disagreement(format!("on rank {rank}: {why}"))
}

impl World {
    /// Waits until all ranks have come here, and returns if the `settings` of all are the same. They are what the result depends
    /// on and the root does not hand out. A rank whose preparations failed does not come here; [`end`](Self::end) tells the root.
    ///
    /// # Errors
    /// On the root, what failed on another rank, or what differs; on others, if that has ended.
    pub fn agree(&self, settings: impl FnOnce() -> Settings) -> Result<(), Disagreement> {
        match &self.wire {
            None => Ok(()),
            Some(wire) if wire.rank() == 0 => root_agrees(wire.as_ref(), &settings()),
            Some(wire) => self.wait_for_go(wire.as_ref(), settings()),
        }
    }

    /// On another rank than the root: tells that this one is ready, and waits for the others.
    fn wait_for_go(&self, wire: &dyn Wire, settings: Settings) -> Result<(), Disagreement> {
        wire.send(0, Kind::Status, &Status::Ready(settings).bytes());
        loop {
            let message = wait(wire);
            match message.kind {
                Kind::Go => return Ok(()),
                Kind::End => {
                    self.is_over(&message.bytes);
                    return Err(Disagreement::over());
                }
                _ => {}
            }
        }
    }

    /// Notes that the root has ended work, with its exit code.
    pub(crate) fn is_over(&self, bytes: &[u8]) {
        self.ended.set(Some(bytes.first().copied().unwrap_or(1)));
    }

    /// On another rank than the root: tells the root that nothing more comes from here, and returns its exit code.
    pub(crate) fn leave(&self, wire: &dyn Wire, error: Option<&str>) -> u8 {
        if self.ended.get().is_none() {
            // The root may be waiting for this rank, and must hear that it failed.
            if let Some(error) = error {
                wire.send(0, Kind::Status, &Status::Failed(error.to_owned()).bytes());
            }
            loop {
                let message = wait(wire);
                if message.kind == Kind::End {
                    self.is_over(&message.bytes);
                    break;
                }
            }
        }
        wire.send(0, Kind::Bye, &[]);
        self.ended.get().unwrap_or(1)
    }
}

/// On the root: hears of all ranks, and lets them begin if all are ready.
fn root_agrees(wire: &dyn Wire, settings: &Settings) -> Result<(), Disagreement> {
    let mut missing = wire.size() - 1;
    while missing > 0 {
        let message = wait(wire);
        if message.kind != Kind::Status {
            continue;
        }
        let rank = message.from;
        match Status::of(&message.bytes) {
            Status::Failed(why) => return Err(failed_on(rank, &why)),
            Status::Ready(theirs) => match difference(settings, &theirs) {
                Some((name, mine, theirs)) => {
                    return Err(Disagreement(format!(
                        "{name}: {theirs} on rank {rank}, {mine} on rank 0; all ranks need the same files, settings and instruction set"
                    )));
                }
                None => missing -= 1,
            },
        }
    }
    (1..wire.size()).for_each(|rank| wire.send(rank, Kind::Go, &[]));
    Ok(())
}

/// On the root: tells all ranks that work is over, and waits for the last message of each. What they send until then is of no
/// use any more, but a rank whose message nobody takes would wait for ever.
pub(crate) fn dismiss(wire: &dyn Wire, code: u8) {
    (1..wire.size()).for_each(|rank| wire.send(rank, Kind::End, &[code]));
    let mut left = wire.size() - 1;
    while left > 0 {
        if wait(wire).kind == Kind::Bye {
            left -= 1;
        }
    }
}

/// The first setting that is not the same in both: its name, and its value in each.
fn difference<'a>(a: &'a Settings, b: &'a Settings) -> Option<(&'a str, &'a str, &'a str)> {
    let value = |of: &'a Settings, name: &str| {
        let found = of.iter().find(|(other, _)| other == name);
        found.map_or("none", |(_, value)| value.as_str())
    };
    let names = a.iter().chain(b).map(|(name, _)| name.as_str());
    let mut all = names.map(|name| (name, value(a, name), value(b, name)));
    all.find(|(_, a, b)| a != b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_wire::on_ranks;

    fn settings(value: &str) -> Settings {
        vec![
            ("x".to_owned(), "1".to_owned()),
            ("isa".to_owned(), value.to_owned()),
        ]
    }

    #[test]
    fn ranks_that_are_alike_begin_and_end_together() {
        let codes = on_ranks(4, |world| {
            world.agree(|| settings("avx2")).unwrap();
            let code = if world.is_root() { 7 } else { 0 };
            world.end(code, None)
        });
        assert_eq!(codes, [7; 4]);
    }

    #[test]
    fn what_differs_is_told_by_the_root_and_all_end() {
        let told = on_ranks(3, |world| {
            let isa = if world.rank() == 2 { "avx512" } else { "avx2" };
            let error = world.agree(|| settings(isa)).unwrap_err().to_string();
            let code = if world.is_root() { 1 } else { 3 };
            (world.end(code, Some(&error)), error)
        });
        assert!(
            told[0]
                .1
                .starts_with("isa: avx512 on rank 2, avx2 on rank 0;")
        );
        assert!(told.iter().all(|(code, _)| *code == 1), "{told:?}");
    }

    /// A rank may fail where the others wait for it, and where they do not yet.
    #[test]
    fn a_rank_that_fails_ends_all() {
        for failing in [0, 1, 2] {
            let told = on_ranks(3, |world| {
                let error = match world.rank() == failing {
                    true => "no such file".to_owned(),
                    false => world.agree(|| settings("avx2")).unwrap_err().to_string(),
                };
                (world.end(1, Some(&error)), error)
            });
            let wanted = match failing {
                0 => "no such file".to_owned(),
                rank => format!("on rank {rank}: no such file"),
            };
            assert_eq!(told[0].1, wanted);
            assert!(told.iter().all(|(code, _)| *code == 1));
        }
    }
}

//! No reader panics, or takes more memory or time than goes with the size of its file, whatever is in it.
//!
//! Inputs are the same in every run. `GRADUS_HOSTILE=100000` reads that many files a reader in place of 400, and
//! `GRADUS_HOSTILE_FROM` begins at another one. An input that fails is kept, and its path is told.

use std::env;
use std::fs;
use std::path::Path;

use hostile_files::{Counting, Target, find, mutated, targets};

#[global_allocator]
static MEMORY: Counting = Counting;

/// Length of inputs: large enough for what grows with the square of it to show.
const LONGEST: usize = 200_000;

fn number(name: &str, usual: u64) -> u64 {
    env::var(name).map_or(usual, |text| text.parse().expect("a number"))
}

fn hold(target: &Target) {
    let seeds = target.seeds();
    let (from, count) = (
        number("GRADUS_HOSTILE_FROM", 0),
        number("GRADUS_HOSTILE", 400),
    );
    let changed = (from..from + count).map(|i| mutated(target.name, &seeds, i, LONGEST));
    let inputs = seeds.iter().cloned().chain(changed);
    let mut failed = Vec::new();
    for (i, bytes) in inputs.enumerate() {
        if let Err(why) = target.check(&bytes) {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{i}", target.name));
            fs::write(&path, &bytes).unwrap();
            failed.push(format!("{why}; see {}", path.display()));
            if failed.len() == 5 {
                break;
            }
        }
    }
    assert!(failed.is_empty(), "{}:\n{}", target.name, failed.join("\n"));
}

macro_rules! readers {
    ($($name:ident)*) => {
        $(#[test] fn $name() { hold(find(stringify!($name)).unwrap()); })*

        /// Each target has a test.
        #[test]
        fn no_reader_is_left_out() {
            let tested = [$(stringify!($name)),*];
            assert_eq!(targets().iter().map(|t| t.name).collect::<Vec<_>>(), tested);
        }
    };
}

readers! {
    csv parquet rows_to_predict npz npy idx image drawing xls xlsx sheet tgz tar model checkpoint settings history
}

/// What the checks are made of notices what it is there for.
#[test]
fn seeds_are_read_by_what_they_are_for() {
    for target in targets() {
        assert!(!target.seeds().is_empty(), "{}", target.name);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Concrete_Data.xls");
    fs::write(&path, &find("xls").unwrap().seeds()[0]).unwrap();
    let resolver = datasets::Resolver {
        data_dir: Some(folder.path().to_owned()),
        offline: true,
        ..Default::default()
    };
    let spec: datasets::Spec = "concrete".parse().unwrap();
    let read = datasets::load(&datasets::Request::from(spec), &resolver).unwrap();
    assert_eq!(read.len(), 5);
}

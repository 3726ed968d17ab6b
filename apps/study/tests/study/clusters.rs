//! The scripts for clusters in `docs/clusters.md`.

use testing::{JobScript, Place};

use crate::support::trials;

#[test]
fn scripts_of_a_study_do_what_they_say() {
    let outcome = |name: &str, whole: bool| {
        let place = Place::of(env!("CARGO_BIN_EXE_study"));
        let script = JobScript::of("clusters.md", name);
        match whole {
            true => script.run_whole(&place),
            false => script.run(&place),
        };
        assert_eq!(place.join("studies/shards").exists(), !whole);
        assert!(place.join("studies/RESULTS.md").is_file());
        trials(&place.join("studies/xor-trials"))
    };
    let whole = outcome("study.slurm", true);
    assert_eq!(outcome("study.slurm", false), whole);
    assert_eq!(outcome("study-hq.sh", false), whole);
}

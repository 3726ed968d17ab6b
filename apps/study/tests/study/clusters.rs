//! The scripts for clusters in `docs/clusters.md`.

use testing::{JobScript, Place};

use crate::support::trials;

#[test]
fn scripts_of_a_study_do_what_they_say() {
    let outcome = |name: &str| {
        let place = Place::of(env!("CARGO_BIN_EXE_study"));
        JobScript::of("clusters.md", name).run(&place);
        assert!(place.join("studies/RESULTS.md").is_file());
        trials(&place.join("studies/xor-trials"))
    };
    assert_eq!(outcome("study.slurm"), outcome("study-hq.sh"));
}

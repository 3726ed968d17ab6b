//! The scripts for clusters in `docs/clusters.md`.

use testing::JobScript;

use crate::support::{classifier, place, read_json, timeless};

#[test]
fn scripts_of_a_slice_do_what_they_say() {
    let outcome = |name: &str| {
        let place = place();
        let run = place.join("runs/classify-iris-1");
        classifier(&run, "--data iris --hidden 16,8 --epochs 2");
        JobScript::of("clusters.md", name).run(&place);
        timeless(read_json(place.join("whole/landscape.json")))
    };
    assert_eq!(outcome("slice.slurm"), outcome("slice-hq.sh"));
}

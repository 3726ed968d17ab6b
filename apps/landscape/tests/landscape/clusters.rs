//! The scripts for clusters in `docs/clusters.md`.

use testing::JobScript;

use crate::support::{classifier, place, read_json, timeless};

#[test]
fn scripts_of_a_slice_do_what_they_say() {
    let outcome = |name: &str, whole: bool| {
        let place = place();
        let run = place.join("runs/classify-iris-1");
        classifier(&run, "--data iris --hidden 16,8 --epochs 2");
        let script = JobScript::of("clusters.md", name);
        let folder = match whole {
            true => {
                script.run_whole(&place);
                "slice/1"
            }
            false => {
                script.run(&place);
                "whole"
            }
        };
        timeless(read_json(place.join(folder).join("landscape.json")))
    };
    let whole = outcome("slice.slurm", true);
    assert_eq!(outcome("slice.slurm", false), whole);
    assert_eq!(outcome("slice-hq.sh", false), whole);
}

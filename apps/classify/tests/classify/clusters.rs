//! The scripts for clusters in `docs/clusters.md`.

use testing::JobScript;

use crate::support::{place, read_json};

#[test]
fn scripts_of_a_sweep_do_what_they_say() {
    let outcome = |name: &str| {
        let place = place();
        let done = JobScript::of("clusters.md", name).run(&place);
        assert!(done.out.contains("validation accuracy"), "{done:?}");
        let mut grid = read_json(place.join("sweep/grid.json"));
        for row in grid["rows"].as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("seconds").unwrap();
        }
        grid
    };
    assert_eq!(outcome("sweep.slurm"), outcome("sweep-hq.sh"));
}

//! The scripts for clusters in `docs/clusters.md`.

use testing::JobScript;

use crate::support::{place, read_json};

#[test]
fn scripts_of_a_sweep_do_what_they_say() {
    let outcome = |name: &str, whole: bool| {
        let (place, script) = (place(), JobScript::of("clusters.md", name));
        let done = match whole {
            true => script.run_whole(&place),
            false => script.run(&place),
        };
        assert!(done.out.contains("validation accuracy"), "{done:?}");
        assert_eq!(place.join("sweep/shards").exists(), !whole);
        let mut grid = read_json(place.join("sweep/grid.json"));
        for row in grid["rows"].as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("seconds").unwrap();
        }
        grid
    };
    let whole = outcome("sweep.slurm", true);
    assert_eq!(outcome("sweep.slurm", false), whole);
    assert_eq!(outcome("sweep-hq.sh", false), whole);
}

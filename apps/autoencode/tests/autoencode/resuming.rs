//! Runs that are interrupted and go on.

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::support::{place, read_json};

fn flags(out: &'static str) -> Vec<&'static str> {
    let text = "--latent 4 --epochs 300 --denoise 0.2 --tsne-rows 200 --threads 1 --quiet --out";
    text.split(' ').chain([out]).collect()
}

/// All that a run comes to, without the time it took.
fn outcome(run: &Path) -> (Vec<u8>, usize, Value, Vec<u8>) {
    let mut metrics = read_json(run.join("metrics.json"));
    for key in ["train_seconds", "total_seconds"] {
        metrics.as_object_mut().unwrap().remove(key);
    }
    let history = fs::read_to_string(run.join("history.jsonl")).unwrap();
    (
        fs::read(run.join("model.safetensors")).unwrap(),
        history.lines().count(),
        metrics,
        fs::read(run.join("figures/tsne.svg")).unwrap(),
    )
}

#[test]
fn killed_at_several_moments_a_run_ends_in_the_same_bits() {
    let place = place();
    let start = Instant::now();
    place.run(&flags("whole")).fine();
    let whole = start.elapsed();
    let mut rng = autograd::random::stream(7, "kill", 0, 0);
    let mut kills = 0;
    while kills < 8 {
        let line = match place.join("killed/config.toml").is_file() {
            true => vec!["--resume", "killed", "--quiet", "--threads", "1"],
            // Killed before the settings were written: there is no run yet.
            false => [flags("killed"), vec!["--force"]].concat(),
        };
        let mut child = place.command(&line).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(autograd::random::unit(&mut rng) * 0.5));
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    place
        .run(&["--resume", "killed", "--quiet", "--threads", "2"])
        .fine();
    assert!(outcome(&place.join("whole")) == outcome(&place.join("killed")));
    // A finished run is left alone.
    let again = place.run(&["--resume", "killed"]).fine();
    assert!(again.err.contains("is finished"), "{}", again.err);
    for other in ["--latent=8", "--denoise=0.1", "--loss=mse"] {
        let name = other.split('=').next().unwrap();
        place
            .run(&["--resume", "killed", other])
            .refused(2, &[&format!("{name}: a run that goes on")]);
    }
}

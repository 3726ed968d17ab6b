//! Studies on several ranks.

use std::path::Path;
use std::process::{Command, Output};

use testing::{has_ranks, mpirun};

use crate::support::{command, stderr, trials};

const BUILT: bool = cfg!(feature = "mpi");

/// XOR in full: nine cases of two trials.
fn run(out: &str, more: &[&str]) -> Command {
    let words = [
        "run",
        "xor-trials",
        "--trials",
        "2",
        "--quiet",
        "--out",
        out,
    ];
    command(&[&words[..], more].concat())
}

#[track_caller]
fn fine(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    output
}

#[test]
fn without_mpi_ranks_are_refused_before_they_write() {
    if BUILT {
        testing::say("refusing ranks was skipped: the program is built with the feature mpi");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut command = run(out.to_str().unwrap(), &[]);
    let output = command.env("OMPI_COMM_WORLD_SIZE", "2").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("MPI started 2 processes"));
    assert!(!out.exists());
}

#[test]
fn trials_on_ranks_have_the_bits_of_one_process() {
    if !has_ranks("trials on ranks", BUILT) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let of = |name: &str| trials(&Path::new(&path(name)).join("xor-trials"));
    fine(run(&path("one"), &[]));
    for ranks in [1, 2, 4] {
        let name = ranks.to_string();
        let output = fine(mpirun(ranks, &run(&path(&name), &[])));
        assert_eq!(stderr(&output), "");
        assert_eq!(of(&name), of("one"), "{ranks}");
        assert!(folder.path().join(&name).join("report.html").is_file());
    }
    // Shards of ranks are shards like others.
    fine(mpirun(2, &run(&path("parts"), &["--shard", "1/2"])));
    fine(run(&path("parts"), &["--shard", "2/2"]));
    fine(command(&["merge", &path("parts"), "--quiet"]));
    assert_eq!(of("parts"), of("one"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_rank_that_dies_takes_no_finished_trial_with_it() {
    if !has_ranks("a rank that dies", BUILT) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let file = folder.path().join("killed/xor-trials/trials.jsonl");
    let lines = || std::fs::read_to_string(&file).unwrap_or_default();
    let line = ["--trials", "6", "--threads", "1"];
    // The last of a flag given twice would be refused.
    let run = |out: &str| {
        let words = ["run", "xor-trials", "--quiet", "--out", out];
        command(&[&words[..], &line].concat())
    };
    let mut running = mpirun(3, &run(&path("killed"))).spawn().unwrap();
    while lines().lines().count() < 4 {
        assert!(running.try_wait().unwrap().is_none(), "ended too early");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    testing::kill_rank(&running, 2);
    let _ = running.wait().unwrap();
    let before = lines();
    let whole = before.rfind('\n').map_or(0, |end| end + 1);
    fine(mpirun(2, &run(&path("killed"))));
    assert!(lines().starts_with(&before[..whole]));
    fine(run(&path("one")));
    let of = |name: &str| trials(&Path::new(&path(name)).join("xor-trials"));
    assert_eq!(of("killed"), of("one"));
}

#[test]
fn what_ranks_do_not_share_is_refused_once() {
    if !has_ranks("refusals of ranks", BUILT) {
        return;
    }
    let output = mpirun(2, &command(&["list"])).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert_eq!(told.matches("start it once").count(), 1, "{told}");
}

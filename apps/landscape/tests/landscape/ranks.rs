//! Slices and spectra on several ranks.

use std::fs;
use std::path::Path;

use testing::has_ranks;

use crate::support::{Done, classifier, iris, place, read_json, text, timeless};

const BUILT: bool = cfg!(feature = "mpi");

/// A network on 4000 points of a plane: four blocks of the samples that a Hessian is a sum over.
fn moons(out: &Path) {
    classifier(out, "--data moons --n 5000 --hidden 8,4 --epochs 2");
}

/// Without MPI, every process that it starts would do all the work.
#[test]
fn without_mpi_ranks_are_refused_before_they_write() {
    if BUILT {
        testing::say("refusing ranks was skipped: the program is built with the feature mpi");
        return;
    }
    for (size, rank) in [
        ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
        ("PMI_SIZE", "PMI_RANK"),
    ] {
        let place = place();
        let started = |as_rank: &str| {
            let mut command = place.command(&[text(iris()), "--y", "none", "--out", "a"]);
            Done::by(command.env(size, "2").env(rank, as_rank))
        };
        started("0").refused(1, &["MPI started 2 processes", "--features mpi"]);
        // One speaks for all.
        let other = started("1");
        assert_eq!(
            (other.code, other.out.as_str(), other.err.as_str()),
            (Some(1), "", "")
        );
        assert!(!place.join("a").exists());
        let mut command = place.command(&[text(iris()), "--x", "0:1:2", "--y", "none", "-q"]);
        Done::by(command.env(size, "1").env(rank, "0")).fine();
    }
}

#[test]
fn slices_on_ranks_have_the_bits_of_one_process() {
    if !has_ranks("slices on ranks", BUILT) {
        return;
    }
    let place = place();
    for more in [&[][..], &["--metric", "gradient-norm"], &["--shard", "1/2"]] {
        let line = [&[text(iris()), "--x", "-1:1:9", "--y", "-1:1:7"], more].concat();
        let run = |out: &str, ranks: Option<usize>| {
            let line = [&line[..], &["--quiet", "--force", "--out", out]].concat();
            let found = match ranks {
                None => place.run(&line),
                Some(ranks) => place.run_on_ranks(ranks, &line),
            };
            let found = found.fine();
            assert_eq!((found.out.as_str(), found.err.as_str()), ("", ""));
            match more.contains(&"--shard") {
                true => {
                    let json = place.json(&["merge", "--force", "whole", "second", out]);
                    timeless(json)
                }
                false => timeless(read_json(place.join(out).join("landscape.json"))),
            }
        };
        if more.contains(&"--shard") {
            let mut second = line.clone();
            *second.last_mut().unwrap() = "2/2";
            let second = [&second[..], &["--quiet", "--force", "--out", "second"]].concat();
            place.run_on_ranks(2, &second).fine();
        }
        let one = run("one", None);
        for ranks in [1, 2, 4] {
            assert_eq!(run("several", Some(ranks)), one, "{ranks} {more:?}");
        }
    }
}

#[test]
fn spectra_and_their_directions_on_ranks_have_the_bits_of_one_process() {
    if !has_ranks("spectra on ranks", BUILT) {
        return;
    }
    let place = place();
    let run = place.join("run");
    moons(&run);
    let spectrum = "run --split train --samples all --steps 12 --top 2 --bottom 1 --trace-vectors 3 \
                    --density-vectors 1 --sharpness 0.5";
    let slice = "run --split train --directions eigen --x -1:1:5 --y -1:1:3";
    for (before, line, file) in [
        (&["hessian"][..], spectrum, "hessian.json"),
        (&[], slice, "landscape.json"),
    ] {
        let line: Vec<&str> = before
            .iter()
            .copied()
            .chain(line.split_whitespace())
            .collect();
        let line = |out| [&line[..], &["--quiet", "--force", "--out", out]].concat();
        let alone = place.run(&line("one")).fine();
        for ranks in [1, 2, 4] {
            let found = place.run_on_ranks(ranks, &line("several")).fine();
            // So few iterations do not converge, which is told once.
            assert_eq!((&found.out, &found.err), (&alone.out, &alone.err));
            let [one, several] = ["one", "several"].map(|out| {
                let mut json = read_json(place.join(out).join(file));
                json.as_object_mut().unwrap().remove("seconds");
                json.to_string()
            });
            assert_eq!(one, several, "{file} on {ranks} ranks");
        }
    }
    let one = fs::read(place.join("one/directions/x.safetensors")).unwrap();
    let several = fs::read(place.join("several/directions/x.safetensors")).unwrap();
    assert_eq!(one, several);
}

/// The points of a folder, each batch once, by the number of the first.
fn lines(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("points.jsonl")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_rank_that_dies_takes_nothing_finished_with_it() {
    if !has_ranks("a rank that dies", BUILT) {
        return;
    }
    let place = place();
    classifier(
        &place.join("run"),
        "--data digits --model cnn --channels 8,16 --hidden 8 --epochs 1",
    );
    let line = |out| -> Vec<&str> {
        let line = "run --x -1:1:21 --y -1:1:21 --threads 1 --quiet --out";
        line.split_whitespace().chain([out]).collect()
    };
    for rank in [0, 1] {
        let out = ["first", "second"][rank];
        let folder = place.join(out);
        let mut running = place.on_ranks(3, &line(out)).spawn().unwrap();
        while lines(&folder).len() < 4 {
            assert!(running.try_wait().unwrap().is_none(), "ended too early");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        testing::kill_rank(&running, rank);
        assert!(!running.wait().unwrap().success());
        let before = lines(&folder);
        assert!(!folder.join("landscape.json").exists());
        place.run_on_ranks(2, &line(out)).fine();
        // The line that was being written may be torn.
        let kept = before.len() - 1;
        assert!(kept >= 3);
        assert_eq!(lines(&folder)[..kept], before[..kept]);
    }
    place.run(&line("whole")).fine();
    let slice = |out: &str| timeless(read_json(place.join(out).join("landscape.json")));
    assert_eq!(slice("first"), slice("whole"));
    assert_eq!(slice("second"), slice("whole"));
}

#[test]
fn what_ranks_do_not_share_is_refused_once() {
    if !has_ranks("refusals of ranks", BUILT) {
        return;
    }
    let place = place();
    let iris = text(iris());
    for line in [
        &["merge", "whole", "a", "b"][..],
        &["path", iris, iris],
        &["compare", iris, iris],
        &[],
    ] {
        let found = place.run_on_ranks(3, line);
        found.refused_once(&["MPI started 3 processes", "start it once"]);
    }
    // An error that all have is told once, with its code.
    let found = place.run_on_ranks(2, &[iris, "--x", "0:0:0"]);
    assert_eq!(found.code, Some(2), "{found:?}");
    let found = place.run_on_ranks(2, &["nothing-there"]);
    found.refused_once(&["nothing-there"]);
}

/// Ranks on other instruction sets, or with other files, would put results together that do not go together.
#[test]
fn ranks_that_differ_do_not_begin() {
    if !has_ranks("ranks that differ", BUILT) || autograd::Isa::best() == autograd::Isa::Portable {
        return;
    }
    let place = place();
    let other = place.join("other");
    classifier(&other, "--data iris --hidden 16,8 --epochs 1");
    let line_of = |run| -> Vec<&str> {
        let flags = "--x -1:1:5 --y none --out a -q".split_whitespace();
        std::iter::once(run).chain(flags).collect()
    };
    let (line, of_other) = (line_of(text(iris())), line_of(text(&other)));
    let best = autograd::Isa::best().name();
    for (second, isa, part) in [
        (&line, "portable", "GRADUS_ISA: portable on rank 1"),
        (&of_other, best, "the model: "),
    ] {
        let program = place.command(&[]).get_program().to_owned();
        let mut command = place.on_ranks(1, &line);
        command.args([":", "-n", "1", "-x", &format!("GRADUS_ISA={isa}")]);
        command.arg(program).args(second);
        Done::by(&mut command).refused_once(&[part, "on rank 0"]);
        assert!(!place.join("a").exists());
    }
}

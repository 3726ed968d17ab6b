//! Settings that cannot be: one sentence that names the thing, the promised exit code, and no run.

use std::time::{Duration, Instant};

use crate::support::{place, say};

#[test]
fn wrong_usage_is_exit_code_2() {
    let cases: [(&[&str], &[&str]); 63] = [
        (&["--hiden", "3"], &["--hiden", "--hidden"]),
        (&["--zyzzyva"], &["--zyzzyva", "--help"]),
        (&["evaluate"], &["evaluate"]),
        (&["--data", "emnist"], &["--data", "emnist", "digits, iris"]),
        (
            &["--activation", "rellu"],
            &["--activation", "rellu", "relu"],
        ),
        (&["--optimizer", "adm"], &["--optimizer", "adam"]),
        (&["--optimizer", ""], &["--optimizer", "adam"]),
        (&["--init", "he"], &["--init", "he-normal"]),
        (&["--init", "normal:-1"], &["--init", "normal:0.5"]),
        (&["--head", "softmin"], &["--head", "softmax"]),
        (
            &["--head", "sigmoid", "-q"],
            &["--head sigmoid", "two classes", "digits has 10"],
        ),
        (&["--hidden", "0"], &["--hidden", "'0'"]),
        (&["--hidden", "64,,32"], &["--hidden"]),
        (
            &["--hidden", "99999999999"],
            &["--hidden 99999999999", "memory"],
        ),
        (&["--hidden", "99999999999999999999999"], &["--hidden"]),
        (
            &["--hidden", "9223372036854775807,9223372036854775807"],
            &["--hidden", "memory"],
        ),
        (
            &["--data", "runge"],
            &["runge is for regression, not for classification"],
        ),
        (&["--n", "50"], &["--n is for synthetic data", "digits"]),
        (&["--data", "moons", "--n", "0"], &["--n", "1 or more"]),
        (&["--data", "moons", "--noise", "-1"], &["--noise", "-1"]),
        (
            &["--data", "iris", "--target", "petal"],
            &["--target petal: iris has no such target; it has species"],
        ),
        (&["--target", "a,,b"], &["--target", "names of columns"]),
        (
            &["--standardise", "--standardise=3"],
            &["--standardize", "unexpected value"],
        ),
        (&["--schedule", "cosin"], &["--schedule", "cosine"]),
        (&["--schedule", "step:0,1"], &["--schedule", "step:K,G"]),
        (&["--warmup", "50"], &["--warmup 50", "--epochs 50"]),
        (&["--l1", "-1"], &["--l1"]),
        (&["--l1-form", "l2"], &["--l1-form", "l1-subgradient"]),
        (&["--l2", "nan"], &["--l2"]),
        (&["--l2-form", "sum"], &["--l2-form", "l2-sum"]),
        (&["--max-norm", "0"], &["--max-norm"]),
        (&["--model", "rnn"], &["--model", "rnn", "mlp, cnn"]),
        (
            &["--channels", "8"],
            &["--channels", "--model mlp", "--model cnn"],
        ),
        (&["--model", "cnn", "--channels", "0"], &["--channels"]),
        (
            &["--model", "cnn", "--channels", "99999999999"],
            &["--channels 99999999999", "memory"],
        ),
        (
            &["--batch-norm", "--batch-size", "1"],
            &["--batch-norm", "--batch-size 1"],
        ),
        (&["--augment", "flop"], &["--augment", "flop", "flip"]),
        (&["--augment", "flip,none"], &["--augment", "none"]),
        (&["--augment", "noise:-1"], &["--augment", "noise:0.1"]),
        (&["--augment", "flip,flip"], &["--augment", "twice"]),
        (&["--dropout", "1"], &["--dropout"]),
        (&["--dropout", "-0.1"], &["--dropout", "-0.1"]),
        (&["--lr", "nan"], &["--lr", "nan"]),
        (&["--lr", "-1"], &["--lr", "-1"]),
        (&["--lr", "0"], &["--lr"]),
        (&["--lr", "inf"], &["--lr", "inf"]),
        (&["--lr"], &["--lr"]),
        (&["--momentum", "1"], &["--momentum"]),
        (&["--momentum", "0.9"], &["--momentum", "adam"]),
        (&["--weight-decay", "-1"], &["--weight-decay"]),
        (&["--clip-norm", "0"], &["--clip-norm"]),
        (&["--batch-size", "0"], &["--batch-size", "1 or more"]),
        (&["--epochs", "0"], &["--epochs"]),
        (&["--threads", "0"], &["--threads", "1 to 1024"]),
        (&["--threads", "1025"], &["--threads", "1 to 1024"]),
        (&["--seed", "-1"], &["--seed"]),
        (&["--val-fraction", "1"], &["--val-fraction"]),
        (&["--split", "1"], &["--split"]),
        (
            &["--early-stopping", "3", "--val-fraction", "0"],
            &["--early-stopping", "--val-fraction"],
        ),
        (&["--snapshots", "0"], &["--snapshots"]),
        (&["--name", "a/b"], &["--name", "--out"]),
        (&["--name", "a", "--out", "b"], &["--name", "--out"]),
        (&["predict", "run"], &["FILE"]),
    ];
    let place = place();
    for (line, parts) in cases {
        place.run(line).refused(2, parts);
    }
    assert_eq!(
        std::fs::read_dir(place.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[test]
fn a_network_beyond_memory_is_refused_at_once() {
    let start = Instant::now();
    place()
        .run(&["--hidden", "99999999999", "--f64"])
        .refused(2, &["--hidden"]);
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn the_instruction_set_is_checked() {
    let place = place();
    let with = |isa: &str| {
        let mut command = place.command(&["--epochs", "1", "--hidden", "4", "--quiet"]);
        crate::support::Done::of(command.env("GRADUS_ISA", isa).output().unwrap())
    };
    with("foo").refused(2, &["GRADUS_ISA", "\"foo\"", "portable, avx2 or avx512"]);
    with("portable").fine();
}

#[test]
fn a_split_that_the_data_does_not_have_is_a_failure() {
    let place = place();
    place
        .run(&["--split", "official", "-q"])
        .refused(1, &["digits", "no official test part"]);
}

#[test]
fn a_wrong_file_of_settings_is_named_with_its_line() {
    let place = place();
    let cases: [(&[u8], &str); 8] = [
        (
            b"lr = 0.1\nepoch = 3\n",
            "s.toml:2:1: unknown key \"epoch\"",
        ),
        (
            b"\nlr = nan\n",
            "s.toml:2:6: lr = nan: it takes a finite number above 0",
        ),
        (
            b"hidden = [0]\n",
            "s.toml:1:10: hidden = 0: it takes widths of 1 or more",
        ),
        (b"data = 3\n", "--data 3: there is no data set"),
        (b"lr = \xff\n", "s.toml is not text in UTF-8"),
        (b"lr 3\n", "s.toml:1:4: "),
        (b"f64 = \"yes\"\n", "s.toml:1:7: f64: it is a switch"),
        (
            b"optimizer = \"adm\"\n",
            "s.toml:1:13: optimizer = adm: there is no optimizer \"adm\"",
        ),
    ];
    for (content, part) in cases {
        place.write("s.toml", content);
        let done = place.run(&["--config", "s.toml", "-q"]);
        let code = if content == b"data = 3\n" { 2 } else { 1 };
        done.refused(code, &[part]);
    }
    place
        .run(&["--config", "absent.toml"])
        .refused(1, &["cannot read absent.toml"]);
    place.run(&["--config", "."]).refused(1, &["cannot read ."]);
    assert!(!place.join("runs").exists());
}

#[test]
fn a_place_that_cannot_be_written_to_is_named_before_training() {
    let place = place();
    place.write("file", "mine");
    let run = |out: &str| place.run(&["--out", out, "--quiet", "--epochs", "1000000"]);
    run("file").refused(1, &["file"]);
    run("file/below").refused(1, &["file"]);
    place.write("full/mine.txt", "mine");
    run("full").refused(1, &["full", "not empty", "--force"]);
    assert_eq!(place.finished_runs(), 0);
}

#[cfg(unix)]
#[test]
fn a_folder_without_the_right_to_write_is_named() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    let locked = place.join("locked");
    std::fs::create_dir(&locked).unwrap();
    set_permissions(&locked, Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(locked.join("probe"), "").is_ok() {
        say(
            "a_folder_without_the_right_to_write_is_named was skipped: this user may write everywhere",
        );
        return;
    }
    for out in ["locked", "locked/run"] {
        place.run(&["--out", out, "--quiet"]).refused(1, &[out]);
    }
}

#[test]
fn what_is_no_finished_run_cannot_be_judged() {
    let place = place();
    place.write("empty/notes.txt", "");
    place.write("row.csv", "1");
    for (run, part) in [
        ("absent", "absent is not a folder"),
        ("row.csv", "row.csv is not a folder"),
        ("empty", "empty holds no finished run"),
    ] {
        place.run(&["eval", run]).refused(1, &[part]);
        place.run(&["predict", run, "row.csv"]).refused(1, &[part]);
    }
}

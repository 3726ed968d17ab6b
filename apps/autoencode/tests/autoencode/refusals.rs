//! Settings that cannot be: one sentence that names the thing, the promised exit code, and no run.

use crate::support::place;

#[test]
fn wrong_usage_is_exit_code_2() {
    let cases: [(&[&str], &[&str]); 25] = [
        (&["--latnt", "3"], &["--latnt", "--latent"]),
        (&["--hidden", "64"], &["--hidden"]),
        (&["--grid", "lr=1,2"], &["--grid"]),
        (&["--latent", "0"], &["--latent", "1 or more"]),
        (&["--latent", "-4"], &["--latent", "-4"]),
        (&["--latent", "2.5"], &["--latent"]),
        (
            &["--latent", "99999999999"],
            &["--latent 99999999999 --depth 3", "memory"],
        ),
        (&["--depth", "0"], &["--depth", "1 to 64"]),
        (&["--depth", "65"], &["--depth", "1 to 64"]),
        (&["--loss", "bce"], &["--loss", "mse, cross-entropy"]),
        (&["--denoise", "-0.2"], &["--denoise", "0 or more"]),
        (&["--denoise", "nan"], &["--denoise"]),
        (&["--denoise", "inf"], &["--denoise"]),
        (
            &["--clip-noise"],
            &["--clip-noise", "--denoise, which is 0"],
        ),
        (&["--tsne-rows", "-1"], &["--tsne-samples", "0 or more"]),
        (&["--activation", "rellu"], &["--activation", "relu"]),
        (&["--init", "he"], &["--init", "he-normal"]),
        (&["--standardise"], &["--standardize", "from 0 to 1"]),
        (&["--augment", "shift"], &["--augment shift", "--denoise"]),
        (&["--n", "50"], &["--n is for synthetic data", "digits"]),
        (&["--data", "emnist"], &["--data", "emnist"]),
        (
            &["--data", "runge"],
            &["runge is for regression, not for classification"],
        ),
        (
            &["--early-stopping", "3", "--val-fraction", "0"],
            &["--early-stopping", "--val-fraction"],
        ),
        (&["--threads", "0"], &["--threads", "1 to 1024"]),
        (&["predict", "run", "file"], &["predict"]),
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
fn what_the_data_does_not_allow_is_exit_code_1() {
    let place = place();
    for data in ["iris", "moons"] {
        place
            .run(&["--data", data, "-q"])
            .refused(1, &["takes images", data, "table"]);
    }
    place.write(
        "rows.csv",
        format!("a,b,class\n{}", "1,2,x\n3,4,y\n".repeat(20)),
    );
    place
        .run(&["--data", "csv:rows.csv", "--target", "class", "-q"])
        .refused(1, &["table"]);
    place
        .run(&[
            "--data",
            "mnist",
            "--data-dir",
            "nowhere",
            "--offline",
            "-q",
        ])
        .refused(1, &["mnist"]);
    place
        .run(&["--latent", "40000000", "-q"])
        .refused(2, &["--latent 40000000 --depth 3", "memory"]);
    place
        .run(&["--split", "official", "-q"])
        .refused(1, &["digits", "no official test part"]);
    assert_eq!(place.finished_runs(), 0);
    assert!(!place.join("runs").exists());
}

#[test]
fn a_wrong_file_of_settings_is_named_with_its_line() {
    let place = place();
    for (content, part) in [
        (
            "latent = 4\nloss = \"huber\"\n",
            "s.toml:2:8: loss = huber: it takes mse or cross-entropy",
        ),
        ("hidden = [4]\n", "s.toml:1:1: unknown key \"hidden\""),
        (
            "depth = 0\n",
            "s.toml:1:9: depth = 0: it takes a whole number from 1 to 64",
        ),
    ] {
        place.write("s.toml", content);
        place.run(&["--config", "s.toml", "-q"]).refused(1, &[part]);
    }
}

#[test]
fn a_network_that_diverges_says_so_and_is_evaluated_all_the_same() {
    let place = place();
    let flags = [
        "--optimizer",
        "sgd",
        "--lr",
        "1e30",
        "--schedule",
        "constant",
    ];
    let more = ["--epochs", "2", "-q", "--out", "a"];
    let done = place.run(&[&flags[..], &more].concat()).fine();
    assert!(done.err.contains("--lr"), "{}", done.err);
    assert!(done.err.contains("not finite"), "{}", done.err);
    let codes = &crate::support::read_json(place.join("a/metrics.json"))["codes"];
    assert!(codes["knn"].is_null() && codes["tsne"].is_null());
    let page = std::fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(page.contains("Not evaluated"));
}

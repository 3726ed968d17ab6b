//! Directions from training, from other runs and from earlier slices.

use std::fs;

use crate::support::{classifier, flat, iris, number, place, test_loss, text, timeless};

#[test]
fn the_path_of_training_is_projected_on_its_principal_plane() {
    let place = place();
    let done = place
        .run(&[text(iris()), "--directions", "pca", "--out", "a", "--json"])
        .fine();
    assert!(
        done.err.contains("explained variance of the trajectory: "),
        "{}",
        done.err
    );
    let slice = done.json();
    let path = &slice["trajectory"];
    assert_eq!(path["epoch"], serde_json::json!([0, 2, 4, 6, 8, 10, 12]));
    let (x, y) = (flat(&path["x"]), flat(&path["y"]));
    assert_eq!((x.len(), y.len()), (7, 7));
    // It ends at the model, and starts farthest from it on the positive side.
    assert!(x[6].abs() < 1e-6 && y[6].abs() < 1e-6);
    assert!(x[0] > x[1] && x[1] > x[3] && x[3] > 0.0);
    let explained = flat(&path["explained"]);
    assert!(explained[0] > 0.5 && explained[0] >= explained[1]);
    assert!(explained[0] + explained[1] <= 1.0 + 1e-6);
    // The grid covers the path.
    let (grid_x, grid_y) = (flat(&slice["x"]), flat(&slice["y"]));
    for (places, grid) in [(&x, grid_x), (&y, grid_y)] {
        assert_eq!(grid.len(), 51);
        assert!(places.iter().all(|p| grid[0] < *p && *p < grid[50]));
    }
    assert_eq!(slice["directions"]["normalise"], "none");
}

#[test]
fn a_direction_towards_a_run_leads_there() {
    let place = place();
    let other = place.join("other");
    classifier(&other, "--data iris --hidden 16,8 --epochs 5 --seed 9");
    let towards = format!("towards={}", text(&other));
    let line = [
        text(iris()),
        "--directions",
        &towards,
        "--x",
        "0:1:3",
        "--plain",
    ];
    let slice = place.json(&[&line[..], &["--y", "none", "--out", "a"]].concat());
    // θ + 1·(θ₂ − θ) is θ₂ but for rounding.
    let (at, there) = (number(&slice["loss"][2]), test_loss(&other));
    assert!((at - there).abs() < 1e-5 * there, "{at} {there}");
    let plane = place.json(&[&line[..], &["--y", "-1:1:3", "--out", "b"]].concat());
    assert_eq!(plane["loss"][1], slice["loss"]);
    assert_eq!(
        slice["directions"]["other"],
        serde_json::json!({"run": text(&other), "at": 1.0})
    );
    let report = |folder: &str| fs::read_to_string(place.join(folder).join("report.html")).unwrap();
    assert!(
        report("a")
            .contains("<title>run: loss surface towards other on 30 test samples of iris</title>")
    );
    for folder in ["a", "b"] {
        assert!(report(folder).contains("leads to other, at the step 1"));
    }
    // Normalized, it does not end at the other run.
    let scaled = place.json(
        &[
            &line[..],
            &["--y", "none", "--normalize", "filter", "--out", "f"],
        ]
        .concat(),
    );
    assert_eq!(scaled["directions"]["other"]["at"], serde_json::Value::Null);
    assert!(report("f").contains("towards other, which is not marked"));
    // Of an earlier slice the name is kept, but not the place.
    let from = format!("from={}", text(&place.join("a")));
    let again = place.json(&[
        text(iris()),
        "--directions",
        &from,
        "--x",
        "0:1:3",
        "--y",
        "none",
        "--out",
        "g",
    ]);
    assert_eq!(again["directions"]["other"]["run"], text(&other));
    assert_eq!(again["directions"]["other"]["at"], serde_json::Value::Null);
    // The default reaches beyond both.
    let usual = place.json(&[
        text(iris()),
        "--directions",
        &towards,
        "--y",
        "none",
        "--out",
        "c",
    ]);
    assert_eq!(
        (number(&usual["x"][0]), number(&usual["x"][50])),
        (-0.5, 1.5)
    );

    let same = format!("towards={}", text(iris()));
    place
        .run(&[text(iris()), "--directions", &same, "-q"])
        .refused(1, &["no direction towards it"]);
    for (line, part) in [
        (
            "--data iris --hidden 16,9 --epochs 1",
            "4 → 16 relu → 9 relu → 3",
        ),
        (
            "--data iris --hidden 16,8 --epochs 1 --f64",
            "precision f64",
        ),
        (
            "--data iris --hidden 16,8 --epochs 1 --activation tanh",
            "tanh",
        ),
        ("--data wine --hidden 16,8 --epochs 1", "13 → 16 relu"),
        (
            "--data iris --hidden 16,8 --epochs 1 --split-seed 3",
            "seed 3",
        ),
        (
            "--data iris --hidden 16,8 --epochs 1 --no-standardise",
            "standardize",
        ),
    ] {
        let wrong = crate::support::place();
        classifier(&wrong.join("run"), line);
        let towards = format!("towards={}", text(&wrong.join("run")));
        wrong
            .run(&[text(iris()), "--directions", &towards, "-q", "--out", "a"])
            .refused(1, &[part]);
        assert!(!wrong.join("a").exists());
    }
}

#[test]
fn directions_of_largest_curvature_curve_more_than_random_ones() {
    let place = place();
    let line = [
        "--x",
        "-0.1:0.1:3",
        "--y",
        "-0.1:0.1:3",
        "--normalize",
        "none",
        "--split",
        "train",
    ];
    let line = [&[text(iris())][..], &line].concat();
    let eigen = place.json(&[&line[..], &["--directions", "eigen", "--out", "a"]].concat());
    assert_eq!(eigen["directions"]["kind"], "eigen");
    // Second differences along both unit vectors: those of the two largest eigenvalues, in their order.
    let bend = |a: &serde_json::Value, b: &serde_json::Value, c: &serde_json::Value| {
        (number(a) - 2.0 * number(b) + number(c)) / 0.01
    };
    let l = &eigen["loss"];
    let first = bend(&l[1][0], &l[1][1], &l[1][2]);
    let second = bend(&l[0][1], &l[1][1], &l[2][1]);
    assert!(first > second && second > 0.0, "{first} {second}");
}

#[test]
fn directions_are_kept_and_taken_again() {
    let place = place();
    let line = [text(iris()), "--x", "-1:1:5", "--y", "-1:1:3"];
    let first = place.json(&[&line[..], &["--seed", "7", "--out", "a"]].concat());
    let again = place.json(&[&line[..], &["--directions", "from=a", "--out", "b"]].concat());
    assert_eq!(timeless(first), timeless(again));
    for axis in ["x", "y"] {
        let bytes = |folder: &str| {
            fs::read(
                place
                    .join(folder)
                    .join(format!("directions/{axis}.safetensors")),
            )
            .unwrap()
        };
        assert_eq!(bytes("a"), bytes("b"));
    }
    place
        .run(&[
            text(iris()),
            "--directions",
            "from=a",
            "--normalize",
            "layer",
        ])
        .refused(2, &["--normalize", "as they are"]);
    place
        .run(&[text(iris()), "--directions", "from=nowhere", "-q"])
        .refused(1, &["nowhere holds no directions"]);
    // Those of a line make no plane.
    place.json(&[text(iris()), "--x", "-1:1:5", "--y", "none", "--out", "c"]);
    place
        .run(&[text(iris()), "--directions", "from=c", "-q"])
        .refused(1, &["c is a 1-D slice", "--y none"]);
    // Those of another network are refused.
    classifier(&place.join("run"), "--data iris --hidden 16,9 --epochs 1");
    place
        .run(&["run", "--directions", "from=a", "-q"])
        .refused(1, &["directions/x.safetensors", "another model"]);
    // A model is no direction.
    fs::copy(
        iris().join("model.safetensors"),
        place.join("a/directions/x.safetensors"),
    )
    .unwrap();
    place
        .run(&[text(iris()), "--directions", "from=a", "-q"])
        .refused(1, &["is a model, not a direction"]);
}

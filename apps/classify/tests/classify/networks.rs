//! Networks beyond the plain one: convolutions, batch normalisation, and images that change in training.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Done, Place, number, place, read_json};

/// Trains into the folder `a` with these flags.
#[track_caller]
fn train(place: &Place, line: &[&str]) -> Done {
    let usual = ["--quiet", "--force", "--out", "a"];
    place.run(&[&usual[..], line].concat()).fine()
}

/// The figures of the test rows when the run was finished, which `eval` has to repeat to the bit.
#[track_caller]
fn judged_alike(place: &Place) -> Value {
    let test = read_json(place.join("a/metrics.json"))["test"].clone();
    for threads in ["1", "3"] {
        let again = place.run(&["eval", "a", "--json", "-q", "--threads", threads]);
        assert_eq!(again.fine().json(), test);
    }
    test
}

/// What defines the model in the folder `a`.
fn card(place: &Place) -> Value {
    nn::safetensors::metadata(&place.join("a/model.safetensors")).unwrap()
}

fn printed(place: &Place, line: &[&str]) -> String {
    place.run(&[line, &["--print-config"]].concat()).fine().out
}

#[test]
fn convolutions_learn_the_digits() {
    let place = place();
    train(&place, &["--model", "cnn", "--epochs", "4"]);
    let test = judged_alike(&place);
    assert!(number(&test["accuracy"]) >= 0.96, "{test}");
    let network = &card(&place)["experiment"];
    assert_eq!(network["model"], "cnn");
    assert_eq!(network["channels"], json!([16, 32]));
    assert_eq!(network["hidden"], json!([128]));
    place.write(
        "rows.csv",
        [vec!["0"; 64].join(","), vec!["9"; 64].join(",")].join("\n"),
    );
    let said = place.run(&["predict", "a", "rows.csv"]).fine();
    assert_eq!(said.out.lines().count(), 2, "{said:?}");
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    for part in ["Conv2d(", "BatchNorm2d(16)", "MaxPool2d(", "16 × 4 × 4"] {
        assert!(report.contains(part), "{part}");
    }
}

#[test]
fn convolutions_have_the_size_that_is_asked_for() {
    let place = place();
    let line = [
        "--model",
        "cnn",
        "--channels",
        "4,6,8",
        "--hidden",
        "5",
        "--epochs",
        "1",
        "--f64",
    ];
    train(&place, &line);
    judged_alike(&place);
    let convolutions = 9 * (4 + 4 * 4 + 4 * 6 + 6 * 6 + 6 * 8 + 8 * 8);
    let normalisations = 2 * 2 * (4 + 6 + 8);
    let linear = (8 + 1) * 5 + (5 + 1) * 10;
    let metrics = read_json(place.join("a/metrics.json"));
    assert_eq!(
        metrics["parameters"],
        convolutions + normalisations + linear
    );
}

#[test]
fn threads_do_not_matter_to_convolutions() {
    let place = place();
    let with = |threads: &str| {
        train(
            &place,
            &[
                "--model",
                "cnn",
                "--epochs",
                "1",
                "--augment",
                "shift,noise:0.1",
                "--threads",
                threads,
            ],
        );
        fs::read(place.join("a/model.safetensors")).unwrap()
    };
    let one = with("1");
    for threads in ["2", "4"] {
        assert!(one == with(threads), "--threads {threads}");
    }
}

#[test]
fn running_statistics_are_part_of_the_model() {
    let place = place();
    // The last batch has a single row, which has no variance.
    let line = [
        "--batch-norm",
        "--hidden",
        "32,16",
        "--dropout",
        "0.1",
        "--epochs",
        "4",
        "--batch-size",
        "431",
    ];
    train(&place, &line);
    assert_eq!(
        read_json(place.join("a/metrics.json"))["rows"]["train"],
        1294
    );
    judged_alike(&place);
    let file = fs::read(place.join("a/model.safetensors")).unwrap();
    let text = String::from_utf8_lossy(&file);
    for name in [
        "1.running_mean",
        "1.running_var",
        "1.num_batches_tracked",
        "5.running_mean",
    ] {
        assert!(text.contains(name), "{name}");
    }
    train(
        &place,
        &["--batch-norm", "--hidden", "64", "--epochs", "10"],
    );
    let test = judged_alike(&place);
    assert!(number(&test["accuracy"]) >= 0.95, "{test}");
}

#[test]
fn the_best_weights_come_with_their_statistics() {
    let place = place();
    let line = [
        "--batch-norm",
        "--hidden",
        "64",
        "--lr",
        "0.05",
        "--epochs",
        "40",
        "--early-stopping",
        "3",
    ];
    train(&place, &line);
    assert_eq!(read_json(place.join("a/metrics.json"))["weights"], "best");
    judged_alike(&place);
}

#[test]
fn training_images_change_and_others_do_not() {
    let place = place();
    let line = ["--epochs", "2", "--hidden", "16"];
    let with = |augment: &str| {
        train(&place, &[&line[..], &["--augment", augment]].concat());
        judged_alike(&place);
        assert_eq!(card(&place)["experiment"]["augment"], augment);
        let config = fs::read_to_string(place.join("a/config.toml")).unwrap();
        assert!(
            config.contains(&format!("augment = \"{augment}\"\n")),
            "{config}"
        );
        read_json(place.join("a/metrics.json"))["test"].clone()
    };
    let plain = with("none");
    let changed = with("shift,rotate,noise:0.05");
    assert_ne!(plain, changed);
    assert_eq!(
        changed,
        with("shift,rotate,noise:0.05"),
        "a seed's changes are the same again"
    );
    assert_ne!(changed, with("shift,rotate"));
}

/// Steps so small that nothing moves leave the first weights, of which the loss on changed images alone is another.
#[test]
fn validation_rows_do_not_change() {
    let place = place();
    let figures = |augment: &str| {
        let still = [
            "--optimizer",
            "sgd",
            "--lr",
            "1e-60",
            "--epochs",
            "1",
            "--hidden",
            "16",
        ];
        train(&place, &[&still[..], &["--augment", augment]].concat());
        let line = fs::read_to_string(place.join("a/history.jsonl")).unwrap();
        let record: Value = serde_json::from_str(line.trim()).unwrap();
        (
            record["train"]["loss"].clone(),
            record["validation"]["loss"].clone(),
        )
    };
    let (plain, changed) = (figures("none"), figures("crop"));
    assert_ne!(plain.0, changed.0);
    assert_eq!(plain.1, changed.1);
}

#[test]
fn a_config_repeats_a_convolutional_run() {
    let place = place();
    let line = [
        "--model",
        "cnn",
        "--channels",
        "4",
        "--augment",
        "flip,crop",
        "--epochs",
        "1",
    ];
    place.run(&[&line[..], &["--out", "a"]].concat()).fine();
    place
        .run(&["--config", "a/config.toml", "--out", "b"])
        .fine();
    for name in ["model.safetensors", "config.toml"] {
        let read = |run: &str| fs::read(place.join(run).join(name)).unwrap();
        assert_eq!(read("a"), read("b"), "{name}");
    }
}

#[test]
fn defaults_suit_the_data_and_the_kind_of_network() {
    let place = place();
    let cifar = printed(&place, &["--data", "cifar10"]);
    for line in [
        "model = \"mlp\"",
        "augment = \"flip\"",
        "batch-norm = true",
        "standardize = true",
    ] {
        assert!(cifar.lines().any(|l| l == line), "{line}: {cifar}");
    }
    assert!(!cifar.contains("channels"), "{cifar}");
    let plain = ["--data", "cifar10", "--no-batch-norm", "--no-standardise"];
    let plain = printed(&place, &plain);
    for line in ["batch-norm = false", "standardize = false"] {
        assert!(plain.lines().any(|l| l == line), "{line}: {plain}");
    }
    let cnn = printed(
        &place,
        &["--data", "cifar10", "--model", "cnn", "--augment", "none"],
    );
    assert!(
        cnn.contains("channels = [32, 64, 128]\n") && cnn.contains("hidden = [128]\n"),
        "{cnn}"
    );
    assert!(cnn.contains("augment = \"none\"\n"), "{cnn}");
    // What is said of every network with convolutions holds for data that nothing else is known of.
    let own = printed(&place, &["--data", "images:folder", "--model", "cnn"]);
    assert!(
        own.contains("hidden = [128]\n") && own.contains("dropout = 0.3\n"),
        "{own}"
    );
}

#[test]
fn what_the_data_does_not_allow_is_a_failure() {
    let place = place();
    let cases: [(&[&str], &[&str]); 4] = [
        (
            &["--data", "iris", "--model", "cnn"],
            &["--model cnn", "iris is a table", "--model mlp"],
        ),
        (
            &["--data", "iris", "--augment", "flip"],
            &["--augment flip", "iris is a table"],
        ),
        (
            &["--model", "cnn", "--channels", "2,2,2,2"],
            &["--channels 2,2,2,2", "digits are 8 by 8", "at most 3"],
        ),
        (
            &["--data", "images:lines", "--model", "cnn"],
            &["2 by 2", "1 by 5"],
        ),
    ];
    write_line_images(&place);
    for (line, parts) in cases {
        place.run(&[line, &["-q"]].concat()).refused(1, parts);
    }
    assert!(!place.join("runs").exists());
}

/// Ten images of 1 by 5 in each of two classes.
fn write_line_images(place: &Place) {
    for i in 0..20_u8 {
        let name = place.join(&format!("lines/{}/{i}.png", i % 2));
        fs::create_dir_all(name.parent().unwrap()).unwrap();
        let mut encoder = png::Encoder::new(fs::File::create(name).unwrap(), 5, 1);
        encoder.set_color(png::ColorType::Grayscale);
        let mut image = encoder.write_header().unwrap();
        let cells: Vec<u8> = (0..5).map(|x| i.wrapping_mul(37 + x)).collect();
        image.write_image_data(&cells).unwrap();
    }
}

#[test]
fn a_run_that_goes_on_ends_in_the_bits_of_one_that_never_stopped() {
    let place = place();
    let with = |epochs: &str, out: &str| {
        let kind = ["--model", "cnn", "--channels", "4,8", "--dropout", "0.2"];
        let rest = ["--augment", "shift,noise:0.1", "--epochs", epochs];
        place
            .run(&[&kind[..], &rest, &["--out", out]].concat())
            .fine();
    };
    with("3", "a");
    with("1", "b");
    place.run(&["--resume", "b", "--epochs", "3"]).fine();
    let model = |run: &str| fs::read(place.join(run).join("model.safetensors")).unwrap();
    assert!(model("a") == model("b"));
}

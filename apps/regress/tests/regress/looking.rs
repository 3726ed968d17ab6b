//! Looks into layers while they learn, and at what columns say.

use std::fs;

use crate::support::{number, place, read_json};

#[test]
fn a_probe_is_written_down_and_changes_nothing() {
    let place = place();
    let line = [
        "--data",
        "diabetes",
        "--epochs",
        "6",
        "--hidden",
        "8,4",
        "--schedule",
        "constant",
        "--quiet",
    ];
    let run = |more: &[&str]| place.run(&[&line[..], more].concat()).fine();
    run(&["--out", "plain"]);
    run(&["--out", "seen", "--probe"]);
    let model = |run: &str| fs::read(place.join(&format!("{run}/model.safetensors"))).unwrap();
    assert_eq!(model("plain"), model("seen"));
    let history = |run: &str| -> Vec<serde_json::Value> {
        let text = fs::read_to_string(place.join(&format!("{run}/history.jsonl"))).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    assert!(
        history("plain")
            .iter()
            .all(|line| line.get("probe").is_none())
    );
    let seen = history("seen");
    assert_eq!(seen.len(), 6);
    for line in &seen {
        let probe = &line["probe"];
        let weights: Vec<&str> = probe["gradients"]
            .as_array()
            .unwrap()
            .iter()
            .map(|g| g["weight"].as_str().unwrap())
            .collect();
        assert_eq!(weights, ["0.weight", "2.weight", "4.weight"]);
        assert_eq!(probe["activations"].as_array().unwrap().len(), 2);
        for gradient in probe["gradients"].as_array().unwrap() {
            assert!(
                number(&gradient["norm"]) > 0.0
                    && number(&gradient["norm"]) >= number(&gradient["rms"])
            );
        }
        for layer in probe["activations"].as_array().unwrap() {
            assert!(number(&layer["std"]) > 0.0);
            let zeros = number(&layer["zeros"]);
            assert!((0.0..1.0).contains(&zeros), "{layer}");
        }
    }
    // The sample is the same in every epoch.
    assert!(
        seen.iter()
            .all(|line| line["probe"]["samples"] == seen[0]["probe"]["samples"])
    );
    let page = fs::read_to_string(place.join("seen/report.html")).unwrap();
    assert!(page.contains("Layers while they learn"));
    assert!(place.join("seen/figures/gradient-norms.svg").is_file());
    let plain = fs::read_to_string(place.join("plain/report.html")).unwrap();
    assert!(!plain.contains("Layers while they learn"));
    // A run that goes on keeps looking.
    place
        .run(&["--resume", "seen", "--epochs", "8", "--quiet"])
        .fine();
    let longer = history("seen");
    assert_eq!(longer.len(), 8);
    assert_eq!(longer[..6], seen[..]);
    assert!(longer[7].get("probe").is_some());
    place
        .run(&[&line[..], &["--probe", "--grid", "lr=0.1,0.01"]].concat())
        .refused(2, &["--probe"]);
}

/// What is said on average when a column is set is what `predict` says of a file in which it is set, on average.
#[test]
fn partial_dependence_is_the_mean_of_predictions() {
    let place = place();
    let mut text = "a,b,c,kind,y\n".to_owned();
    for i in 0..120 {
        let [a, b, c] = [i * 37 % 101, i * 53 % 89, i % 7];
        let b_cell = if i % 10 == 3 {
            String::new()
        } else {
            b.to_string()
        };
        let kind = ["x", "y"][i / 3 % 2];
        text += &format!("{a},{b_cell},{c},{kind},{}\n", 3 * a + b * b / 20);
    }
    place.write("d.csv", &text);
    let line = [
        "--data",
        "csv:d.csv",
        "--epochs",
        "20",
        "--out",
        "r",
        "--quiet",
    ];
    place.run(&line).fine();
    place.run(&["importance", "r", "--out", "i", "-q"]).fine();
    let found = read_json(place.join("i/importance.json"));
    let partial = &found["partial_dependence"];
    assert_eq!(partial["samples"], 24);
    let columns = partial["columns"].as_array().unwrap();
    let names: Vec<&str> = columns
        .iter()
        .map(|c| c["column"].as_str().unwrap())
        .collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        ["a", "b", "c"],
        "a category has no values in between"
    );
    let table = fs::read_to_string(place.join("r/predictions.csv")).unwrap();
    let tested: Vec<usize> = table
        .lines()
        .skip(1)
        .map(|l| l.split(',').next().unwrap().parse().unwrap())
        .collect();
    let lines: Vec<&str> = text.lines().collect();
    for column in columns {
        let name = column["column"].as_str().unwrap();
        let at = ["a", "b", "c"].iter().position(|n| *n == name).unwrap();
        let output = &column["outputs"][0];
        assert_eq!(output["name"], "y");
        for (i, value) in column["values"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
            .step_by(3)
        {
            let mut set = format!("{}\n", lines[0]);
            for line in &tested {
                let mut cells: Vec<String> =
                    lines[line - 1].split(',').map(str::to_owned).collect();
                cells[at] = number(value).to_string();
                set += &format!("{}\n", cells.join(","));
            }
            place.write("set.csv", &set);
            let said = place.run(&["predict", "r", "set.csv"]).fine().out;
            let said: Vec<f64> = said
                .lines()
                .map(|l| l.rsplit_once(' ').unwrap().1.parse().unwrap())
                .collect();
            assert_eq!(said.len(), tested.len());
            let mean = said.iter().sum::<f64>() / said.len() as f64;
            let told = number(&output["mean"][i]);
            assert!(
                (mean - told).abs() < 1e-4 * (1.0 + mean.abs()),
                "{name} = {value}: {mean} {told}"
            );
            let below = said
                .iter()
                .filter(|y| **y <= number(&output["high"][i]) + 1e-3)
                .count();
            assert!((20..=24).contains(&below), "{below}");
        }
    }
    let csv = fs::read_to_string(place.join("i/partial_dependence.csv")).unwrap();
    assert!(
        csv.starts_with("column,value,output,mean,low,high\nb,"),
        "{csv}"
    );
    let page = fs::read_to_string(place.join("i/report.html")).unwrap();
    assert!(page.contains("all 24 test samples") && page.contains("Prediction over a"));
    place
        .run(&["importance", "r", "--out", "i", "-q"])
        .refused(1, &["is not empty", "--force"]);
    place
        .run(&["importance", "r", "--out", "i", "--force", "-q"])
        .fine();
    place
        .run(&["importance", "r", "--out", "r", "--force", "-q"])
        .refused(1, &["r holds a run, whose report this would replace"]);
    assert!(place.join("r/report.html").is_file());
}

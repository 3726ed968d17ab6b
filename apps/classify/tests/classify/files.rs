//! Files as people have them: cells without a value, categories, names, an index; folders of images.

use std::fs;

use datasets::{Request, Resolver, Task};
use serde_json::{Value, json};

use crate::model_file::{joined, parts};
use crate::support::{Place, number, place, read_json};

/// Passengers of a ship: an index, names, categories and cells without a value. Who lived depends on sex and class.
pub(crate) fn passengers(count: usize) -> String {
    let mut text = "id,name,sex,class,age,fare,port,survived\n".to_owned();
    for i in 0..count {
        let sex = ["male", "female"][i * 7 % 5 % 2];
        let class = 1 + i * 11 % 3;
        let age = match i % 6 {
            0 => String::new(),
            k => format!("{}.5", 20 + (k * i) % 40),
        };
        let port = ["S", "C", "", "Q"][i % 4];
        let survived = if sex == "female" && class < 3 {
            "yes"
        } else {
            "no"
        };
        let fare = 7.25 * (4 - class) as f64;
        text += &format!(
            "{},\"Smith, {i}\",{sex},{class},{age},{fare},{port},{survived}\n",
            i + 1
        );
    }
    text
}

pub(crate) fn trained(place: &Place, more: &[&str]) {
    let line = [
        "--data",
        "csv:ship.csv",
        "--target",
        "survived",
        "--epochs",
        "30",
        "--quiet",
        "--out",
        "a",
    ];
    place.run(&[&line[..], more].concat()).fine();
}

#[test]
fn missing_cells_and_categories_go_from_file_to_predictions() {
    let place = place();
    place.write("ship.csv", passengers(240));
    trained(&place, &[]);
    let metrics = read_json(place.join("a/metrics.json"));
    assert!(number(&metrics["test"]["accuracy"]) > 0.9, "{metrics}");
    let evaluated = place.run(&["eval", "a", "--json", "-q"]).fine();
    assert_eq!(evaluated.json(), metrics["test"]);

    // Another order of columns, one that is unknown, a cell without a value, a category that nobody had, and a bad row.
    place.write(
        "new.csv",
        "fare,sex,class,age,port,name,id,cabin\n\
         21.75,female,1,,S,\"Doe, J\",900,C85\n\
         7.25,male,3,30,X,\"Roe, R\",901,\n\
         7.25,male,third,30,S,\"Poe, E\",902,\n",
    );
    let said = place.run(&["predict", "a", "new.csv"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 2, "{said:?}");
    assert!(lines[0].starts_with("new.csv:2: yes ("), "{said:?}");
    assert!(lines[1].starts_with("new.csv:3: no ("), "{said:?}");
    for part in [
        "\"third\" in line 4",
        "cabin",
        "new.csv: port has categories",
        ": X",
        "a row has no answer",
    ] {
        assert!(said.err.contains(part), "{part}: {said:?}");
    }
}

#[test]
fn missing_cells_can_be_refused_and_dropped() {
    let place = place();
    place.write("ship.csv", passengers(120));
    let line = [
        "--data",
        "csv:ship.csv",
        "--target",
        "survived",
        "--epochs",
        "1",
        "-q",
    ];
    place
        .run(&[&line[..], &["--missing", "refuse"]].concat())
        .refused(1, &["ship.csv", "no value"]);
    trained(&place, &["--missing", "drop", "--drop", "name,id"]);
    let rows = &read_json(place.join("a/metrics.json"))["rows"];
    let all: f64 = ["train", "validation", "test"]
        .map(|part| number(&rows[part]))
        .iter()
        .sum();
    // A sixth has no age, a quarter no port, a twelfth neither.
    assert_eq!(all, 120.0 - 20.0 - 30.0 + 10.0, "{rows}");
    let config = fs::read_to_string(place.join("a/config.toml")).unwrap();
    for line in ["missing = \"drop\"\n", "drop = [\"name\", \"id\"]\n"] {
        assert!(config.contains(line), "{config}");
    }
    let repeated = place
        .run(&["--config", "a/config.toml", "-q", "--out", "b"])
        .fine();
    let model = |run: &str| fs::read(place.join(run).join("model.safetensors")).unwrap();
    assert!(model("a") == model("b"), "{repeated:?}");
}

/// Medians and categories are those of the training samples of each fold alone.
#[test]
fn folds_and_grids_take_files_with_missing_cells() {
    let place = place();
    place.write("ship.csv", passengers(90));
    trained(&place, &["--folds", "3"]);
    let folds = read_json(place.join("a/metrics.json"))["folds"].clone();
    assert_eq!(folds.as_array().unwrap().len(), 3, "{folds}");
    trained(&place, &["--force", "--grid", "lr=0.01,0.02"]);
    assert!(place.join("a/grid.json").is_file());
}

#[test]
fn a_table_says_what_the_columns_were_taken_for() {
    let place = place();
    place.write("ship.csv", passengers(120));
    let line = ["--data", "csv:ship.csv", "--epochs", "1"];
    let described = place.run(&[&line[..], &["--describe"]].concat()).fine();
    assert!(!place.join("runs").exists(), "{described:?}");
    let lines: Vec<&str> = described.out.lines().collect();
    assert_eq!(
        lines,
        [
            "column    kind      missing  values",
            "id        index           -  counts the rows from 1",
            "name      dropped         -  120 texts in 120 rows hardly repeat",
            "sex       category        -  2: female, male",
            "class     number          -  1 to 3",
            "age       number         20  20.5 to 59.5",
            "fare      number          -  7.25 to 21.75",
            "port      category       30  3: C, Q, S",
            "survived  category        -  2: no, yes (target)",
            "missing values: the median of the training rows stands in age (38.5), and a further column marks it; \
             port has a category for them",
        ]
    );
    // The same stands before training.
    let trained = place.run(&[&line[..], &["--out", "a"]].concat()).fine();
    assert!(trained.err.contains(&described.out), "{trained:?}");
    let described = place.run(&["--data", "iris", "--describe"]).fine();
    assert_eq!(
        described.out,
        "iris: 150 samples, 4 columns, to predict 3 classes\n"
    );
}

/// What stands in test rows decides nothing: neither medians and categories nor scales.
#[test]
fn test_rows_do_not_leak_into_imputation_and_categories() {
    let place = place();
    let text = passengers(120);
    place.write("ship.csv", &text);
    trained(&place, &["--drop", "name"]);
    let path = place.join("ship.csv").display().to_string();
    let request = Request::new(format!("csv:{path}").parse().unwrap(), Task::Classification);
    let raw = datasets::read(&request, &Resolver::default()).unwrap();
    let test = raw.partition(0.2.into(), 0).unwrap().test;
    assert_eq!(test.len(), 24);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for &row in &test {
        let cells: Vec<&str> = lines[1 + row as usize].split(',').collect();
        let (id, survived) = (cells[0], cells[cells.len() - 1]);
        lines[1 + row as usize] = format!("{id},N,other,,,-1e6,Z,{survived}");
    }
    place.write("ship.csv", lines.join("\n"));
    let line = [
        "--data",
        "csv:ship.csv",
        "--epochs",
        "30",
        "-q",
        "--drop",
        "name",
    ];
    place.run(&[&line[..], &["--out", "b"]].concat()).fine();
    let learned = |run: &str| {
        let file = fs::read(place.join(run).join("model.safetensors")).unwrap();
        let (header, data) = parts(&file);
        let text = header["__metadata__"]["gradus"].as_str().unwrap();
        let config: Value = serde_json::from_str(text).unwrap();
        (
            config["rows"].clone(),
            config["encoder"].clone(),
            data.to_vec(),
        )
    };
    assert!(learned("a") == learned("b"));
}

/// A model file whose encoder does not go with its network is refused, not run into.
#[test]
fn an_encoder_of_other_columns_is_damage() {
    let place = place();
    place.write("ship.csv", passengers(60));
    trained(&place, &["--no-standardize"]);
    let path = "a/model.safetensors";
    let file = fs::read(place.join(path)).unwrap();
    let (mut header, data) = parts(&file);
    let text = header["__metadata__"]["gradus"].as_str().unwrap();
    let mut config: Value = serde_json::from_str(text).unwrap();
    config["rows"]["shape"] = json!([3]);
    header["__metadata__"]["gradus"] = json!(config.to_string());
    place.write(path, joined(&header, data));
    for line in [&["eval", "a"][..], &["predict", "a", "ship.csv"]] {
        let parts = ["model.safetensors is damaged: its encoder makes other columns"];
        place.run(line).refused(1, &parts);
    }
}

/// An image of one bright side, of a size, as PNG.
fn image(width: u32, height: u32, left: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut image = encoder.write_header().unwrap();
    let cell = |i: u32| match (i % width < width / 2) == left {
        true => 200 + (i % 7) as u8,
        false => 20 + (i % 5) as u8,
    };
    let cells: Vec<u8> = (0..width * height).map(cell).collect();
    image.write_image_data(&cells).unwrap();
    drop(image);
    bytes
}

#[test]
fn a_folder_of_images_of_mixed_sizes_is_learned_and_predicted() {
    let place = place();
    for i in 0..20 {
        let (width, height) = [(12, 10), (12, 10), (16, 12)][i % 3];
        place.write(&format!("sides/left/{i}.png"), image(width, height, true));
        place.write(&format!("sides/right/{i}.png"), image(width, height, false));
    }
    place.write("sides/right/broken.png", b"\x89PNG no image");
    place.write("sides/left/Thumbs.db", b"system");
    let line = [
        "--data",
        "images:sides",
        "--epochs",
        "20",
        "--lr",
        "0.01",
        "--out",
        "a",
    ];
    let said = place.run(&line);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("broken.png"), "{said:?}");
    let metrics = read_json(place.join("a/metrics.json"));
    assert!(number(&metrics["test"]["accuracy"]) > 0.9, "{metrics}");
    place.write("new.png", image(20, 20, false));
    let said = place
        .run(&["predict", "a", "new.png", "sides/left/0.png"])
        .fine();
    let labels: Vec<&str> = said
        .out
        .lines()
        .map(|l| l.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(labels, ["right", "left"], "{said:?}");
    place
        .run(&["predict", "a", "sides/right/broken.png"])
        .refused(1, &["broken.png"]);
}

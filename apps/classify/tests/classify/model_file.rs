//! `model.safetensors`: what stands in it, and what happens to one that is damaged.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Place, place, usual_run};

/// The header as JSON, and the bytes after it.
/// The header and the numbers of a model file, without its checksum: with one, every change is damage.
pub(crate) fn parts(file: &[u8]) -> (Value, &[u8]) {
    let (length, rest) = file.split_at(8);
    let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
    let (header, data) = rest.split_at(length);
    let mut header: Value = serde_json::from_slice(header).unwrap();
    if let Some(text) = header["__metadata__"]["gradus"].as_str() {
        let mut metadata: Value = serde_json::from_str(text).unwrap();
        metadata.as_object_mut().unwrap().remove("crc32");
        header["__metadata__"]["gradus"] = json!(metadata.to_string());
    }
    (header, data)
}

pub(crate) fn joined(header: &Value, data: &[u8]) -> Vec<u8> {
    let header = header.to_string();
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), data].concat()
}

fn trained(place: &Place, line: &[&str]) -> Vec<u8> {
    let short = ["--epochs", "1", "--quiet", "--force", "--out", "a"];
    place.run(&[&short[..], line].concat()).fine();
    fs::read(place.join("a/model.safetensors")).unwrap()
}

#[test]
fn the_metadata_is_sorted_json_under_one_key() {
    let file = fs::read(usual_run().join("model.safetensors")).unwrap();
    let (header, _) = parts(&file);
    let metadata = header["__metadata__"].as_object().unwrap();
    assert_eq!(metadata.keys().collect::<Vec<_>>(), ["gradus"]);
    let text = metadata["gradus"].as_str().unwrap();
    let card: Value = serde_json::from_str(text).unwrap();
    let mut sorted = card.clone();
    sorted.sort_all_objects();
    assert_eq!(text, sorted.to_string());
    for part in ["experiment", "rows", "format"] {
        assert!(!card[part].is_null(), "{part}");
    }
    assert_eq!(card["experiment"]["seed"], 0);
    assert_eq!(card["experiment"]["split-seed"], 0);
}

#[test]
fn where_and_how_it_was_run_is_not_in_the_file() {
    let (place, elsewhere) = (place(), place());
    let line = ["--hidden", "5"];
    let plain = trained(&place, &line);
    let dir = elsewhere.path().to_str().unwrap();
    let more = [
        "--threads",
        "3",
        "--data-dir",
        dir,
        "--offline",
        "--snapshots",
        "1",
        "--json",
    ];
    assert!(plain == trained(&elsewhere, &[&line[..], &more].concat()));
    let header = parts(&plain).0;
    let text = header["__metadata__"]["gradus"].as_str().unwrap();
    for key in [
        "threads",
        "out",
        "data-dir",
        "offline",
        "snapshots",
        "seconds",
    ] {
        assert!(!text.contains(&format!("\"{key}\"")), "{key}");
    }
}

#[test]
fn tensors_have_the_names_and_shapes_of_a_sequential() {
    let place = place();
    let tensors = |line: &[&str]| {
        let mut header = parts(&trained(&place, line)).0;
        header.as_object_mut().unwrap().remove("__metadata__");
        let tensors = header.as_object().unwrap().clone();
        let shown = |(name, t): (String, Value)| format!("{name} {} {}", t["dtype"], t["shape"]);
        tensors.into_iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(
        tensors(&["--hidden", "5,3"]),
        [
            "0.bias \"F32\" [5]",
            "0.weight \"F32\" [5,64]",
            "2.bias \"F32\" [3]",
            "2.weight \"F32\" [3,5]",
            "4.bias \"F32\" [10]",
            "4.weight \"F32\" [10,3]",
        ]
    );
    assert_eq!(
        tensors(&["--hidden", "5", "--dropout", "0.5", "--f64"]),
        [
            "0.bias \"F64\" [5]",
            "0.weight \"F64\" [5,64]",
            "3.bias \"F64\" [10]",
            "3.weight \"F64\" [10,5]",
        ]
    );
}

#[test]
fn a_damaged_file_is_refused_by_eval_and_predict() {
    let place = place();
    let whole = trained(&place, &["--hidden", "5"]);
    let (header, data) = parts(&whole);
    let changed = |change: &dyn Fn(&mut Value)| {
        let text = header["__metadata__"]["gradus"].as_str().unwrap();
        let mut card: Value = serde_json::from_str(text).unwrap();
        change(&mut card);
        let mut header = header.clone();
        header["__metadata__"]["gradus"] = json!(card.to_string());
        joined(&header, data)
    };
    let mut nameless = header.clone();
    nameless.as_object_mut().unwrap().remove("__metadata__");
    let mut lacking = header.clone();
    lacking["other"] = lacking["0.weight"].clone();
    lacking.as_object_mut().unwrap().remove("0.weight");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut", whole[..whole.len() - 7].to_vec(), "is cut short"),
        ("cut in the header", whole[..100].to_vec(), "is cut short"),
        ("empty", Vec::new(), "is not a safetensors file"),
        (
            "text",
            b"hello, I am no model".to_vec(),
            "is not a safetensors file",
        ),
        (
            "no card",
            joined(&nameless, data),
            "does not say which model",
        ),
        ("another tensor", joined(&lacking, data), "tensor"),
        (
            "other width",
            changed(&|c| c["experiment"]["hidden"] = json!([6])),
            "with shape [5, 64]",
        ),
        (
            "too wide",
            changed(&|c| c["experiment"]["hidden"] = json!([99_999_999_999_u64])),
            "",
        ),
        (
            "no width",
            changed(&|c| c["experiment"]["hidden"] = json!([0])),
            "widths of 1 or more",
        ),
        (
            "text for width",
            changed(&|c| c["experiment"]["hidden"] = json!("5,x")),
            "hidden = \"5,x\": it takes widths",
        ),
        (
            "activation",
            changed(&|c| c["experiment"]["activation"] = json!("x")),
            "\"x\"",
        ),
        (
            "dropout",
            changed(&|c| c["experiment"]["dropout"] = json!(1.5)),
            "dropout",
        ),
        (
            "head",
            changed(&|c| c["experiment"]["head"] = json!("x")),
            "softmax or sigmoid",
        ),
        (
            "sigmoid",
            changed(&|c| c["experiment"]["head"] = json!("sigmoid")),
            "the model needs [1, 5]",
        ),
        (
            "classes",
            changed(&|c| c["rows"]["classes"] = json!(["0"])),
            "classes",
        ),
        (
            "shape",
            changed(&|c| c["rows"]["shape"] = json!([8, 9])),
            "the model needs [5, 72]",
        ),
        (
            "precision",
            changed(&|c| c["experiment"]["f64"] = json!("f16")),
            "it takes true or false",
        ),
        (
            "as f64",
            changed(&|c| c["experiment"]["f64"] = json!(true)),
            "F32",
        ),
        (
            "kind",
            changed(&|c| c["experiment"]["model"] = json!("rnn")),
            "mlp or cnn",
        ),
        (
            "channels of nothing",
            changed(&|c| c["experiment"]["channels"] = json!([4])),
            "convolutions",
        ),
        (
            "convolutions of a table",
            changed(&|c| {
                c["experiment"]["model"] = json!("cnn");
                c["rows"]["shape"] = json!([64]);
            }),
            "takes images",
        ),
        (
            "small images",
            changed(&|c| {
                c["experiment"]["model"] = json!("cnn");
                c["experiment"]["channels"] = json!([1, 1, 1, 1]);
            }),
            "halves images 4 times",
        ),
        (
            "many channels",
            changed(&|c| {
                c["experiment"]["model"] = json!("cnn");
                c["experiment"]["channels"] = json!([i64::MAX]);
            }),
            "is damaged: --channels",
        ),
        (
            "more memory than there is",
            changed(&|c| {
                c["experiment"]["model"] = json!("cnn");
                c["experiment"]["channels"] = json!([1_u64 << 40]);
            }),
            "too large",
        ),
        (
            "not normalized",
            changed(&|c| c["experiment"]["batch-norm"] = json!(true)),
            "2.bias",
        ),
        ("layout", changed(&|c| c["format"] = json!(9)), "layout 9"),
    ];
    place.write("row.csv", vec!["0"; 64].join(","));
    for (name, bytes, part) in cases {
        place.write("a/model.safetensors", bytes);
        for line in [&["eval", "a", "--quiet"][..], &["predict", "a", "row.csv"]] {
            let done = place.run(line);
            assert_eq!(done.code, Some(1), "{name}: {done:?}");
            done.refused(1, &[part]);
        }
    }
    fs::remove_file(place.join("a/model.safetensors")).unwrap();
    place
        .run(&["eval", "a", "-q"])
        .refused(1, &["cannot read a/model.safetensors"]);
}

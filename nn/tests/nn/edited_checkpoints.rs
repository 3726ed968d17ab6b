//! Checkpoints whose numbers were edited by hand.

use std::fs;
use std::path::Path;

use datasets::{Rows, Samples, Targets};
use nn::{Adam, CrossEntropy, Sequential, TrainConfig, Trainer, checkpoint};
use serde_json::Value;

/// A small classifier, whose rate waits for a plateau.
fn fresh() -> Trainer<f32> {
    let model = Sequential::input([1]).linear(2).init(1).unwrap();
    let config = TrainConfig {
        schedule: "plateau:1,0.5".parse().unwrap(),
        ..TrainConfig::default()
    };
    Trainer::new(model, Adam::new(0.1), CrossEntropy::new()).with_config(config)
}

/// Writes a checkpoint whose metadata was edited. Without a checksum it is taken as it is.
fn edit(file: &Path, whole: &[u8], edit: impl FnOnce(&mut Value)) {
    let (size, rest) = whole.split_first_chunk().unwrap();
    let (header, data) = rest.split_at(u64::from_le_bytes(*size) as usize);
    let mut header: Value = serde_json::from_slice(header).unwrap();
    let text = &mut header["__metadata__"]["gradus"];
    let mut metadata: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    metadata.as_object_mut().unwrap().remove("crc32").unwrap();
    edit(&mut metadata);
    *text = metadata.to_string().into();
    let header = header.to_string();
    let size = (header.len() as u64).to_le_bytes();
    fs::write(file, [&size[..], header.as_bytes(), data].concat()).unwrap();
}

#[test]
fn counts_that_cannot_be_counted_on_from_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.safetensors");
    let samples = Samples::new(
        Rows::reals32(&[1], [0.0, 1.0, 2.0, 3.0]),
        Targets::classes([0, 1, 0, 1], 2),
    );
    let mut trainer = fresh();
    trainer.fit(&samples, 3).unwrap();
    checkpoint::save(&file, &trainer).unwrap();
    let whole = fs::read(&file).unwrap();
    edit(&file, &whole, |_| {});
    checkpoint::load(&file, &mut fresh()).unwrap();
    for (place, name) in [
        ("/marks/steps", "steps"),
        ("/marks/plateau/waited", "epochs without progress"),
        ("/marks/plateau/reductions", "reductions of the rate"),
    ] {
        edit(&file, &whole, |metadata| {
            *metadata.pointer_mut(place).unwrap() = u64::MAX.into();
        });
        let mut into = fresh();
        let error = checkpoint::load(&file, &mut into).unwrap_err().to_string();
        let says = format!("the state has {} {name}", u64::MAX);
        assert!(error.contains(&says), "{error}");
        assert_eq!(into.epochs(), 0);
    }
}

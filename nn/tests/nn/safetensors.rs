//! Model files: there and back, equal bytes, and every way in which a file can be wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use autograd::Real;
use nn::safetensors::{load, metadata, save};
use nn::{Init, Kind, Params, ParamsBuilder};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A linear layer, a batch normalization and a convolution.
fn declared() -> ParamsBuilder {
    let mut b = ParamsBuilder::new();
    b.add_transposed("0.weight", [3, 4], Init::HE_NORMAL);
    b.add("0.bias", Kind::Bias, &[4], Init::Normal(1.0));
    b.add("1.weight", Kind::Norm, &[4], Init::Constant(1.0));
    b.add("1.running_mean", Kind::Buffer, &[4], Init::Normal(1.0));
    b.add(
        "1.num_batches_tracked",
        Kind::Buffer,
        &[],
        Init::Constant(7.0),
    );
    b.add("3.weight", Kind::Weight, &[2, 3, 2, 2], Init::HE_NORMAL);
    b
}

fn model<T: Real>(seed: u64) -> Params<T> {
    declared().build(seed, 1 << 20).unwrap()
}

fn about() -> Value {
    json!({"model": {"hidden": [4], "activation": "relu"}, "data": "digits"})
}

/// A folder and the file in it that a test writes.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    (folder, path)
}

fn there_and_back<T: Real>() {
    let (_folder, path) = place();
    let saved = model::<T>(1);
    save(&path, &saved, &about()).unwrap();
    let mut loaded = model::<T>(2);
    assert_ne!(loaded.values(), saved.values());
    load(&path, &mut loaded).unwrap();
    assert_eq!(loaded.values(), saved.values());
    assert_eq!(metadata(&path).unwrap(), about());
}

#[test]
fn a_model_comes_back_whole() {
    there_and_back::<f32>();
    there_and_back::<f64>();
}

#[test]
fn linear_weights_are_transposed_and_convolutions_are_not() {
    let (_folder, path) = place();
    let mut p = model::<f32>(1);
    for (i, x) in p.values_mut().iter_mut().enumerate() {
        *x = i as f32;
    }
    save(&path, &p, &Value::Null).unwrap();
    let bytes = fs::read(&path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let read = |name: &str| {
        let t = file.tensor(name).unwrap();
        let (numbers, _) = t.data().as_chunks();
        let numbers: Vec<f32> = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
        (t.shape().to_vec(), numbers)
    };
    let transposed = [0., 4., 8., 1., 5., 9., 2., 6., 10., 3., 7., 11.];
    assert_eq!(read("0.weight"), (vec![4, 3], transposed.to_vec()));
    assert_eq!(read("0.bias"), (vec![4], vec![12., 13., 14., 15.]));
    let conv = (25u8..49).map(f32::from).collect();
    assert_eq!(read("3.weight"), (vec![2, 3, 2, 2], conv));
    let count = file.tensor("1.num_batches_tracked").unwrap();
    assert_eq!(count.dtype(), safetensors::Dtype::I64);
    assert_eq!(
        (count.shape(), count.data()),
        (&[][..], &24i64.to_le_bytes()[..])
    );
}

#[test]
fn equal_models_give_equal_bytes() {
    let (_folder, path) = place();
    let mut files = Vec::new();
    for text in [
        r#"{"b":{"d":1,"c":2},"a":0.1}"#,
        r#"{"a":0.1,"b":{"c":2,"d":1}}"#,
    ] {
        save(
            &path,
            &model::<f32>(1),
            &serde_json::from_str(text).unwrap(),
        )
        .unwrap();
        files.push(fs::read(&path).unwrap());
    }
    assert_eq!(files[0], files[1]);
    let sorted = br#"{\"a\":0.1,\"b\":{\"c\":2,\"d\":1},\"crc32\":"#;
    assert!(files[0].windows(sorted.len()).any(|w| w == sorted));
}

/// The message of loading this model from this file, with the file's name in place of its path.
fn refused<T: Real>(path: &Path, mut into: Params<T>) -> String {
    let before = into.values().to_vec();
    let message = load(path, &mut into).unwrap_err().to_string();
    assert_eq!(into.values(), before, "nothing changes after an error");
    message.replace(&path.display().to_string(), "FILE")
}

#[test]
fn a_file_of_another_model_is_refused_by_tensor() {
    let (_folder, path) = place();
    save(&path, &model::<f32>(1), &about()).unwrap();
    let mut more = declared();
    more.add_transposed("4.weight", [2, 2], Init::Zeros);
    assert_eq!(
        refused(&path, more.build::<f32>(1, 1 << 20).unwrap()),
        "FILE has no tensor 4.weight, which the model needs; the file belongs to another model"
    );
    let mut fewer = ParamsBuilder::new();
    fewer.add_transposed("0.weight", [3, 4], Init::Zeros);
    assert_eq!(
        refused(&path, fewer.build::<f32>(1, 1 << 20).unwrap()),
        "FILE holds a tensor 0.bias that the model does not have; the file belongs to another model"
    );
    save(&path, &fewer_shape([3, 4]), &about()).unwrap();
    assert_eq!(
        refused(&path, fewer_shape([4, 3])),
        "FILE holds tensor 0.weight with shape [4, 3] and the model needs [3, 4]; the file belongs to another model"
    );
    let mut wide = ParamsBuilder::new();
    wide.add_transposed("0.weight", [3, 4], Init::Zeros);
    assert_eq!(
        refused(&path, wide.build::<f64>(1, 1 << 20).unwrap()),
        "FILE holds tensor 0.weight as F32 and the model needs F64; load it in the precision it was saved in"
    );
}

fn fewer_shape(shape: [usize; 2]) -> Params<f32> {
    let mut b = ParamsBuilder::new();
    b.add_transposed("0.weight", shape, Init::HE_NORMAL);
    b.build(1, 1 << 20).unwrap()
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let (_folder, path) = place();
    save(&path, &model::<f32>(1), &about()).unwrap();
    let whole = fs::read(&path).unwrap();
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let message = refused(&path, model::<f32>(2));
        if len < 8 {
            assert_eq!(message, "FILE is not a safetensors file: header too small");
        } else {
            let want = "FILE is cut short within ";
            assert!(message.starts_with(want), "{len}: {message}");
            assert!(
                metadata(&path)
                    .unwrap_err()
                    .to_string()
                    .contains("cut short")
            );
        }
    }
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let last = "FILE is cut short within tensor 3.weight; copy it again or train anew";
    assert_eq!(refused(&path, model::<f32>(2)), last);
}

/// Every bit counts: of the header, of the metadata, of the numbers.
#[test]
fn a_file_of_which_a_bit_has_changed_is_refused() {
    let (_folder, path) = place();
    save(&path, &model::<f32>(1), &about()).unwrap();
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).unwrap();
        let mut into = model::<f32>(2);
        let before = into.values().to_vec();
        let loaded = load(&path, &mut into);
        // Names of keys that mean nothing to the format may change, as may the key of the checksum itself.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.contains("\"gradus\"") && text.contains("crc32") {
            assert!(loaded.is_err(), "byte {at}");
            assert_eq!(into.values(), before);
        }
    }
    let mut zeroed = whole.clone();
    let end = zeroed.len();
    zeroed[end - 64..].fill(0);
    fs::write(&path, &zeroed).unwrap();
    let said = refused(&path, model::<f32>(2));
    assert!(said.contains("is damaged: its checksum"), "{said}");
}

#[test]
fn what_is_no_model_file_is_refused() {
    let (folder, path) = place();
    for bytes in [
        &b"PK\x03\x04 this is a zip archive, or so it says, and no model"[..],
        b"\x05\x00\x00\x00\x00\x00\x00\x00hello and more",
        b"\x02\x00\x00\x00\x00\x00\x00\x00{}trailing",
        &[0xff; 64],
    ] {
        fs::write(&path, bytes).unwrap();
        let message = refused(&path, model::<f32>(1));
        assert!(
            message.starts_with("FILE is not a safetensors file: "),
            "{message}"
        );
    }
    let none = folder.path().join("none");
    assert!(refused(&none, model::<f32>(1)).starts_with("cannot read FILE: "));
    let nowhere = folder.path().join("none/model.safetensors");
    let e = save(&nowhere, &model::<f32>(1), &about()).unwrap_err();
    assert!(e.to_string().starts_with("cannot write "), "{e}");
}

#[test]
fn a_file_without_our_metadata_loads_but_not_alone() {
    let (_folder, path) = place();
    let bytes = [0u8; 48];
    let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![4, 3], &bytes);
    let file = safetensors::serialize([("0.weight", view.unwrap())], None).unwrap();
    fs::write(&path, file).unwrap();
    let mut p = fewer_shape([3, 4]);
    load(&path, &mut p).unwrap();
    assert_eq!(p.values(), [0.0; 12]);
    let e = metadata(&path).unwrap_err().to_string();
    assert!(
        e.contains("does not say which model it holds (its metadata has no key gradus)"),
        "{e}"
    );
}

proptest! {
    /// A damaged file is refused or read, and never brings the program down.
    #[test]
    fn damage_never_panics(at in 0usize..600, byte: u8, tail in prop::collection::vec(any::<u8>(), 0..40)) {
        static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let (_folder, path) = place();
            save(&path, &model::<f32>(1), &about()).unwrap();
            fs::read(&path).unwrap()
        });
        let (_folder, path) = place();
        let mut bytes = WHOLE.clone();
        let at = at % bytes.len();
        bytes[at] = byte;
        if !tail.is_empty() {
            bytes.truncate(at);
            bytes.extend(tail);
        }
        fs::write(&path, &bytes).unwrap();
        let _ = load(&path, &mut model::<f32>(2));
        let _ = metadata(&path);
    }
}

/// An embedding table is `[rows, columns]` here and in PyTorch. A square one must not come back transposed, which its
/// shape cannot tell.
#[test]
fn only_what_declares_it_is_transposed_in_files() {
    let (_folder, path) = place();
    let mut b = ParamsBuilder::new();
    let table = b.add("embedding.weight", Kind::Weight, &[2, 2], Init::Normal(1.0));
    let linear = b.add_transposed("linear.weight", [2, 2], Init::Normal(1.0));
    let mut params = b.build::<f32>(0, 1 << 20).unwrap();
    // A file as PyTorch writes it.
    let header = concat!(
        r#"{"embedding.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#,
        r#""linear.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]}}"#,
    );
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend((1..9).flat_map(|x| (x as f32).to_le_bytes()));
    fs::write(&path, bytes).unwrap();
    load(&path, &mut params).unwrap();
    assert_eq!(params.slice(table), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(params.slice(linear), [5.0, 7.0, 6.0, 8.0]);
}

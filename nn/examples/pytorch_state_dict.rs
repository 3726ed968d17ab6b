//! The state dict of a PyTorch model, read from the file that `safetensors.torch.save_file(model.state_dict(), path)`
//! writes for
//!
//! ```python
//! model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
//! ```
//!
//! `cargo run --release -p gradus-nn --example pytorch_state_dict [FILE]`

use std::path::Path;

use autograd::Tensor;
use nn::Sequential;

/// A file as PyTorch writes it: the length of a JSON header, the header, the numbers. Linear weights are `[out, in]`.
fn file() -> Vec<u8> {
    let header = concat!(
        r#"{"0.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},"#,
        r#""0.bias":{"dtype":"F32","shape":[3],"data_offsets":[24,36]},"#,
        r#""2.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[36,48]},"#,
        r#""2.bias":{"dtype":"F32","shape":[1],"data_offsets":[48,52]}}"#,
    );
    let numbers: [f32; 13] = [
        1.0, 2.0, -3.0, 4.0, 0.5, -1.0, // 0.weight
        0.0, 1.0, 2.0, // 0.bias
        1.0, -2.0, 0.5,  // 2.weight
        0.25, // 2.bias
    ];
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = match std::env::args().nth(1).filter(|a| Path::new(a).is_file()) {
        Some(path) => path.into(),
        None => {
            let path = folder.path().join("model.safetensors");
            std::fs::write(&path, file())?;
            path
        }
    };
    // The same layers: names by position are those of PyTorch's Sequential.
    let mut model = Sequential::input([2])
        .linear(3)
        .relu()
        .linear(1)
        .init::<f32>(0)?;
    nn::safetensors::load(&path, &mut model.params)?;

    // relu([1, 2]·W₀ᵀ + b₀) = [5, 6, 0.5], and 5 − 12 + 0.25 + 0.25 = −6.5.
    let y = model.forward(&Tensor::from([[1.0, 2.0]]));
    println!("{} for [1, 2]", y.item());
    if path.starts_with(folder.path()) {
        assert_eq!(y.item(), -6.5);
    }

    // Another model is refused, with the tensor that does not fit.
    let mut wider = Sequential::input([2])
        .linear(4)
        .relu()
        .linear(1)
        .init::<f32>(0)?;
    let error = nn::safetensors::load(&path, &mut wider.params).unwrap_err();
    assert!(error.to_string().contains("0.weight"), "{error}");
    Ok(())
}

#[test]
fn it_runs() {
    main().unwrap();
}

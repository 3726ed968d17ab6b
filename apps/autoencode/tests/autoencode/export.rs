//! `export`: codes and reconstructions of pixels, computed by an interpreter that knows nothing of the engine.

use std::fs;

use autograd::Tensor;
use experiment::model_config::ModelConfig;
use testing::onnx::Graph;

use crate::support::place;

#[test]
fn codes_and_reconstructions_are_those_of_the_model() {
    let place = place();
    for loss in ["mse", "cross-entropy"] {
        let flags = [
            "--loss",
            loss,
            "--latent",
            "5",
            "--depth",
            "2",
            "--epochs",
            "1",
            "--tsne-samples",
            "0",
            "--quiet",
            "--force",
            "--out",
            "run",
        ];
        place.run(&flags).fine();
        place
            .run(&["export", "run", "model.onnx", "--force"])
            .fine();
        let graph = Graph::of(&fs::read(place.join("model.onnx")).unwrap());
        let image = |i: usize| (0..64).map(|j| ((i * 5 + j * j) % 17) as f64).collect();
        let images: Vec<Vec<f64>> = (0..4).map(image).collect();
        let found = graph.run(&images);

        let config = ModelConfig::read(&place.join("run")).unwrap();
        let model = config.trained::<f32>(&place.join("run")).unwrap();
        let coder = ::codes::AutoencoderModel::of_run(&model, &config).unwrap();
        let cells: Vec<u8> = images.concat().iter().map(|x| *x as u8).collect();
        let rows = datasets::Rows::bytes(&[1, 8, 8], cells).scaled(config.rows.affine());
        let codes = coder.encode(&rows, &[0, 1, 2, 3]);
        let batch: Tensor<f32> = rows.gather(&[0, 1, 2, 3]);
        let pixels = coder.reconstruct(&batch).to_vec();
        for (name, expected) in [("code", codes.values()), ("reconstruction", &pixels[..])] {
            let found = &found[name].data;
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                let off = (found - f64::from(*expected)).abs();
                assert!(off < 1e-5, "{name}: {found} and {expected}");
            }
        }
    }
}

//! The library beside the program, and the door through which others load a run.

use std::fs;
use std::sync::Arc;

use codes::{AutoencoderModel, Points, ReconstructionTask, centroids, interpolation_grid, train};
use datasets::{Request, TestSplit};
use experiment::data::{self, Data, DataSource};
use experiment::model_config::ModelConfig;
use experiment::progress::Silent;
use experiment::run::{Classes, FinishedRun, Task, Values};
use nn::Schedule;
use serde_json::json;
use settings::{Architecture, Kind, Objective, Partition, PixelLoss, PixelNoise};

use crate::support::{number, place, read_json, usual_run};

fn digits() -> Data {
    let request = Request::new("digits".parse().unwrap(), datasets::Task::Classification);
    let partition = Partition {
        split: TestSplit::Fraction(0.2),
        split_seed: 0,
        val_fraction: 0.1,
        train_samples: None,
    };
    data::load(&request, partition, &source()).unwrap()
}

fn source() -> DataSource {
    DataSource {
        data_dir: None,
        offline: true,
        progress: Arc::new(Silent),
    }
}

#[test]
fn training_in_memory_gives_the_weights_of_a_run() {
    let place = place();
    let line = "--latent 4 --depth 2 --epochs 3 --denoise 0.2 --schedule cosine --lr 0.004";
    let line: Vec<&str> = line.split(' ').collect();
    place
        .run(&[&line[..], &["-q", "--out", "a"]].concat())
        .fine();
    let settings = settings::changed(Kind::Reconstruction, |settings| {
        let experiment = &mut settings.experiment;
        experiment.model.architecture = Architecture::Autoencoder {
            latent: 4,
            depth: 2,
        };
        experiment.objective = Objective::Reconstruction {
            loss: PixelLoss::Mse,
            noise: PixelNoise::new(0.2),
        };
        experiment.training.epochs = 3;
        experiment.training.lr = 0.004;
        experiment.training.config.schedule = Schedule::Cosine { end: 0.0 };
    });
    let experiment = settings.unwrap().experiment;
    let trained = train::<f32>(&digits(), &experiment).unwrap().unwrap();
    let config = ModelConfig::read(&place.join("a")).unwrap();
    let model = config.trained::<f32>(&place.join("a")).unwrap();
    assert_eq!(trained.model.params.values(), model.params.values());
    assert_eq!(config.noise(), PixelNoise::new(0.2));
    let of_run = AutoencoderModel::of_run(&model, &config).unwrap();
    let rows = [0, 5, 9];
    let images = &digits().set.part.inputs;
    let in_memory = AutoencoderModel::of_run(&trained.model, &trained.config).unwrap();
    let codes = in_memory.encode(images, &rows);
    assert_eq!((codes.len(), codes.width()), (3, 4));
    assert_eq!(codes, of_run.encode(images, &rows));
    // Through the code and back is the way of the whole network.
    let back = of_run.decode(&codes).to_vec();
    assert_eq!(back, of_run.reconstruct(&images.gather(&rows)).to_vec());
}

/// What `landscape` does to load a run: config, model, data, loss.
#[test]
fn a_run_is_loaded_like_any_other() {
    let run = usual_run();
    let config = ModelConfig::read(run).unwrap();
    let FinishedRun {
        config,
        task,
        model,
        data,
    } = FinishedRun::<ReconstructionTask, f32>::load(run, config, &source()).unwrap();
    assert_eq!(task.loss(), config.loss());
    let test = &data.data.test;
    let found = nn::evaluate(&model, data.examples(), test, config.loss());
    let metrics = read_json(run.join("metrics.json"));
    assert_eq!(found.loss, number(&metrics["test"]["loss"]));
    let streamed = task.evaluate_model(&model, &data, test, None);
    assert_eq!(streamed, task.evaluate(&data, test, &found, None));
}

#[test]
fn other_apps_say_whose_run_it_is() {
    let mut config = ModelConfig::read(usual_run()).unwrap();
    let said = |error: experiment::AppError| error.to_string();
    let told = |text: String| assert!(text.contains("autoencode evaluates it"), "{text}");
    told(said(Classes::of_config(&config).unwrap_err()));
    told(said(Values::of_config(&config).unwrap_err()));
    for kind in [Kind::Regression, Kind::Classification] {
        config.experiment.objective = kind.objective();
        let text = said(ReconstructionTask::of_config(&config).unwrap_err());
        let program = kind.program();
        assert!(text.contains(&format!("{program} evaluates it")), "{text}");
    }
}

#[test]
fn a_damaged_card_is_refused() {
    let place = place();
    let run = usual_run();
    place.write(
        "a/metrics.json",
        fs::read(run.join("metrics.json")).unwrap(),
    );
    let file = place.join("a/model.safetensors");
    let config = ModelConfig::read(run).unwrap();
    let model = config.trained::<f32>(run).unwrap();
    let whole = config.to_json().unwrap();
    for (key, value, part) in [
        ("latent", json!(0), "latent = 0: it takes a whole number"),
        ("depth", json!(65), "depth = 65: it takes a whole number"),
        ("latent", json!(9), "tensor"),
        ("head", json!("softmax"), "there is no setting \"head\""),
        ("task", json!("dreaming"), "there is no task \"dreaming\""),
        ("activation", json!("rel"), "there is no activation \"rel\""),
    ] {
        let mut config = whole.clone();
        config["experiment"][key] = value;
        nn::safetensors::save(&file, &model.params, &config).unwrap();
        place
            .run(&["eval", "a"])
            .refused(1, &["model.safetensors", part]);
    }
}

#[test]
fn classes_have_middles_with_something_between() {
    let run = usual_run();
    let config = ModelConfig::read(run).unwrap();
    let FinishedRun {
        config,
        model,
        data,
        ..
    } = FinishedRun::<ReconstructionTask, f32>::load(run, config, &source()).unwrap();
    let autoencoder = AutoencoderModel::of_run(&model, &config).unwrap();
    let train = &data.data.train;
    let codes = autoencoder.encode(data.examples().inputs, train);
    let middles = centroids(&codes, &data.classes(train), 10);
    let ends: Vec<&[f32]> = middles.iter().flatten().map(Vec::as_slice).collect();
    let images = autoencoder.decode(&interpolation_grid(&ends));
    assert_eq!(images.shape(), [100, 64]);
    // The middle of zeros looks more like a zero than like a one: its middle pixels are dark.
    let images = images.to_vec();
    let middle = |image: usize| images[image * 64 + 3 * 8 + 3];
    assert!(middle(0) + 0.2 < middle(11), "{} {}", middle(0), middle(11));
    assert_eq!(Points::new(8, vec![0.0; 16]).first(5).len(), 2);
}

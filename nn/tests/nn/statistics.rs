//! Running statistics computed anew.

use autograd::{Activation, Real, ThreadPool, random};
use datasets::{Rows, Targets};
use nn::layers::Mlp;
use nn::{
    DataView, Init, Kind, LossFunction, Model, ParamsBuilder, evaluate, has_statistics,
    recompute_statistics,
};

fn model<T: Real>(batch_norm: bool, dropout: f64) -> Model<T> {
    let mlp = Mlp {
        inputs: 6,
        hidden: vec![5, 4],
        outputs: 3,
        activation: Activation::Tanh,
        batch_norm,
        dropout,
        init: Init::HE_NORMAL,
    };
    let mut builder = ParamsBuilder::new();
    let layers = mlp.declare(&mut builder);
    let params = builder.build(1, 1 << 20).unwrap();
    Model { layers, params }
}

fn data(n: usize) -> (Rows, Targets, Vec<u32>) {
    let mut rng = random::stream(5, "inputs", 0, 0);
    let numbers: Vec<f64> = (0..6 * n).map(|_| 3.0 * random::unit(&mut rng)).collect();
    let labels: Vec<u32> = (0..n as u32).map(|i| i % 3).collect();
    let inputs = Rows::reals64(&[6], numbers);
    (inputs, Targets::classes(labels, 3), (0..n as u32).collect())
}

fn buffer<T: Real>(model: &Model<T>, name: &str) -> Vec<f64> {
    let id = model.params.find(name).unwrap();
    model.params.slice(id).iter().map(|x| x.to_f64()).collect()
}

#[test]
fn they_are_means_over_batches_by_their_shares() {
    // Two whole batches and one that is not.
    let (inputs, targets, rows) = data(600);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let mut model = model::<f64>(true, 0.0);
    let before = model.params.values().to_vec();
    // What stood there before plays no part, not even if it is no number.
    for name in ["1.running_mean", "4.running_var"] {
        let id = model.params.find(name).unwrap();
        model.params.slice_mut(id).fill(f64::NAN);
    }
    recompute_statistics(&mut model, data, &rows);
    let [weight, bias] = ["0.weight", "0.bias"].map(|name| model.params.find(name).unwrap());
    let (weight, bias) = (model.params.slice(weight), model.params.slice(bias));
    for unit in 0..5 {
        let (mut mean, mut variance) = (0.0, 0.0);
        for batch in rows.chunks(256) {
            let n = batch.len() as f64;
            let sum = |row: &u32| {
                let x = inputs.row(*row as usize);
                bias[unit] + (0..6).map(|i| x[i] * weight[5 * i + unit]).sum::<f64>()
            };
            let m = batch.iter().map(sum).sum::<f64>() / n;
            let squares: f64 = batch.iter().map(|row| (sum(row) - m).powi(2)).sum();
            mean += m * n / 600.0;
            variance += squares / (n - 1.0) * n / 600.0;
        }
        assert!((buffer(&model, "1.running_mean")[unit] - mean).abs() < 1e-12);
        assert!((buffer(&model, "1.running_var")[unit] - variance).abs() < 1e-12);
    }
    for name in ["1.num_batches_tracked", "4.num_batches_tracked"] {
        assert_eq!(buffer(&model, name), [3.0]);
    }
    assert!(buffer(&model, "4.running_var").iter().all(|v| *v > 0.0));
    // Nothing that is trained has changed.
    for s in model
        .params
        .segments()
        .iter()
        .filter(|s| s.kind != Kind::Buffer)
    {
        assert_eq!(
            model.params.values()[s.range.clone()],
            before[s.range.clone()]
        );
    }
}

#[test]
fn they_have_the_same_bits_every_time() {
    let (inputs, targets, rows) = data(700);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let found = |threads| {
        let mut model = model::<f32>(true, 0.3);
        ThreadPool::new(threads).install(|| recompute_statistics(&mut model, data, &rows));
        assert!(evaluate(&model, data, &rows, LOSS).loss.is_finite());
        model.params.values().to_vec()
    };
    assert_eq!(found(1), found(3));
}

const LOSS: LossFunction = LossFunction::CrossEntropy { smoothing: 0.0 };

#[test]
fn a_model_without_any_is_left_alone() {
    let (inputs, targets, rows) = data(10);
    let data = DataView {
        inputs: &inputs,
        targets: &targets,
    };
    let mut model = model::<f64>(false, 0.0);
    assert!(!has_statistics(&model) && has_statistics(&self::model::<f64>(true, 0.0)));
    let before = model.params.values().to_vec();
    recompute_statistics(&mut model, data, &rows);
    assert_eq!(model.params.values(), before);
}

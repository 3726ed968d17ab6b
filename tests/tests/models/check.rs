//! The gradient of a model and products with its Hessian, by the ways that training and curvature take them, against
//! differences.

use autograd::prelude::*;
use autograd::{Tape, Tensor, Var, random};
use datasets::{DataView, Rows, Targets};
use nn::layers::Sequential;
use nn::{
    BatchTargets, Carrier, ForwardContext, Hessian, Kind, L1Form, Layer, Loss, LossFunction, Mode,
    Model, Params, ParamsBuilder, Recorded, Sgd, TrainConfig, Trainer, mean_gradient,
    value_and_grad,
};

use crate::differences::{Tally, agree, differences};

/// The mode of the step that is looked at: it keys the streams of dropout, so its masks are the same every time.
const STEP: Mode = Mode::Train {
    seed: 0,
    epoch: 0,
    step: 0,
};

/// The largest step of differences. Zeros as weights make channels that are constant, whose normalization turns within
/// √eps = 0.003, so steps are small against that; rounding is then below 10⁻⁸.
const FINE: f64 = 1.0 / 4096.0;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    Compared,
    /// A kink is too near for differences.
    NearKink,
}

/// Rows with targets that fit a loss.
pub(crate) struct Data {
    inputs: Rows,
    targets: Targets,
    rows: Vec<u32>,
}

impl Data {
    /// Rows of this shape, and targets for this many outputs: labels of classes, or values from 0 to 1.
    pub(crate) fn new(seed: u64, rows: usize, row: &[usize], outputs: usize, labels: bool) -> Self {
        let mut rng = random::stream(seed, "data", 0, 0);
        let mut uniform = |low: f64, high: f64| low + (high - low) * random::unit(&mut rng);
        let cells = row.iter().product::<usize>() * rows;
        let inputs: Vec<f64> = (0..cells).map(|_| uniform(-1.5, 1.5)).collect();
        let targets = if labels {
            let classes = outputs.max(2);
            let labels = (0..rows).map(|_| uniform(0.0, classes as f64) as u32);
            Targets::classes(labels.collect::<Vec<_>>(), classes)
        } else {
            let values = (0..rows * outputs).map(|_| uniform(0.0, 1.0));
            Targets::Values(Rows::reals64(&[outputs], values.collect::<Vec<_>>()))
        };
        Self {
            inputs: Rows::reals64(row, inputs),
            targets,
            rows: (0..rows as u32).collect(),
        }
    }

    fn view(&self) -> DataView<'_> {
        DataView {
            inputs: &self.inputs,
            targets: &self.targets,
        }
    }
}

/// A model and all that its derivatives depend on.
struct Subject<'a, F> {
    seed: u64,
    data: &'a Data,
    loss: LossFunction,
    config: TrainConfig,
    declare: F,
}

impl<F: Fn(&mut ParamsBuilder, &mut Sequential<f64>)> Subject<'_, F> {
    fn model(&self) -> Model<f64> {
        let mut builder = ParamsBuilder::new();
        let mut layers = Sequential::new();
        (self.declare)(&mut builder, &mut layers);
        let params = builder.build(self.seed, 1 << 20).expect("it is small");
        Model { layers, params }
    }

    /// The model with other numbers.
    fn at(&self, values: &[f64]) -> Model<f64> {
        let mut model = self.model();
        model.params.values_mut().copy_from_slice(values);
        model
    }

    /// Loss and penalty of a step of plain gradient descent at rate 1, which subtracts the gradient, and the parameters
    /// after it.
    fn step(&self, config: TrainConfig, values: &[f64]) -> (f64, f64, Vec<f64>) {
        let model = self.at(values);
        let mut trainer = Trainer::new(model, Sgd::new(1.0), self.loss).with_config(config);
        let report = trainer.step(self.data.view(), &self.data.rows, 0);
        let after = trainer.model().params.values().to_vec();
        (report.loss, report.penalty, after)
    }

    /// The gradient of the loss alone in a step of training.
    fn gradient(&self, values: &[f64]) -> Vec<f64> {
        let model = self.at(values);
        let mut gradient = vec![f64::NAN; values.len()];
        let x = self.data.inputs.gather(&self.data.rows);
        let targets = BatchTargets::of(&self.data.targets, &self.data.rows);
        value_and_grad(&mut Tape::new(), &model.params, &mut gradient, |weights| {
            let pass = ForwardContext::new(weights, STEP);
            let y = model.layers.forward(&pass, &weights.tape().constant(x));
            self.loss.value(&y, &targets)
        });
        gradient
    }

    /// The product of the Hessian of the loss in a step of training.
    fn product(&self, values: &[f64], v: &[f64]) -> Vec<f64> {
        let model = self.at(values);
        let x = self.data.inputs.gather(&self.data.rows);
        let targets = BatchTargets::of(&self.data.targets, &self.data.rows);
        let mut tape = Tape::new();
        let mut kept = tape.linearize(|tape| {
            let weights = &Recorded::new(tape, &model.params);
            let pass = ForwardContext::new(weights, STEP);
            let y = model.layers.forward(&pass, &tape.constant(x));
            self.loss.value(&y, &targets)
        });
        let mut product = vec![f64::NAN; v.len()];
        kept.hessian_vector(v, &mut product);
        product
    }

    /// The gradient in use.
    fn gradient_in_use(&self, values: &[f64]) -> Vec<f64> {
        let model = self.at(values);
        let mut gradient = vec![f64::NAN; values.len()];
        let (data, rows) = (self.data.view(), &self.data.rows);
        let (layers, params) = (&model.layers, &model.params);
        let (mut tape, loss) = (Tape::new(), self.loss);
        mean_gradient(&mut tape, layers, params, data, rows, loss, &mut gradient);
        gradient
    }

    /// The product of the Hessian in use.
    fn product_in_use(&self, values: &[f64], v: &[f64]) -> Vec<f64> {
        let model = self.at(values);
        let samples = self.data.view().samples(&self.data.rows);
        Hessian::keeping(&model, &samples, self.loss, 0).times(v)
    }

    /// On which side of every kink a pass runs: those of activations, maxima and losses.
    fn sides(&self, values: &[f64], mode: Mode, out: &mut Vec<i8>) {
        let model = self.at(values);
        let weights = &model.params;
        let pass = ForwardContext::new(weights, mode);
        let mut x: Tensor<f64> = self.data.inputs.gather(&self.data.rows);
        for layer in model.layers.iter() {
            let y = Tensor::through(layer, &pass, &x);
            if layer.activation().is_some_and(has_kink) {
                // Each of them has the sign of what it was given.
                signs(&y, out);
            }
            if layer.describe().starts_with("MaxPool2d") {
                // Where a window's gradient goes says which element it took.
                let tape = Tape::new();
                let weights = &Recorded::new(&tape, &model.params);
                let leaf = tape.leaf(x);
                let y = Var::through(layer, &ForwardContext::new(weights, mode), &leaf);
                let places = Tensor::from_fn(&y.dims(), |i| (1 + i) as f64);
                let taken = tape.backward_vjp(y, places).wrt(leaf).to_vec();
                out.extend(taken.iter().map(|n| (*n as i64 % 101) as i8));
            }
            x = y;
        }
        if let BatchTargets::Values(t) = BatchTargets::of(&self.data.targets, &self.data.rows) {
            match self.loss {
                LossFunction::Mae => signs(&(x - t), out),
                LossFunction::Huber { delta } => signs(&(x - t).abs().add_scalar(-delta), out),
                _ => {}
            }
        }
        if self.config.l1.is_some() {
            let weights = model
                .params
                .segments()
                .iter()
                .filter(|s| s.kind == Kind::Weight);
            let weights = weights.flat_map(|s| &values[s.range.clone()]);
            out.extend(weights.map(|w| w.signum() as i8 * i8::from(*w != 0.0)));
        }
    }

    /// How much rounding grows from layer to layer: a normalization divides distances from a mean, and in its gradient
    /// cotangents, by a deviation, which of a constant channel is √eps.
    fn growth(&self, values: &[f64]) -> f64 {
        let model = self.at(values);
        let weights = &model.params;
        let pass = ForwardContext::new(weights, STEP);
        let mut x: Tensor<f64> = self.data.inputs.gather(&self.data.rows);
        let mut growth = 1.0;
        for layer in model.layers.iter() {
            let (name, rank) = (layer.describe(), x.rank());
            let axes: Vec<usize> = if name.starts_with("BatchNorm") {
                (0..rank).filter(|a| *a != 1).collect()
            } else if name.starts_with("LayerNorm") {
                (rank - 1 - name.matches(',').count()..rank).collect()
            } else {
                Vec::new()
            };
            if !axes.is_empty() {
                let variances = x.var_axes(&axes, 0).to_vec();
                let least = variances.into_iter().fold(1.0, f64::min);
                growth /= least + 1e-5;
            }
            x = Tensor::through(layer, &pass, &x);
        }
        growth
    }

    /// On which side of every kink the model runs in training and in use.
    fn all_sides(&self, values: &[f64]) -> Vec<i8> {
        let mut out = Vec::new();
        self.sides(values, STEP, &mut out);
        self.sides(values, Mode::Evaluate, &mut out);
        out
    }

    /// Parameters as the initializer draws them, but that no bias is 0, where sums of zeros would lie on kinks, and that
    /// running statistics are those of some data.
    fn start(&self, params: &Params<f64>) -> Vec<f64> {
        let mut rng = random::stream(self.seed, "start", 0, 0);
        let mut values = params.values().to_vec();
        for s in params.segments() {
            for x in &mut values[s.range.clone()] {
                let u = random::unit(&mut rng);
                match s.kind {
                    Kind::Weight => {}
                    Kind::Bias | Kind::Norm => *x += u - 0.5,
                    Kind::Buffer => *x += 0.5 * u,
                }
            }
        }
        values
    }
}

/// Has it a kink at 0, in itself or in a derivative?
fn has_kink(activation: Activation) -> bool {
    matches!(
        activation,
        Activation::Relu
            | Activation::LeakyRelu { .. }
            | Activation::Elu { .. }
            | Activation::Selu
            | Activation::Softsign
    )
}

/// Below, on or above zero.
fn signs(x: &Tensor<f64>, out: &mut Vec<i8>) {
    out.extend(x.sign().to_vec().iter().map(|s| *s as i8));
}

/// The parameters that are trained, of a vector of all.
fn trained(params: &Params<f64>, values: &[f64]) -> Vec<f64> {
    let segments = params.segments().iter().filter(|s| s.kind != Kind::Buffer);
    segments
        .flat_map(|s| values[s.range.clone()].to_vec())
        .collect()
}

/// Checks the step of training against differences of loss and penalty, and Hessian products in training and in use
/// against differences of gradients.
///
/// # Errors
/// What differs first.
pub(crate) fn check(
    seed: u64,
    data: &Data,
    loss: LossFunction,
    config: TrainConfig,
    declare: impl Fn(&mut ParamsBuilder, &mut Sequential<f64>),
    tally: &mut Tally,
) -> Result<Checked, String> {
    let subject = Subject {
        seed,
        data,
        loss,
        config,
        declare,
    };
    let params = subject.model().params;
    let start = subject.start(&params);
    let mut rng = random::stream(seed, "direction", 0, 0);
    let mut v = vec![0.0; start.len()];
    for s in params.segments().iter().filter(|s| s.kind != Kind::Buffer) {
        let draw = |x: &mut f64| *x = random::unit(&mut rng) - 0.5;
        v[s.range.clone()].iter_mut().for_each(draw);
    }
    let moved = |t: f64| -> Vec<f64> { start.iter().zip(&v).map(|(x, v)| x + t * v).collect() };

    let here = subject.all_sides(&start);
    let steps = [1.0, 0.5, 0.25].map(|part| part * FINE);
    let points = steps.into_iter().flat_map(|h| [h, -h]);
    if points
        .map(&moved)
        .any(|there| subject.all_sides(&there) != here)
    {
        return Ok(Checked::NearKink);
    }

    let growth = subject.growth(&start);
    // A proximal penalty is no part of the gradient, so it is looked at by itself.
    let proximal = config.l1.filter(|p| p.form == L1Form::Proximal);
    let smooth = TrainConfig {
        l1: config.l1.filter(|p| p.form != L1Form::Proximal),
        ..config
    };
    let (loss, penalty, after) = subject.step(smooth, &start);
    let slope = start
        .iter()
        .zip(&after)
        .zip(&v)
        .map(|((a, b), v)| (a - b) * v);
    differences(FINE, growth, |t| {
        let (loss, penalty, _) = subject.step(smooth, &moved(t));
        vec![loss + penalty]
    })
    .compare(&[slope.sum()], tally)
    .map_err(|e| format!("gradient of loss and penalty: {e}"))?;

    if let Some(p) = proximal {
        let (same, both, shrunk) = subject.step(config, &start);
        let sizes = params.segments().iter().filter(|s| s.kind == Kind::Weight);
        let sizes = sizes.flat_map(|s| &start[s.range.clone()]).map(|w| w.abs());
        agree(
            &[same, both - penalty],
            &[loss, p.strength * sizes.sum::<f64>()],
        )
        .map_err(|e| format!("loss and proximal penalty: {e}"))?;
        let mut want = after.clone();
        for s in params.segments().iter().filter(|s| s.kind == Kind::Weight) {
            for w in &mut want[s.range.clone()] {
                *w = w.signum() * (w.abs() - p.strength).max(0.0);
            }
        }
        agree(&trained(&params, &shrunk), &trained(&params, &want))
            .map_err(|e| format!("proximal step: {e}"))?;
    }

    let product = subject.product(&start, &v);
    differences(FINE, growth, |t| subject.gradient(&moved(t)))
        .compare(&product, tally)
        .map_err(|e| format!("Hessian product in training: {e}"))?;
    let product = subject.product_in_use(&start, &v);
    differences(FINE, growth, |t| subject.gradient_in_use(&moved(t)))
        .compare(&product, tally)
        .map_err(|e| format!("Hessian product in use: {e}"))?;
    Ok(Checked::Compared)
}

/// Checks a model that was pasted.
#[track_caller]
pub(crate) fn assert_right(
    seed: u64,
    data: &Data,
    loss: LossFunction,
    config: TrainConfig,
    declare: impl Fn(&mut ParamsBuilder, &mut Sequential<f64>),
) {
    let mut tally = Tally::default();
    if let Err(e) = check(seed, data, loss, config, declare, &mut tally) {
        panic!("{e}");
    }
    tally.expect(1, 0.5);
}

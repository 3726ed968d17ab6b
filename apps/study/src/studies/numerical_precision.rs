use autograd::prelude::*;
use autograd::{Real, Tensor};

use crate::parts::curves::values;
use crate::prelude::*;

crate::register!(study);

/// The numbers that are summed, and the number that each of them is.
const COUNT: usize = 1_000_000;
const TENTH: f64 = 0.1;
const PLACE: &str = "Numerical precision";

fn setup() -> Setup {
    Setup::on("digits")
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(32)
        .epochs(100)
        .split_per_trial()
}

/// Where sums, squares, softmax and small probabilities lose their digits, in `f32` and in `f64`; and the same training
/// in both.
fn study() -> Study {
    let arithmetic = ["f32", "f64"];
    let figures = [
        "naive_sum_error",
        "engine_sum_error",
        "compensated_sum_error",
        "counter_stops",
        "naive_variance_error",
        "engine_variance_error",
        "naive_softmax_breaks",
        "engine_softmax_error",
        "probability_vanishes",
        "power_vanishes",
        "engine_log_softmax_error",
        "sigmoid_is_one",
    ];
    let study = Study::new(
        "numerical-precision",
        "D",
        "Where single and double precision part: in long sums, in softmax, in small probabilities, and along a training",
    )
    .data("digits")
    .minutes(0.2)
    .trials(50)
    .case(Case::own("f32", arithmetic_of::<f32>).factor("precision", "f32").deterministic())
    .case(Case::own("f64", arithmetic_of::<f64>).factor("precision", "f64").deterministic())
    .case(Case::own("training", trained_in_both).trains(&setup()))
    .draw(FigureSpec::table("Arithmetic", figures).of(arithmetic).at("D", PLACE))
    .draw(FigureSpec::curves("Relative difference of the training losses in f32 and f64", ["loss_difference"]).of(["training"]).at("D", PLACE))
    .draw(FigureSpec::table("Training in both", ["first_difference", "last_difference", "weights_difference", "parted_at", "accuracy_difference"]).of(["training"]));
    questions()
        .into_iter()
        .fold(study, Study::question)
        .note("The report asks for a discussion of loss of precision and names no figures, so nothing is claimed. The two formats have 24 and 53 bits, smallest numbers 2⁻¹⁴⁹ and 2⁻¹⁰⁷⁴, largest numbers about 2¹²⁸ and 2¹⁰²⁴.")
        .note("A sum of n numbers is wrong by at most as many roundings of 2⁻²⁴ as it has additions in a row: about 500 where a million are folded in blocks of 4096 by 16 lanes, two where it is compensated.")
        .note("Naive is the formula as it stands; the engine's sums are folded in blocks, its softmax is shifted by the largest logit, its cross-entropy takes the logarithm before it can vanish.")
        .note("Both trainings of a trial start from the same weights, rounded, and see the same batches.")
}

/// What the report asks to be discussed, without saying what comes of it.
fn questions() -> Vec<Question> {
    let formats = |number: &'static str| ["f32", "f64"].map(|case| median(case, number));
    let trainings = |number: &str| vec![median("training", number)];
    let asked = [
        (
            "By what share is a sum of a million tenths wrong, in f32 and f64: one after the other, in blocks, and compensated?",
            [
                "naive_sum_error",
                "engine_sum_error",
                "compensated_sum_error",
            ]
            .into_iter()
            .flat_map(formats)
            .collect(),
        ),
        (
            "At which number does a counter stop, in f32 and f64?",
            formats("counter_stops").to_vec(),
        ),
        (
            "By what share is a variance of ¼ about 10⁴ wrong, in f32 and f64: as the mean of squares less the square of the mean, and by the engine?",
            ["naive_variance_error", "engine_variance_error"]
                .into_iter()
                .flat_map(formats)
                .collect(),
        ),
        (
            "From which logit on does softmax break as it stands, and how far off is the engine's at 10 000, in f32 and f64?",
            ["naive_softmax_breaks", "engine_softmax_error"]
                .into_iter()
                .flat_map(formats)
                .collect(),
        ),
        (
            "By how many logits behind the best class is a probability 0, and how far off is the engine's logarithm at 1000 of them, in f32 and f64?",
            ["probability_vanishes", "engine_log_softmax_error"]
                .into_iter()
                .flat_map(formats)
                .collect(),
        ),
        (
            "After how many halves is their product 0, in f32 and f64?",
            formats("power_vanishes").to_vec(),
        ),
        (
            "From which number on is the sigmoid 1 and its slope 0, in f32 and f64?",
            formats("sigmoid_is_one").to_vec(),
        ),
        (
            "How far apart are the losses of the same training in f32 and f64 after the first epoch and after the last, as a share?",
            ["first_difference", "last_difference"]
                .into_iter()
                .flat_map(trainings)
                .collect(),
        ),
        (
            "After how many epochs do the losses differ by more than one per cent?",
            trainings("parted_at"),
        ),
        (
            "How far apart are the test accuracies of both trainings in the end?",
            trainings("accuracy_difference"),
        ),
    ];
    asked
        .into_iter()
        .map(|(text, asks)| Question::new("D", text, asks).at(PLACE))
        .collect()
}

fn arithmetic_of<T: Real>(_: &Context<'_>) -> Result<Outcome, AppError> {
    let outcome = with_sums::<T>(Outcome::new());
    let outcome = with_variances::<T>(outcome);
    Ok(with_probabilities::<T>(outcome))
}

fn with_sums<T: Real>(outcome: Outcome) -> Outcome {
    let tenth = T::from_f64(TENTH);
    // The tenth as it is rounded, so that nothing but the sum is evaluated.
    let exact = COUNT as f64 * tenth.to_f64();
    let error = |sum: T| ((sum.to_f64() - exact) / exact).abs();
    let naive = (0..COUNT).fold(T::ZERO, |sum, _| sum + tenth);
    // Kahan 1965: what a sum rounds away is taken along.
    let (compensated, _) = (0..COUNT).fold((T::ZERO, T::ZERO), |(sum, lost), _| {
        let x = tenth - lost;
        let next = sum + x;
        (next, (next - sum) - x)
    });
    let mut counter = T::ONE;
    while counter + T::ONE != counter {
        counter += counter;
    }
    outcome
        .number("naive_sum_error", error(naive))
        .number(
            "engine_sum_error",
            error(Tensor::full(&[COUNT], tenth).sum().item()),
        )
        .number("compensated_sum_error", error(compensated))
        .number("counter_stops", counter.to_f64())
}

/// Of 1000 numbers, 10⁴ and 10⁴ + 1 in turn: their variance is ¼.
fn with_variances<T: Real>(outcome: Outcome) -> Outcome {
    let numbers = Tensor::<T>::from_fn(&[1000], |i| T::from_f64(1e4 + (i % 2) as f64));
    let mean = numbers.mean().item();
    let naive = numbers.square().mean().item() - mean * mean;
    let engine = numbers.var_axes(&[0], 0).item();
    let error = |variance: T| (variance.to_f64() / 0.25 - 1.0).abs();
    outcome
        .number("naive_variance_error", error(naive))
        .number("engine_variance_error", error(engine))
}

fn with_probabilities<T: Real>(outcome: Outcome) -> Outcome {
    let scalar = |x: f64| Tensor::scalar(T::from_f64(x));
    // The first whole number from which on something is so.
    let from = |is: &dyn Fn(f64) -> bool| {
        (0..2000)
            .map(f64::from)
            .find(|x| is(*x))
            .unwrap_or(f64::INFINITY)
    };
    let pair = |a: f64, b: f64| Tensor::new(&[2], &[a, b].map(T::from_f64));
    let naive_softmax = |logit: f64| {
        let e = pair(logit, logit - 1.0).exp();
        e.at(&[0]) / (e.at(&[0]) + e.at(&[1]))
    };
    let half = T::from_f64(0.5);
    let power = |n: f64| (0..n as usize).fold(T::ONE, |p, _| p * half);
    let sigmoid = |x: f64| T::ONE / (T::ONE + scalar(-x).exp().item());
    let likely = pair(1e4, 1e4 - 1.0).softmax(0).at(&[0]).to_f64();
    let least = pair(0.0, 1000.0).log_softmax(0).at(&[0]).to_f64();
    outcome
        .number("naive_softmax_breaks", from(&|x| naive_softmax(x).is_nan()))
        .number(
            "engine_softmax_error",
            (likely - 1.0 / (1.0 + (-1.0_f64).exp())).abs(),
        )
        .number(
            "probability_vanishes",
            from(&|x| pair(0.0, -x).softmax(0).at(&[1]) == T::ZERO),
        )
        .number("engine_log_softmax_error", (least + 1000.0).abs())
        .number("power_vanishes", from(&|n| power(n) == T::ZERO))
        .number("sigmoid_is_one", from(&|x| sigmoid(x) == T::ONE))
}

fn trained_in_both(context: &Context<'_>) -> Result<Outcome, AppError> {
    let single = context.train::<f32>(&setup())?;
    let double = context.train::<f64>(&setup())?;
    let losses = |outcome: &Outcome| values(outcome, "train_loss");
    let (a, b) = (losses(&single.outcome), losses(&double.outcome));
    let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| ((a - b) / b).abs()).collect();
    let parted = differences.iter().position(|d| *d > 0.01);
    let (near, far) = (single.model.params.values(), double.model.params.values());
    let apart: f64 = near
        .iter()
        .zip(far)
        .map(|(a, b)| (f64::from(*a) - b).powi(2))
        .sum();
    let size: f64 = far.iter().map(|b| b * b).sum();
    let accuracy = |outcome: &Outcome| outcome.get("test_accuracy").unwrap_or(f64::NAN);
    let between = accuracy(&single.outcome) - accuracy(&double.outcome);
    Ok(Outcome::new()
        .number(
            "first_difference",
            differences.first().copied().unwrap_or(f64::NAN),
        )
        .number(
            "last_difference",
            differences.last().copied().unwrap_or(f64::NAN),
        )
        .number("weights_difference", (apart / size).sqrt())
        .number(
            "parted_at",
            parted.map_or(f64::INFINITY, |epoch| epoch as f64 + 1.0),
        )
        .number("accuracy_difference", between.abs())
        .series("loss_difference", differences)
        .with("f32/", single.outcome)
        .with("f64/", double.outcome))
}

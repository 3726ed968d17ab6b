//! The fields of training.

use nn::optim::{self, Method, OptimizerError};
use nn::{Clip, L1, L1Form, L2, L2Form, Reduction};

use super::{IMAGES, Row, fixed, within};
use crate::experiment::Kind::Classification;
use crate::field::{Field, Scope, text};
use crate::options::Settings;
use crate::place::at;
use crate::search::Scale;
use crate::shown::Shown;
use crate::values::{
    batch_size, count, epochs, no_file, not_negative, positive, seed, share, threads, whole,
};

#[rustfmt::skip]
pub(super) fn training() -> Vec<Row> {
    vec![
        Field::new("optimizer", "NAME", "Optimizer", text, at!(experiment.training.optimizer)).words(optim::names()).short_words(optim::short_names()).into(),
        Field::of(("lr", "X", "Learning rate"), positive,
                  |s| {
                      let training = &s.experiment.training;
                      (!training.optimizer.is_full_batch()).then(|| training.lr.shown())
                  },
                  |s, lr| {
                      let training = &mut s.experiment.training;
                      match training.optimizer {
                          method if method.is_full_batch() => Err(format!("the optimizer {method} finds the length of its steps by itself; leave it out")),
                          _ => { training.lr = lr; Ok(()) }
                      }
                  }).drawn(Scale::Log).into(),
        Field::new("schedule", "NAME", "Learning-rate schedule", text, at!(experiment.training.config.schedule)).comma('+')
            .details("One of constant; step:K,G, times G every K epochs; exponential:G; cosine; one-cycle; plateau:K,G, times G after K epochs without progress.").into(),
        Field::new("warmup", "E", "Epochs of linear warmup before the schedule", whole, at!(experiment.training.config.warmup)).drawn(Scale::Whole).rare().into(),
        Field::of(("momentum", "M", "Momentum of sgd, nesterov and rmsprop"), share,
                  |s| {
                      let optimizer = s.experiment.training.optimizer;
                      let own = optimizer.momentum().filter(|m| Some(*m) != optimizer.default_momentum());
                      own.map(|m| m.shown())
                  },
                  |s, momentum| {
                      let optimizer = &mut s.experiment.training.optimizer;
                      *optimizer = optimizer.with_momentum(momentum).map_err(|e| e.to_string())?;
                      Ok(())
                  }).drawn(Scale::Linear).rare()
            .default("0.9 for nesterov, else 0").into(),
        of_method(("dampening", "D", "Share of each gradient that does not enter the momentum of sgd; as large as the momentum makes that a moving average"), share, "0",
                  |method| method.dampening().filter(|d| *d > 0.0), Method::with_dampening),
        of_method(("history-size", "N", "Number of past steps that lbfgs builds its Hessian from"), count, "10", Method::history_size, Method::with_history_size),
        of_method(("tolerance-grad", "X", "Stop where no element of the gradient is larger, for lbfgs and levenberg-marquardt; 0 for never"), not_negative, "1e-7",
                  Method::tolerance_grad, Method::with_tolerance_grad),
        of_method(("tolerance-change", "X", "Stop when no parameter or the loss changes by more, for lbfgs and levenberg-marquardt; 0 for never"), not_negative, "1e-9",
                  Method::tolerance_change, Method::with_tolerance_change),
        Field::new("weight-decay", "X", "Weight decay", not_negative, at!(experiment.training.weight_decay)).drawn(Scale::Log).into(),
        Field::of(("l1", "X", "L1 penalty on weights; 0 for none"), not_negative,
                  |s| Some(l1(s).strength.shown()),
                  |s, strength| set_l1(s, |p| p.strength = strength)).drawn(Scale::Log).into(),
        Field::of(("l1-form", "FORM", "Form of the L1 penalty"), text,
                  |s| Some(l1(s).form.shown()),
                  |s, form| set_l1(s, |p| p.form = form)).rare().words(L1Form::NAMES.iter().copied()).into(),
        Field::of(("l2", "X", "L2 penalty on weights; 0 for none"), not_negative,
                  |s| Some(l2(s).strength.shown()),
                  |s, strength| set_l2(s, |p| *p = L2::new(strength))).drawn(Scale::Log).into(),
        Field::of(("l2-form", "FORM", "Form of the L2 penalty"), text,
                  |s| Some(l2(s).form.shown()),
                  |s, form| set_l2(s, |p| p.form = form)).rare().words(L2Form::NAMES.iter().copied()).into(),
        Field::new("loss-reduction", "HOW", "Loss of a batch that steps go down: mean over its samples, or their sum", text, at!(experiment.training.config.reduction))
            .words(Reduction::NAMES.iter().copied()).rare()
            .details("With sum the gradient is that of the mean times the samples of the batch; penalties are added as they are. Losses are shown as means.").into(),
        Field::optional("max-norm", "X", "Largest norm of the weights into a unit", positive, at!(experiment.training.config.max_norm)).drawn(Scale::Log).rare().default("off").into(),
        Field::new("batch-size", "N", "Batch size; full for all training samples", batch_size, at!(experiment.training.config.batch_size)).drawn(Scale::LogWhole)
            .details("It is full for lbfgs and levenberg-marquardt.").into(),
        Field::new("epochs", "N", "Number of epochs", epochs, at!(experiment.training.epochs)).drawn(Scale::Whole).into(),
        Field::new("class-weight", "WEIGHTS", "Weights of classes in the loss: balanced, none, a=2,b=1, or FILE.csv", text, at!(experiment.training.class_weight)).comma('+').on_axis(no_file)
            .only(&[Classification])
            .details("With balanced every class counts as much as every other. A class that is not named weighs 1. A file has a line class,weight of headings and then a \
                      class and its weight in each line. Weights are divided by their mean over the training samples; --sample-weight multiplies them. The losses of \
                      training and validation and the logistic regression among the baselines are weighted, metrics are not.").into(),
        Field::new("augment", "LIST", "Augmentation of training images: none, or some of shift, rotate, flip, crop, elastic, noise:S", text, at!(experiment.training.augment))
            .comma('+').hidden_for(IMAGES).into(),
        Field::of(("clip-norm", "X", "Largest norm of the gradient, scaled down to it"), positive,
                  |s| match s.experiment.training.config.clip {
                      Some(Clip::Norm(most)) => Some(most.shown()),
                      _ => None,
                  },
                  |s, most| { s.experiment.training.config.clip = Some(Clip::Norm(most)); Ok(()) }).drawn(Scale::Log).rare().default("off").into(),
        Field::of(("early-stopping", "K", "Stop after K epochs without a better validation loss, and keep the best weights"), epochs,
                  |s| s.experiment.training.config.early_stopping.map(|e| e.patience.shown()),
                  |s, patience| { s.experiment.training.set_patience(Some(patience)); Ok(()) }).drawn(Scale::Whole).default("off").into(),
        Field::of(("min-delta", "X", "Validation loss below the best by which an epoch counts as better, for --early-stopping"), not_negative,
                  |s| s.experiment.training.config.early_stopping.map(|e| e.min_delta).filter(|x| *x > 0.0).map(|x| x.shown()),
                  |s, delta| match &mut s.experiment.training.config.early_stopping {
                      Some(stopping) => { stopping.min_delta = delta; Ok(()) }
                      None if delta == 0.0 => Ok(()),
                      None => Err("it is about --early-stopping, which is off".to_owned()),
                  }).rare().default("0").into(),
        Field::optional("stop-at-loss", "X", "Stop after an epoch whose training loss, penalties included, is at most X", not_negative, at!(experiment.training.config.stop_at_loss))
            .rare().default("off").into(),
        fixed(Field::new("seed", "N", "Random seed: initialization, shuffling, dropout, augmentation", seed, at!(experiment.training.config.seed))),
        within(Scope::Run, Field::optional("threads", "N", "Threads, 1 to 1024; results do not depend on it", threads, at!(options.threads)).default("all cores")),
        fixed(Field::switch("f64", "Double precision", at!(experiment.training.f64))),
    ]
}

/// A constant that some optimizers have, written where it is not theirs by default.
fn of_method<T: Shown + PartialEq + 'static>(
    words: (&'static str, &'static str, &'static str),
    parse: fn(&str) -> Result<T, String>,
    default: &'static str,
    get: fn(Method) -> Option<T>,
    with: fn(Method, T) -> Result<Method, OptimizerError>,
) -> Row {
    Field::of(
        words,
        parse,
        move |s| {
            let method = s.experiment.training.optimizer;
            let usual = get(method.with_defaults());
            let own = get(method).filter(|own| usual.as_ref() != Some(own));
            own.map(|own| own.shown())
        },
        move |s, value| {
            let method = &mut s.experiment.training.optimizer;
            *method = with(*method, value).map_err(|e| e.to_string())?;
            Ok(())
        },
    )
    .rare()
    .default(default)
    .into()
}

fn l1(settings: &Settings) -> L1 {
    settings
        .experiment
        .training
        .config
        .l1
        .unwrap_or(L1::new(0.0))
}

/// Changes the L1 penalty; one of strength 0 in the usual form is none.
fn set_l1(settings: &mut Settings, change: impl FnOnce(&mut L1)) -> Result<(), String> {
    let mut penalty = l1(settings);
    change(&mut penalty);
    let none = penalty == L1::new(0.0);
    settings.experiment.training.config.l1 = (!none).then_some(penalty);
    Ok(())
}

fn l2(settings: &Settings) -> L2 {
    settings
        .experiment
        .training
        .config
        .l2
        .unwrap_or(L2::new(0.0))
}

/// Changes the L2 penalty; one of strength 0 in the usual form is none.
fn set_l2(settings: &mut Settings, change: impl FnOnce(&mut L2)) -> Result<(), String> {
    let mut penalty = l2(settings);
    change(&mut penalty);
    let none = penalty == L2::new(0.0);
    settings.experiment.training.config.l2 = (!none).then_some(penalty);
    Ok(())
}

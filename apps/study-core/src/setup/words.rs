//! A setup as text: for readers, and to tell whether two are the same.

use datasets::TestSplit;
use nn::Init;
use settings::{Architecture, Experiment, Head, Objective, Threshold};

use super::{DataSeed, Setup};

impl Setup {
    /// The setting as a table of experiments says it, in parts: what is usual is left out.
    pub fn words(&self) -> Vec<String> {
        let Experiment {
            objective,
            data,
            model,
            training,
            decision,
        } = &self.experiment;
        let mut words = vec![data.name.clone()];
        let mut say = |is: bool, text: String| {
            if is {
                words.push(text);
            }
        };
        let option = |x: Option<usize>| x.map_or_else(String::new, |x| x.to_string());
        let joined = |list: &[usize]| {
            let texts: Vec<String> = list.iter().map(usize::to_string).collect();
            texts.join("-")
        };
        say(data.n.is_some(), format!("{} samples", option(data.n)));
        say(
            data.noise.is_some(),
            format!("noise {}", data.noise.unwrap_or(0.0)),
        );
        if let Some(places) = data.places {
            say(true, format!("{places} points"));
        }
        if let Some(TestSplit::Fraction(test)) = data.split {
            say(true, format!("all samples pooled, {test} for test"));
        }
        say(
            data.train_samples.is_some(),
            format!("{} training samples", option(data.train_samples)),
        );
        let names = model.activation.to_string().replace(',', ", ");
        match &model.architecture {
            Architecture::Autoencoder { latent, depth } => {
                say(true, format!("code of {latent} in {depth} layers"));
            }
            Architecture::Mlp { hidden, .. } if hidden.0.is_empty() => {
                say(true, "no hidden layer".to_owned());
            }
            Architecture::Mlp { hidden, .. } => {
                say(true, format!("{} {names}", joined(&hidden.0)));
            }
            Architecture::Cnn {
                channels, hidden, ..
            } => {
                let channels = channels.as_ref().map_or(&[][..], |c| &c.0);
                say(true, format!("convolutions {}", joined(channels)));
                let hidden = &hidden.0;
                say(!hidden.is_empty(), format!("{} {names}", joined(hidden)));
            }
        }
        say(model.init != Init::HE_NORMAL, model.init.to_string());
        say(
            model.bias_init != 0.0,
            format!("biases from {}", model.bias_init),
        );
        say(model.architecture.batch_norm(), "batch norm".to_owned());
        let dropout = model.architecture.dropout();
        say(dropout > 0.0, format!("dropout {dropout}"));
        match objective {
            Objective::Classification {
                head: Head::Sigmoid,
            } => say(true, "one logit".to_owned()),
            Objective::Reconstruction { loss, noise } => {
                say(true, format!("{loss} of pixels"));
                let clipped = if noise.clipped { ", clipped," } else { "" };
                say(
                    noise.deviation > 0.0,
                    format!("noise {}{clipped} to be removed", noise.deviation),
                );
            }
            _ => {}
        }
        words.extend(training.words());
        if let Some(threshold) = decision.threshold {
            let metric = match threshold {
                Threshold::Auto => format!("auto by {}", decision.metric),
                Threshold::Fixed(x) => x.to_string(),
            };
            words.push(format!("threshold {metric}"));
        }
        if decision.calibrate {
            words.push("calibrated".to_owned());
        }
        words
    }

    /// Everything that defines it, on one line: the experiment as JSON, and what it is not about.
    ///
    /// # Panics
    /// If a setting is a number that JSON cannot hold.
    pub fn settings(&self) -> String {
        let experiment = serde_json::to_string(&self.experiment);
        let experiment = experiment.unwrap_or_else(|e| panic!("a study's setting: {e}"));
        let data_seed = match self.data_seed {
            DataSeed::PerTrial => "per trial".into(),
            DataSeed::Fixed(seed) => serde_json::Value::from(seed),
        };
        let beside = serde_json::json!({
            "data_seed": data_seed,
            "split_per_trial": self.split_per_trial,
            "diagnostics": self.diagnostics,
        });
        format!("{experiment} {beside}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_left_out() {
        let setup = Setup::on("xor")
            .rows(200)
            .hidden([8])
            .activation("sigmoid")
            .optimizer("adam")
            .lr(0.01)
            .l2(5e-4, nn::L2Form::Sum);
        assert_eq!(
            setup.words().join(", "),
            "xor, 200 samples, 8 sigmoid, adam 0.01, batch 32, 50 epochs, l2-sum 0.0005"
        );
    }

    #[test]
    fn every_setting_counts() {
        let plain = || Setup::on("digits").hidden([8]);
        let others = [
            plain().validation(0.2),
            plain().dropout(0.5),
            plain().probes(1),
            plain().standardize(true),
            plain().batch_norm(true),
            plain().f64(),
        ];
        for other in others {
            assert_ne!(other.settings(), plain().settings());
        }
    }
}

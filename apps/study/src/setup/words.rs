//! A setup as text: for readers, and to tell whether two are the same.

use datasets::TestSplit;
use nn::{Init, Schedule};

use super::Setup;

impl Setup {
    /// The setting as a table of experiments says it, in parts: what is usual is left out.
    pub fn words(&self) -> Vec<String> {
        let (data, network) = (&self.data, &self.network);
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
        say(data.rows.is_some(), format!("{} rows", option(data.rows)));
        say(
            data.noise.is_some(),
            format!("noise {}", data.noise.unwrap_or(0.0)),
        );
        if let Some(TestSplit::Fraction(test)) = data.split {
            say(true, format!("all rows pooled, {test} for test"));
        }
        say(
            data.train_rows.is_some(),
            format!("{} training rows", option(data.train_rows)),
        );
        let channels = network.channels.as_deref().unwrap_or_default();
        say(
            !channels.is_empty(),
            format!("convolutions {}", joined(channels)),
        );
        let names: Vec<&str> = network.activations.iter().map(|a| a.name()).collect();
        match network.hidden.as_slice() {
            [] => say(channels.is_empty(), "no hidden layer".to_owned()),
            hidden => say(true, format!("{} {}", joined(hidden), names.join(", "))),
        }
        say(network.init != Init::HE_NORMAL, network.init.to_string());
        say(network.batch_norm, "batch norm".to_owned());
        say(
            network.dropout > 0.0,
            format!("dropout {}", network.dropout),
        );
        say(network.one_logit, "one logit".to_owned());
        if let Some(loss) = self.loss {
            say(true, format!("{loss:?}"));
        }
        let momentum = self
            .momentum
            .map_or_else(String::new, |m| format!(" momentum {m}"));
        say(true, format!("{}{momentum} {}", self.optimizer, self.lr));
        say(
            self.schedule != Schedule::Constant,
            self.schedule.to_string(),
        );
        say(self.warmup > 0, format!("warm-up {}", self.warmup));
        let batch = self
            .batch
            .map_or("full batch".to_owned(), |b| format!("batch {b}"));
        say(true, batch);
        say(true, format!("{} epochs", self.epochs));
        say(
            self.weight_decay > 0.0,
            format!("weight decay {}", self.weight_decay),
        );
        if let Some(l1) = self.l1 {
            say(true, format!("{} {}", l1.form, l1.strength));
        }
        if let Some(l2) = self.l2 {
            say(true, format!("{} {}", l2.form, l2.strength));
        }
        if let Some(stopping) = self.early_stopping {
            say(true, format!("early stopping {}", stopping.patience));
        }
        if let Some(plan) = &self.augment {
            say(true, format!("augmented: {plan}"));
        }
        say(self.f64, "f64".to_owned());
        words
    }

    /// Everything that defines it, on one line.
    pub fn settings(&self) -> String {
        let text = format!("{self:?}");
        // `Setup { data: DataSetup { name: "xor", … } }` reads better without its scaffold.
        let names = ["Setup ", "DataSetup ", "Network ", "Diagnostics "];
        let text = names.iter().fold(text, |text, name| text.replace(name, ""));
        text.replace(": ", " ")
            .replace("Some(", "(")
            .replace('"', "")
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
            "xor, 200 rows, 8 sigmoid, adam 0.01, batch 32, 50 epochs, l2-sum 0.0005"
        );
    }

    #[test]
    fn every_setting_counts() {
        let plain = || Setup::on("digits").hidden([8]);
        let others = [
            plain().validation(0.2),
            plain().dropout(0.5),
            plain().probes(1),
            plain().standardise(true),
            plain().batch_norm(true),
            plain().f64(),
        ];
        for other in others {
            assert_ne!(other.settings(), plain().settings());
        }
    }
}

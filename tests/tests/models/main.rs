//! Random models: layers of every kind with every activation, initializer, loss and penalty, whose gradients and Hessian
//! products are compared with differences, in double precision.
//!
//! A model that fails is made smaller and printed as source that can be pasted into `found.rs`. `GRADUS_PROGRAMS` says
//! how many models are run, `GRADUS_SEED` of which seed.

mod check;
#[path = "../../../autograd/tests/engine/differences.rs"]
mod differences;
mod draw;
mod found;
mod model;

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use check::{Checked, Data, check};
use differences::Tally;
use draw::{ACTIVATIONS, LOSSES, initializers, penalties, recipes};
use model::{Block, Spec};

/// Models of a run that says nothing else.
const MODELS: u64 = 3000;
/// Faults shown before a run stops.
const SHOWN: usize = 8;

/// A number from the environment.
fn from_environment(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => match text.parse() {
            Ok(number) => number,
            Err(_) => panic!("{name} is to be a number, not {text:?}"),
        },
        Err(_) => otherwise,
    }
}

/// Checks a model.
fn examine(spec: &Spec, tally: &mut Tally) -> Result<Checked, String> {
    let data = Data::new(spec.seed, spec.rows, &spec.row, spec.outputs, spec.labels);
    let declare = |p: &mut _, layers: &mut _| spec.declare(p, layers);
    check(spec.seed, &data, spec.loss, spec.config(), declare, tally)
}

/// What the models of a run had.
#[derive(Default)]
struct Coverage {
    activations: BTreeSet<String>,
    initializers: BTreeSet<String>,
    losses: BTreeSet<String>,
    penalties: BTreeSet<String>,
    layers: BTreeSet<String>,
    pairs: BTreeSet<(String, String)>,
}

impl Coverage {
    fn add(&mut self, spec: &Spec) {
        let names: Vec<String> = spec
            .blocks
            .iter()
            .map(|block| {
                if let Block::Linear(_, _, a) | Block::Activate(a) = block {
                    self.activations.insert(a.name().to_owned());
                }
                let text = format!("{block:?}");
                text.split('(').next().unwrap_or_default().to_owned()
            })
            .collect();
        let pairs = names.windows(2).map(|w| (w[0].clone(), w[1].clone()));
        self.pairs.extend(pairs);
        self.layers.extend(names);
        self.initializers.insert(spec.init.to_string());
        self.losses
            .insert(format!("{:?}", (spec.loss, spec.labels)));
        self.penalties.insert(format!("{:?}", (spec.l1, spec.l2)));
    }

    /// How many of each there were, and stops unless everything was covered.
    fn expect_all(&self) {
        assert_eq!(self.activations.len(), ACTIVATIONS.len());
        assert_eq!(self.initializers.len(), initializers().len());
        assert_eq!(self.losses.len(), LOSSES.len());
        assert_eq!(self.penalties.len(), penalties().len());
        assert_eq!(self.layers.len(), 10, "{:?}", self.layers);
        assert!(self.pairs.len() >= 60, "{:?}", self.pairs);
    }
}

#[test]
fn random_models() {
    let models = from_environment("GRADUS_PROGRAMS", MODELS);
    let seed = from_environment("GRADUS_SEED", 0);
    let mut tally = Tally::default();
    let mut coverage = Coverage::default();
    let (mut compared, mut layers) = (0, 0);
    let mut failures = Vec::new();
    for number in 0..models {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&number.to_le_bytes());
        let config = Config {
            failure_persistence: None,
            max_shrink_iters: 1000,
            ..Config::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &key);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let tree = recipes()
            .new_tree(&mut runner)
            .expect("nothing is filtered");
        let spec = tree.current().spec();
        match examine(&spec, &mut tally) {
            Ok(Checked::Compared) => {
                compared += 1;
                layers += spec.blocks.len();
                coverage.add(&spec);
                continue;
            }
            Ok(Checked::NearKink) => continue,
            Err(_) => {}
        }
        let result = runner.run_one(tree, |recipe| {
            let result = examine(&recipe.spec(), &mut Tally::default());
            result.map(|_| ()).map_err(TestCaseError::fail)
        });
        failures.push(match result {
            Err(TestError::Fail(why, recipe)) => {
                format!("model {number} of seed {seed}: {why}\n{}", recipe.spec())
            }
            other => format!("model {number} of seed {seed}: {other:?}"),
        });
        if failures.len() == SHOWN {
            break;
        }
    }
    println!(
        "{compared} of {models} models compared, with {layers} layers, {} ordered pairs of layers, {} penalties; {tally:?}",
        coverage.pairs.len(),
        coverage.penalties.len(),
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    if models >= MODELS {
        coverage.expect_all();
    }
    assert!(
        10 * compared >= 7 * models,
        "{compared} of {models} compared"
    );
    tally.expect(10 * models as usize, 0.9);
}

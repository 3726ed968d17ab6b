//! Random programs: chains and diamonds of 3 to 12 operations over random shapes, broadcasts and layouts, whose gradients,
//! Hessian products and forward products are compared with differences.
//!
//! A program that fails is made smaller and printed as a call that can be pasted into `found.rs`. The environment
//! variable `GRADUS_PROGRAMS` says how many programs are run, `GRADUS_SEED` of which seed.

mod build;
mod check;
mod found;
mod kinds;
mod kinks;
mod op;
mod program;

use std::collections::BTreeSet;

use autograd::Var;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::differences::Tally;
use build::{Recipe, recipes};
use check::{Checked, check};
use kinds::kinds;
use program::Program;

/// Programs of a run that says nothing else.
const PROGRAMS: u64 = 6000;
/// Faults shown before a run stops.
const SHOWN: usize = 8;

/// A number from the environment.
pub(crate) fn from_environment(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => match text.parse() {
            Ok(number) => number,
            Err(_) => panic!("{name} is to be a number, not {text:?}"),
        },
        Err(_) => otherwise,
    }
}

/// A runner that makes the same value for the same seed and number.
fn runner(seed: u64, number: u64) -> TestRunner {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&number.to_le_bytes());
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 3000,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &key))
}

/// [`Program::results`] with the lifetime of its variables left to the compiler.
fn results<'t>(program: &Program, x: &[Var<'t, f64>]) -> Vec<Var<'t, f64>> {
    program.results(x)
}

/// Checks a program.
fn examine(program: &Program, tally: &mut Tally) -> Result<Checked, String> {
    check(
        &|x| results(program, x),
        &program.inputs(),
        |numbers| program.laid(numbers),
        |numbers| program.sides(numbers),
        tally,
    )
}

/// The smallest program that fails as this one does, as text.
fn smallest(tree: impl ValueTree<Value = Recipe>, runner: &mut TestRunner) -> String {
    let result = runner.run_one(tree, |recipe| {
        let mut tally = Tally::default();
        match examine(&recipe.program(), &mut tally) {
            Ok(_) => Ok(()),
            Err(why) => Err(TestCaseError::fail(why)),
        }
    });
    match result {
        Err(TestError::Fail(why, recipe)) => format!("{why}\n{}", recipe.program()),
        other => format!("{other:?}"),
    }
}

#[test]
fn random_programs() {
    let programs = from_environment("GRADUS_PROGRAMS", PROGRAMS);
    let seed = from_environment("GRADUS_SEED", 0);
    let mut tally = Tally::default();
    let (mut compared, mut near_kinks, mut steps) = (0, 0, 0);
    let mut operations = BTreeSet::new();
    let mut pairs = BTreeSet::new();
    let mut failures = Vec::new();
    for number in 0..programs {
        let mut runner = runner(seed, number);
        let tree = recipes()
            .new_tree(&mut runner)
            .expect("nothing is filtered");
        let program = tree.current().program();
        match examine(&program, &mut tally) {
            Ok(Checked::Compared) => {
                compared += 1;
                steps += program.steps.len();
                operations.extend(program.steps.iter().map(|s| s.op.name()));
                pairs.extend(program.pairs());
            }
            Ok(Checked::NearKink) => near_kinks += 1,
            Err(_) => {
                let text = smallest(tree, &mut runner);
                failures.push(format!("program {number} of seed {seed}: {text}"));
                if failures.len() == SHOWN {
                    break;
                }
            }
        }
    }
    println!(
        "{compared} programs of {steps} steps compared, {near_kinks} too near to a kink; {} operations, {} ordered pairs of them; {tally:?}",
        operations.len(),
        pairs.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // A run that says how long it is need not cover everything.
    let missing: Vec<_> = kinds().iter().map(|k| k.name()).collect();
    let missing: Vec<_> = missing
        .iter()
        .filter(|n| !operations.contains(**n))
        .collect();
    if programs >= PROGRAMS {
        assert!(missing.is_empty(), "no program has {missing:?}");
        assert!(pairs.len() >= 6000, "{} pairs", pairs.len());
    }
    assert!(
        10 * compared >= 7 * programs,
        "{compared} of {programs} compared"
    );
    tally.expect(programs as usize, 0.95);
}

//! The workloads, a declaration each. The peers' script has those that have a peer, by the same names.

mod chain;
mod cnn;
mod decayed;
mod floor;
mod hessian;
mod landscape;
mod network;
mod pack;
mod training;

use autograd::Activation::{Identity, Relu, Sigmoid, Tanh};
use experiment::AppError;

use crate::timing::Steps;
use network::{Cells, Network, Optimizer, Target};

/// Something whose speed is measured.
pub(crate) struct Workload {
    /// The name on the command line and in JSON.
    pub(crate) name: &'static str,
    /// Description of a step.
    pub(crate) about: &'static str,
    /// Workload of the peers to compare with.
    pub(crate) peer: &'static str,
    /// Goals: required speedups over the peers, on one thread and on two.
    pub(crate) goals: [Goals; 2],
    /// The largest ratio of a step to its lower bound that `--check` lets pass, where it checks that: the ratio of
    /// `BENCHMARKS.md` and a tenth for noise, or more where a step takes microseconds.
    pub(crate) most: Option<f64>,
    what: What,
}

/// Speedups over PyTorch, JAX with a compiled step, and JAX with the loop compiled too.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Goals {
    /// PyTorch.
    pub(crate) torch: Option<f64>,
    /// JAX, a compiled step.
    pub(crate) jax: Option<f64>,
    /// JAX, the loop inside of one compiled function.
    pub(crate) scan: Option<f64>,
}

/// Kind of a workload.
enum What {
    /// A step of training on a batch, gathered from all rows.
    Training(Network),
    /// The same of one of so many networks that are trained together.
    Pack(Network, usize),
    /// The same of the convolutional network of `classify`; the sizes are those of the rows and classes.
    Cnn(Network),
    /// Training where a penalty has driven weights of dead units below all normal numbers.
    Decayed(Network),
    /// A product of the Hessian with a vector, from scratch or with the forward and first backward pass at hand.
    Hessian { shared: bool },
    /// A thousand operations on numbers, and their derivatives.
    Chain,
    /// The loss on ten thousand rows, at other parameters each time.
    Landscape,
}

/// A workload with its data, ready to be timed.
pub(crate) struct Prepared {
    /// Steps through the engine, as users run them.
    pub(crate) engine: Steps,
    /// Lower bound: the same step as plain loops over the same kernels, where meaningful.
    pub(crate) floor: Option<Steps>,
    /// Floating-point operations of a step: those of its matrix products, two a multiply-add.
    pub(crate) flops: f64,
}

impl Workload {
    /// Makes the data and the model.
    pub(crate) fn prepare(&self) -> Prepared {
        match &self.what {
            What::Training(network) => training::prepare(network),
            What::Pack(network, networks) => pack::prepare(network, *networks),
            What::Cnn(rows) => cnn::prepare(rows),
            What::Decayed(network) => decayed::prepare(network),
            What::Hessian { shared } => hessian::prepare(*shared),
            What::Chain => chain::prepare(),
            What::Landscape => landscape::prepare(),
        }
    }

    /// Name and description, for the help.
    pub(crate) fn in_words(&self) -> String {
        format!("  {}\n      {}", self.name, self.about)
    }
}

/// Goals against all three.
const fn all(torch: f64, jax: f64, scan: f64) -> Goals {
    Goals {
        torch: Some(torch),
        jax: Some(jax),
        scan: Some(scan),
    }
}

/// A goal against PyTorch alone.
const fn torch(factor: f64) -> Goals {
    Goals {
        torch: Some(factor),
        jax: None,
        scan: None,
    }
}

/// No goals.
const NO_GOALS: Goals = Goals {
    torch: None,
    jax: None,
    scan: None,
};

/// Training with cross-entropy and Adam on random pixels.
const fn classifier(sizes: &'static [usize], rows: usize, batch: usize) -> Network {
    Network {
        sizes,
        hidden: Relu,
        output: Identity,
        optimizer: Optimizer::Adam,
        batch,
        rows,
        cells: Cells::Bytes,
        target: Target::Classes(10),
    }
}

/// The network of the Hessian and of the landscape.
const SMALL: &[usize] = &[784, 64, 32, 10];

/// A regressor of one number.
const RUNGE: Network = Network {
    hidden: Tanh,
    cells: Cells::Reals,
    target: Target::Runge,
    ..classifier(&[1, 50, 50, 1], 1000, 32)
};

/// A classifier of two numbers.
const XOR: Network = Network {
    hidden: Sigmoid,
    cells: Cells::Reals,
    target: Target::Classes(2),
    ..classifier(&[2, 8, 2], 200, 32)
};

/// The workload of this name.
///
/// # Errors
/// If there is none.
pub(crate) fn named(name: &str) -> Result<&'static Workload, AppError> {
    let found = WORKLOADS.iter().find(|w| w.name == name);
    found.ok_or_else(|| AppError::Failure(format!("there is no workload {name}")))
}

/// All workloads.
pub(crate) static WORKLOADS: &[Workload] = &[
    Workload {
        name: "mnist_64_32_relu_adam_b128",
        about: "classifier 784-64-32-10, 60000 samples of bytes",
        peer: "mnist_64_32_relu_adam_b128",
        goals: [all(4.6, 2.0, 1.35), all(5.0, 2.4, 1.5)],
        most: Some(1.1),
        what: What::Training(classifier(SMALL, 60_000, 128)),
    },
    Workload {
        name: "mnist_3x100_sigmoid_rmsprop_b64",
        about: "classifier 784-100-100-100-10, 60000 samples of bytes",
        peer: "mnist_3x100_sigmoid_rmsprop_b64",
        goals: [all(3.5, 1.9, 1.4), all(4.5, 2.4, 1.5)],
        most: Some(1.15),
        what: What::Training(Network {
            hidden: Sigmoid,
            optimizer: Optimizer::RmsProp,
            ..classifier(&[784, 100, 100, 100, 10], 60_000, 64)
        }),
    },
    Workload {
        name: "mnist_512_512_relu_adam_b128",
        about: "classifier 784-512-512-10, 60000 samples of bytes",
        peer: "mnist_512_512_relu_adam_b128",
        goals: [all(2.5, 1.3, 1.15), all(3.5, 1.7, 1.25)],
        most: Some(1.1),
        what: What::Training(classifier(&[784, 512, 512, 10], 60_000, 128)),
    },
    Workload {
        name: "cifar_3072_1024_512_relu_adam_b128",
        about: "classifier 3072-1024-512-10, 20000 samples of bytes",
        peer: "cifar_3072_1024_512_relu_adam_b128",
        goals: [all(2.5, 1.2, 1.15), all(2.7, 1.3, 1.15)],
        most: Some(1.1),
        what: What::Training(classifier(&[3072, 1024, 512, 10], 20_000, 128)),
    },
    Workload {
        name: "digits_64_64_relu_adam_b32",
        about: "classifier 64-64-64-10, 20000 samples of bytes",
        peer: "digits_64_64_relu_adam_b32",
        goals: [all(20.0, 4.5, 1.5), all(20.0, 3.5, 1.5)],
        most: Some(1.2),
        what: What::Training(classifier(&[64, 64, 64, 10], 20_000, 32)),
    },
    Workload {
        name: "runge_1_50_50_1_tanh_adam_b32",
        about: "regressor 1-50-50-1 of Runge's function, 1000 samples",
        peer: "runge_1_50_50_1_tanh_adam_b32",
        goals: [all(25.0, 5.0, 1.3), all(25.0, 4.0, 1.3)],
        most: Some(1.4),
        what: What::Training(RUNGE),
    },
    Workload {
        name: "runge_1_50_50_1_tanh_adam_b32_x16",
        about: "a step of one of 16 such networks, which fit_together trains in turns",
        peer: "runge_1_50_50_1_tanh_adam_b32_x16",
        goals: [NO_GOALS; 2],
        most: None,
        what: What::Pack(RUNGE, 16),
    },
    Workload {
        name: "xor_2_8_2_sigmoid_adam_b32",
        about: "classifier 2-8-2, 200 samples",
        peer: "xor_2_8_2_sigmoid_adam_b32",
        goals: [torch(50.0); 2],
        most: Some(2.0),
        what: What::Training(XOR),
    },
    Workload {
        name: "xor_2_8_2_sigmoid_adam_b32_x100",
        about: "a step of one of 100 such networks that are trained together",
        peer: "xor_2_8_2_sigmoid_adam_b32_x100",
        goals: [NO_GOALS; 2],
        most: None,
        what: What::Pack(XOR, 100),
    },
    Workload {
        name: "decayed_30_64_32_relu_adam_l2_b128",
        about: "classifier 30-64-32-2 under L2, 80000 samples, weights of dead units decayed to nothing; the bound is the same with zeros",
        peer: "decayed_30_64_32_relu_adam_l2_b128",
        goals: [NO_GOALS; 2],
        most: Some(1.3),
        what: What::Decayed(Network {
            cells: Cells::Reals,
            target: Target::Classes(2),
            ..classifier(&[30, 64, 32, 2], 80_000, 128)
        }),
    },
    Workload {
        name: "autoencoder_784_256_128_64_32_b128_adam",
        about: "autoencoder 784-256-128-64-32 (mirrored decoder, sigmoid output, MSE), 60000 samples of bytes",
        peer: "autoencoder_784_256_128_64_32_b128_adam",
        goals: [torch(2.2), torch(2.5)],
        most: Some(1.2),
        what: What::Training(Network {
            output: Sigmoid,
            target: Target::Inputs,
            ..classifier(&[784, 256, 128, 64, 32, 64, 128, 256, 784], 60_000, 128)
        }),
    },
    Workload {
        name: "mnist_cnn_16_16_32_32_b64",
        about: "the network of classify --data mnist --model cnn with AdamW, 60000 samples of bytes",
        peer: "mnist_cnn_16_16_32_32_b64",
        goals: [torch(2.4), NO_GOALS],
        most: None,
        what: What::Cnn(classifier(&[784, 10], 60_000, 64)),
    },
    Workload {
        name: "hvp_mnist_64_32_b1024",
        about: "Hessian-vector product, tanh network 784-64-32-10 on 1024 samples, from scratch",
        peer: "hvp_mnist_64_32_b1024",
        goals: [torch(2.0); 2],
        most: None,
        what: What::Hessian { shared: false },
    },
    Workload {
        name: "hvp_mnist_64_32_b1024_shared",
        about: "the same, reusing the forward and first backward pass of earlier products",
        peer: "hvp_mnist_64_32_b1024",
        goals: [torch(4.0); 2],
        most: None,
        what: What::Hessian { shared: true },
    },
    Workload {
        name: "scalar_chain_1000_ops_fwd_bwd",
        about: "a thousand scalar operations, forward and backward",
        peer: "scalar_chain_1000_ops_fwd_bwd",
        goals: [torch(40.0); 2],
        most: None,
        what: What::Chain,
    },
    Workload {
        name: "landscape_eval_mnist10k_64_32_per_point",
        about: "loss of 784-64-32-10 on 10000 samples of bytes at successive points of a slice",
        peer: "landscape_eval_mnist10k_64_32_per_point",
        goals: [torch(30.0); 2],
        most: None,
        what: What::Landscape,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (i, workload) in WORKLOADS.iter().enumerate() {
            assert!(WORKLOADS[..i].iter().all(|w| w.name != workload.name));
        }
    }

    #[test]
    fn what_has_a_limit_has_a_bound() {
        let limited: Vec<_> = WORKLOADS.iter().filter(|w| w.most.is_some()).collect();
        assert_eq!(limited.len(), 9);
        for workload in limited {
            let what = &workload.what;
            let has_bound = matches!(what, What::Training(_) | What::Decayed(_));
            assert!(has_bound, "{}", workload.name);
        }
    }
}

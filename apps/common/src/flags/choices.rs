//! Values of flags that are one of a few words. Words are spelled as in PyTorch and scikit-learn.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// Declares a choice once: its words on the command line, in the file and in messages are the variants' names in
/// kebab case.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$item_doc])* $item),+ }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.to_possible_value() {
                    Some(word) => f.write_str(word.get_name()),
                    None => write!(f, "{self:?}"),
                }
            }
        }
    };
}

choice! {
    /// Function after each hidden layer.
    Activation {
        /// max(x, 0)
        Relu,
        /// x above 0, 0.01 x below
        LeakyRelu,
        /// x above 0, exp(x) - 1 below
        Elu,
        /// Elu scaled to keep mean and variance
        Selu,
        /// x Φ(x)
        Gelu,
        /// Gelu with Φ by tanh
        GeluTanh,
        /// x sigmoid(x)
        Silu,
        /// ln(1 + exp(x))
        Softplus,
        /// Hyperbolic tangent
        Tanh,
        /// 1 / (1 + exp(-x))
        Sigmoid,
    }
}

choice! {
    /// Distribution that weights are drawn from at the start. Biases start at 0.
    Initialiser {
        /// Normal, variance 2 / fan-in
        HeNormal,
        /// Uniform, variance 2 / fan-in
        HeUniform,
        /// Normal, variance 2 / (fan-in + fan-out)
        XavierNormal,
        /// Uniform, variance 2 / (fan-in + fan-out)
        XavierUniform,
        /// Normal, variance 1 / fan-in
        LecunNormal,
        /// A random orthogonal matrix
        Orthogonal,
        /// Standard normal
        Normal,
        /// Uniform on [0, 1)
        Uniform,
    }
}

choice! {
    /// Rule that turns gradients into steps.
    Optimizer {
        /// Gradient descent, with --momentum if given
        Sgd,
        /// Gradient descent with Nesterov's momentum
        Nesterov,
        /// Adagrad
        Adagrad,
        /// RMSprop, with --momentum if given
        Rmsprop,
        /// Adam
        Adam,
        /// Adam with decoupled weight decay
        Adamw,
        /// Adam with Nesterov's momentum
        Nadam,
    }
}

impl Optimizer {
    /// Whether `--momentum` means something to it.
    pub fn takes_momentum(self) -> bool {
        matches!(self, Self::Sgd | Self::Nesterov | Self::Rmsprop)
    }

    /// How many numbers it keeps for each parameter, for the estimate of memory.
    pub fn states(self, momentum: f64) -> usize {
        match self {
            Self::Sgd => usize::from(momentum != 0.0),
            Self::Nesterov | Self::Adagrad => 1,
            Self::Rmsprop => 1 + usize::from(momentum != 0.0),
            Self::Adam | Self::Adamw | Self::Nadam => 2,
        }
    }
}

choice! {
    /// What turns a classifier's outputs into probabilities.
    Head {
        /// One output a class
        Softmax,
        /// One output, for two classes
        Sigmoid,
    }
}

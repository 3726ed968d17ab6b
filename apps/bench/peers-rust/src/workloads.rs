//! The workloads that both libraries have, by the names of `bench`, and random data for them.

/// A multi-layer perceptron in training, with learning rate 0.001.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// Inputs, widths of the hidden layers, outputs.
    pub(crate) sizes: &'static [usize],
    /// The activation of hidden layers.
    pub(crate) activation: Activation,
    pub(crate) optimizer: Optimizer,
    /// Rows a step.
    pub(crate) batch: usize,
    /// Rows that batches are drawn from.
    pub(crate) rows: usize,
    pub(crate) task: Task,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Activation {
    Relu,
    Sigmoid,
    Tanh,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Optimizer {
    Adam,
    RmsProp,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Task {
    /// Random labels, cross-entropy.
    Classes,
    /// 1/(1 + 25·x²), mean squared error.
    Runge,
    /// The inputs themselves after a sigmoid, mean squared error.
    Inputs,
}

/// A classifier with ReLU and Adam.
const fn classifier(
    name: &'static str,
    sizes: &'static [usize],
    rows: usize,
    batch: usize,
) -> Workload {
    Workload {
        name,
        sizes,
        activation: Activation::Relu,
        optimizer: Optimizer::Adam,
        batch,
        rows,
        task: Task::Classes,
    }
}

/// All of them.
pub(crate) static WORKLOADS: &[Workload] = &[
    classifier(
        "mnist_64_32_relu_adam_b128",
        &[784, 64, 32, 10],
        60_000,
        128,
    ),
    Workload {
        activation: Activation::Sigmoid,
        optimizer: Optimizer::RmsProp,
        ..classifier(
            "mnist_3x100_sigmoid_rmsprop_b64",
            &[784, 100, 100, 100, 10],
            60_000,
            64,
        )
    },
    classifier(
        "mnist_512_512_relu_adam_b128",
        &[784, 512, 512, 10],
        60_000,
        128,
    ),
    classifier(
        "cifar_3072_1024_512_relu_adam_b128",
        &[3072, 1024, 512, 10],
        20_000,
        128,
    ),
    classifier("digits_64_64_relu_adam_b32", &[64, 64, 64, 10], 20_000, 32),
    Workload {
        activation: Activation::Tanh,
        task: Task::Runge,
        ..classifier("runge_1_50_50_1_tanh_adam_b32", &[1, 50, 50, 1], 1000, 32)
    },
    Workload {
        activation: Activation::Sigmoid,
        ..classifier("xor_2_8_2_sigmoid_adam_b32", &[2, 8, 2], 200, 32)
    },
    Workload {
        task: Task::Inputs,
        ..classifier(
            "autoencoder_784_256_128_64_32_b128_adam",
            &[784, 256, 128, 64, 32, 64, 128, 256, 784],
            60_000,
            128,
        )
    },
];

/// Rows with their targets, of which a task has one kind.
pub(crate) struct Data {
    /// `[rows, inputs]`, from 0 to 1.
    pub(crate) inputs: Vec<f32>,
    /// `[rows]`.
    pub(crate) labels: Vec<u32>,
    /// `[rows, 1]`.
    pub(crate) values: Vec<f32>,
    /// All rows in random order.
    pub(crate) order: Vec<u32>,
}

impl Workload {
    pub(crate) fn data(&self) -> Data {
        let mut next = random();
        let inputs: Vec<f32> = (0..self.rows * self.sizes[0])
            .map(|_| (next() >> 40) as f32 / (1u64 << 24) as f32)
            .collect();
        let classes = self.sizes[self.sizes.len() - 1] as u64;
        let labels = if self.task == Task::Classes {
            (0..self.rows).map(|_| (next() % classes) as u32).collect()
        } else {
            Vec::new()
        };
        let values = if self.task == Task::Runge {
            inputs.iter().map(|x| 1.0 / (1.0 + 25.0 * x * x)).collect()
        } else {
            Vec::new()
        };
        let mut order: Vec<u32> = (0..self.rows as u32).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, (next() % (i as u64 + 1)) as usize);
        }
        Data {
            inputs,
            labels,
            values,
            order,
        }
    }

    /// Where each batch starts in the order, round and round.
    pub(crate) fn starts(&self) -> impl FnMut() -> usize + 'static {
        let (batch, last) = (self.batch, self.rows - self.batch);
        let mut step = 0;
        move || {
            step += 1;
            (step - 1) * batch % last
        }
    }
}

/// A xorshift generator (Marsaglia 2003).
fn random() -> impl FnMut() -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

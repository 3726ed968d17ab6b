"""The workloads of `bench` that other libraries have, and random data of their shapes."""

import numpy as np

# name: (sizes, activation, optimiser, batch, rows, steps of a repetition)
CLASSIFIERS = {
    "mnist_64_32_relu_adam_b128": ([784, 64, 32, 10], "relu", "adam", 128, 60000, 150),
    "mnist_3x100_sigmoid_rmsprop_b64": ([784, 100, 100, 100, 10], "sigmoid", "rmsprop", 64, 60000, 150),
    "mnist_512_512_relu_adam_b128": ([784, 512, 512, 10], "relu", "adam", 128, 60000, 30),
    "cifar_3072_1024_512_relu_adam_b128": ([3072, 1024, 512, 10], "relu", "adam", 128, 20000, 8),
    "digits_64_64_relu_adam_b32": ([64, 64, 64, 10], "relu", "adam", 32, 20000, 400),
}
CNN = "mnist_cnn_16_16_32_32_b64"
RUNGE = "runge_1_50_50_1_tanh_adam_b32"
XOR = "xor_2_8_2_sigmoid_adam_b32"
AUTOENCODER = "autoencoder_784_256_128_64_32_b128_adam"
HESSIAN = "hvp_mnist_64_32_b1024"
CHAIN = "scalar_chain_1000_ops_fwd_bwd"
LANDSCAPE = "landscape_eval_mnist10k_64_32_per_point"
AUTOENCODER_SIZES = [784, 256, 128, 64, 32, 64, 128, 256, 784]
# name: (workload, networks that train at once)
PACKS = {f"{XOR}_x100": (XOR, 100), f"{RUNGE}_x16": (RUNGE, 16)}


def rows_and_labels(rng, rows, width):
    return rng.random((rows, width), dtype=np.float32), rng.integers(0, 10, rows)


def starts(rows, batch, steps):
    """Where each batch of a repetition begins."""
    return [step * batch % (rows - batch) for step in range(steps)]


def batches_of(rng, rows, batch, steps):
    """The rows of each batch of a repetition: [steps, batch]."""
    order = rng.permutation(rows)
    return np.stack([order[start : start + batch] for start in starts(rows, batch, steps)])


def runge_data(rng):
    x = rng.random((1000, 1), dtype=np.float32) * 2 - 1
    return x, 1 / (1 + 25 * x * x)


def xor_data(rng):
    x = rng.random((200, 2), dtype=np.float32) * 2 - 1
    return x, ((x[:, 0] > 0) ^ (x[:, 1] > 0)).astype(np.int64)


def brief(steps):
    """Fewer steps, where a repetition has no start-up cost: on a busy machine some of them are not interrupted."""
    return max(steps // 8, 1)

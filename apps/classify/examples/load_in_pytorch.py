"""Loads the model of a run into PyTorch and classifies rows of a CSV file with it.

    pip install torch safetensors
    python load_in_pytorch.py runs/classify-digits-1 rows.csv

The tensors have the names of the equivalent nn.Sequential; the metadata says how to build it.
"""

import csv
import json
import sys

import torch
from safetensors import safe_open
from torch import nn

ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "gelu-tanh": lambda: nn.GELU("tanh"),
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


def load(run):
    with safe_open(f"{run}/model.safetensors", "pt") as file:
        card = json.loads(file.metadata()["gradus"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    network = card["network"]
    layers = []
    width = network["inputs"]
    for units in network["hidden"]:
        layers += [nn.Linear(width, units), ACTIVATIONS[network["activation"]]()]
        if network["dropout"] > 0:
            layers.append(nn.Dropout(network["dropout"]))
        width = units
    layers.append(nn.Linear(width, network["outputs"]))
    model = nn.Sequential(*layers)
    if card["precision"] == "f64":
        model = model.double()
    model.load_state_dict(tensors)
    return model.eval(), card


if __name__ == "__main__":
    run, file = sys.argv[1:]
    model, card = load(run)
    with open(file, newline="") as lines:
        rows = [[float(cell) for cell in line] for line in csv.reader(lines)]
    scale, shift = (torch.tensor(card["rows"][key]).double() for key in ("scale", "shift"))
    x = (torch.tensor(rows).double() * scale + shift).to(model[0].weight.dtype)
    with torch.no_grad():
        logits = model(x)
    if card["network"]["head"] == "sigmoid":
        classes = (logits[:, 0] > 0).long()
    else:
        classes = logits.argmax(1)
    for c in classes:
        print(card["rows"]["classes"][c])

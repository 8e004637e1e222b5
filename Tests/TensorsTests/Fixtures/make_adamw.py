#!/usr/bin/env python3
"""Twenty steps of PyTorch's AdamW on a matrix that decays and a vector that does not. The matrix has given gradients, the vector ones.

    python3 make_adamw.py      # writes adamw.json beside itself; needs torch
"""
import json
import pathlib

import torch

torch.manual_seed(4)
weight = torch.nn.Parameter(torch.randn(3, 21))
bias = torch.nn.Parameter(torch.randn(3))
numbers = lambda t: [float(f"{v:.9g}") for v in t.flatten().tolist()]
result = {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6, "weightDecay": 0.1,
          "weight": numbers(weight), "bias": numbers(bias), "steps": []}
optimiser = torch.optim.AdamW(
    [{"params": [weight], "weight_decay": 0.1}, {"params": [bias], "weight_decay": 0.0}],
    lr=0.01, betas=(0.9, 0.99), eps=1e-6)
for step in range(20):
    # Gradients of very different sizes, some of them zero.
    weight.grad = torch.randn(3, 21) * 10.0 ** (step % 5 - 3)
    weight.grad[0] = 0
    bias.grad = torch.ones(3)
    gradient = numbers(weight.grad)
    optimiser.step()
    result["steps"].append({"gradient": gradient, "weight": numbers(weight), "bias": numbers(bias)})
pathlib.Path(__file__).with_name("adamw.json").write_text(json.dumps(result))

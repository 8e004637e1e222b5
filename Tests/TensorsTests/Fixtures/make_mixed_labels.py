#!/usr/bin/env python3
"""PyTorch's cross-entropy with probabilities as targets: two labels a row with the weights lambda and 1 - lambda, smoothed or not.

    python3 make_mixed_labels.py      # writes mixed_labels.json beside itself; needs torch
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(6)
# The third row's two labels are one.
labels, partners = torch.tensor([4, 0, 2, 1]), torch.tensor([1, 4, 2, 0])
logits = (3 * torch.randn(4, 5)).float()
numbers = lambda t: [float(f"{v:.9g}") for v in t.flatten().tolist()]
result = {"logits": numbers(logits), "labels": labels.tolist(), "partners": partners.tolist(), "cases": []}
for share in (1.0, 0.3, 0.0):
    for smoothing in (0.0, 0.1):
        z = logits.double().requires_grad_()
        target = share * F.one_hot(labels, 5) + (1 - share) * F.one_hot(partners, 5)
        loss = F.cross_entropy(z, target.double(), label_smoothing=smoothing)
        loss.backward()
        result["cases"].append({"share": share, "smoothing": smoothing, "loss": loss.item(), "gradient": numbers(z.grad)})
pathlib.Path(__file__).with_name("mixed_labels.json").write_text(json.dumps(result) + "\n")

#!/usr/bin/env python3
"""Reference numbers from PyTorch for small VGGs: logits, loss, every gradient, weights after three SGD steps,
plain and with Nesterov's momentum, clipping and label smoothing.

    python3 make_vgg.py      # writes vgg.json beside itself; needs torch
"""
import json
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F

CLIP = 0.13

CASES = {
    # name: (table, outputs, hidden, pooled, side, images)
    "even": ([8, "M", 16, 16, "M"], 5, [12, 10], 2, 8, 6),
    "odd maps, linear head, upsampling pool": ([5, 7, "M", 6], 3, [], 3, 5, 4),
}


def vgg(table, outputs, hidden, pooled):
    layers, channels = [], 3
    for width in table:
        if width == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    classifier, features = [], channels * pooled * pooled
    for width in hidden:
        classifier += [nn.Linear(features, width), nn.ReLU(), nn.Dropout(0.0)]
        features = width
    classifier.append(nn.Linear(features, outputs))
    net = nn.Module()
    net.features, net.classifier = nn.Sequential(*layers), nn.Sequential(*classifier)
    net.forward = lambda x: net.classifier(
        torch.flatten(F.adaptive_avg_pool2d(net.features(x), pooled), 1))
    return net


def tensors(items):
    return {n: {"shape": list(t.shape), "values": [float(f"{v:.9g}") for v in t.flatten().tolist()]}
            for n, t in items}


def case(table, outputs, hidden, pooled, side, images):
    torch.manual_seed(1)
    net = vgg(table, outputs, hidden, pooled)
    x, y = torch.randn(images, 3, side, side), torch.randint(0, outputs, (images,))
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    result = {"table": ",".join(map(str, table)), "outputs": outputs, "hidden": hidden, "pooled": pooled,
              "side": side, "labels": y.tolist(), "parameters": tensors(net.state_dict().items())}
    result["input"] = tensors([("x", x.permute(0, 2, 3, 1).contiguous())])["x"]["values"]
    for step in range(3):
        optimiser.zero_grad()
        logits = net(x)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        if step == 0:
            result["logits"] = tensors([("z", logits.detach())])["z"]["values"]
            result["loss"] = loss.item()
            smooth = F.cross_entropy(logits, y, label_smoothing=0.1)
            result["smoothedLoss"] = smooth.item()
            result["gradients"] = tensors((n, p.grad) for n, p in net.named_parameters())
        optimiser.step()
    result["trained"] = tensors(net.state_dict().items())
    result.update(refined(vgg(table, outputs, hidden, pooled), x, y))
    return result


def refined(net, x, y):
    """Three steps with all refinements; of case "even" the first is clipped and the others are not."""
    torch.manual_seed(2)
    initial = tensors(net.state_dict().items())
    norms = []
    optimiser = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9, weight_decay=5e-4, nesterov=True)
    for _ in range(3):
        optimiser.zero_grad()
        F.cross_entropy(net(x), y, label_smoothing=0.1).backward()
        norms.append(nn.utils.clip_grad_norm_(net.parameters(), CLIP).item())
        optimiser.step()
    return {"refinedFrom": initial, "clip": CLIP, "norms": norms, "refined": tensors(net.state_dict().items())}


if __name__ == "__main__":
    path = pathlib.Path(__file__).with_name("vgg.json")
    path.write_text(json.dumps({name: case(*spec) for name, spec in CASES.items()}) + "\n")

#!/usr/bin/env python3
"""Reference numbers from timm's vision transformer: logits, loss, every gradient, parameters after three AdamW steps
with decay on matrices only, clipping and label smoothing.

    python3 make_vit.py      # writes vit.json beside itself; needs torch and timm
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from timm.models.vision_transformer import VisionTransformer

CLIP = 1.0
CASES = {
    # name: (text, side, patch, width, depth, heads, mlp, class token)
    "class token": ("vit:side=12,patch=4,width=12,depth=2,heads=3,mlp=20", 12, 4, 12, 2, 3, 20, True),
    "mean pool": ("vit:side=8,patch=2,width=16,depth=2,heads=2,mlp=24,pool=mean", 8, 2, 16, 2, 2, 24, False),
}
OUTPUTS, IMAGES = 5, 4


def tensors(items):
    return {n: {"shape": list(t.shape), "values": [float(f"{v:.7g}") for v in t.flatten().tolist()]}
            for n, t in items}


def network(side, patch, width, depth, heads, mlp, token):
    torch.manual_seed(1)
    net = VisionTransformer(
        img_size=side, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, mlp_ratio=mlp / width,
        num_classes=OUTPUTS, class_token=token, global_pool="token" if token else "avg", fc_norm=False)
    with torch.no_grad():  # so that no gain is 1, no bias 0, and attention is not flat
        for name, p in net.named_parameters():
            p.normal_(1.0 if name.endswith(("norm1.weight", "norm2.weight", "norm.weight")) else 0.0, 0.3)
    return net


def case(text, side, *sizes):
    net = network(side, *sizes).train()
    x, y = torch.randn(IMAGES, 3, side, side), torch.randint(0, OUTPUTS, (IMAGES,))
    exempt = [p for n, p in net.named_parameters() if p.ndim == 1 or n in ("cls_token", "pos_embed")]
    others = [p for p in net.parameters() if all(p is not e for e in exempt)]
    optimiser = torch.optim.AdamW(
        [{"params": others, "weight_decay": 0.05}, {"params": exempt, "weight_decay": 0.0}], lr=0.01)
    result = {"text": text, "side": side, "outputs": OUTPUTS, "labels": y.tolist(), "clip": CLIP,
              "parameters": tensors(net.state_dict().items()),
              "input": tensors([("x", x.permute(0, 2, 3, 1).contiguous())])["x"]["values"]}
    norms = []
    for step in range(3):
        optimiser.zero_grad()
        logits = net(x)
        F.cross_entropy(logits, y, label_smoothing=0.1).backward()
        if step == 0:
            result["logits"] = tensors([("z", logits.detach())])["z"]["values"]
            result["loss"] = F.cross_entropy(logits, y, label_smoothing=0.1).item()
            result["gradients"] = tensors((n, p.grad) for n, p in net.named_parameters())
        norms.append(torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP).item())
        optimiser.step()
    result["norms"] = norms
    result["trained"] = tensors(net.state_dict().items())
    return result


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)  # the numbers themselves, not another rounding of them
    path = pathlib.Path(__file__).with_name("vit.json")
    path.write_text(json.dumps({name: case(*spec) for name, spec in CASES.items()}) + "\n")

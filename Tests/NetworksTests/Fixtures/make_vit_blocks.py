#!/usr/bin/env python3
"""Reference numbers of the blocks of the networks in vit.json, from hooks in timm's vision transformer: by block and
head entropy of attention's rows in nats, effective tokens (mean of exp(entropy)), mass on the own token and deviation of
the scores within a row; by block the root mean square of what attention and the MLP add over that of what they add to,
and the norm of the gradient of the mean cross-entropy with respect to all parameters.

    python3 make_vit_blocks.py      # reads vit.json, writes vit_blocks.json beside itself; needs torch and timm
"""
import json
import pathlib

import torch
import torch.nn.functional as F

from make_vit import CASES, network


def rms(x):
    return x.square().mean().sqrt()


def measured(stored, sizes):
    net = network(*sizes).eval()
    net.load_state_dict({n: torch.tensor(p["values"]).view(p["shape"]) for n, p in stored["parameters"].items()})
    side = stored["side"]
    x = torch.tensor(stored["input"]).view(-1, side, side, 3).permute(0, 3, 1, 2)
    seen = [{} for _ in net.blocks]
    for block, notes in zip(net.blocks, seen):
        attention = block.attn
        attention.fused_attn = False  # so that the probabilities pass through a module

        def keep(name, of_input=False, notes=notes):
            def hook(module, inputs, output):
                notes[name] = (inputs[0] if of_input else output).detach()
            return hook
        attention.qkv.register_forward_hook(keep("qkv"))
        attention.attn_drop.register_forward_hook(keep("probabilities", of_input=True))
        attention.register_forward_hook(keep("attention"))
        block.norm1.register_forward_hook(keep("before attention", of_input=True))
        block.norm2.register_forward_hook(keep("before mlp", of_input=True))
        block.mlp.register_forward_hook(keep("mlp"))
    F.cross_entropy(net(x), torch.tensor(stored["labels"])).backward()
    blocks = []
    for block, notes in zip(net.blocks, seen):
        images, tokens, _ = notes["qkv"].shape
        q, k, _ = notes["qkv"].view(images, tokens, 3, block.attn.num_heads, -1).permute(2, 0, 3, 1, 4)
        scores, p = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5, notes["probabilities"]
        entropy = torch.distributions.Categorical(probs=p).entropy()  # [images, heads, tokens]
        mean = lambda x: x.mean((0, 2)).tolist()
        blocks.append({
            "entropy": mean(entropy), "effectiveTokens": mean(entropy.exp()),
            "selfMass": mean(p.diagonal(dim1=-2, dim2=-1)),
            "scoreDeviation": scores.var(-1, correction=0).mean((0, 2)).sqrt().tolist(),
            "attentionRatio": (rms(notes["attention"]) / rms(notes["before attention"])).item(),
            "mlpRatio": (rms(notes["mlp"]) / rms(notes["before mlp"])).item(),
            "gradientNorm": torch.cat([p.grad.flatten() for p in block.parameters()]).norm().item(),
        })
    return {"tokens": tokens, "blocks": blocks}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    folder = pathlib.Path(__file__).parent
    stored = json.loads((folder / "vit.json").read_text())
    result = {name: measured(stored[name], spec[1:]) for name, spec in CASES.items()}
    (folder / "vit_blocks.json").write_text(json.dumps(result, indent=1) + "\n")

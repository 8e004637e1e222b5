#!/usr/bin/env python3
"""Reference matrices for TransformerFeaturesTests as the authors of AGOP take them for vision transformers: of a head's
queries, keys and values, with the gradient of every logit with respect to ln_1(x) as it enters that one map, by
autograd through timm's model in double precision. Summed over logits and images, averaged over tokens.

    python3 make_vit_agop.py      # writes vit-agop.json beside itself; needs torch and timm
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from timm.models.vision_transformer import VisionTransformer
from torch.func import jacrev

SIDE, PATCH, WIDTH, DEPTH, HEADS, MLP, OUTPUTS, IMAGES = 8, 4, 12, 2, 3, 10, 4, 3
MEAN, STD = (0.5, 0.4, 0.6), (0.25, 0.2, 0.3)


def rounded(tensor):
    return [float(f"{v:.9g}") for v in tensor.flatten().tolist()]


def heads(z, attention):
    """[3, heads, T, h] of tokens [T, d]"""
    return attention.qkv(z).reshape(-1, 3, HEADS, WIDTH // HEADS).permute(1, 2, 0, 3)


def from_block(net, index, part, head, x, moved):
    """Logits from the tokens x that enter block `index`; `moved` enters its map (part, head) in place of ln_1(x)."""
    block = net.blocks[index]
    own = torch.zeros(3, HEADS, 1, 1)
    own[part, head] = 1
    q, k, v = own * heads(moved, block.attn) + (1 - own) * heads(block.norm1(x), block.attn)
    y = F.scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape(-1, WIDTH)
    x = x + block.attn.proj(y)
    x = (x + block.mlp(block.norm2(x)))[None]
    for later in net.blocks[index + 1:]:
        x = later(x)
    return net.head(net.norm(x)[0, 0])


def main():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(2)
    net = VisionTransformer(img_size=SIDE, patch_size=PATCH, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS,
                            mlp_ratio=MLP / WIDTH, num_classes=OUTPUTS).eval()
    with torch.no_grad():  # so that no gain is 1, no bias 0, and attention is not flat
        for name, p in net.named_parameters():
            p.normal_(1.0 if "norm" in name and name.endswith(".weight") else 0.0, 0.3)
            p.copy_(p.float())
    pixels = torch.randint(0, 256, (IMAGES, SIDE, SIDE, 3), dtype=torch.uint8)
    images = ((pixels / 255 - torch.tensor(MEAN)) / torch.tensor(STD)).permute(0, 3, 1, 2)
    agop, nfm = {}, {}
    for index, block in enumerate(net.blocks):
        entering = []
        hook = block.register_forward_pre_hook(lambda _, args: entering.append(args[0].detach()))
        logits = net(images)
        hook.remove()
        for part, name in enumerate("qkv"):
            for head in range(HEADS):
                total = 0
                for x, expected in zip(entering[0], logits):
                    def f(moved):
                        return from_block(net, index, part, head, x, moved)
                    z = block.norm1(x).detach()
                    assert torch.allclose(f(z), expected)
                    jacobian = jacrev(f)(z)  # [logits, T, d]
                    total = total + torch.einsum("ctd,cte->de", jacobian, jacobian) / len(z)
                agop[f"blocks.{index}.attn.{name}.{head}"] = rounded(total)
                rows = block.attn.qkv.weight.reshape(3, HEADS, -1, WIDTH)[part, head]
                nfm[f"blocks.{index}.attn.{name}.{head}"] = rounded(rows.T @ rows / len(rows))
    result = {
        "text": f"vit:side={SIDE},patch={PATCH},width={WIDTH},depth={DEPTH},heads={HEADS},mlp={MLP}",
        "side": SIDE, "outputs": OUTPUTS, "mean": MEAN, "std": STD, "pixels": pixels.flatten().tolist(),
        "parameters": {n: rounded(p) for n, p in net.state_dict().items()}, "agop": agop, "nfm": nfm}
    pathlib.Path(__file__).with_name("vit-agop.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

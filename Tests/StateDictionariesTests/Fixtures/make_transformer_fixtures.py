#!/usr/bin/env python3
"""Makes small vision transformers as timm, torchvision and Hugging Face save them, and states what they compute.

    python3 make_transformer_fixtures.py [FOLDER]     # default: this folder; needs torch, torchvision, timm, transformers 5

Images are 16×16 in patches of 4, tokens 64 wide, two blocks. `vit-timm`, `vit-deit`, `vit-torchvision` and
`vit-huggingface` hold the same numbers under other names; each library computes its own logits. `transformers.json` has three images
[3, 3, 16, 16] and for each file the logits [3, outputs], computed in double precision; of a file without a head, the
normalised class token. Weights are rounded to float16 and stored as such.
"""

import json
import os
import shutil
import sys
import tempfile

import torch
import torchvision
import transformers
from safetensors.torch import save_file
from timm.models.vision_transformer import VisionTransformer

HERE = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
WIDTH, DEPTH, MLP, OUTPUTS = 64, 2, 32, 5
DRAW = torch.Generator().manual_seed(26)
IMAGES = torch.randint(-63, 64, (3, 3, 16, 16), generator=DRAW).float() / 64
EXPECTED = {"images": IMAGES.flatten().tolist()}


def path(name):
    return os.path.join(HERE, name)


def draw(shape, scale, mean=0.0):
    return (mean + scale * torch.randn(shape, generator=DRAW)).half().float()


def drawn(model):
    """The model with weights that let every part show in the logits."""
    values = {}
    for name, value in model.state_dict().items():
        if "norm" in name or "gamma" in name:
            values[name] = draw(value.shape, 0.3, 0.0 if name.endswith("bias") else 1.0)
        elif value.dim() == 1 or name in ("cls_token", "pos_embed"):
            values[name] = draw(value.shape, 0.5)
        else:
            values[name] = draw(value.shape, 1.5 * value[0].numel() ** -0.5)
    model.load_state_dict(values)
    return model.eval()


def expect(name, model, compute=lambda model: model(IMAGES.double())):
    model.double()
    with torch.no_grad():
        EXPECTED[name] = compute(model).float().flatten().tolist()
    model.half()


def vit(**options):
    model = VisionTransformer(
        img_size=16, patch_size=4, embed_dim=WIDTH, depth=DEPTH, mlp_ratio=MLP / WIDTH, num_classes=OUTPUTS,
        **{"num_heads": 1, **options},
    )
    return drawn(model)


def of_timm():
    model = vit()
    state = model.state_dict()
    expect("vit-timm.safetensors", model)
    save_file(model.state_dict(), path("vit-timm.safetensors"))
    # As facebookresearch/deit saves it.
    EXPECTED["vit-deit.pth"] = EXPECTED["vit-timm.safetensors"]
    torch.save({"model": model.state_dict()}, path("vit-deit.pth"))
    return state


def of_timm_completed():
    # As DeiT-III is made: scales of branches, a class token without a position; and queries, keys and values without bias.
    model = vit(init_values=1.0, no_embed_class=True, qkv_bias=False)
    expect("vit-scales.safetensors", model)
    save_file(model.state_dict(), path("vit-scales.safetensors"))

    # The mean of normalised tokens, and heads that a width does not tell.
    model = vit(class_token=False, global_pool="avg", fc_norm=False, num_heads=4)
    expect("vit-mean.safetensors", model)
    save_file(model.state_dict(), path("vit-mean.safetensors"))


def of_torchvision(state):
    model = torchvision.models.VisionTransformer(
        image_size=16, patch_size=4, num_layers=DEPTH, num_heads=1, hidden_dim=WIDTH, mlp_dim=MLP, num_classes=OUTPUTS
    ).eval()
    names = dict(zip(ordered(state), model.state_dict()))
    model.load_state_dict({theirs: state[timms] for timms, theirs in names.items()})
    expect("vit-torchvision.pth", model)
    torch.save(model.state_dict(), path("vit-torchvision.pth"))


def ordered(state):
    """timm's names in the order of torchvision's, whose positions follow the patch embedding."""
    names = [name for name in state if name not in ("cls_token", "pos_embed")]
    return ["cls_token"] + names[:2] + ["pos_embed"] + names[2:]


def of_hugging_face(state):
    config = transformers.ViTConfig(
        image_size=16, patch_size=4, num_hidden_layers=DEPTH, num_attention_heads=1, hidden_size=WIDTH,
        intermediate_size=MLP, num_labels=OUTPUTS,
    )
    assert config.layer_norm_eps == 1e-12 and config.hidden_act == "gelu"
    model = transformers.ViTForImageClassification(config).eval()
    renamed = {}
    for name, value in state.items():
        parts = [name]
        if "attn.qkv" in name:
            parts, value = [name.replace("qkv", part) for part in ("q_proj", "k_proj", "v_proj")], value.chunk(3)
        for part, piece in zip(parts, value if len(parts) == 3 else [value]):
            for ours, theirs in {
                "cls_token": "vit.embeddings.cls_token", "pos_embed": "vit.embeddings.position_embeddings",
                "patch_embed.proj": "vit.embeddings.patch_embeddings.projection", "blocks.": "vit.layers.",
                "norm1.": "layernorm_before.", "norm2.": "layernorm_after.", "attn.proj": "attention.o_proj",
                "attn.": "attention.", "head.": "classifier.",
            }.items():
                part = part.replace(ours, theirs)
            renamed["vit.layer" + part if part.startswith("norm.") else part] = piece
    model.load_state_dict(renamed)
    expect("vit-huggingface.safetensors", model, lambda model: model(IMAGES.double()).logits)
    # save_pretrained writes the names of version 4.
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        shutil.copy(os.path.join(folder, "model.safetensors"), path("vit-huggingface.safetensors"))

    # The modules' names of version 5, without a head and with a pooler that classification does not use.
    body = transformers.ViTModel(config).eval()
    inner = {name.removeprefix("vit."): value for name, value in renamed.items() if name.startswith("vit.")}
    loaded = body.load_state_dict(inner, strict=False)
    assert set(loaded.missing_keys) == {"pooler.dense.weight", "pooler.dense.bias"}
    expect("vit-huggingface-body.pth", body, lambda body: body(IMAGES.double()).last_hidden_state[:, 0])
    torch.save(body.state_dict(), path("vit-huggingface-body.pth"))


torch.manual_seed(0)
state = of_timm()
of_timm_completed()
of_torchvision(state)
of_hugging_face(state)
timms = torch.tensor(EXPECTED["vit-timm.safetensors"])
for other in ("vit-torchvision.pth", "vit-huggingface.safetensors"):
    torch.testing.assert_close(torch.tensor(EXPECTED[other]), timms, rtol=1e-4, atol=1e-4)
with open(path("transformers.json"), "w") as file:
    json.dump(EXPECTED, file, separators=(",", ":"))

#!/usr/bin/env python3
"""Makes the state dictionaries that StateDictionariesTests reads, with other people's libraries.

    python3 make_fixtures.py [FOLDER]     # default: this folder; needs torch, torchvision, safetensors, h5py

Values are drawn from a fixed seed; the older form's keys (memory addresses) and the order of safetensors' metadata vary.
`expected.json` says what each file holds: for every tensor its shape and its values as float32, in the order of the file.
Values are small multiples of 1/64, so that float16 and bfloat16 hold them exactly.
"""

import argparse
import functools
import io
import json
import os
import pathlib
import pickle
import struct
import sys
import tarfile
import types
import warnings
import zipfile
from collections import Counter, OrderedDict, defaultdict

import h5py
import numpy as np
import torch
import torchvision
from safetensors.torch import save_file

warnings.filterwarnings("ignore")
HERE = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
EXPECTED = {}
DRAW = torch.Generator().manual_seed(20)


def path(name):
    return os.path.join(HERE, name)


def draw(*shape):
    """Multiples of 1/64 in (-1, 1): exact in bfloat16's 8 bits."""
    return torch.randint(-63, 64, shape, generator=DRAW).float() / 64


def expect(name, tensors):
    EXPECTED[name] = [
        {"name": key, "shape": list(value.shape), "values": value.detach().float().flatten().tolist()}
        for key, value in tensors.items()
    ]


# Every kind of storage and view


def every_kind():
    shared = draw(40)
    weight = draw(4, 3, 3, 3)
    return OrderedDict(
        [
            ("float32", draw(2, 3)),
            ("float16", draw(3, 2).half()),
            ("bfloat16", draw(5).bfloat16()),
            ("float64", draw(2, 2, 2).double() / 3),
            ("int64", torch.tensor(7)),
            ("int32", torch.tensor([-3, 2**20], dtype=torch.int32)),
            ("int16", torch.tensor([-300, 300], dtype=torch.int16)),
            ("int8", torch.tensor([-5, 5], dtype=torch.int8)),
            ("uint8", torch.tensor([0, 255], dtype=torch.uint8)),
            ("bool", torch.tensor([True, False, True])),
            ("empty", torch.zeros(0, 4)),
            ("parameter", torch.nn.Parameter(draw(3))),
            ("transposed", draw(3, 5).t()),
            ("channels_last", weight.to(memory_format=torch.channels_last)),
            ("window", shared[7:19].view(3, 4)),
            ("every_other", shared[::2]),
            ("corner", shared.view(5, 8)[1:4, 2:5]),
            ("whole", shared),
            ("tied", weight),
            ("tied_again", weight),
            ("repeated", draw(1).expand(2, 6)),
            ("half_transposed", draw(3, 4).half().t()),
        ]
    )


def kinds():
    tensors = every_kind()
    for name, options in {
        "kinds.pth": {},
        "kinds-legacy.pth": {"_use_new_zipfile_serialization": False},
        "kinds-protocol3.pth": {"pickle_protocol": 3},
        "kinds-protocol4.pth": {"pickle_protocol": 4},
        "kinds-protocol5.pth": {"pickle_protocol": 5},
        "kinds-legacy-protocol4.pth": {"_use_new_zipfile_serialization": False, "pickle_protocol": 4},
    }.items():
        torch.save(tensors, path(name), **options)
        expect(name, torch.load(path(name), weights_only=False))

    torch.serialization.set_crc32_options(False)
    torch.save(tensors, path("kinds-no-checksum.pth"))
    torch.serialization.set_crc32_options(True)
    expect("kinds-no-checksum.pth", tensors)

    # The same entries as another program may write them: another folder, zip64 fields, a comment, no padding.
    with zipfile.ZipFile(path("kinds.pth")) as old, zipfile.ZipFile(path("kinds-zip64.pth"), "w") as new:
        for entry in old.infolist():
            folder, rest = entry.filename.split("/", 1)
            with new.open(zipfile.ZipInfo("another folder/" + rest), "w", force_zip64=True) as out:
                out.write(old.read(entry))
        new.writestr("another folder/extra/notes.txt", "not a storage")
        new.comment = b"a comment"
    expect("kinds-zip64.pth", torch.load(path("kinds-zip64.pth"), weights_only=True))


def every_kind_as_safetensors():
    tensors = {k: v.detach().clone().contiguous() for k, v in every_kind().items()}
    tensors['quoted "name" \\ ü 🙂'] = draw(2)
    save_file(tensors, path("kinds.safetensors"), metadata={"format": "pt", "note": 'a "quoted" {word}'})
    with open(path("kinds.safetensors"), "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    expect("kinds.safetensors", {name: tensors[name] for name in header if name != "__metadata__"})


# The tar of PyTorch 0.1, which no library writes any more; torch.load still reads it


def tar_of_torch_0_1(name, tensors):
    """As torch.save wrote it then: `storages`, `tensors`, `pickle`. Views of other storages are listed apart."""
    dump = lambda value, file: pickle.dump(value, file, protocol=2)
    storages, bodies, roots, views = io.BytesIO(), io.BytesIO(), {}, []

    def storage_of(tensor):
        whole = tensor.untyped_storage()
        return whole.data_ptr(), torch.storage.TypedStorage(wrap_storage=whole, dtype=tensor.dtype, _internal=True)

    for tensor in tensors.values():
        key, storage = storage_of(tensor)
        roots.setdefault(key, (len(roots) + 1, storage))
    dump(len(roots), storages)
    for key, (number, storage) in roots.items():
        dump((number, "cpu", getattr(torch, storage.pickle_storage_type())), storages)
        storages.write(struct.pack("<q", storage._size()) + bytes(storage._untyped_storage.tolist()))
    first = next(iter(roots.values()))
    views.append((900, first[0], 1, first[1]._size() - 1))
    dump(views, storages)

    listed = list(tensors.items())
    dump(len(listed) + 1, bodies)
    for i, (key, tensor) in enumerate(listed):
        dump((100 + i, roots[storage_of(tensor)[0]][0], torch.FloatTensor), bodies)
        bodies.write(struct.pack("<ii", tensor.dim(), 0))
        bodies.write(struct.pack(f"<{tensor.dim()}q", *tensor.shape))
        bodies.write(struct.pack(f"<{tensor.dim()}q", *tensor.stride()))
        bodies.write(struct.pack("<q", tensor.storage_offset()))
    dump((199, 900, torch.FloatTensor), bodies)
    bodies.write(struct.pack("<iiqqq", 1, 0, 2, 1, 1))

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return str(value[0]) if isinstance(value, tuple) and value[1:] == ("tensor",) else None

    named = OrderedDict((key, (100 + i, "tensor")) for i, (key, _) in enumerate(listed))
    named["view"] = (199, "tensor")
    whole = io.BytesIO()
    Pickler(whole, protocol=2).dump(named)
    with tarfile.open(path(name), "w:", format=tarfile.PAX_FORMAT) as tar:
        for member, data in (("storages", storages), ("tensors", bodies), ("pickle", whole)):
            info = tarfile.TarInfo(member)
            info.size = len(data.getvalue())
            info.mtime = 1.5  # a fraction makes tarfile write an extended header, as it did then
            tar.addfile(info, io.BytesIO(data.getvalue()))
    expect(name, torch.load(path(name), weights_only=False))


# Wrapped dictionaries


def wrapped():
    inner = OrderedDict([("module.features.0.weight", draw(2, 3, 3, 3)), ("module.features.0.bias", draw(2))])
    optimizer = {"state": {0: {"step": 3, "exp_avg": draw(2)}}, "param_groups": [{"lr": 0.1, "params": [0], "nesterov": False}]}
    torch.save(
        {"epoch": 12, "arch": "vgg11", "best": 0.5, "big": 2**40, "negative": -(2**40), "none": None,
         "size": torch.Size([2, 3]), "optimizer": optimizer, "state_dict": inner},
        path("wrapped.pth"),
    )
    expect("wrapped.pth", inner)
    torch.save({"model": {"state_dict": dict(inner)}, "list": [1, (2,), (3, 4), (5, 6, 7), (8, 9, 10, 11)]}, path("wrapped-twice.pth"))
    expect("wrapped-twice.pth", inner)


# Checkpoints as people have them: other objects beside the weights, several networks in one file


def module_named(name, **members):
    """A module that exists while the fixtures are made, for classes of libraries that need not be installed."""
    parts = name.split(".")
    for i in range(len(parts)):
        sys.modules.setdefault(".".join(parts[: i + 1]), types.ModuleType(parts[i]))
    for key, value in members.items():
        value.__module__ = name
        setattr(sys.modules[name], key, value)


class AttributeDict(dict):
    """Lightning's, in its own module's name."""


class Config:
    """A class of a training script's own."""


def checkpoints():
    module_named("pytorch_lightning.utilities.parsing", AttributeDict=AttributeDict)
    module_named("my_project.config", Config=Config)
    weights = lambda: OrderedDict([("features.0.weight", draw(2, 3, 3, 3)), ("features.0.bias", draw(2))])
    inner = weights()

    # torchvision's references/classification/train.py
    args = argparse.Namespace(model="vgg11", lr=0.1, device="cuda", output_dir=pathlib.PurePosixPath("/runs"))
    torchvision_like = {
        "model": inner, "optimizer": {"state": {0: {"momentum_buffer": draw(2, 3, 3, 3)}}, "param_groups": [{"lr": 0.1}]},
        "lr_scheduler": {"milestones": Counter([3, 3, 5]), "_step_count": 2}, "epoch": 7, "args": args,
    }
    torch.save(torchvision_like, path("objects-namespace.pth"))
    expect("objects-namespace.pth", inner)

    config = Config()
    config.nested, config.device = [config], torch.device("cpu")
    lightning = {
        "state_dict": inner, "hyper_parameters": AttributeDict(lr=0.1, config=config, names=["a"]),
        "acc": np.float64(91.25), "loss": np.float32(0.5), "history": np.arange(5.0), "text": np.array(["a"], dtype=object),
        "path": pathlib.PurePosixPath("/a/b"), "counts": defaultdict(list, a=[1]), "set": {1, 2}, "frozen": frozenset([3]),
        "dtype": torch.float16, "layout": torch.strided, "device": torch.device("cuda:1"), "size": torch.Size([2]), "bytes": b"abc",
        "range": range(3), "complex": 1j, "callback": functools.partial(dict, a=1), "simple": types.SimpleNamespace(a=[1]),
        "long": 2**70, "array": bytearray(b"x"),
    }
    for name, options in {
        "objects.pth": {}, "objects-protocol4.pth": {"pickle_protocol": 4}, "objects-protocol5.pth": {"pickle_protocol": 5},
        "objects-legacy.pth": {"_use_new_zipfile_serialization": False},
    }.items():
        torch.save(lightning, path(name), **options)
        expect(name, inner)
    torch.save(defaultdict(dict, state_dict=inner), path("objects-defaultdict.pth"))
    expect("objects-defaultdict.pth", inner)

    # Weights that are no tensors
    torch.save({"features.0.weight": inner["features.0.weight"].numpy(), "features.0.bias": draw(2)}, path("objects-weights.pth"))

    ema, other, third = weights(), weights(), weights()
    torch.save({"epoch": 1, "state_dict": inner, "state_dict_ema": ema}, path("several-ema.pth"))
    expect("several-ema.pth", inner)
    expect("several-ema.pth:state_dict_ema", ema)
    torch.save({"models": {"generator": other, "critic.a": third}, "epoch": 1}, path("several-unnamed.pth"))
    expect("several-unnamed.pth:models.critic.a", third)
    torch.save({"student": other, "epoch": 1}, path("one-unnamed.pth"))
    expect("one-unnamed.pth", other)


# Files that want to run something


class Call:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def hostile():
    torch.save({"features.0.weight": Call(os.system, "touch owned")}, path("hostile-system.pth"))
    torch.save(
        {"features.0.weight": Call(eval, "print(1)")}, path("hostile-eval-legacy.pth"), _use_new_zipfile_serialization=False
    )
    torch.save({"a": Call(exec, "1")}, path("hostile-exec-protocol4.pth"), pickle_protocol=4)
    torch.save(torch.nn.Sequential(torch.nn.Linear(2, 2)), path("hostile-module.pth"))
    torch.save({"a": draw(2), "b": Call(getattr, "a", "b")}, path("hostile-getattr.pth"))
    torch.save({"a": Call(torch.storage._load_from_bytes, b"x")}, path("hostile-bytes.pth"))


# Whole networks, narrow: weights, an image and its logits

WIDTHS = [2, 3, 4, 5, 5]
BLOCKS = {11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4]}


def vgg(depth, batch_norm, outputs=4):
    """torchvision's own class with a narrow table and a narrow head."""
    torch.manual_seed(depth + batch_norm)
    table = [c for width, count in zip(WIDTHS, BLOCKS[depth]) for c in [width] * count + ["M"]]
    model = torchvision.models.vgg.VGG(
        torchvision.models.vgg.make_layers(table, batch_norm=batch_norm), num_classes=1, init_weights=False
    )
    head = lambda inputs, outputs: torch.nn.Linear(inputs, outputs)
    model.classifier = torch.nn.Sequential(
        head(WIDTHS[-1] * 49, 6), torch.nn.ReLU(), torch.nn.Dropout(), head(6, 5), torch.nn.ReLU(), torch.nn.Dropout(), head(5, outputs)
    )
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.normal_(module.weight, std=0.35)
            torch.nn.init.normal_(module.bias, std=0.2)
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, std=0.3)
            torch.nn.init.normal_(module.running_mean, std=0.3)
            torch.nn.init.uniform_(module.running_var, 0.3, 2)
    return model.eval()


IMAGE = draw(1, 3, 32, 32)
expect("image", {"image": IMAGE[0]})


def expect_logits(name, model):
    with torch.no_grad():
        expect(name, {"logits": model(IMAGE)[0]})


def networks():
    for depth in BLOCKS:
        for batch_norm in (False, True):
            name = f"vgg{depth}{'-bn' if batch_norm else ''}.pth"
            model = vgg(depth, batch_norm)
            torch.save(model.state_dict(), path(name))
            expect_logits(name, model)

    # DataParallel around the features only, as PyTorch's ImageNet example saves VGG.
    model = vgg(11, False)
    model.features = torch.nn.DataParallel(model.features)
    torch.save({"state_dict": model.state_dict()}, path("vgg11-parallel.pth"))
    expect_logits("vgg11-parallel.pth", model)

    model = vgg(11, False)
    tensors = {}
    timm = {"classifier.0": "pre_logits.fc1", "classifier.3": "pre_logits.fc2", "classifier.6": "head.fc"}
    for key, value in model.state_dict().items():
        for ours, theirs in timm.items():
            key = key.replace(ours, theirs)
        if key == "pre_logits.fc1.weight":
            value = value.view(6, WIDTHS[-1], 7, 7)
        if key == "pre_logits.fc2.weight":
            value = value.view(5, 6, 1, 1)
        tensors[key] = value.contiguous()
    save_file(tensors, path("vgg11-timm.safetensors"))
    expect_logits("vgg11-timm.safetensors", model)


def sharded():
    """Weights in two files and their index, as huggingface_hub.save_torch_state_dict lays them out."""
    model = vgg(11, False)
    tensors = list(model.state_dict().items())
    halves = [dict(tensors[i::2]) for i in range(2)]
    for stem, ending, save in (("model", "safetensors", save_file), ("pytorch_model", "bin", torch.save)):
        folder = f"sharded-{ending}"
        os.makedirs(path(folder), exist_ok=True)
        names = [f"{stem}-{i + 1:05}-of-00002.{ending}" for i in range(2)]
        for name, half in zip(names, halves):
            save(half, path(f"{folder}/{name}"))
        index = {
            "metadata": {"total_size": sum(4 * t.numel() for _, t in tensors), "all": True, "note": "-"},
            "weight_map": {key: names[i % 2] for i, (key, _) in enumerate(tensors)},
        }
        with open(path(f"{folder}/{stem}.{ending}.index.json"), "w") as file:
            json.dump(index, file, indent=2)
        expect_logits(f"{folder}/{stem}.{ending}.index.json", model)


def completed():
    """Networks whose form differs from the usual: no bias, one input channel."""
    model = vgg(11, False)
    for module in model.features:
        if isinstance(module, torch.nn.Conv2d):
            module.bias = None
    torch.save(model.state_dict(), path("vgg11-no-bias.pth"))
    expect_logits("vgg11-no-bias.pth", model)

    model = vgg(11, False)
    model.features[0].weight = torch.nn.Parameter(model.features[0].weight.detach()[:, :1].clone())
    torch.save(model.state_dict(), path("vgg11-grey.pth"))
    grey = draw(1, 1, 32, 32)
    expect("image-grey", {"image": grey[0].expand(3, 32, 32)})
    with torch.no_grad():
        expect("vgg11-grey.pth", {"logits": model(grey)[0]})


def keras():
    """VGG16 as Keras keeps it: kernels [3, 3, in, out] for BGR images, maps flattened with channels last."""
    model = vgg(16, False)
    convolutions = [m for m in model.features if isinstance(m, torch.nn.Conv2d)]
    linear = [m for m in model.classifier if isinstance(m, torch.nn.Linear)]
    kernels = [c.weight.detach().permute(2, 3, 1, 0) for c in convolutions]
    kernels[0] = kernels[0].flip(2)
    dense = [m.weight.detach().t() for m in linear]
    dense[0] = dense[0].reshape(WIDTHS[-1], 7, 7, -1).permute(1, 2, 0, 3).reshape(49 * WIDTHS[-1], -1)
    layers = [f"block{b + 1}_conv{i + 1}" for b, count in enumerate(BLOCKS[16]) for i in range(count)] + ["fc1", "fc2", "predictions"]
    weights = list(zip(kernels + dense, [m.bias.detach() for m in convolutions + linear]))

    layouts = {
        # keras.applications' own files, Keras 1 names
        "keras-applications.h5": lambda i, name: (f"{name}/{name}_W_1:0", f"{name}/{name}_b_1:0"),
        # tf.keras save_weights
        "keras-2.h5": lambda i, name: (f"{name}/{name}/kernel:0", f"{name}/{name}/bias:0"),
        # model.save of tf.keras
        "keras-2-model.h5": lambda i, name: (f"model_weights/{name}/{name}/kernel:0", f"model_weights/{name}/{name}/bias:0"),
        # Keras 3: by class and number, and an optimizer beside
        "keras-3.weights.h5": lambda i, name: (
            f"layers/{'conv2d' if i < 13 else 'dense'}{'' if i in (0, 13) else f'_{i if i < 13 else i - 13}'}/vars/0",
            f"layers/{'conv2d' if i < 13 else 'dense'}{'' if i in (0, 13) else f'_{i if i < 13 else i - 13}'}/vars/1",
        ),
    }
    for name, paths in layouts.items():
        with h5py.File(path(name), "w") as file:
            for i, (layer, (kernel, bias)) in enumerate(zip(layers, weights)):
                kernel_path, bias_path = paths(i, layer)
                file.create_dataset(kernel_path, data=kernel.numpy())
                file.create_dataset(bias_path, data=bias.numpy())
            if name.startswith("keras-3"):
                file.create_dataset("optimizer/vars/0", data=np.int64(5))
                file.create_dataset("optimizer/vars/1", data=kernels[0].numpy())
                file.create_group("layers/input_layer/vars")
            else:
                (file["model_weights"] if "model_weights" in file else file).attrs["layer_names"] = [n.encode() for n in layers]
        expect_logits(name, model)

    # Nested blocks and side outputs, as an edge detector keeps its VGG16 without a head.
    with h5py.File(path("keras-nested.weights.h5"), "w") as file:
        for layer, (kernel, bias) in zip(layers[:13], weights):
            block, i = int(layer[5]), int(layer[-1])
            group = f"block{block}/layers/conv2d{'' if i == 1 else f'_{i - 1}'}/vars"
            file.create_dataset(group + "/0", data=kernel.numpy())
            file.create_dataset(group + "/1", data=bias.numpy())
        file.create_dataset("side1/layers/conv2d/vars/0", data=np.ones((1, 1, WIDTHS[0], 1), "f4"))
        file.create_dataset("side1/layers/conv2d/vars/1", data=np.ones(1, "f4"))


def keras_archive():
    """Keras 3's .keras of a VGG11, as keras.saving writes it: three stored entries."""
    model = vgg(11, False)
    compact = io.BytesIO()
    with h5py.File(compact, "w", libver="latest") as file:
        for kind, layer in (("conv2d", torch.nn.Conv2d), ("dense", torch.nn.Linear)):
            for i, module in enumerate(m for m in model.modules() if isinstance(m, layer)):
                kernel = module.weight.detach().permute(2, 3, 1, 0) if kind == "conv2d" else module.weight.detach().t()
                if (kind, i) == ("dense", 0):
                    kernel = kernel.reshape(WIDTHS[-1], 7, 7, -1).permute(1, 2, 0, 3).reshape(49 * WIDTHS[-1], -1)
                group = f"layers/{kind}{'' if i == 0 else f'_{i}'}/vars"
                file[group + "/0"] = kernel.numpy()
                file[group + "/1"] = module.bias.detach().numpy()
    with zipfile.ZipFile(path("keras-3.keras"), "w") as archive:
        for entry, data in (("metadata.json", b'{"keras_version": "3.3.3"}'), ("config.json", b"{}"), ("model.weights.h5", compact.getvalue())):
            archive.writestr(zipfile.ZipInfo(entry), data)
    expect_logits("keras-3.keras", model)


def hostile_keras():
    with h5py.File(path("hostile-cycle.h5"), "w") as file:
        file.create_dataset("inner/vars/0", data=np.zeros((2, 2), "f4"))
        file["inner/again"] = file["/"]
    with h5py.File(path("hostile-external-link.h5"), "w") as file:
        file["conv"] = h5py.ExternalLink("keras-2.h5", "/block1_conv1")
    with h5py.File(path("hostile-external-storage.h5"), "w") as file:
        file.create_dataset("conv/vars/0", (3, 3, 3, 4), "f4", external=[("/etc/passwd", 0, 432)])


kinds()
every_kind_as_safetensors()
tar_of_torch_0_1(
    "tar.pth",
    OrderedDict([(k, v) for k, v in every_kind().items() if k in ("float32", "transposed", "corner", "whole", "int64", "float64")]),
)
wrapped()
hostile()
networks()
keras()
hostile_keras()
checkpoints()
completed()
sharded()
keras_archive()
with open(path("expected.json"), "w") as file:
    json.dump(EXPECTED, file, separators=(",", ":"))

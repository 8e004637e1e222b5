"""Network, images and run files (docs/files.md): read with what they must hold, written whole or not at all."""
import hashlib
import os
import shlex

import h5py
import numpy as np
import torch

from .networks import network_of
from .options import refuse

MEASURES = ["train_loss", "train_accuracy", "train_loss_evaluated", "train_accuracy_evaluated",
            "validation_loss", "validation_accuracy", "test_loss", "test_accuracy"]


def opened(path, kind, *needed):
    """An HDF5 file with these datasets or attributes, or a refusal."""
    if not os.path.exists(path):
        refuse(66, f"{path}: there is no such file")
    try:
        file = h5py.File(path, "r")
    except OSError:
        refuse(65, f"{path}: this is no HDF5 file, or not a whole one")
    for name in needed:
        if name not in file and name not in file.attrs:
            refuse(65, f"{path}: there is no '{name}': this is no {kind} file")
    return file


class Initial:
    """A network, its parameters, and what its file says of where it came from."""

    def __init__(self, path):
        with opened(path, "network", "architecture", "outputs", "pooled", "dropout") as file:
            self.attributes = dict(file.attrs)
            self.is_run = "epochs/train_loss" in file
            try:
                self.text, self.outputs = str(file.attrs["architecture"]), int(file.attrs["outputs"])
                self.network = network_of(self.text, self.outputs, [int(n) for n in file.attrs.get("hidden", [])],
                                          int(file.attrs["pooled"]), float(file.attrs["dropout"]))
            except (ValueError, TypeError, OverflowError) as error:
                refuse(65, f"{path}: {error}")
            self.parameters = {}
            for name, shape in self.network.shapes.items():
                if not isinstance(file.get(name), h5py.Dataset) or file[name].shape != shape:
                    refuse(65, f"{path}: '{name}' is missing or not {list(shape)}, as {self.text} needs it")
                self.parameters[name] = torch.from_numpy(file[name][()].astype(np.float32))
                if not self.parameters[name].isfinite().all():
                    refuse(65, f"{path}: '{name}' holds NaN or infinity: this network diverged")


class Images:
    """Pixels and labels as NumPy arrays, in `pixels` and `labels` by split, train and test."""

    def __init__(self, path):
        splits = [f"{split}/{part}" for split in ("train", "test") for part in ("images", "labels")]
        with opened(path, "images", *splits, "name", "mean", "std") as file:
            self.attributes = dict(file.attrs)
            self.name = str(file.attrs["name"])
            self.classes = [str(name) for name in file.attrs.get("classes", [])]
            if not self.classes:
                refuse(65, f"{path}: PyTorch's engine needs the attribute 'classes', with at most 4,091 names")
            self.pixels, self.labels = {}, {}
            for split in "train", "test":
                pixels, labels = file[f"{split}/images"][()], file[f"{split}/labels"][()]
                if pixels.ndim != 4 or pixels.shape[3] not in (1, 3) or labels.shape != pixels.shape[:1] \
                        or not all(np.issubdtype(a.dtype, np.integer) for a in (pixels, labels)):
                    refuse(65, f"{path}: '{split}/images' are not integers [N, H, W, 1 or 3] with a label each")
                if len(labels) and not (0 <= labels.min() <= labels.max() < len(self.classes)
                                        and 0 <= pixels.min() <= pixels.max() <= 255):
                    refuse(65, f"{path}: labels or pixels in '{split}' are out of their range")
                self.pixels[split], self.labels[split] = pixels.astype(np.uint8), labels.astype(np.int64)
            if not len(self.labels["train"]):
                refuse(65, f"{path}: there are no training images")
            if len(self.labels["test"]) and self.pixels["test"].shape[1:] != self.pixels["train"].shape[1:]:
                refuse(65, f"{path}: test images have another size than the training images")
            channels = self.pixels["train"].shape[3:]
            mean, std = (np.asarray(file.attrs[name], float) for name in ("mean", "std"))
            if not mean.shape == std.shape == channels or not ((0 <= mean) & (mean <= 1) & (0 < std) & (std <= 1)).all():
                refuse(65, f"{path}: 'mean' and 'std' are not a number per channel in [0, 1], of pixels / 255")
            self.mean, self.std = np.broadcast_to(mean, 3), np.broadcast_to(std, 3)


def check_output(path, log, *inputs):
    """Refuses a place that cannot be written, an input, and a file that is no run, or no log."""
    folder = os.path.dirname(path) or "."
    if not os.access(folder, os.W_OK | os.X_OK):
        refuse(73, f"{path}: cannot be created in {folder}")
    if os.path.realpath(path) in map(os.path.realpath, inputs):
        refuse(64, f"-o {path}: is an input of the same command; name another file")
    if os.path.exists(path) and os.path.getsize(path) > 0:
        if not h5py.is_hdf5(path) or "epochs/train_loss" not in h5py.File(path, "r"):
            refuse(64, f"-o {path}: holds something else, not a run file; remove it, or name another file")
    if log and os.path.isfile(log) and open(log, "rb").read(2) not in (b"", b'{"'):
        refuse(64, f"--log {log}: holds something else, not a log; remove it, or name another file")


def digest(path):
    with open(path, "rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def history(files, options, seed, digests):
    """The inputs' histories without repetitions, and this command."""
    lines = {line: None for attributes in files for line in str(attributes.get("history", "")).splitlines() if line}
    words = [f"--{name.replace('_', '-')} {shlex.quote(str(value))}" for name, value in [*options.items(), ("seed", seed)]]
    inputs = " ".join(f"{role} {value}" for role, value in digests.items())
    return "\n".join([*lines, f"train torch-{torch.__version__} {' '.join(words)} < {inputs}"])


def write_run(path, attributes, parameters, best, epochs, answers):
    """The run file; `best` and `answers` (labels, predictions) may be None."""
    partial = path + ".partial"
    try:
        write(partial, attributes, parameters, best, epochs, answers)
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.remove(partial)


def write(path, attributes, parameters, best, epochs, answers):
    with h5py.File(path, "w") as file:
        for name, value in sorted(attributes.items()):
            is_list_of_text = isinstance(value, (list, np.ndarray)) and len(value) and isinstance(value[0], str)
            file.attrs.create(name, np.array(value, h5py.string_dtype()) if is_list_of_text else value)
        for group, state in [("", parameters), ("best/", best or {})]:
            for name, tensor in state.items():
                file[group + name] = tensor.detach().cpu().contiguous().numpy()
        for name in MEASURES:
            file["epochs/" + name] = np.array([epoch[name] for epoch in epochs], np.float64)
        if answers:
            file["test/labels"], file["test/predictions"] = (np.array(a, np.uint16) for a in answers)

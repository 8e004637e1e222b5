#!/usr/bin/env python3
"""The stage `train` by PyTorch, on a processor or a GPU: reads and writes the files of docs/files.md.

    python3 examples/train_torch.py init.h5 --images images.h5 --epochs 4 --seed 1 --device cuda -o run.h5
    make results PIPELINE=paper TRAIN='python3 examples/train_torch.py --device cuda --amp bf16'

Split, order, augmentation, mixing and dropout take the same numbers from the same streams as train does; the last bits
of sums are PyTorch's (docs/gpu.md). The state after each epoch is kept in OUTPUT.checkpoint.torch: the same command,
given again after an interruption, goes on from there. Needs torch, numpy and h5py.
"""
import os

from torch_engine.options import described, parse, refuse, say

OPTIONS = parse(__doc__)  # before the imports, which take seconds
try:
    import numpy as np
    import torch
    from torch_engine import files
    from torch_engine.record import Checkpoint, Log
    from torch_engine.training import Training
except ImportError as error:
    refuse(69, f"torch, numpy and h5py are needed: {error}")


def share_of_largest(labels):
    """Accuracy of the best constant answer."""
    return float(np.bincount(labels).max() / len(labels))


def side_of(o, initial, images):
    """Height and width of the input: as asked for, else the network's, else as the images are."""
    own = initial.attributes.get("side", initial.network.side)
    side = int(o.side or own or images.pixels["train"].shape[1])
    if initial.network.side not in (None, side):
        refuse(65, f"images of {side}×{side} do not fit {initial.text}")
    if side < initial.network.smallest_side:
        refuse(65, f"images of {side}×{side} are too small for the pools of {initial.text}")
    sizes = images.pixels["train"].shape[1:3]
    if not o.side and sizes != (side, side):
        say(f"images are resized from {sizes[0]}×{sizes[1]} to {side}×{side}, the network's side")
    for name, values in [("mean", images.mean), ("std", images.std)]:
        if name in initial.attributes and not np.allclose(initial.attributes[name], values, atol=1e-3):
            say(f"images are normalised by their own {name}, not by the network's")
    return side


def attributes_of(o, initial, images, side, training, digests):
    """All that the run file says beside its weights and epochs."""
    labels = images.labels["train"]
    kept = {name: value for name, value in initial.attributes.items()
            if name.startswith(("init_", "source_", "features_")) or name in ("hidden", "pooled", "dropout")}
    values = kept | described(o) | {
        "architecture": initial.text, "outputs": initial.outputs, "mean": images.mean, "std": images.std, "side": side,
        "dataset": images.name, "seed": o.seed, "classes": len(images.classes), "class_names": images.classes,
        "train_images": len(training.training), "validation_images": len(training.validation),
        "validation_chance": share_of_largest(labels[training.validation]),
        "history": files.history([initial.attributes, images.attributes], described(o), o.seed, digests)}
    if len(training.tested):
        values["test_chance"] = share_of_largest(images.labels["test"][training.tested])
    if training.best:
        values["best_epoch"] = training.best[0] + 1
    if training.diverged_at:
        values["diverged_at_epoch"] = training.diverged_at
    return values


def percent(share):
    return f"{100 * share:.1f} %"


def main(o):
    if o.device == "cuda" and not torch.cuda.is_available():
        refuse(69, "--device cuda: this PyTorch finds no CUDA device")
    # In float32 all products are of float32: cuDNN's convolutions would round their factors to TF32.
    torch.backends.cudnn.allow_tf32 = False
    # Under make -j a job has one core, unless told.
    if threads := o.threads or ("--jobserver" in os.environ.get("MAKEFLAGS", "") and 1):
        torch.set_num_threads(threads)
    files.check_output(o.output, o.log, o.input, o.images)
    initial, images = files.Initial(o.input), files.Images(o.images)
    for split, count, option in [("train", o.subset, "--subset"), ("test", o.test_subset, "--test-subset")]:
        if (count or 0) > len(images.labels[split]):
            refuse(64, f"{option} {count}, but {o.images} has {len(images.labels[split])} such images")
        if images.labels[split].max(initial=0) >= initial.outputs:
            refuse(65, f"{o.images}: a label is outside the {initial.outputs} outputs of {o.input}")
    side = side_of(o, initial, images)
    training = Training(o, initial, images, side)
    digests = {"network": files.digest(o.input), "images": files.digest(o.images)}
    asked = {"torch": str(torch.__version__), **described(o), "side": side, "seed": o.seed, **digests}
    checkpoint = Checkpoint(o.output + ".checkpoint.torch", asked)
    resumed = checkpoint.resume(training, o.restart)
    log = Log(o.log, training, {
        "dataset": images.name, "architecture": initial.text, "side": side, "engine": "torch",
        "images": o.subset or len(images.labels["train"]), "images_in_file": len(images.labels["train"]),
        "threads": torch.get_num_threads()}, resumed)
    while len(training.epochs) < o.epochs and not training.diverged_at:
        training.run_epoch(log)
        log.epoch(training)
        last = training.epochs[-1]
        if not o.quiet:
            say(f"epoch {len(training.epochs)}/{o.epochs}: loss {last['train_loss']:.4f}, accuracy train "
                f"{percent(last['train_accuracy'])}, validation {percent(last['validation_accuracy'])}, "
                f"test {percent(last['test_accuracy'])}")
        if len(training.epochs) < o.epochs and not training.diverged_at:
            checkpoint.save(training)
    if training.diverged_at:
        say(f"the loss is no longer finite in epoch {training.diverged_at}: this run diverged")
    answers = None
    attributes = attributes_of(o, initial, images, side, training, digests)
    if training.best and len(training.tested):
        answers = training.answers_of_best()
    files.write_run(o.output, attributes, training.p, training.best and training.best[1], training.epochs, answers)
    checkpoint.remove()
    log.end(training)


if __name__ == "__main__":
    try:
        main(OPTIONS)
    except KeyboardInterrupt:
        refuse(130, "interrupted")
    except OSError as error:
        refuse(74, f"{error.filename or OPTIONS.output}: {os.strerror(error.errno) if error.errno else error}")
    except torch.cuda.OutOfMemoryError:
        refuse(69, "the GPU's memory does not suffice: a smaller --batch or --side needs less")

"""The options of `train` that this engine takes, and what it refuses of them."""
import argparse
import math
import sys

NUMBERS = {
    int: {"epochs": 20, "side": None, "batch": 64, "seed": 1, "subset": None, "test-subset": None, "threads": None},
    float: {"learning-rate": 1e-3, "momentum": None, "beta1": None, "beta2": None, "weight-decay": None, "warm-up": 0.0,
            "clip": None, "label-smoothing": 0.0, "mixup": 0.0, "cutmix": 0.0, "validation-share": 0.2},
    str: {"schedule": "constant", "augment": "none", "variant": None, "log": None},
}


def say(message):
    print(f"train_torch.py: {message}", file=sys.stderr)


def refuse(status, message):
    """One line and an exit code: 64 usage, 65 data, 66 no input, 69 unavailable, 73 cannot create, 74 input or output."""
    say(message)
    sys.exit(status)


def parse(description):
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="The other options mean what they mean in train: train --help.")
    parser.error = lambda message: refuse(64, message)
    parser.add_argument("input", help="a network or run file: what training begins with")
    parser.add_argument("-o", "--output", required=True, help="the run file to write")
    parser.add_argument("--images", required=True, help="the images file")
    for kind, options in NUMBERS.items():
        for name, default in options.items():
            parser.add_argument("--" + name, type=kind, default=default)
    parser.add_argument("--optimiser", choices=["sgd", "adamw"], default="sgd")
    for name in "nesterov", "stratify", "restart":
        parser.add_argument("--" + name, action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="where to compute")
    parser.add_argument("--amp", choices=["bf16"], help="matrix products in bfloat16, as PyTorch's autocast has them")
    o = parser.parse_args()
    check(o)
    return o


def check(o):
    """Refuses what `train` refuses, and fills in the defaults that depend on the update rule."""
    is_adam = o.optimiser == "adamw"
    changes = o.augment.split(",")
    o.step = step_of(o.schedule)
    for holds, message in [
            (0 <= o.epochs <= 100_000, f"--epochs is 0 to 100000, not {o.epochs}"),
            (o.side is None or 1 <= o.side <= 4096, "--side is 1 to 4096"),
            (1 <= o.batch <= 65_536, f"--batch is 1 to 65536, not {o.batch}"),
            (0 < o.learning_rate < math.inf, f"--learning-rate is a positive number, not {o.learning_rate}"),
            (all(0 <= (x or 0) < 1 for x in (o.momentum, o.beta1, o.beta2)),
             "--momentum, --beta1 and --beta2 are in [0, 1)"),
            (not o.nesterov or o.momentum != 0, "--nesterov needs a --momentum above 0"),
            (0 <= (o.weight_decay or 0) < math.inf, f"--weight-decay is 0 or more, not {o.weight_decay}"),
            (is_adam or o.beta1 is None and o.beta2 is None, "--beta1 and --beta2 are of --optimiser adamw"),
            (not is_adam or o.momentum is None and not o.nesterov, "--momentum and --nesterov are of --optimiser sgd"),
            (o.step or o.schedule in ("constant", "cosine"), "--schedule is constant, cosine or step:EPOCHS:FACTOR"),
            (0 <= o.warm_up < max(o.epochs, 1), f"--warm-up {o.warm_up} is not shorter than the run"),
            (o.clip is None or 0 < o.clip < math.inf, f"--clip is a positive number, not {o.clip}"),
            (0 <= o.label_smoothing < 1, f"--label-smoothing is in [0, 1), not {o.label_smoothing}"),
            (changes == ["none"] or {"flip", "crop"}.issuperset(changes), "--augment is none, flip, crop, or flip,crop"),
            (all(a == 0 or 1e-3 <= a <= 1e3 for a in (o.mixup, o.cutmix)), "--mixup and --cutmix are 0 or 0.001 to 1000"),
            (o.batch > 1 or o.mixup == o.cutmix == 0, "--mixup and --cutmix need a --batch of at least 2"),
            (0 <= o.seed < 2**63, "--seed is 0 to 2^63 - 1"),
            (0 < o.validation_share < 1, f"--validation-share is between 0 and 1, not {o.validation_share}"),
            (o.subset is None or o.subset > 1, "--subset is at least 2"),
            (o.test_subset is None or o.test_subset > 0, "--test-subset is at least 1"),
            (o.threads is None or 1 <= o.threads <= 128, "--threads is 1 to 128"),
            (o.variant is None or len(o.variant.splitlines()) == 1, "--variant is a name"),
            ("-" not in (o.input, o.images, o.output, o.log), "PyTorch's engine reads and writes files, not pipes")]:
        if not holds:
            refuse(64, message)
    o.augment = ",".join(word for word in ("flip", "crop") if word in changes) or "none"
    defaults = {"momentum": 0.9, "beta1": 0.9, "beta2": 0.999, "weight_decay": 0.01 if is_adam else 5e-4}
    for name, default in defaults.items():
        if getattr(o, name) is None:
            setattr(o, name, default)


def step_of(schedule):
    """(epochs, factor) of step:EPOCHS:FACTOR; None for what is none."""
    words = schedule.split(":")
    try:
        epochs, factor = int(words[1]), float(words[2])
    except (IndexError, ValueError):
        return None
    return (epochs, factor) if words[0] == "step" and len(words) == 3 and epochs > 0 and 0 < factor <= 1 else None


def described(o):
    """All that decides the result, by the names of a run's attributes."""
    if o.optimiser == "adamw":
        rule = {"optimiser": "adamw", "beta1": o.beta1, "beta2": o.beta2}
    else:
        rule = {"momentum": o.momentum, "nesterov": int(o.nesterov)}
    given = {name: getattr(o, name) for name in
             ("amp", "warm_up", "mixup", "cutmix", "clip", "subset", "test_subset", "variant")}
    schedule = "step:{}:{}".format(*o.step) if o.step else o.schedule
    return {"engine": "torch", "epochs_asked": o.epochs, "batch": o.batch, "learning_rate": o.learning_rate, **rule,
            "weight_decay": o.weight_decay, "schedule": schedule, "augment": o.augment,
            "label_smoothing": o.label_smoothing, "stratify": int(o.stratify), "validation_share": o.validation_share,
            **{name: value for name, value in given.items() if value}}

"""What is kept of a run while it goes on: its log for programs, and the state to go on from."""
import json
import math
import os
import pickle
import resource
import socket
import time

import torch

from .options import refuse, say


class Log:
    """A JSON object a line (docs/files.md); nothing without a path."""

    def __init__(self, path, training, start, resumed):
        self.file = open(path, "a" if resumed else "w", buffering=1) if path else None
        self.began, self.last, self.rate = time.monotonic(), (0.0, 0), 0.0
        self.write("start", training, host=socket.gethostname(), process=os.getpid(), **start)

    def write(self, kind, training, **values):
        if not self.file:
            return
        per_epoch, epoch = training.steps_per_epoch, len(training.epochs)
        line = {"kind": kind, "epoch": epoch, "epochs": training.o.epochs, "step": epoch * per_epoch,
                "steps": training.o.epochs * per_epoch, "seconds": round(time.monotonic() - self.began, 3), **values}
        finite = {name: x for name, x in line.items() if not isinstance(x, float) or math.isfinite(x)}
        self.file.write(json.dumps(finite, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n")

    def images_per_second(self, images):
        now = time.monotonic() - self.began
        before, self.last = self.last, (now, images)
        return round((images - before[1]) / max(now - before[0], 1e-9), 1)

    def step(self, training, step, images, learning_rate, loss, accuracy):
        self.rate = learning_rate
        if step % 50 == 0:
            self.write("step", training, epoch=len(training.epochs) + 1, step=step, learning_rate=learning_rate, loss=loss,
                       accuracy=accuracy, images_per_second=self.images_per_second(images))

    def epoch(self, training):
        self.write("epoch", training, learning_rate=self.rate, **training.epochs[-1],
                   images_per_second=self.images_per_second(len(training.training)))
        self.last = (self.last[0], 0)

    def end(self, training):
        self.write("end", training, peak_memory=1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


class Checkpoint:
    """PyTorch's own file of a run's state after an epoch. Random numbers need none: they are counted by step."""

    def __init__(self, path, asked):
        self.path, self.asked = path, asked

    def save(self, training):
        state = {"asked": self.asked, "epochs": training.epochs, "best": training.best, "rule": training.rule.state_dict(),
                 "parameters": {name: value.detach() for name, value in training.p.items()}}
        try:
            torch.save(state, self.path + ".partial")
            os.replace(self.path + ".partial", self.path)
        except (OSError, RuntimeError) as error:  # the run goes on without
            say(f"no checkpoint: {str(error).splitlines()[0]}")

    def resume(self, training, restart):
        """Whether there is a state of this same run, which `training` takes over."""
        if not os.path.exists(self.path):
            return False
        if restart:
            say(f"starting from the beginning, since --restart discards {self.path}")
            return False
        try:
            state = torch.load(self.path, map_location=training.o.device, weights_only=True)
            asked = state["asked"]
            differing = [f"{name} {asked.get(name, 'unset')}, not {self.asked.get(name, 'unset')}"
                         for name in {**self.asked, **asked} if asked.get(name) != self.asked.get(name)]
            if differing:
                refuse(64, f"{self.path} belongs to another run, with {', '.join(differing)}: --restart discards it")
            with torch.no_grad():
                for name, value in training.p.items():
                    value.copy_(state["parameters"][name])
            training.rule.load_state_dict(state["rule"])
            training.epochs, training.best = state["epochs"], state["best"]
        except (RuntimeError, KeyError, TypeError, AttributeError, ValueError, EOFError, pickle.UnpicklingError) as error:
            refuse(65, f"{self.path}: the checkpoint is damaged ({type(error).__name__}): --restart discards it")
        say(f"continuing after epoch {len(training.epochs)}, from {self.path}")
        return True

    def remove(self):
        if os.path.exists(self.path):
            os.remove(self.path)

"""Batches, steps and evaluation: the loop of Sources/Networks/Training, by PyTorch."""
import math

import numpy as np
import torch
import torch.nn.functional as F

from . import streams
from .files import MEASURES
from .options import refuse


class Batches:
    """One split of the images on the device: bytes that become a network's input."""

    def __init__(self, images, split, side, device):
        self.pixels = torch.from_numpy(images.pixels[split]).to(device)
        self.labels = torch.from_numpy(images.labels[split]).to(device)
        levels = torch.arange(256, dtype=torch.float64)[:, None] / 255
        table = (levels - torch.tensor(images.mean)) / torch.tensor(images.std)
        self.table = table.float().to(device)
        height, width = self.pixels.shape[1:3]
        self.axes = None if (height, width) == (side, side) else [axis(n, side).to(device) for n in (height, width)]

    def input(self, indices, change=lambda images: images):
        """Images [N, 3, side, side] at `indices`, changed first as bytes [N, H, W, C]."""
        images = change(self.pixels[indices])
        if self.axes:  # Pillow's bilinear in whole numbers, columns first; double precision holds the sums exactly
            rows, columns = self.axes
            images = level(torch.einsum("nhwc,xw->nhxc", images.double(), columns))
            images = level(torch.einsum("nhxc,yh->nyxc", images, rows)).to(torch.uint8)
        return self.table[images.expand(-1, -1, -1, 3).long(), torch.arange(3, device=images.device)].permute(0, 3, 1, 2)


def axis(size, target):
    """Weights [target, size] of Pillow's bilinear resizing along one axis, times 2²²."""
    scale, weights = size / target, torch.zeros(target, size, dtype=torch.float64)
    support = max(scale, 1)
    for i in range(target):
        centre = (i + 0.5) * scale
        first, last = max(int(centre - support + 0.5), 0), min(int(centre + support + 0.5), size)
        exact = [max(0, 1 - abs((x - centre + 0.5) / support)) for x in range(first, last)]
        for x, weight in zip(range(first, last), exact):
            weights[i, x] = int(0.5 + weight / sum(exact) * 2**22)
    return weights


def level(sums):
    return ((sums + 2**21) / 2**22).floor().clamp(0, 255)


class Training:
    """The network in training: steps, and evaluation after each epoch."""

    def __init__(self, o, initial, images, side):
        self.o, self.network = o, initial.network
        self.p = {name: value.to(o.device) for name, value in initial.parameters.items()}
        # Running statistics of batch norms move by themselves: no rule, decay or clipping.
        self.learned = [value.requires_grad_() for name, value in self.p.items() if name not in initial.network.statistics]
        self.batches = {split: Batches(images, split, side, o.device) for split in ("train", "test")}
        labels, self.outputs = images.labels["train"], initial.outputs
        chosen, tested = np.arange(len(labels)), np.arange(len(images.labels["test"]))
        if o.subset:
            chosen = streams.choose(o.subset, images.pixels["train"], labels, streams.TRAINING_CHOICE)
        if o.test_subset:
            tested = streams.choose(o.test_subset, images.pixels["test"], images.labels["test"], streams.TEST_CHOICE)
        held = math.floor(len(chosen) * o.validation_share + 0.5)
        if not 0 < held < len(chosen):
            refuse(65, f"{len(chosen)} training images leave {len(chosen) - held} to train and {held} to validate on")
        self.training, self.validation = streams.split(chosen, labels, held, o.stratify, o.seed)
        self.tested = tested
        self.steps_per_epoch = -(-len(self.training) // o.batch)
        self.warm_up = max(1, math.floor(o.warm_up * self.steps_per_epoch + 0.5)) if o.warm_up > 0 else 0
        if o.optimiser == "adamw":
            is_matrix = [[p for p in self.learned if (p.ndim in (2, 4)) == wanted] for wanted in (True, False)]
            groups = [{"params": is_matrix[0], "weight_decay": o.weight_decay}, {"params": is_matrix[1], "weight_decay": 0}]
            self.rule = torch.optim.AdamW(groups, lr=o.learning_rate, betas=(o.beta1, o.beta2))
        else:
            self.rule = torch.optim.SGD(self.learned, lr=o.learning_rate, momentum=o.momentum,
                                        weight_decay=o.weight_decay, nesterov=o.nesterov)
        self.epochs, self.best, self.diverged_at = [], None, None

    def logits(self, x, dropping=None):
        with torch.autocast(self.o.device, torch.bfloat16, enabled=self.o.amp == "bf16"):
            return self.network.logits(self.p, x, dropping).double()

    def learning_rate(self, step):
        """docs/training.md has the formulas."""
        o, total = self.o, self.o.epochs * self.steps_per_epoch
        factor = o.step[1] ** (len(self.epochs) // o.step[0]) if o.step else 1
        if step < self.warm_up:
            factor *= (step + 1) / (self.warm_up + 1)
        elif o.schedule == "cosine":
            factor = (1 + math.cos(math.pi * (step - self.warm_up) / (total - self.warm_up))) / 2
        return o.learning_rate * factor

    def run_epoch(self, log):
        """Trains for one epoch and evaluates."""
        o, batches = self.o, self.batches["train"]
        order = self.training[streams.Words(o.seed, streams.SHUFFLE, len(self.epochs)).permutation(len(self.training))]
        loss, correct, seen = 0.0, 0.0, 0
        for step, first in enumerate(range(0, len(order), o.batch), len(self.epochs) * self.steps_per_epoch):
            indices, share = torch.from_numpy(order[first:first + o.batch]).to(o.device), 1.0
            x = batches.input(indices, lambda images: images if o.augment == "none" else streams.augmented(
                images, o.augment, o.seed, step))
            if o.mixup or o.cutmix:
                x, share = streams.mixed(x, o.mixup, o.cutmix, o.seed, step)
            own = F.one_hot(batches.labels[indices], self.outputs)
            target = own * share + own.roll(1, 0) * (1 - share)
            z = self.logits(x, streams.Dropping(o.seed, step))
            smoothed = target * (1 - o.label_smoothing) + o.label_smoothing / self.outputs
            losses = -(smoothed * z.log_softmax(1)).sum(1)
            loss += losses.sum().item()
            correct += target.gather(1, z.argmax(1, keepdim=True)).sum().item()
            seen += len(indices)
            if not math.isfinite(loss):
                break
            rate = self.learning_rate(step)
            self.step(losses.mean(), rate)
            log.step(self, step + 1, seen, rate, loss / seen, correct / seen)
        self.finish_epoch(loss / seen, correct / seen)

    def step(self, loss, learning_rate):
        for group in self.rule.param_groups:
            group["lr"] = learning_rate
        self.rule.zero_grad()
        loss.backward()
        if self.o.clip:
            torch.nn.utils.clip_grad_norm_(self.learned, self.o.clip)
        self.rule.step()

    def finish_epoch(self, loss, accuracy):
        measured = [loss, accuracy]
        for split, indices in [("train", self.training[:len(self.validation)]), ("train", self.validation),
                               ("test", self.tested)]:
            measured += self.evaluate(split, indices)[:2]
        epoch = dict(zip(MEASURES, measured))
        before = self.epochs[self.best[0]]["validation_accuracy"] if self.best else -1
        self.epochs.append(epoch)
        if not math.isfinite(loss) or not math.isfinite(epoch["validation_loss"]):
            self.diverged_at = len(self.epochs)
        elif epoch["validation_accuracy"] > before:
            self.best = len(self.epochs) - 1, {name: value.detach().clone() for name, value in self.p.items()}

    @torch.no_grad()
    def evaluate(self, split, indices):
        """Mean loss, accuracy, and the answers, 65535 where a network's logits are not finite; NaN of no images."""
        batches, loss, answers = self.batches[split], 0.0, []
        for first in range(0, len(indices), self.o.batch):
            chosen = torch.from_numpy(indices[first:first + self.o.batch]).to(self.o.device)
            z = self.logits(batches.input(chosen))
            loss -= z.log_softmax(1).gather(1, batches.labels[chosen, None]).sum().item()
            answers += torch.where(z.max(1).values.isfinite(), z.argmax(1), 65535).tolist()
        labels = batches.labels.cpu().numpy()[indices]
        count = len(indices) or math.nan
        return loss / count, float((labels == answers).sum()) / count, (labels, answers)

    def answers_of_best(self):
        """Labels of the test images, and the answers of the best epoch's network."""
        last, self.p = self.p, self.best[1]
        answers = self.evaluate("test", self.tested)[2]
        self.p = last
        return answers

#!/usr/bin/env python3
"""Learning rates, step by step, of PyTorch's schedulers: a linear warm-up, and after it a constant rate or a cosine.

    python3 make_schedules.py      # writes schedules.json beside itself; needs torch
"""
import json
import pathlib
import warnings

import torch
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LinearLR, SequentialLR

# SequentialLR itself calls its schedulers in a way that PyTorch warns of.
warnings.filterwarnings("ignore", message="The epoch parameter in `scheduler.step\\(\\)`")


def rates(name, warm_up, steps):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    if name == "cosine":
        after = CosineAnnealingLR(optimiser, T_max=steps - warm_up)
    else:
        after = ConstantLR(optimiser, factor=1.0)
    schedule = after
    if warm_up:
        ramp = LinearLR(optimiser, start_factor=1 / (warm_up + 1), total_iters=warm_up)
        schedule = SequentialLR(optimiser, [ramp, after], milestones=[warm_up])
    result = []
    for _ in range(steps):
        result.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return {"schedule": name, "warmUp": warm_up, "rates": result}


cases = [rates(name, warm_up, steps) for name in ("constant", "cosine")
         for warm_up, steps in ((0, 7), (1, 7), (5, 20), (19, 20), (37, 300))]
pathlib.Path(__file__).with_name("schedules.json").write_text(json.dumps(cases) + "\n")

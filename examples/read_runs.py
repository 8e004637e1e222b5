#!/usr/bin/env python3
"""Validation accuracy by epoch, a line for each row of the table, mean over its runs, from runs.csv.

    report build/demo/fashion-mnist/*.run.h5 --format runs > runs.csv     # make results writes it too
    python3 examples/read_runs.py runs.csv curves.png                     # needs pandas and matplotlib
"""
import sys

import pandas as pd

runs = pd.read_csv(sys.argv[1])
means = runs.groupby(["epoch", "dataset", "row"])["validation_accuracy"].mean().unstack(["dataset", "row"])
axes = (100 * means).plot(xlabel="epoch", ylabel="validation accuracy, %")
axes.figure.savefig(sys.argv[2], bbox_inches="tight")

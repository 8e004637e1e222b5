# Every control and baseline on the demo's data and source, all at He's mean weight variance: what of a
# method's effect is its covariance, and what is the size, the spectrum, or the source's filters themselves?
include pipelines/demo.mk

methods := kaiming-normal kaiming-nfm kaiming-agop copy permuted spectrum spatial patches orthogonal lsuv torch
train_options := --epochs 3 --subset 4000 --learning-rate 0.01 --test-subset 2000

# Every control and baseline on the demo's data and source, all at He's mean weight variance: what of a
# method's effect is its covariance, and what is the size, the spectrum, or the source's filters themselves?
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
methods := kaiming-normal kaiming-nfm kaiming-agop copy permuted spectrum spatial patches orthogonal lsuv torch
seeds := 1 2 3

source_dataset := fashion-mnist
source_seeds := 1
network_options := --architecture vgg11@0.5
source_options := --epochs 4 --subset 20000 --learning-rate 0.01 --test-subset 2000
agop_options := --count 256

init_options :=
train_options := --epochs 3 --subset 4000 --learning-rate 0.01 --test-subset 2000

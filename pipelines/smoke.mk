# The smallest real end-to-end run, for tests: every stage on a few Fashion-MNIST images, in seconds.
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
methods := kaiming-normal nfm kaiming-agop
seeds := 1

source_dataset := fashion-mnist
source_seeds := 1
network_options := --architecture vgg11@0.25
source_options := --epochs 1 --subset 1000 --learning-rate 0.01 --test-subset 200 --stratify
agop_options := --count 16

train_options := --epochs 4 --subset 800 --batch 16 --learning-rate 0.003 --test-subset 200 --stratify
ansatz_options := --count 16

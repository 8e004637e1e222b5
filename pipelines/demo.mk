# Does what a trained network has learned help a new one? Fashion-MNIST: Debian's package, or the public files. Ten
# pairs of a source network and a run that draws from it; NFM and AGOP as the paper draws them, and carried over to the
# new network's channels (docs/alignment.md).
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
methods := kaiming-normal lsuv nfm kaiming-nfm kaiming-agop \
  nfm-aligned kaiming-nfm-aligned kaiming-agop-aligned untrained-aligned copy
seeds := 1 2 3 4 5 6 7 8 9 10

# The source networks of the features, trained here, one for each seed.
source_dataset := fashion-mnist
source_per_seed := yes
network_options := --architecture vgg11@0.25
source_options := --epochs 4 --subset 20000 --learning-rate 0.01 --test-subset 2000 --stratify
agop_options := --count 256

train_options := --epochs 5 --subset 4000 --learning-rate 0.01 --test-subset 2000 --stratify

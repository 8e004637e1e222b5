# The common settings of pipelines with `vit-micro`: Fashion-MNIST's images at their own 28×28, and ten pairs of a source and a run, as in demo.
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
decode_fashion-mnist := --name fashion-mnist
seeds := 1 2 3 4 5 6 7 8 9 10

source_dataset := fashion-mnist
source_per_seed := yes
source_method := timm
network_options := --architecture vit-micro
agop_options := --count 256

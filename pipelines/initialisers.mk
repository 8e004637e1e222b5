# Every initialiser on Fashion-MNIST: Debian's package, or the public files. No other download.
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
methods := zero normal uniform xavier-normal kaiming-uniform kaiming-normal default torch \
  nfm agop kaiming-nfm kaiming-agop
seeds := 1 2 3

# The source network of the features, trained here.
source_dataset := fashion-mnist
source_seeds := 1
network_options := --architecture vgg11@0.5
source_options := --epochs 4 --subset 20000 --learning-rate 0.01 --test-subset 2000 --stratify
agop_options := --count 256

train_options := --epochs 5 --subset 6000 --learning-rate 0.01 --test-subset 2000 --stratify

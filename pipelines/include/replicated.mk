# The common settings of the older studies: the same data at quarter width, and three source networks crossed with five seeds (other
# numbers, so that no source starts from the weights of a run).
include pipelines/initialisers.mk

source_seeds := 11 12 13
seeds := 1 2 3 4 5
network_options := --architecture vgg11@0.25
train_options := --epochs 5 --subset 4000 --learning-rate 0.01 --test-subset 2000 --stratify

# A learning-rate finder: one method's short runs at nine rates, half a decade apart. Another method, network or data set by
# make's command line, as docs/studies.md says.
data_packages := dataset-fashion-mnist
datasets := fashion-mnist
methods := kaiming-normal
seeds := 1 2

RATES ?= 0.0001 0.0003 0.001 0.003 0.01 0.03 0.1 0.3 1
include pipelines/include/rates.mk
network_options := --architecture vgg11@0.25
train_options := --epochs 2 --subset 4000 --test-subset 500 --stratify

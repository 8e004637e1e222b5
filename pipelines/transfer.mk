# From the features of one task to another: five classes of the demo's data to the other five, or any source to any
# target, e.g. make results PIPELINE=transfer BASE=native SOURCE=cifar-10 TARGET='svhn cifar-100'
BASE ?= demo
include pipelines/$(BASE).mk
include pipelines/include/rates.mk

SOURCE ?= fashion-mnist-0-4
TARGET ?= fashion-mnist-5-9
# fashion-mnist-FIRST-LAST is made of these classes of the demo's data.
$(foreach d,$(filter fashion-mnist-%,$(SOURCE) $(TARGET)),\
  $(eval downloads_$d := fashion-mnist)\
  $(eval decode_$d := $(decode_fashion-mnist) --classes $(d:fashion-mnist-%=%)))

source_dataset := $(SOURCE)
datasets := $(TARGET)
methods := kaiming-normal kaiming-nfm kaiming-nfm-aligned untrained-aligned copy
# The source is trained here, even if the base has another one.
undefine pretrained
extract_options :=
source_options ?= --epochs 4 --subset 20000 --learning-rate 0.01 --test-subset 2000 --stratify

# From the features of one task to another: five classes of the demo's data to the other five, or any source to any
# target, e.g. make results PIPELINE=transfer BASE=native SOURCE=cifar-10 TARGET='svhn cifar-100'
BASE ?= include/replicated
include pipelines/$(BASE).mk

SOURCE ?= fashion-mnist-0-4
TARGET ?= fashion-mnist-5-9
# fashion-mnist-FIRST-LAST is made of these classes of the demo's data.
$(foreach d,$(filter fashion-mnist-%,$(SOURCE) $(TARGET)),\
  $(eval downloads_$d := fashion-mnist)\
  $(eval decode_$d := $(decode_fashion-mnist) --classes $(d:fashion-mnist-%=%)))

source_dataset := $(SOURCE)
datasets := $(TARGET)
methods := kaiming-normal nfm agop kaiming-nfm kaiming-agop copy permuted
# The source is trained here, whatever the base draws from.
undefine pretrained
extract_options :=
source_options ?= $(train_options)

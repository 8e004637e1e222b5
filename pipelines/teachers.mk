# Does what an aligned draw gains grow with its source's training? One strength of the sources a call, EPOCHS of 16,000
# images each: make results PIPELINE=teachers EPOCHS=4 BUILD=build/teachers-4 RESULTS=results/teachers-4
include pipelines/demo.mk

EPOCHS ?= 4
methods := kaiming-normal kaiming-nfm-aligned kaiming-agop-aligned copy
source_options := --epochs $(EPOCHS) --subset 20000 --learning-rate 0.01 --test-subset 2000 --stratify

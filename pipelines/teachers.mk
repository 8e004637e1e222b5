# Does what an aligned draw gains grow with its source's training? One strength of the sources a call, EPOCHS of four
# fifths of IMAGES: make results PIPELINE=teachers EPOCHS=8 BUILD=build/teachers-8 RESULTS=results/teachers-8
include pipelines/demo.mk
include pipelines/include/rates.mk

EPOCHS ?= 4
IMAGES ?= 20000
methods := kaiming-normal kaiming-nfm-aligned copy
source_options := --epochs $(EPOCHS) --subset $(IMAGES) --learning-rate 0.01 --test-subset 2000 --stratify

# Does the gain of an aligned draw grow with its source's training? Each call has sources of one strength, trained for
# EPOCHS on four fifths of IMAGES: make results PIPELINE=teachers EPOCHS=8 BUILD=build/teachers-8 RESULTS=results/teachers-8
include pipelines/demo.mk
include pipelines/include/rates.mk

EPOCHS ?= 4
IMAGES ?= 20000
methods := kaiming-normal kaiming-nfm-aligned copy
source_options := --epochs $(EPOCHS) --subset $(IMAGES) --learning-rate 0.01 --test-subset 2000 --stratify

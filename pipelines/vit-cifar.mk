# The arms of vit in colour: `vit-small-32` on CIFAR-10, each run with a source of its own that is trained here.
# PRETRAINED=deit_tiny_patch16_224.fb_in1k.safetensors draws from ImageNet's DeiT-tiny instead, made a
# network for 32×32 with patches of 4: one source, and runs of its width and depth, which take six times as long.
include pipelines/vit.mk

datasets := cifar-10
source_dataset := cifar-10
data_packages :=
network_options := --architecture vit-small-32
RECIPE := --optimiser adamw --learning-rate 0.001 --weight-decay 0.05 --batch 128 --clip 1 --schedule cosine --warm-up 1 \
  --label-smoothing 0.1 --augment flip,crop
source_options := --epochs 5 --subset 40000 --test-subset 2000 --stratify $(RECIPE)
train_options := --epochs 5 --subset 10000 --test-subset 2000 --stratify $(RECIPE)

ifneq ($(PRETRAINED),)
pretrained := $(PRETRAINED)
extract_options := --side 32 --patch 4
source_per_seed :=
source_seeds := 1
network_options := --architecture vit-tiny:side=32,patch=4
endif

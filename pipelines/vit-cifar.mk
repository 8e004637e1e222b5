# What of a trained transformer can be drawn, in colour: the arms that decide in vit-ladder, for `vit-small-32` on CIFAR-10, each
# run with a source of its own that is trained here. PRETRAINED=deit_tiny_patch16_224.fb_in1k.safetensors draws from ImageNet's
# DeiT-tiny instead, made a network for 32×32 with patches of 4: one source, and runs of its width and depth, which take six
# times as long.
datasets := cifar-10
source_dataset := cifar-10
source_method := timm
network_options := --architecture vit-small-32
seeds := 1 2 3 4 5 6 7 8 9 10
RECIPE := --optimiser adamw --learning-rate 0.001 --weight-decay 0.05 --batch 128 --clip 1 --schedule cosine --warm-up 1 \
  --label-smoothing 0.1 --augment flip,crop
source_options := --epochs 5 --subset 40000 --test-subset 2000 --stratify $(RECIPE)
train_options := --epochs 5 --subset 10000 --test-subset 2000 --stratify $(RECIPE)
agop_options := --count 256

ifeq ($(PRETRAINED),)
source_per_seed := yes
else
pretrained := $(PRETRAINED)
extract_options := --side 32 --patch 4
source_seeds := 1
network_options := --architecture vit-tiny:side=32,patch=4
endif

methods := timm kaiming-normal mimetic copy coupled-nfm coupled-nfm-aligned nfm nfm-aligned untrained-aligned
variants := plain source embedding
methods_plain := timm kaiming-normal mimetic copy coupled-nfm coupled-nfm-aligned
methods_source := nfm nfm-aligned untrained-aligned
init_source := --scale source
methods_embedding := copy
init_embedding := --layers patch_embed.proj
report_options := --baseline timm

# Does what a trained vision transformer has learned help a new one? `vit-micro` on Fashion-MNIST's images at their own
# 28×28: ten pairs of a source and a run, as in demo. A transformer starts much smaller than He's size, so that NFM and AGOP
# are drawn at that size (`he`) and at the size of the source's matrices (`source`), with an isotropic draw beside the latter.
include pipelines/include/vit-micro.mk

methods := timm torchvision kaiming-normal kaiming-nfm kaiming-agop copy

variants := plain he source isotropic
methods_plain := timm torchvision kaiming-normal copy
init_he := --scale fan-in
init_source := --scale source
init_isotropic := --scale source --shrink 1
methods_he := kaiming-nfm kaiming-agop
methods_source := kaiming-nfm kaiming-agop
methods_isotropic := kaiming-nfm

# The weak recipe of docs/training.md, with smaller batches, since runs are short.
RECIPE := --optimiser adamw --learning-rate 0.002 --weight-decay 0.05 --batch 32 --clip 1 --schedule cosine --warm-up 0.5 \
  --label-smoothing 0.1 --augment flip
source_options := --epochs 3 --subset 20000 --test-subset 2000 --stratify $(RECIPE)
train_options := --epochs 3 --subset 6000 --test-subset 2000 --stratify $(RECIPE)
report_options := --baseline timm

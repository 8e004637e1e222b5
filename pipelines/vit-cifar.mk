# Which properties of a trained transformer can be drawn, in colour? The decisive arms of vit-ladder, for `vit-small-32` on CIFAR-10,
# under the ladder's weak recipe, each at the better of two learning rates. This takes about two hours on two cores.
# PRETRAINED=deit_tiny_patch16_224.fb_in1k.safetensors draws from ImageNet's DeiT-tiny instead, converted to 32×32 with
# patches of 4: one source, and runs of its width and depth, which take longer; this arm has not been run.
datasets := cifar-10
source_dataset := cifar-10
source_method := timm
network_options := --architecture vit-small-32
seeds := 1 2 3 4 5 6 7 8 9 10

RATES ?= 0.0005 0.002
RECIPE := --optimiser adamw --weight-decay 0.05 --batch 32 --clip 1 --schedule cosine --warm-up 0.5 --label-smoothing 0.1 \
  --augment flip
source_options := --epochs 5 --subset 20000 --test-subset 2000 --stratify --learning-rate 0.001 $(RECIPE)
train_options := --epochs 3 --subset 6000 --test-subset 2000 --stratify $(RECIPE)

ifeq ($(PRETRAINED),)
source_per_seed := yes
else
pretrained := $(PRETRAINED)
extract_options := --side 32 --patch 4
source_seeds := 1
network_options := --architecture vit-tiny:side=32,patch=4
endif

methods := timm mimetic copy coupled-nfm coupled-permuted nfm
# RATE,ARM,METHODS,OPTIONS OF sample-init
define ARM
variants += $2$1
methods_$2$1 := $3
train_$2$1 := --learning-rate $1
$(if $4,init_$2$1 := $4)
endef
$(foreach rate,$(RATES),$(eval $(call ARM,$(rate),,timm mimetic copy coupled-nfm coupled-permuted)) \
  $(eval $(call ARM,$(rate),source-,nfm,--scale source)) \
  $(eval $(call ARM,$(rate),embedding-,copy,--layers patch_embed.proj)))
report_options := --baseline timm --tune learning_rate --by init_scale --by init_layers

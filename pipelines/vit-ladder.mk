# Which properties of a trained transformer can be drawn? The arms go from a copy, over draws that keep the products of its maps, to
# those that keep each map's own covariance or only its spectrum; with competitors that need no source, at three sizes, and for
# readers or writers only. Each arm has its own learning rate, under a weak recipe, or a strong one: RECIPES=strong.
include pipelines/include/vit-micro.mk
# There are eleven pairs, since the exact test of ten cannot reach 5 % after Holm's correction over this number of arms.
seeds += 11

RATES ?= 0.001 0.004
RECIPES ?= weak
RECIPE_weak := --augment flip
RECIPE_strong := --augment flip,crop --mixup 0.8 --cutmix 1
RECIPE := --optimiser adamw --weight-decay 0.05 --batch 32 --clip 1 --schedule cosine --warm-up 0.5 --label-smoothing 0.1
source_options := --epochs 3 --subset 20000 --test-subset 2000 --stratify --learning-rate 0.002 --augment flip $(RECIPE)
train_options := --epochs 3 --subset 6000 --test-subset 2000 --stratify $(RECIPE) $(RECIPE_$(RECIPES))

OWN := timm torchvision mimetic conditioned t-fixup copy gauge copy-aligned \
  $(foreach m,coupled-nfm coupled-agop coupled-permuted,$m $m-aligned)
APART := $(foreach m,nfm agop spectrum,$m $m-aligned) untrained-aligned
methods := $(OWN) $(APART)
# ARM,RATE,METHODS,OPTIONS OF sample-init
define ARM
variants += $1$2
methods_$1$2 := $3
train_$1$2 := --learning-rate $2
$(if $4,init_$1$2 := $4)
endef
ARMS = $(eval $(call ARM,,$1,$(OWN))) $(eval $(call ARM,source-,$1,$(APART),--scale source)) \
  $(foreach s,default fan-in,$(eval $(call ARM,$s-,$1,coupled-nfm nfm,--scale $s))) \
  $(foreach s,readers writers,$(eval $(call ARM,$s-,$1,coupled-nfm nfm,--scale source --sides $s))) \
  $(eval $(call ARM,embedding-,$1,copy mimetic,--layers patch_embed.proj)) \
  $(eval $(call ARM,scores-,$1,mimetic,--layers attn.q$(comma)attn.k)) \
  $(eval $(call ARM,values-,$1,mimetic,--layers attn.v$(comma)attn.proj))
$(foreach rate,$(RATES),$(call ARMS,$(rate)))
report_options := --baseline timm --tune learning_rate --by init_scale --by init_sides --by init_layers

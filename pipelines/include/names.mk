# The names of files are the experiment. A stem is DATASET/METHOD-SEED, or DATASET/METHOD-SOURCE.SEED where sources are
# replicated and the method draws from one, and ends in +VARIANT if it is one of the pipeline's variants.
#
# A variant V has further options nfm_V, agop_V, init_V or train_V, or draws from the matrices of the method's own network
# of the variant previous_V. methods_V says which methods have it (all, if left out); the variant `plain` is none. A stage
# is repeated only for the variants that concern it.

# What a method draws from: features by its name, or the source network itself.
nfm_methods := spectrum spatial
source_methods := copy permuted select
feature_methods := $(foreach m,$(methods),$(if $(or $(findstring nfm,$m),$(findstring agop,$m),\
  $(filter $(nfm_methods) $(source_methods),$m)),$m))
plain_methods := $(filter-out $(feature_methods),$(methods))
replicated := $(filter-out 1,$(words $(source_seeds)))
feature_seeds := $(if $(replicated),$(foreach s,$(source_seeds),$(addprefix $s.,$(seeds))),$(seeds))
experiments := $(foreach d,$(datasets),\
  $(foreach m,$(plain_methods),$(addprefix $d/$m-,$(seeds)))\
  $(foreach m,$(feature_methods),$(addprefix $d/$m-,$(feature_seeds))))

# Of a stem DATASET/METHOD-ID+VARIANT, its parts.
plain = $(firstword $(subst +, ,$1))
variant = $(word 2,$(subst +, ,$1))
id = $(lastword $(subst -, ,$(notdir $(call plain,$1))))
seed = $(lastword $(subst ., ,$(call id,$1)))
method = $(patsubst %-$(call id,$1),%,$(notdir $(call plain,$1)))
dataset = $(patsubst %/,%,$(dir $1))
source = $(firstword $(if $(findstring .,$(call id,$1)),$(subst ., ,$(call id,$1)),$(source_seeds)))
# Which matrices its method draws from, if any.
kind = $(strip $(if $(findstring agop,$(call method,$1)),agop,\
  $(if $(findstring nfm,$(call method,$1))$(filter $(nfm_methods),$(call method,$1)),nfm)))

# Whether variant $2 has $1_VARIANT; the stem $1 with variant $2.
has = $(filter-out undefined,$(flavor $1_$2))
varied_stem = $1$(addprefix +,$(filter-out plain,$2))
# Whether a stem's variant concerns the matrices that its method draws from; its initial weights.
own_features = $(and $(call kind,$1),\
  $(call has,$(call kind,$1),$(call variant,$1))$(call has,previous,$(call variant,$1)))
own_init = $(strip $(call own_features,$1)$(call has,init,$(call variant,$1)))

# The files that a stem's weights are drawn from, if any; its initial network.
features = $(addprefix $(build)/$(call features_stem,$1).,$(addsuffix .h5,$(call kind,$1)))
features_stem = $(strip $(if $(call has,previous,$(call variant,$1)),\
  $(call varied_stem,$(call plain,$1),$(previous_$(call variant,$1))),\
  $(call varied_stem,source-$(call source,$1),$(if $(call own_features,$1),$(call variant,$1)))))
network = $(if $(filter $(source_methods),$(call method,$1)),$(build)/source-$(call source,$1).network.h5)
init = $(build)/$(if $(call own_init,$1),$1,$(call plain,$1)).init.h5

# The stem $1 trained as variant $2, if the variant is one of its method and changes anything.
training = $(if $(filter $(or $(methods_$2),$(methods)),$(call method,$1)),$(if $(filter plain,$2),$1,\
  $(if $(strip $(call own_init,$1+$2)$(call has,train,$2)),$1+$2)))

trainings := $(sort $(foreach v,$(or $(variants),plain),$(foreach e,$(experiments),$(call training,$e,$v))))
runs := $(trainings:%=$(build)/%.run.h5)
inits := $(sort $(foreach t,$(trainings),$(call init,$t)))
sources := $(source_seeds:%=$(build)/source-%)
images := $(sort $(datasets:%=$(BUILD)/images/%.h5) $(source_dataset:%=$(BUILD)/images/%.h5))

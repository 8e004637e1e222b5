# The names of files describe the experiment. A stem is DATASET/METHOD-SEED, or DATASET/METHOD-SOURCE.SEED if there are several
# sources and the method draws from one, and ends in +VARIANT if it is one of the pipeline's variants.
#
# The examples above a function are tested, in pipeline deviations unless another one is named.
#
# A variant V has further options nfm_V, agop_V, init_V or train_V, or draws from the matrices of the network that the method
# trained as variant previous_V. methods_V lists the methods that have it (all, if left out); the variant `plain` has no
# options. A stage is repeated only for the variants that concern it.

# The images file of data set $1, which pipelines share if they decode its own downloads with the same options; and the file
# that remembers its options.
# images_file(fashion-mnist) = build/images/fashion-mnist.h5
# in transfer: images_file(fashion-mnist-0-4) = build/transfer/images/fashion-mnist-0-4.h5
images_file = $(if $(downloads_$1)$(subst x$(shared_$1),,x$(decode_$1))$(subst x$(decode_$1),,x$(shared_$1)),$(build),$(BUILD))/images/$1.h5
# decode_memory(fashion-mnist) = build/options/decode-fashion-mnist
decode_memory = $(patsubst %/images/$1.h5,%/options/decode-$1,$(call images_file,$1))
# The file that remembers that path, once a pipeline has returned from a separate images file to the shared one, which may be
# older than files made from the separate one.
# images_memory(fashion-mnist) =
images_memory = $(if $(wildcard $(build)/options/images-$1)$(filter-out $(call images_file,$1),\
  $(wildcard $(build)/images/$1.h5)),$(build)/options/images-$1)
data_sets := $(sort $(datasets) $(source_dataset))

# The input of a method: features, by its name, or the source network itself. METHOD-aligned is METHOD, carried over to the
# new network's channels; untrained-aligned is kaiming-nfm-aligned, drawn from a source that was not trained.
nfm_methods := spectrum spatial untrained
source_methods := copy permuted rotated select gauge coupled-nfm coupled-permuted
# Methods that draw from both the source network and its features.
weighted_methods := coupled-agop
feature_methods := $(foreach m,$(methods),$(if $(or $(findstring nfm,$m),$(findstring agop,$m),\
  $(filter $(nfm_methods) $(source_methods),$(m:-aligned=))),$m))
plain_methods := $(filter-out $(feature_methods),$(methods))
# The seeds that sources are trained under. With source_per_seed the source of seed s has seed 100s, such as 1003 for 3: under
# s itself it would start from the same numbers that the run's weights are drawn from, and a draw would resemble its source.
own_sources := $(filter yes,$(source_per_seed))
source_numbers := $(if $(own_sources),$(seeds:%=100%),$(source_seeds))
replicated := $(filter-out 1,$(words $(source_seeds)))
feature_seeds := $(if $(own_sources),$(foreach s,$(seeds),100$s.$s),\
  $(if $(replicated),$(foreach s,$(source_seeds),$(addprefix $s.,$(seeds))),$(seeds)))
experiments := $(foreach d,$(datasets),\
  $(foreach m,$(plain_methods),$(addprefix $d/$m-,$(seeds)))\
  $(foreach m,$(feature_methods),$(addprefix $d/$m-,$(feature_seeds))))

# The method that draws: for a method that is carried over, the one that it is made from; for others, itself.
# drawn_by(kaiming-nfm-aligned) = kaiming-nfm
# drawn_by(untrained-aligned) = untrained
# drawn_by(copy) = copy
drawn_by = $(1:-aligned=)
# Not empty if a method is carried over.
# is_aligned(copy-aligned) = copy-aligned
# is_aligned(copy) =
is_aligned = $(filter %-aligned,$1)
# The name of the method in sample-init.
# initialiser(untrained-aligned) = kaiming-nfm
# initialiser(copy-aligned) = copy
initialiser = $(patsubst untrained,kaiming-nfm,$(call drawn_by,$1))

# The parts of a stem DATASET/METHOD-ID+VARIANT.
# plain(fashion-mnist/kaiming-nfm-11.3+fan-in) = fashion-mnist/kaiming-nfm-11.3
plain = $(firstword $(subst +, ,$1))
# variant(fashion-mnist/kaiming-nfm-11.3+fan-in) = fan-in
# variant(fashion-mnist/kaiming-nfm-11.3) =
variant = $(word 2,$(subst +, ,$1))
# id(fashion-mnist/kaiming-nfm-11.3+fan-in) = 11.3
id = $(lastword $(subst -, ,$(notdir $(call plain,$1))))
# seed(fashion-mnist/kaiming-nfm-11.3+fan-in) = 3
# seed(fashion-mnist/kaiming-normal-2) = 2
seed = $(lastword $(subst ., ,$(call id,$1)))
# method(fashion-mnist/kaiming-nfm-11.3+fan-in) = kaiming-nfm
method = $(patsubst %-$(call id,$1),%,$(notdir $(call plain,$1)))
# dataset(fashion-mnist/kaiming-nfm-11.3+fan-in) = fashion-mnist
dataset = $(patsubst %/,%,$(dir $1))
# source(fashion-mnist/kaiming-nfm-11.3+fan-in) = 11
# in initialisers: source(fashion-mnist/kaiming-nfm-3) = 1
source = $(firstword $(if $(findstring .,$(call id,$1)),$(subst ., ,$(call id,$1)),$(source_numbers)))
# The kind of matrices that the stem's method draws from, if any.
# kind(fashion-mnist/kaiming-agop-11.3) = agop
# kind(fashion-mnist/spectrum-11.3) = nfm
# kind(fashion-mnist/untrained-aligned-11.3) = nfm
# kind(fashion-mnist/kaiming-normal-3) =
# in vit-ladder: kind(fashion-mnist/coupled-agop-1003.3) = agop
# in vit-ladder: kind(fashion-mnist/coupled-nfm-1003.3) =
kind = $(if $(filter $(source_methods),$(call drawn_by,$(call method,$1))),,$(strip $(if $(findstring agop,$(call method,$1)),agop,\
  $(if $(findstring nfm,$(call method,$1))$(filter $(nfm_methods),$(call drawn_by,$(call method,$1))),nfm))))

# Whether variant $2 has $1_VARIANT (recursive, simple, or nothing).
# has(init,fan-in) = simple
# has(nfm,fan-in) =
has = $(filter-out undefined,$(flavor $1_$2))
# The stem $1 with variant $2.
# varied_stem(fashion-mnist/kaiming-nfm-11.3,fan-in) = fashion-mnist/kaiming-nfm-11.3+fan-in
# varied_stem(fashion-mnist/kaiming-nfm-11.3,plain) = fashion-mnist/kaiming-nfm-11.3
varied_stem = $1$(addprefix +,$(filter-out plain,$2))
# Not empty if a stem's variant changes the matrices that its method draws from.
# own_features(fashion-mnist/kaiming-nfm-11.3+no-shift) = simple
# own_features(fashion-mnist/kaiming-nfm-11.3+images-256) =
own_features = $(and $(call kind,$1),\
  $(call has,$(call kind,$1),$(call variant,$1))$(call has,previous,$(call variant,$1)))
# Not empty if a stem's variant changes the initial weights.
# own_init(fashion-mnist/kaiming-nfm-11.3+fan-in) = simple
# own_init(fashion-mnist/kaiming-nfm-11.3+images-256) =
own_init = $(strip $(call own_features,$1)$(call has,init,$(call variant,$1)))

# The file that remembers the stages that a stem's variant concerns: if one is removed, the stem is made from older files.
# variant_memory(fashion-mnist/kaiming-nfm-11.3+fan-in) = build/deviations/options/variant-fan-in
# variant_memory(fashion-mnist/kaiming-nfm-11.3) =
variant_memory = $(addprefix $(build)/options/variant-,$(call variant,$1))

# The features that a stem's weights are drawn from, if any.
# features(fashion-mnist/kaiming-nfm-11.3+fan-in) = build/deviations/source-11.nfm.h5
# features(fashion-mnist/kaiming-normal-3) =
features = $(addprefix $(build)/$(call features_stem,$1).,$(addsuffix .h5,$(call kind,$1)))
# features_stem(fashion-mnist/kaiming-nfm-11.3+no-shift) = source-11+no-shift
# features_stem(fashion-mnist/untrained-aligned-11.3) = untrained-11
# in iterate: features_stem(fashion-mnist/nfm-11.3+round-3) = fashion-mnist/nfm-11.3+round-2
features_stem = $(strip $(if $(call has,previous,$(call variant,$1)),\
  $(call varied_stem,$(call plain,$1),$(previous_$(call variant,$1))),\
  $(call varied_stem,$(if $(filter untrained-%,$(call method,$1)),untrained,source)-$(call source,$1),$(if $(call own_features,$1),$(call variant,$1)))))
# Not empty if a stem's weights are drawn at the size of its source's (--scale source).
# source_sized(fashion-mnist/kaiming-nfm-11.3) =
# in vit: source_sized(fashion-mnist/kaiming-nfm-1003.3+source) = --scale source
source_sized = $(if $(call kind,$1),$(findstring --scale source,$(init_options) $(init_$(call variant,$1))))
# The source network from which weights or their size are taken directly, if the method does that.
# network(fashion-mnist/copy-11.3) = build/deviations/source-11.network.h5
# network(fashion-mnist/kaiming-nfm-11.3) =
# in vit: network(fashion-mnist/kaiming-agop-1003.3+source) = build/vit/source-1003.network.h5
# in vit-ladder: network(fashion-mnist/coupled-agop-1003.3) = build/vit-ladder/source-1003.network.h5
network = $(if $(filter $(source_methods) $(weighted_methods),$(call drawn_by,$(call method,$1)))$(if $(call is_aligned,$(call method,$1)),,$(call \
  source_sized,$1)),$(build)/source-$(call source,$1).network.h5)
# The network whose matrices a stem has; variants of a source's matrices have the same source.
# network_of(source-11+no-shift) = build/deviations/source-11.network.h5
# network_of(untrained-11) = build/deviations/source-11.init.h5
network_of = $(build)/$(if $(filter untrained-%,$1),$(patsubst untrained-%,source-%,$(call plain,$1)).init.h5,$(if \
  $(filter source-%,$1),$(call plain,$1),$1).network.h5)
# The network whose channels the stem's draw is aligned with.
# aligned_with(fashion-mnist/copy-aligned-11.3) = build/deviations/source-11.network.h5
# aligned_with(fashion-mnist/kaiming-agop-aligned-11.3) = build/deviations/source-11.network.h5
# aligned_with(fashion-mnist/untrained-aligned-11.3) = build/deviations/source-11.init.h5
# aligned_with(fashion-mnist/kaiming-agop-11.3) =
aligned_with = $(if $(call is_aligned,$(call method,$1)),$(or $(call network,$1),$(call network_of,$(call features_stem,$1))))
# The initial network of a stem.
# init(fashion-mnist/kaiming-nfm-11.3+fan-in) = build/deviations/fashion-mnist/kaiming-nfm-11.3+fan-in.init.h5
# in tune: init(fashion-mnist/nfm-11.3+0.03) = build/tune/fashion-mnist/nfm-11.3.init.h5
init = $(build)/$(if $(call own_init,$1),$1,$(call plain,$1)).init.h5

# The stem $1 trained as variant $2, if its method has the variant and the variant changes anything.
# training(fashion-mnist/kaiming-nfm-11.3,fan-in) = fashion-mnist/kaiming-nfm-11.3+fan-in
# training(fashion-mnist/kaiming-normal-3,fan-in) =
# training(fashion-mnist/kaiming-agop-11.3,plain) = fashion-mnist/kaiming-agop-11.3
training = $(if $(filter $(or $(methods_$2),$(methods)),$(call method,$1)),$(if $(filter plain,$2),$1,\
  $(if $(strip $(call own_init,$1+$2)$(call has,train,$2)),$1+$2)))

trainings := $(sort $(foreach v,$(or $(variants),plain),$(foreach e,$(experiments),$(call training,$e,$v))))
runs := $(trainings:%=$(build)/%.run.h5)
inits := $(sort $(foreach t,$(trainings),$(call init,$t)))
sources := $(source_numbers:%=$(build)/source-%)
images := $(foreach d,$(data_sets),$(call images_file,$d))

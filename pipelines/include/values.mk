# What the lists of a pipeline may hold. What make would pass over in silence, or find out only hours later, is an error.
# Options themselves are checked by the tools, before any work (scripts/check-options.sh).

refuse = $(error pipeline $(PIPELINE): $1)

not_whole := $(firstword $(shell printf '%s\n' $(foreach s,$(seeds) $(source_seeds),$(call quoted,$s)) | grep -vxE '[0-9]{1,18}'))
$(if $(not_whole),$(call refuse,the seed '$(not_whole)' is no whole number; seeds are listed with spaces between them))
# Methods with a source to draw from.
$(if $(feature_methods),$(foreach w,source_seeds source_dataset,$(if $(strip $($w)),,\
  $(call refuse,'$(firstword $(feature_methods))' draws from a source network$(comma) but there is no $w))))
$(if $(strip $(source_seeds)),$(if $(strip $(source_dataset)),,$(call refuse,there are source_seeds$(comma) but no source_dataset)))
# Pairs of a seed and its source.
$(if $(source_per_seed),$(if $(filter-out yes,$(source_per_seed)),$(call refuse,source_per_seed is yes or left out$(comma) not '$(source_per_seed)'))\
  $(if $(filter $(words $(seeds)),$(words $(source_seeds))),,$(call refuse,source_per_seed pairs seeds with source_seeds: there are \
    $(words $(seeds)) and $(words $(source_seeds))))\
  $(foreach s,$(firstword $(filter $(seeds),$(source_seeds))),$(call refuse,the source $s starts from the weights of the run $s: give \
    sources other numbers)))
# Nothing is carried over that speaks of no source.
$(foreach m,$(firstword $(filter-out $(feature_methods) select-aligned,$(filter %-aligned,$(methods)))$(filter select-aligned,$(methods))),\
  $(call refuse,'$m': '$(m:-aligned=)' draws nothing that speaks of a source's channels))

# A data set comes from the manifest, from files that decode_NAME names, or both.
in_manifest = $(shell awk '!/^ *(\#|$$)/ { print $$1 }' $(call quoted,$(MANIFEST)) | sort -u)
elsewhere = $(in_manifest) $(patsubst decode_%,%,$(filter decode_%,$(defined_words)))
$(foreach d,$(data_sets),$(if $(call downloads_of,$d),,\
  $(if $(filter undefined,$(origin decode_$d)),$(call refuse,no files of data set '$d': $(MANIFEST) has none$(comma) and there is \
    no decode_$d to name them$(call meant,$d,$(elsewhere))))\
  $(if $(downloads_$d),$(call refuse,downloads_$d: $(MANIFEST) has no data set \
    '$(downloads_$d)'$(call meant,$(downloads_$d),$(in_manifest))))))

# Variants: methods that the pipeline has, rounds that it trains, and at least one run each.
$(if $(call on_command_line,methods),,$(foreach v,$(filter-out plain,$(variants)),$(foreach m,$(filter-out $(methods),$(methods_$v)),\
  $(call refuse,methods_$v: '$m' is none of its methods$(call meant,$m,$(methods)))\
)))
$(if $(call on_command_line,variants),,$(foreach v,$(filter-out plain,$(variants)),$(foreach p,$(filter-out plain $(variants),$(previous_$v)),\
  $(call refuse,previous_$v: '$p' is none of its variants$(call meant,$p,plain $(variants))))))
$(if $(call on_command_line,methods),,$(foreach v,$(filter-out plain,$(variants)),$(if $(filter %+$v,$(trainings)),,\
  $(call refuse,the variant '$v' has no run: its options concern none of its methods))))

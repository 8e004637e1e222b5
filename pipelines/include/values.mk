# What the lists of a pipeline may hold. What make would pass over in silence, or find out only hours later, is an error.
# Options themselves are checked by the tools, before any work (scripts/check-options.sh).

refuse = $(error pipeline $(PIPELINE): $1)

not_whole := $(firstword $(shell printf '%s\n' $(foreach s,$(seeds) $(source_numbers),$(call quoted,$s)) | grep -vxE '[0-9]{1,18}'))
$(if $(not_whole),$(call refuse,the seed '$(not_whole)' is no whole number; seeds are listed with spaces between them))
# A source for each seed: no list beside it, no download in its place, and no source trained under the seed of a run.
$(if $(filter-out yes no,$(source_per_seed)),$(call refuse,source_per_seed is yes or no$(comma) not '$(source_per_seed)'))
$(if $(own_sources),$(foreach w,source_seeds pretrained,$(if $(strip $($w)),$(call refuse,source_per_seed trains a source for each \
  seed$(comma) and $w names another: leave one of them empty ($w= or source_per_seed=)))))
own_and_run := $(firstword $(if $(own_sources),$(filter $(seeds),$(source_numbers))))
$(if $(own_and_run),$(call refuse,source_per_seed trains a source under seed $(own_and_run)$(comma) which is one of the seeds))
# Methods with a source to draw from.
$(if $(feature_methods),$(foreach w,$(if $(own_sources),,source_seeds) source_dataset,$(if $(strip $($w)),,\
  $(call refuse,'$(firstword $(feature_methods))' draws from a source network$(comma) but there is no $w))))
$(if $(strip $(source_numbers)),$(if $(strip $(source_dataset)),,$(call refuse,there are \
  $(if $(own_sources),sources,source_seeds)$(comma) but no source_dataset)))
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
$(if $(call on_command_line,methods),,$(foreach v,$(variants),$(foreach m,$(filter-out $(methods),$(methods_$v)),\
  $(call refuse,methods_$v: '$m' is none of its methods$(call meant,$m,$(methods)))\
)))
$(if $(call on_command_line,variants),,$(foreach v,$(filter-out plain,$(variants)),$(foreach p,$(filter-out plain $(variants),$(previous_$v)),\
  $(call refuse,previous_$v: '$p' is none of its variants$(call meant,$p,plain $(variants))))))
$(if $(call on_command_line,methods),,$(foreach v,$(filter-out plain,$(variants)),$(if $(filter %+$v,$(trainings)),,\
  $(call refuse,the variant '$v' has no run: its options concern none of its methods))))

# Checks of a pipeline's lists. Mistakes that make would ignore silently, or find only hours later, are errors.
# The tools check the options themselves before any work (scripts/check-options.sh).

refuse = $(error pipeline $(PIPELINE): $1)

not_whole := $(firstword $(shell printf '%s\n' $(foreach s,$(seeds) $(source_numbers),$(call quoted,$s)) | grep -vxE '[0-9]{1,18}'))
$(if $(not_whole),$(call refuse,the seed '$(not_whole)' is not a whole number; seeds are listed with spaces between them))
# A source for each seed excludes a list of sources, a download, and sources trained under the seed of a run.
$(if $(filter-out yes no,$(source_per_seed)),$(call refuse,source_per_seed is yes or no$(comma) not '$(source_per_seed)'))
$(if $(own_sources),$(foreach w,source_seeds pretrained,$(if $(strip $($w)),$(call refuse,source_per_seed trains a source for each \
  seed$(comma) and $w names another: leave one of them empty ($w= or source_per_seed=)))))
own_and_run := $(firstword $(if $(own_sources),$(filter $(seeds),$(source_numbers))))
$(if $(own_and_run),$(call refuse,source_per_seed trains a source under seed $(own_and_run)$(comma) which is one of the seeds))
# Methods that draw from a source need one.
$(if $(feature_methods),$(foreach w,$(if $(own_sources),,source_seeds) source_dataset,$(if $(strip $($w)),,\
  $(call refuse,'$(firstword $(feature_methods))' draws from a source network$(comma) but there is no $w))))
$(if $(strip $(source_numbers)),$(if $(strip $(source_dataset)),,$(call refuse,there are \
  $(if $(own_sources),sources,source_seeds)$(comma) but no source_dataset)))
# Only draws that depend on a source's channels can be carried over.
$(foreach m,$(firstword $(filter-out $(feature_methods) select-aligned,$(filter %-aligned,$(methods)))$(filter select-aligned,$(methods))),\
  $(call refuse,'$m': '$(m:-aligned=)' draws nothing that depends on a source's channels))

# A data set comes from the manifest, from files that decode_NAME names, or both.
in_manifest = $(shell awk '!/^ *(\#|$$)/ { print $$1 }' $(call quoted,$(MANIFEST)) | sort -u)
elsewhere = $(in_manifest) $(patsubst decode_%,%,$(filter decode_%,$(defined_words)))
$(foreach d,$(data_sets),$(if $(call downloads_of,$d),,\
  $(if $(filter undefined,$(origin decode_$d)),$(call refuse,no files of data set '$d': $(MANIFEST) has none$(comma) and there is \
    no decode_$d to name them$(call meant,$d,$(elsewhere))))\
  $(if $(downloads_$d),$(call refuse,downloads_$d: $(MANIFEST) has no data set \
    '$(downloads_$d)'$(call meant,$(downloads_$d),$(in_manifest))))))

# Variants have methods of the pipeline, previous rounds that it trains, and at least one run each.
$(if $(call on_command_line,methods),,$(foreach v,$(variants),$(foreach m,$(filter-out $(methods),$(methods_$v)),\
  $(call refuse,methods_$v: '$m' is not one of its methods$(call meant,$m,$(methods)))\
)))
$(if $(call on_command_line,variants),,$(foreach v,$(filter-out plain,$(variants)),$(foreach p,$(filter-out plain $(variants),$(previous_$v)),\
  $(call refuse,previous_$v: '$p' is not one of its variants$(call meant,$p,plain $(variants))))))
$(if $(call on_command_line,methods),,$(foreach v,$(filter-out plain,$(variants)),$(if $(filter %+$v,$(trainings)),,\
  $(call refuse,the variant '$v' has no run: its options concern none of its methods))))

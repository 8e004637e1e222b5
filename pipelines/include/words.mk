# The words that a pipeline may define. Any other word in lower case, in a pipeline or on make's command line, is an
# error: a misspelt one would be ignored. Names in upper case are free for each pipeline.

pipeline_words := data_packages datasets methods seeds variants pretrained source_dataset source_method source_seeds source_per_seed \
  $(addsuffix _options,network source extract nfm agop init train report ansatz)
# Words by data set and by variant. If a command line shortens a list, words of the entries left out are unused.
on_command_line = $(filter command,$(firstword $(origin $1)))
varying_words := \
  $(foreach d,$(if $(call on_command_line,datasets)$(call on_command_line,source_dataset),%,$(datasets) $(source_dataset)),\
    $(addsuffix _$d,decode downloads)) \
  $(foreach v,$(if $(call on_command_line,variants),%,$(filter-out plain,$(variants))),\
    $(addsuffix _$v,nfm agop init train previous methods)) $(if $(filter plain,$(variants)),methods_plain)
defined_words := $(filter-out $(known_before),$(.VARIABLES)) \
  $(foreach w,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $w))),$w))
by_set_or_variant := $(addsuffix _%,decode downloads nfm agop init train previous methods)
unknown_words := $(filter-out $(pipeline_words) $(varying_words) \
  known_before pipeline_words on_command_line varying_words defined_words by_set_or_variant known_of unknown,\
  $(filter a% b% c% d% e% f% g% h% i% j% k% l% m% n% o% p% q% r% s% t% u% v% w% x% y% z%,$(defined_words)))
known_of = $(if $(filter decode_% downloads_%,$1),; its data sets are $(sort $(datasets) $(source_dataset)),$(if \
  $(filter $(by_set_or_variant),$1),; its variants are $(or $(strip $(variants)),plain)))
unknown = $(foreach w,$(firstword $1),$(error pipeline $(PIPELINE): make knows no '$w'$(call \
  meant,$w,$(pipeline_words) $(varying_words))$(call known_of,$w)))
$(call unknown,$(filter-out $(by_set_or_variant),$(unknown_words)))
$(foreach w,datasets methods seeds,$(if $(strip $($w)),,$(error pipeline $(PIPELINE): it lists no $w ($w := …))))
$(call unknown,$(unknown_words))
# A variant without options would repeat the plain runs.
$(foreach v,$(filter-out plain,$(variants)),$(if $(strip $(foreach s,nfm agop init train previous,\
  $(filter-out undefined,$(flavor $s_$v)))),,$(error pipeline $(PIPELINE): the variant '$v' has no options \
  (nfm_$v, agop_$v, init_$v, train_$v or previous_$v)$(call meant,$v,plain $(filter-out $v,$(variants))))))

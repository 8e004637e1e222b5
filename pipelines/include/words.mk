# The words that a pipeline may define. Any other word in lower case, in a pipeline or on make's command line, is an
# error: a misspelt one would be ignored. Names in upper case are a pipeline's own.

pipeline_words := data_packages datasets methods seeds variants pretrained source_dataset source_seeds \
  $(addsuffix _options,network source extract nfm agop init train report ansatz)
# Words by data set and by variant. A command line that shortens the list of variants leaves the others' words unused.
varying_words := $(addsuffix _%,decode downloads) $(foreach v,\
  $(if $(filter command,$(firstword $(origin variants))),%,$(filter-out plain,$(variants))),\
  $(addsuffix _$v,nfm agop init train previous methods))
defined_words := $(filter-out $(known_before),$(.VARIABLES)) \
  $(foreach w,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $w))),$w))
unknown_words := $(filter-out $(pipeline_words) $(varying_words) known_before pipeline_words varying_words defined_words,\
  $(filter a% b% c% d% e% f% g% h% i% j% k% l% m% n% o% p% q% r% s% t% u% v% w% x% y% z%,$(defined_words)))
$(foreach w,$(firstword $(unknown_words)),$(error pipeline $(PIPELINE): make knows no '$w'$(call meant,$w,$(pipeline_words))))
# A variant without options of its own would repeat the plain runs.
$(foreach v,$(filter-out plain,$(variants)),$(if $(strip $(foreach s,nfm agop init train previous,\
  $(filter-out undefined,$(flavor $s_$v)))),,$(error pipeline $(PIPELINE): the variant '$v' has no options \
  (nfm_$v, agop_$v, init_$v, train_$v or previous_$v)$(call meant,$v,plain $(filter-out $v,$(variants))))))

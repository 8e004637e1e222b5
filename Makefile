# feature-init: how files are made. What an experiment is made of stands in pipelines/NAME.mk.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PIPELINE ?= demo
# Where files are made, and the list of downloads.
BUILD ?= build
RESULTS ?= results
MANIFEST ?= data-manifest.txt
# What a heavy recipe starts with, e.g. RUN='srun -n1 -c8'.
RUN ?=
# What make bench measures, e.g. BENCH='train-32 agop-32 --rounds 3'; empty: all rows.
BENCH ?=
# A Python that has PyTorch, for the peer's figures.
PYTHON ?= python3
# Threads of each tool; empty: all cores, or one under make -j.
THREADS ?=

# ---- What a pipeline lists; each may leave out what it does not need ----

# Options of decode-images by data set: decode_NAME.
decode_fashion-mnist := --name fashion-mnist --pad 32

include pipelines/$(PIPELINE).mk

build := $(BUILD)/$(PIPELINE)
results := $(RESULTS)/$(PIPELINE)
bin := .build/release
threads := $(if $(THREADS),--threads $(THREADS))

# What a method draws from: features by its name, or the source network itself.
nfm_methods := spectrum spatial
source_methods := copy permuted select

# Names of files are the experiment: DATASET/METHOD-SEED, or METHOD-SOURCE.SEED where sources are
# replicated and the method draws from one.
feature_methods := $(foreach m,$(methods),$(if $(or $(findstring nfm,$m),$(findstring agop,$m),\
  $(filter $(nfm_methods) $(source_methods),$m)),$m))
plain_methods := $(filter-out $(feature_methods),$(methods))
replicated := $(filter-out 1,$(words $(source_seeds)))
feature_seeds := $(if $(replicated),$(foreach s,$(source_seeds),$(addprefix $s.,$(seeds))),$(seeds))
experiments := $(foreach d,$(datasets),\
  $(foreach m,$(plain_methods),$(addprefix $d/$m-,$(seeds)))\
  $(foreach m,$(feature_methods),$(addprefix $d/$m-,$(feature_seeds))))

inits := $(experiments:%=$(build)/%.init.h5)
# Each trained once, or as DATASET/METHOD-SEED+VARIANT under the further options train_VARIANT.
trainings := $(if $(variants),$(foreach e,$(experiments),$(addprefix $e+,$(variants))),$(experiments))
runs := $(trainings:%=$(build)/%.run.h5)
sources := $(source_seeds:%=$(build)/source-%)
images := $(sort $(datasets:%=$(BUILD)/images/%.h5) $(source_dataset:%=$(BUILD)/images/%.h5))

# Of a stem DATASET/METHOD-ID+VARIANT: what is before and after the +.
initial = $(firstword $(subst +, ,$1))
variant = $(word 2,$(subst +, ,$1))
# Of a stem DATASET/METHOD-ID: its parts, and the features it draws from, if any.
id = $(lastword $(subst -, ,$(notdir $1)))
seed = $(lastword $(subst ., ,$(call id,$1)))
method = $(patsubst %-$(call id,$1),%,$(notdir $1))
dataset = $(patsubst %/,%,$(dir $1))
source = $(if $(findstring .,$(call id,$1)),$(firstword $(subst ., ,$(call id,$1))),$(firstword $(source_seeds)))
kind = $(if $(findstring agop,$(call method,$1)),agop,$(if $(findstring nfm,$(call method,$1))$(filter $(nfm_methods),$(call method,$1)),nfm))
features = $(addprefix $(build)/source-$(call source,$1).,$(addsuffix .h5,$(call kind,$1)))
network = $(if $(filter $(source_methods),$(call method,$1)),$(build)/source-$(call source,$1).network.h5)

# ---- The verbs ----

.PHONY: help results status verify test fuzz sanitize bench scale clean
help: ## print this
	@echo 'usage: make GOAL [PIPELINE=demo] [THREADS=n] [RUN=command] [-jN]'
	@echo
	@sed -nE 's/^([a-z]+):.*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | sort -u | column -t -s $$'\t'
	@echo
	@echo 'pipelines: $(basename $(notdir $(wildcard pipelines/*.mk)))'

results: $(results)/table.md ## make the pipeline's table and figures, and print the table
	@cat $(results)/table.md $(if $(ansatz_options),$(results)/ansatz.md)
	@echo; echo 'table, curves and feature maps: $(results)/'

status: ## say which runs are done, running (with epoch, accuracy, time left), stopped and waiting
	@Sources/status/status.sh $(if $(pretrained),,$(source_runs)) $(runs)

test: packages ## install what is missing, build, run every test and the smallest pipeline
	swift build $(swift_flags) --build-tests
	swift test $(swift_flags) --skip-build
	Tests/shell.sh

verify: | $$(tools) ## say which files of the pipeline no longer follow from what is there
	@$(bin)/report --verify $(sort $(wildcard $(downloads) $(images))) \
	  $$(find $(build) -name '*.h5' | LC_ALL=C sort)

fuzz: $$(tools) ## give mutated files to every reader, SECONDS=60 to each (docs/trust.md)
	Tests/fuzz/fuzz.sh $(or $(SECONDS),60) $(READER)

sanitize: packages ## run tests under the sanitizers of addresses and of threads (docs/trust.md)
	Tests/sanitize.sh

bench: $$(tools) ## measure speed and memory, in turns with PyTorch where PYTHON has it
	@mkdir -p $(RESULTS)
	$(bin)/bench $(BENCH) --python $(PYTHON) | tee $(RESULTS)/bench.txt

scale: $$(tools) ## measure what larger batches, sides and widths cost, and plot it
	@mkdir -p $(RESULTS)
	$(bin)/bench scale | tee $(RESULTS)/scale.txt
	gnuplot -e 'tables = "$(RESULTS)/scale.txt"' benchmarks/scale.gnuplot > $(RESULTS)/scale.svg

clean: ## remove what the pipelines made (downloads and the build stay)
	rm -rf $(filter-out $(BUILD)/downloads,$(wildcard $(BUILD)/*)) $(RESULTS)

# ---- Build ----

# -march=native gives the kernels this machine's vectors; MARCH= builds for any machine of its kind.
MARCH ?= native
swift_flags := -c release $(if $(MARCH),-Xcc -march=$(MARCH))

library_packages := libopenblas-dev libhdf5-dev libpng-dev libjpeg62-turbo-dev \
  libarchive-dev zlib1g-dev pkg-config gnuplot-nox
# What the tests look at scripts and system calls with.
test_packages := $(if $(filter test,$(MAKECMDGOALS)),shellcheck strace)
needed := $(library_packages) $(data_packages) $(test_packages)
missing := $(if $(shell command -v dpkg-query),$(filter-out \
  $(shell dpkg-query -W -f='$${Package}:$${db:Status-Status}\n' $(needed) 2>/dev/null \
  | sed -n 's/:installed$$//p'),$(needed)))

.PHONY: packages
ifneq ($(missing),)
packages:
	@echo 'installing Debian packages: $(missing)'
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(missing) > /dev/null
endif

tools := $(bin)/.tools
$(tools): Package.swift $(shell find Sources benchmarks/bench -type f) | packages
	swift build $(swift_flags)
	@git describe --always --dirty > $(bin)/.revision 2> /dev/null || rm -f $(bin)/.revision
	@touch $@

# ---- Options: a file that changes only when its words do, decided now so that make -n is right ----

option_files := $(addprefix $(build)/options/,source extract agop nfm init train report) \
  $(variants:%=$(build)/options/train-%) \
  $(images:$(BUILD)/images/%.h5=$(BUILD)/options/decode-%)
define remember
$1: words := $2
ifneq ($$(strip $$(file <$1)),$$(strip $2))
$1: FORCE
endif
endef
$(foreach o,extract agop nfm train,\
  $(eval $(call remember,$(build)/options/$o,$($o_options))))
$(eval $(call remember,$(build)/options/report,$(report_options) $(ansatz_options)))
$(foreach v,$(variants),$(eval $(call remember,$(build)/options/train-$v,$(train_$v))))
$(foreach o,source init,\
  $(eval $(call remember,$(build)/options/$o,$(network_options) $($o_options))))
$(foreach i,$(images:$(BUILD)/images/%.h5=%),\
  $(eval $(call remember,$(BUILD)/options/decode-$i,$(decode_$i))))
$(option_files):
	@mkdir -p $(@D)
	@echo '$(strip $(words))' > $@
.PHONY: FORCE
FORCE:

# ---- Images ----

# A line of the manifest begins DATASET FILE.
downloads_of = $(addprefix $(BUILD)/downloads/,$(shell awk '$$1 == "$1" && !seen[$$2]++ { print $$2 }' $(MANIFEST)))
downloads := $(sort $(foreach i,$(images:$(BUILD)/images/%.h5=%),$(call downloads_of,$i)) \
  $(pretrained:%=$(BUILD)/downloads/%))

$(downloads): $(BUILD)/downloads/%: | $(tools)
	$(bin)/fetch-data --manifest $(MANIFEST) --into $(@D) $*

$(images): $(BUILD)/images/%.h5: $$(call downloads_of,$$*) $(BUILD)/options/decode-% | $(tools)
	@mkdir -p $(@D)
	$(RUN) $(bin)/decode-images $(decode_$*) $(filter $(BUILD)/downloads/%,$^) -o $@

# ---- The source network and its features ----

source_runs := $(sources:=.run.h5)
source_networks := $(sources:=.network.h5)
agops := $(sources:=.agop.h5)
nfms := $(sources:=.nfm.h5)
source_images := $(source_dataset:%=$(BUILD)/images/%.h5)

$(sources:=.init.h5): $(build)/source-%.init.h5: $(build)/options/source $(source_images) | $(tools)
	@mkdir -p $(@D)
	$(bin)/sample-init --method kaiming-normal --seed $* $(network_options) \
	  --images $(source_images) -o $@

$(source_runs): %.run.h5: %.init.h5 $(build)/options/source $(source_images) | $(tools)
	$(RUN) $(bin)/train $< --images $(source_images) --seed $(subst $(build)/source-,,$*) \
	  $(source_options) $(threads) --log $(@:.h5=.jsonl) -o $@

# Trained here, or a download of somebody else's.
ifdef pretrained
$(source_networks): $(BUILD)/downloads/$(pretrained) $(build)/options/extract | $(tools)
	@mkdir -p $(@D)
	$(bin)/extract-pretrained $< $(extract_options) -o $@
else
$(source_networks): %.network.h5: %.run.h5 $(build)/options/extract | $(tools)
	$(bin)/extract-pretrained $< --epoch best $(extract_options) -o $@
endif

$(nfms): %.nfm.h5: %.network.h5 $(build)/options/nfm | $(tools)
	$(bin)/compute-nfm $< $(nfm_options) -o $@

$(agops): %.agop.h5: %.network.h5 $(source_images) $(build)/options/agop | $(tools)
	$(RUN) $(bin)/compute-agop $< --images $(source_images) $(agop_options) $(threads) -o $@

# ---- Initial networks and runs ----

$(inits): $(build)/%.init.h5: $$(call features,$$*) $$(call network,$$*) $(BUILD)/images/$$(call dataset,$$*).h5 $(build)/options/init | $(tools)
	@mkdir -p $(@D)
	$(bin)/sample-init $(call features,$*) --method $(call method,$*) --seed $(call seed,$*) \
	  $(if $(call features,$*),,$(if $(call network,$*),--source $(call network,$*),$(network_options))) --images $(BUILD)/images/$(call dataset,$*).h5 \
	  $(init_options) -o $@

$(runs): $(build)/%.run.h5: $(build)/$$(call initial,$$*).init.h5 $(BUILD)/images/$$(call dataset,$$*).h5 $(build)/options/train \
  $$(addprefix $(build)/options/train-,$$(call variant,$$*)) | $(tools)
	$(RUN) $(bin)/train $< --images $(BUILD)/images/$(call dataset,$*).h5 --seed $(call seed,$(call initial,$*)) \
	  $(train_options) $(train_$(call variant,$*)) $(threads) --log $(@:.h5=.jsonl) -o $@

# ---- Report ----

# With ansatz_options, the ansatz in every network too, each beside itself before training.
trained_sources := $(if $(pretrained),,$(sources:=.init.h5))
ansatz_networks := $(if $(ansatz_options),$(inits) $(trained_sources) $(source_networks))
ansatz_words := $(if $(ansatz_options),$(ansatz_networks) --ansatz --images $(firstword $(images)) \
  $(ansatz_options) $(threads))

$(results)/table.md: $(ansatz_networks) $(runs) $(nfms) $(agops) $(source_networks) $(source_images) $(build)/options/report | $(tools)
	$(bin)/report $(runs) $(ansatz_words) $(report_options) \
	  $(if $(nfms),--feature-maps $(source_images) --network $(firstword $(source_networks)) \
	  --features $(firstword $(nfms)) --features $(firstword $(agops))) -o $(@D)

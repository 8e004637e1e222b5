# feature-init: the rules by which files are made. pipelines/NAME.mk describes an experiment.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PIPELINE ?= demo
# The folders of the results, and the list of downloads.
BUILD ?= build
RESULTS ?= results
MANIFEST ?= data-manifest.txt
# The command that heavy recipes begin with, e.g. RUN='srun -n1 -c8'.
RUN ?=
# The command that trains in place of train, e.g. TRAIN='python3 examples/train_torch.py --device cuda'; empty: train.
TRAIN ?=
# The rows that make bench measures, e.g. BENCH='train-32 agop-32 --rounds 3'; empty: all rows.
BENCH ?=
# A Python that has PyTorch, for the comparison in make bench.
PYTHON ?= python3
# The number of threads of each tool; empty: all cores, or one under make -j.
THREADS ?=
# RESTART=1: interrupted runs whose options have changed start again from the beginning, instead of stopping make.
RESTART ?=

# ---- The lists of a pipeline ----

# Options of decode-images by data set: decode_NAME. Pipelines with the same options (shared_NAME, or none) share an images
# file; a pipeline with other options, or with other downloads (downloads_NAME), has a separate file.
shared_fashion-mnist := --name fashion-mnist --pad 32
decode_fashion-mnist := $(shared_fashion-mnist)

# A word quoted for a shell.
quoted = '$(subst ','\'',$1)'
comma := ,
nearest = $(shell scripts/nearest.sh $(call quoted,$1) $2)
meant = $(addprefix : did you mean ',$(addsuffix '?,$(call nearest,$1,$2)))
$(foreach w,BUILD RESULTS MANIFEST PIPELINE,$(if $(filter 1,$(words $($w))),,\
  $(error $w is one word without spaces, not '$($w)')))
pipelines := $(basename $(notdir $(wildcard pipelines/*.mk)))
ifeq ($(filter $(PIPELINE),$(pipelines)),)
$(error no pipeline '$(PIPELINE)' among $(pipelines)$(call meant,$(PIPELINE),$(pipelines)))
endif
# Folders of BUILD that all pipelines share cannot be names of pipelines.
$(if $(filter downloads images install options,$(PIPELINE)),$(error $(BUILD)/$(PIPELINE) is a folder of all pipelines: give \
  pipelines/$(PIPELINE).mk another name))
known_before := $(.VARIABLES)
include pipelines/$(PIPELINE).mk
include pipelines/include/words.mk

build := $(BUILD)/$(PIPELINE)
results := $(RESULTS)/$(PIPELINE)
bin := .build/release
threads := $(if $(THREADS),--threads $(THREADS))
restart := $(if $(RESTART),--restart)
train := $(or $(strip $(TRAIN)),$(bin)/train)

# The files to make (experiments, trainings, runs, inits, sources, images) and their prerequisites.
include pipelines/include/names.mk

# ---- The verbs ----

.PHONY: help results plan open status verify test fuzz sanitize bench scale man completions install uninstall clean clean-all
help: ## print this
	@echo 'usage: make GOAL [PIPELINE=demo] [THREADS=n] [RUN=command] [TRAIN=command] [-jN]'
	@echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | sort -u | awk -F '\t' '{ printf "%-13s  %s\n", $$1, $$2 }'
	@echo
	@echo 'pipelines: $(basename $(notdir $(wildcard pipelines/*.mk)))'

results: $(results)/table.txt ## make the pipeline's table and figures, and print the table
	@cat $(results)/table.txt $(if $(ansatz_options),$(results)/ansatz.txt)
	@echo; echo 'table, curves and feature maps: $(results)/'

plan: ## list what make results would make, and estimate the time of its trainings
	@scripts/plan.sh $(build) results

open: ## show the pipeline's page in a browser (BROWSER, or the desktop's own)
	@page=$$(realpath -m $(results)/index.html); [ -f "$$page" ] \
	  || { echo "no $$page: make results PIPELINE=$(PIPELINE)" >&2; exit 1; }; \
	for browser in $${BROWSER:+"$$BROWSER"} xdg-open open; do \
	  if command -v "$$browser" > /dev/null; then exec "$$browser" "$$page"; fi; \
	done; echo "no browser found (BROWSER names one): open $$page" >&2; exit 1

status: ## list the runs that are done, running (with epoch, accuracy, time left), stopped, to be rerun and waiting
	@plan=$$(scripts/planned.sh results) \
	  && scripts/status.sh $(build) $(if $(pretrained),,$(source_runs)) $(runs) <<< "$$plan"

test: packages test-packages ## install what is missing, build, run every test and the smallest pipeline
	swift build $(swift_flags) --build-tests
	swift test $(swift_flags) --skip-build
	Tests/shell.sh

verify: | $$(tools) ## list the files of the pipeline that no longer follow from the present inputs
	@[ -d $(build) ] || { echo "no $(build): make results PIPELINE=$(PIPELINE)" >&2; exit 1; }; \
	mapfile -d '' files < <({ scripts/inputs.sh list $(downloads) $(images) $(foreach d,$(data_sets),$(decode_$d)); \
	  find $(build) -name '*.h5' -print0; } | LC_ALL=C sort -zu); \
	$(bin)/report verify "$${files[@]}"

fuzz: $$(tools) ## test every reader with mutated files, for SECONDS=60 each (docs/trust.md)
	Tests/fuzz/fuzz.sh $(or $(SECONDS),60) $(READER)

sanitize: packages ## run tests under AddressSanitizer and ThreadSanitizer (docs/trust.md)
	Tests/sanitize.sh

bench: $$(tools) ## measure speed and memory, interleaved with PyTorch if PYTHON has it
	@mkdir -p $(RESULTS)
	$(bin)/bench $(BENCH) --python $(PYTHON) | tee $(RESULTS)/bench.txt

scale: $$(tools) ## measure the cost of larger batches, sides and widths, and plot it
	@mkdir -p $(RESULTS)
	$(bin)/bench scale | tee $(RESULTS)/scale.txt
	gnuplot -e 'tables = "$(RESULTS)/scale.txt"' benchmarks/scale.gnuplot > $(RESULTS)/scale.svg

clean: ## remove what this pipeline made (shared images, downloads and the build stay)
	rm -rf $(build) $(results)

clean-all: ## remove what all pipelines made (downloads and the build stay)
	rm -rf $(filter-out $(BUILD)/downloads,$(wildcard $(BUILD)/*)) $(RESULTS)

# ---- Build ----

# With -march=native the kernels use this machine's vector unit; MARCH= builds for any machine of its architecture.
MARCH ?= native
swift_flags := -c release $(if $(MARCH),-Xcc -march=$(MARCH))
# OpenBLAS chooses its kernels by the machine that it runs on, unless this variable names them. A build for several
# kinds of machines takes the kernels of the oldest kind, so that all give the same bytes (docs/cluster.md).
core_of_ := Prescott
core_of_x86-64 := Prescott
core_of_x86-64-v2 := Nehalem
core_of_x86-64-v3 := Haswell
core_of_x86-64-v4 := SkylakeX
ifneq ($(MARCH),native)
ifndef OPENBLAS_CORETYPE
ifdef core_of_$(MARCH)
OPENBLAS_CORETYPE := $(core_of_$(MARCH))
else
$(warning MARCH=$(MARCH): name OpenBLAS's kernels, OPENBLAS_CORETYPE=Haswell or another, or bytes depend on the machine)
endif
endif
export OPENBLAS_CORETYPE
endif

library_packages := libopenblas-dev libhdf5-dev libpng-dev libjpeg-dev \
  libwebp-dev libarchive-dev libcurl4-openssl-dev libssl-dev zlib1g-dev pkg-config gnuplot-nox
# Packages that only tests use; a test that needs a missing one is skipped with a message.
test_packages := chromium poppler-utils texlive-latex-base mandoc zsh fish shellcheck strace
not_installed = $(if $(shell command -v dpkg-query),$(filter-out \
  $(shell dpkg-query -W -f='$${Package}:$${db:Status-Status}\n' $1 2>/dev/null \
  | sed -n 's/:installed$$//p'),$1))
# Root installs what is missing; anyone else is told whom to ask. Nothing can be built without the libraries. Data whose
# package is missing is downloaded from the manifest's addresses instead.
is_root := $(filter 0,$(shell id -u))
apt_get = echo 'installing Debian packages: $1'; apt-get update -qq; \
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 > /dev/null
ask_for = echo 'missing Debian packages; an administrator installs them with: apt-get install --no-install-recommends $1' >&2; false
install_packages = $(if $(is_root),$(call apt_get,$1),$(call ask_for,$1))
require_swift = command -v swift > /dev/null \
  || { echo 'no swift command: Swift 6.2 or later is at https://www.swift.org/install' >&2; exit 1; }
missing_libraries := $(call not_installed,$(library_packages))
# Asked for while a download is missing only.
missing_data = $(if $(filter-out $(wildcard $(downloads)),$(downloads)),$(call not_installed,$(data_packages)))
missing_tests = $(call not_installed,$(test_packages))

.PHONY: packages test-packages
packages:
	@$(if $(missing_libraries),$(require_swift); $(call install_packages,$(missing_libraries)))
	@$(if $(missing_data),$(if $(is_root),($(call apt_get,$(missing_data))) || )echo \
	  'not installed: $(missing_data); the files come from the addresses in $(MANIFEST) instead' >&2)
test-packages: packages
	@$(if $(missing_tests),($(call install_packages,$(missing_tests))) || echo 'not installed: their tests are skipped')

tools := $(bin)/.tools
$(tools): Package.swift $(shell find Sources benchmarks/bench -type f) | packages
	@$(require_swift)
	swift build $(swift_flags)
	@git describe --always --dirty > $(bin)/.revision 2> /dev/null || rm -f $(bin)/.revision
	@touch $@

# ---- Install ----

# The folder of make install; DESTDIR is for packages.
PREFIX ?= /usr/local
DESTDIR ?=
programs := fetch-data decode-images extract-pretrained compute-agop compute-nfm sample-init train report
# The path of every installed file below PREFIX.
installed := $(programs:%=bin/%) share/feature-init/data-manifest.txt $(programs:%=share/man/man1/%.1) \
  $(programs:%=share/bash-completion/completions/%) $(programs:%=share/zsh/site-functions/_%) \
  $(programs:%=share/fish/vendor_completions.d/%.fish)
staged := $(filter-out $(BUILD)/install/bin/%,$(installed:%=$(BUILD)/install/%))

man: $(filter %.1,$(staged)) ## make the tools' man pages
completions: $(filter-out %.1 %.txt,$(staged)) ## make the tools' completions for bash, zsh and fish

$(filter %.1,$(staged)): $(BUILD)/install/share/man/man1/%.1: $(tools) scripts/manual.sh CHANGELOG.md
	@mkdir -p $(@D)
	scripts/manual.sh $(bin)/$* > $@

$(filter %.txt,$(staged)): $(BUILD)/install/share/feature-init/%: %
	@mkdir -p $(@D)
	cp $< $@

define completion
$$(filter $$(BUILD)/install/$2,$$(staged)): $$(BUILD)/install/$2: $$(tools)
	@mkdir -p $$(@D)
	$$(bin)/$$* --generate-completion-script $1 \
	  | sed 's/^complete -o filenames /complete -o default -o filenames /' > $$@ # files after report, too
endef
$(eval $(call completion,bash,share/bash-completion/completions/%))
$(eval $(call completion,zsh,share/zsh/site-functions/_%))
$(eval $(call completion,fish,share/fish/vendor_completions.d/%.fish))

install: $$(tools) man completions $(filter %.txt,$(staged)) ## install tools, man pages, completions and the list of downloads below PREFIX (DESTDIR too)
	for file in $(programs:%=bin/%); do install -D $(bin)/$${file#bin/} "$(DESTDIR)$(PREFIX)/$$file"; done
	for file in $(staged:$(BUILD)/install/%=%); do \
	  install -D -m 644 $(BUILD)/install/$$file "$(DESTDIR)$(PREFIX)/$$file"; done

uninstall: ## remove what make install has put below PREFIX
	for file in $(installed); do rm -f "$(DESTDIR)$(PREFIX)/$$file"; done

# ---- Options: files that change only when their words do, decided while make reads this file, so that make -n is right ----

option_files := $(addprefix $(build)/options/,source extract agop nfm init train report) \
  $(foreach s,nfm agop init train,$(foreach v,$(variants),$(if $(call has,$s,$v),$(build)/options/$s-$v))) \
  $(foreach v,$(filter-out plain,$(variants)),$(build)/options/variant-$v) \
  $(foreach d,$(data_sets),$(call decode_memory,$d) $(call images_memory,$d))
define remember
$1: words := $2
ifneq ($$(strip $$(file <$1)),$$(strip $2))
$1: FORCE
endif
endef
$(eval $(call remember,$(build)/options/nfm,$(nfm_options)))
# Runs and sources of one engine do not replace those of another.
by_engine := $(if $(strip $(TRAIN)),by $(strip $(TRAIN)))
$(eval $(call remember,$(build)/options/train,$(train_options) $(by_engine)))
# A download in place of a trained source, and the images of its gradients, may be older than files made from others.
$(eval $(call remember,$(build)/options/extract,$(extract_options) $(addprefix of-,$(pretrained))))
$(eval $(call remember,$(build)/options/agop,$(agop_options) $(if $(pretrained),on $(source_dataset))))
# The table also depends on the list of its runs.
$(eval $(call remember,$(build)/options/report,$(report_options) $(ansatz_options) of $(runs:$(build)/%.run.h5=%)))
$(foreach s,nfm agop init train,$(foreach v,$(variants),$(if $(call has,$s,$v),\
  $(eval $(call remember,$(build)/options/$s-$v,$($s_$v))))))
$(foreach v,$(filter-out plain,$(variants)),$(eval $(call remember,$(build)/options/variant-$v,\
  $(foreach s,nfm agop init train previous,$(if $(call has,$s,$v),$s)) $(previous_$v))))
$(foreach o,source init,\
  $(eval $(call remember,$(build)/options/$o,$(network_options) $($o_options) \
  $(if $(filter source,$o),on $(source_dataset) $(addprefix from-,$(source_method)) $(by_engine)))))
# The options of stage $1 that the variant of a stem adds, as a prerequisite and as words.
varied = $(if $(call has,$1,$(call variant,$2)),$(build)/options/$1-$(call variant,$2))
further = $($1_$(call variant,$2))
# Folders and archives that decode_NAME names are inputs: names, sizes and times of their files are remembered.
state_of = $(if $(strip $1),$(addprefix files-,$(firstword $(shell scripts/inputs.sh state $1))))
$(foreach d,$(data_sets),\
  $(eval $(call remember,$(call decode_memory,$d),$(decode_$d) $(addprefix of-,$(downloads_$d)) $(call state_of,$(decode_$d)))))
$(foreach d,$(data_sets),$(foreach m,$(call images_memory,$d),$(eval $(call remember,$m,$(call images_file,$d)))))
$(option_files):
	@mkdir -p $(@D)
	@echo $(call quoted,$(strip $(words))) > $@
.PHONY: FORCE
FORCE:

# Before any work the tools check the options and the methods.
# The engine that will train checks the options of train.
tool_of = $(patsubst $1:%,%,$(filter $1:%,network:sample-init source:train extract:extract-pretrained nfm:compute-nfm \
  agop:compute-agop init:sample-init train:train report:report ansatz:report))
check = $(if $(by_engine),$(if $(filter train,$2),TRAIN=$(call quoted,$(strip $(TRAIN))) ))scripts/check-options.sh $1 $2 $3 &&
checks := \
  $(foreach s,network source extract nfm agop init train report ansatz,\
    $(if $(strip $($s_options)),$(call check,$s_options,$(call tool_of,$s),$($s_options)))) \
  $(foreach s,nfm agop init train,$(foreach v,$(variants),\
    $(if $(call has,$s,$v),$(call check,$s_$v,$(call tool_of,$s),$($s_$v))))) \
  $(foreach m,$(source_method),$(call check,source_method,sample-init,--method $m)) \
  $(foreach m,$(methods),$(call check,methods,sample-init,--method $(call initialiser,$m) $(if $(call is_aligned,$m),--align /dev/null))) true
checked := $(build)/options/checked
$(eval $(call remember,$(checked),$(checks)))
$(checked): | $(tools)
	@mkdir -p $(@D)
	@$(words)
	@echo $(call quoted,$(strip $(words))) > $@

# ---- Images ----

# Names of files in the manifest become targets and words of commands, so they have only letters, digits, and . _ + - inside.
strange_name := $(shell awk '!/^ *(\#|$$)/ && $$2 !~ /^[A-Za-z0-9][A-Za-z0-9._+-]*$$/ { print NR; exit }' $(call quoted,$(MANIFEST)))
ifneq ($(strange_name),)
$(error $(MANIFEST), line $(strange_name): the name of a file has letters, digits and ._+- only, and begins with a letter or digit)
endif

# A line of the manifest begins with DATASET FILE. A set whose name is not in the manifest is made from the one that
# downloads_NAME names, with its own options.
downloads_of = $(addprefix $(BUILD)/downloads/,$(shell awk '$$1 == "$(or $(downloads_$1),$1)" && !seen[$$2]++ { print $$2 }' $(MANIFEST)))
downloads := $(sort $(foreach d,$(data_sets),$(call downloads_of,$d)) \
  $(pretrained:%=$(BUILD)/downloads/%))

include pipelines/include/values.mk

$(downloads): $(BUILD)/downloads/%: | $(tools)
	$(bin)/fetch-data --manifest $(MANIFEST) --into $(@D) $*

define decoding
$(call images_file,$1): $(call downloads_of,$1) $(call decode_memory,$1) | $(checked) $(tools)
	@mkdir -p $$(@D)
	$$(RUN) $$(bin)/decode-images $$(decode_$1) $(call downloads_of,$1) -o $$@
endef
$(foreach d,$(data_sets),$(eval $(call decoding,$d)))

# ---- The source network and its features ----

# Missing images are noticed before the first training.
$(sources:=.init.h5) $(source_networks) $(inits): | $(images)

# Before a training: its number among the trainings of this call of make, and an estimate of their time.
this_call := $(shell echo $$(date +%s)-$$PPID)
progress = scripts/progress.sh $(build) $(this_call) $(call quoted,$(MAKECMDGOALS)) $@ >&2
# Under -j trainings write at the same time, so each line names its run.
named = $(if $(findstring --jobserver,$(MAKEFLAGS)),2> >(trap '' INT; exec sed -u 's|^|$1: |' >&2))

source_runs := $(sources:=.run.h5)
source_networks := $(sources:=.network.h5)
source_features := $(foreach k,nfm agop,$(sources:=.$k.h5))
source_images := $(foreach d,$(source_dataset),$(call images_file,$d))
# Images as prerequisites.
needed_images = $(call images_file,$1) $(call images_memory,$1)
source_needs := $(foreach d,$(source_dataset),$(call needed_images,$d))
# Trained networks that later rounds draw from.
drawn := $(filter-out $(build)/source-%,$(foreach t,$(trainings),$(call features,$t)))
drawn_networks := $(patsubst %,%.network.h5,$(sort $(basename $(basename $(drawn)))))
all_features := $(sort $(source_features) $(foreach t,$(trainings),$(call features,$t)))

$(sources:=.init.h5): $(build)/source-%.init.h5: $(build)/options/source $(source_needs) | $(tools)
	@mkdir -p $(@D)
	$(bin)/sample-init --method $(or $(source_method),kaiming-normal) --seed $* $(network_options) \
	  --images $(source_images) -o $@

$(source_runs): %.run.h5: %.init.h5 $(build)/options/source $(source_needs) | $(tools)
	@$(progress)
	$(RUN) $(train) $< $(restart) --images $(source_images) --seed $(subst $(build)/source-,,$*) \
	  $(source_options) $(threads) --log $(@:.h5=.jsonl) -o $@ $(call named,$(*F))

# The source is trained here, or a download.
ifdef pretrained
$(source_networks): $(BUILD)/downloads/$(pretrained) $(build)/options/extract | $(tools)
	@mkdir -p $(@D)
	$(bin)/extract-pretrained $< $(extract_options) -o $@
else
$(source_networks): %.network.h5: %.run.h5 $(build)/options/extract | $(tools)
	$(bin)/extract-pretrained $< --epoch best $(extract_options) -o $@
endif

$(drawn_networks): %.network.h5: %.run.h5 $(build)/options/extract | $(tools)
	$(bin)/extract-pretrained $< --epoch best $(extract_options) -o $@

set_of = $(if $(filter source-% untrained-%,$1),$(source_dataset),$(call dataset,$1))

$(filter %.nfm.h5,$(all_features)): $(build)/%.nfm.h5: $$(call network_of,$$*) $(build)/options/nfm $$(call varied,nfm,$$*) | $(tools)
	$(bin)/compute-nfm $< $(nfm_options) $(call further,nfm,$*) -o $@

$(filter %.agop.h5,$(all_features)): $(build)/%.agop.h5: $$(call network_of,$$*) $$(call needed_images,$$(call set_of,$$*)) $(build)/options/agop \
  $$(call varied,agop,$$*) | $(tools)
	$(RUN) $(bin)/compute-agop $< --images $(call images_file,$(call set_of,$*)) $(agop_options) $(call further,agop,$*) \
	  $(threads) -o $@

# ---- Initial networks and runs ----

# The name of a control.
named_as = $(if $(filter untrained-%,$(call method,$1)),--name $(call method,$1))
$(inits): $(build)/%.init.h5: $$(call features,$$*) $$(call network,$$*) $$(call aligned_with,$$*) $$(call needed_images,$$(call dataset,$$*)) $(build)/options/init \
  $$(call varied,init,$$*) $$(call variant_memory,$$*) | $(tools)
	@mkdir -p $(@D)
	$(bin)/sample-init $(call features,$*) --method $(call initialiser,$(call method,$*)) --seed $(call seed,$*) \
	  $(if $(call aligned_with,$*),--align $(call aligned_with,$*) $(network_options) $(call named_as,$*),$(addprefix \
	    --source ,$(call network,$*)) $(if $(call features,$*)$(call network,$*),,$(network_options))) --images $(call images_file,$(call dataset,$*)) \
	  $(init_options) $(call further,init,$*) -o $@

$(runs): $(build)/%.run.h5: $$(call init,$$*) $$(call needed_images,$$(call dataset,$$*)) $(build)/options/train $$(call varied,train,$$*) \
  $$(call variant_memory,$$*) | $(tools)
	@$(progress)
	$(RUN) $(train) $< $(restart) --images $(call images_file,$(call dataset,$*)) --seed $(call seed,$*) \
	  $(train_options) $(call further,train,$*) $(addprefix --variant ,$(call variant,$*)) $(threads) \
	  --log $(@:.h5=.jsonl) -o $@ $(call named,$*)

# ---- Report ----

# With ansatz_options the ansatz is also measured in every network, before and after training.
trained_sources := $(if $(pretrained),,$(sources:=.init.h5))
ansatz_networks := $(if $(ansatz_options),$(inits) $(trained_sources) $(source_networks))
ansatz_words := $(if $(ansatz_options),$(ansatz_networks) --ansatz --images $(firstword $(images)) \
  $(ansatz_options) $(threads))

$(results)/table.md $(results)/table.txt &: $(ansatz_networks) $(runs) $(source_features) $(source_networks) $(source_images) $(build)/options/report | $(tools)
	$(bin)/report $(runs) $(ansatz_words) $(report_options) \
	  $(if $(sources),--feature-maps $(source_images) --network $(firstword $(source_networks)) \
	  $(addprefix --features $(firstword $(sources)),.nfm.h5 .agop.h5)) -o $(@D)

# What makes an aligned draw stable? One option of the alignment is varied at a time: λ, the directions left out, the
# number of images, the size, and the layers that are drawn.
include pipelines/demo.mk

methods := kaiming-normal kaiming-nfm-aligned
variants := plain ridge-1e-6 ridge-0.01 ridge-0.1 ridge-1 cutoff-1e-3 cutoff-1e-2 images-32 images-2048 noise trace output \
  first-half
$(foreach v,$(filter-out plain,$(variants)),$(eval methods_$v := kaiming-nfm-aligned))
$(foreach r,1e-6 0.01 0.1 1,$(eval init_ridge-$r := --align-ridge $r))
$(foreach c,1e-3 1e-2,$(eval init_cutoff-$c := --align-cutoff $c))
$(foreach n,32 2048,$(eval init_images-$n := --align-images $n))
init_noise := --align-noise
init_trace := --scale trace
init_output := --scale output
init_first-half := --layers 1-4

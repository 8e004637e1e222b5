# Which of the paper's deviations matter? All of its conventions, with one at a time set as in `exact`.
include pipelines/include/replicated.mk

methods := kaiming-normal kaiming-nfm kaiming-agop
nfm_options := --convention paper
agop_options := --convention paper
init_options := --convention paper

variants := plain no-shift shift-low shift-high images-256 mean own-bias fan-in ten-outputs kaiming-head
nfm_no-shift := --shift none
agop_no-shift := --shift none
# The isotropic shares that the shift in the authors' code amounts to on its AGOP roots in single precision (docs/agop.md).
agop_shift-low := --shift 0.023
agop_shift-high := --shift 0.11
agop_images-256 := --count 256
agop_mean := --reduction mean
agop_own-bias := --own-bias kept
init_fan-in := --scale fan-in
methods_fan-in := kaiming-nfm kaiming-agop
init_ten-outputs := --outputs 10
init_kaiming-head := --fc kaiming

# Where does a gain end? From 400 to 24,000 images that train: 250 steps with 400 and 1,600, then 500 and 1,500 steps, for
# few images are soon learned.
include pipelines/demo.mk

methods := kaiming-normal kaiming-nfm-aligned untrained-aligned copy
variants := 400 1600 6400 24000
train_options := --learning-rate 0.01 --test-subset 2000 --stratify
train_400 := --subset 500 --epochs 40
train_1600 := --subset 2000 --epochs 10
train_6400 := --subset 8000 --epochs 5
train_24000 := --subset 30000 --epochs 4

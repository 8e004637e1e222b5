# Is a method behind for want of its own learning rate? Each method under three rates; the table compares methods at
# the rate with the best validation accuracy of each.
include pipelines/include/replicated.mk
RATES := 0.003 0.01 0.03
include pipelines/include/rates.mk

methods := kaiming-normal nfm agop kaiming-nfm kaiming-agop

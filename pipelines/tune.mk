# Is a method behind because of its learning rate? Each method is trained at three rates; the table compares methods, each
# at the rate with its best validation accuracy.
include pipelines/include/replicated.mk
RATES := 0.003 0.01 0.03
include pipelines/include/rates.mk

methods := kaiming-normal nfm agop kaiming-nfm kaiming-agop

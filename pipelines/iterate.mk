# Does it help to repeat train → extract → initialise? Each round draws from the matrices of the network that the
# same method, source and seed trained in the previous round; the first round draws from the source's. All layers start
# with outputs of unit deviation: at a given weight variance a chain may explode, and leave no network to continue from.
include pipelines/include/replicated.mk

methods := kaiming-normal nfm agop
init_options := --scale output
variants := plain round-2 round-3 round-4 round-5
previous_round-2 := plain
previous_round-3 := round-2
previous_round-4 := round-3
previous_round-5 := round-4

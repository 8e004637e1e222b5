// OpenBLAS starts a thread for each core as it is loaded, before `main`: with buffers of 128 MiB each, several lines
// and SIGINT where it gets no thread, and a wait for ever at the exit where it gets no memory. Nothing here uses
// those threads (`WorkerPool` shares the work out), so `blas_start.c` lets OpenBLAS see one core while it loads.
// There is nothing to call.
#pragma once

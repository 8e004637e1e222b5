#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif
#include "blas_start.h"

#if defined(__linux__)
// Static, and through system calls: sanitizers, whose functions stand in for the C library's, begin later.
static cpu_set_t all, one;
// Volatile: the compiler runs constructors beforehand where it can, takes this for zero, and drops `widen`.
static volatile int is_narrow = 0;

__attribute__((disable_sanitizer_instrumentation)) static void narrow(void) {
  if (syscall(SYS_sched_getaffinity, 0, sizeof all, &all) <= 0) return;
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (!CPU_ISSET(core, &all)) continue;
    CPU_SET(core, &one);
    is_narrow = syscall(SYS_sched_setaffinity, 0, sizeof one, &one) == 0;
    return;
  }
}

// Before the constructors of all shared libraries, …
__attribute__((section(".preinit_array"), used)) static void (*before_libraries)(void) = narrow;

// … and after them: an executable's own constructors come last.
__attribute__((constructor)) static void widen(void) {
  if (is_narrow) sched_setaffinity(0, sizeof all, &all);
}
#endif

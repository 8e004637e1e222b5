// The one instruction that a spinning thread needs and Swift cannot name.
#pragma once

/// Tells the core that this thread is waiting in a loop.
static inline void thread_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// What kernels and waiting threads need of the processor and Swift cannot name.
#pragma once

/// Tells the core that this thread is waiting in a loop.
static inline void thread_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/// Floats in a register of the widest fused multiply-add that the build may use (-Xcc -march=…);
/// 0 without one: there Swift's `addProduct` is a call to fmaf for each lane.
static inline int fused_lanes(void) {
#if defined(__AVX512F__)
  return 16;
#elif defined(__AVX2__) && defined(__FMA__)
  return 8;
#elif defined(__ARM_FEATURE_FMA)
  return 4;
#else
  return 0;
#endif
}

/// The same in words, for people.
static inline const char *build_target(void) {
  switch (fused_lanes()) {
  case 16: return "AVX-512";
  case 8: return "AVX2+FMA";
  case 4: return "NEON";
  default: return "any processor";
  }
}

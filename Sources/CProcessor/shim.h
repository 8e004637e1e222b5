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

/// Requests the cache line at an address that will be read soon. Nothing is read, so any address is allowed.
static inline void prefetch_for_reading(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Requests the cache line at an address that will be written soon.
static inline void prefetch_for_writing(const void *address) { __builtin_prefetch(address, 1, 3); }

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

/// Sixteen floats: SIMD16<Float>.
typedef float sixteen_floats __attribute__((ext_vector_type(16)));

/// The sum of all lanes, in every lane, by four exchanges of lanes. Swift takes halves and odd lanes one
/// lane at a time, from which the compiler makes 25 instructions instead of these 8.
static inline sixteen_floats total_of_lanes(sixteen_floats x) {
  x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  x += __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  x += __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  return x;
}

// Whole pictures read by libpng and libjpeg. Both report errors by longjmp, which Swift cannot catch, and
// libjpeg calls exit() unless it is given somewhere else to go: so what needs a landing place is C.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What a picture says of itself, and the first thing found wrong with it ("" when nothing is).
typedef struct {
  uint32_t width, height;
  int channels;  // 1 or 3, as decoded: palettes are colour, alpha does not count
  int alpha;     // it has transparency, which decoding drops
  int unread;    // it is sound, but of a kind that is not read
  char problem[256];
} picture_header;

/// Both fill in `header`; and, when `pixels` is given, write height × width × `channels` bytes there, which must
/// be `capacity`. Sides are at most `largest`. They return 0 when all is well.
///
/// Gamma and colour profiles of a PNG are left alone, as Pillow leaves them.
int read_png(const uint8_t *bytes, size_t count, uint32_t largest, picture_header *header,
             uint8_t *pixels, size_t capacity, int channels);

/// Damage that libjpeg would repair is an error, save for what is harmless.
int read_jpeg(const uint8_t *bytes, size_t count, uint32_t largest, picture_header *header,
              uint8_t *pixels, size_t capacity, int channels);

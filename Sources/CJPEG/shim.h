// libjpeg calls exit() on an error unless it is given somewhere else to go, and longjmp is the only
// way out of it, which Swift cannot catch: so one function that reads a whole JPEG lives here.
#pragma once
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// jpeglib.h needs size_t and FILE first.
#include <jerror.h>
#include <jpeglib.h>

/// What a JPEG says of itself, and the first thing found wrong with it ("" when nothing is).
typedef struct {
  uint32_t width, height;
  int channels;  // 1 or 3, as decoded
  int unread;    // it is sound, but of a kind that is not read
  char problem[JMSG_LENGTH_MAX];
} CJPEGHeader;

typedef struct {
  struct jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  CJPEGHeader *header;
} CJPEGState;

static void cjpeg_fail(j_common_ptr jpeg) {
  CJPEGState *state = (CJPEGState *)jpeg->err;
  state->manager.format_message(jpeg, state->header->problem);
  longjmp(state->escape, 1);
}

/// libjpeg repairs what it can and only warns; here damage is an error, save for what is harmless:
/// stray bytes between markers and odd version numbers.
static void cjpeg_warn(j_common_ptr jpeg, int level) {
  int code = jpeg->err->msg_code;
  if (level >= 0 || code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR ||
      code == JWRN_ADOBE_XFORM || code == JWRN_BOGUS_ICC)
    return;
  cjpeg_fail(jpeg);
}

/// A few bytes can ask for thousands of passes over a large progressive image.
static void cjpeg_limit_scans(j_common_ptr jpeg) {
  if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > 200) {
    CJPEGState *state = (CJPEGState *)jpeg->err;
    snprintf(state->header->problem, sizeof state->header->problem, "more than 200 scans");
    longjmp(state->escape, 1);
  }
}

/// Fills in `header`; and, when `pixels` is given, writes height × width × `channels` bytes there,
/// which must be `capacity`. Returns 0 when all is well.
static __attribute__((noinline, unused)) int cjpeg_read(const uint8_t *bytes, size_t count,
                                                        uint32_t largest, CJPEGHeader *header,
                                                        uint8_t *pixels, size_t capacity,
                                                        int channels) {
  memset(header, 0, sizeof *header);
  struct jpeg_decompress_struct jpeg;
  memset(&jpeg, 0, sizeof jpeg);
  CJPEGState state;
  memset(&state, 0, sizeof state);
  state.header = header;
  jpeg.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = cjpeg_fail;
  state.manager.emit_message = cjpeg_warn;
  state.progress.progress_monitor = cjpeg_limit_scans;
  if (setjmp(state.escape)) {
    jpeg_destroy_decompress(&jpeg);
    return 1;
  }
  jpeg_create_decompress(&jpeg);
  jpeg.progress = &state.progress;
  jpeg_mem_src(&jpeg, bytes, count);
  jpeg_read_header(&jpeg, TRUE);
  header->width = jpeg.image_width;
  header->height = jpeg.image_height;
  header->channels = jpeg.num_components == 1 ? 1 : 3;
  const char *refusal = NULL;
  if (jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK)
    refusal = "a CMYK JPEG, which is not read; convert it to RGB";
  else if (jpeg.num_components != 1 && jpeg.num_components != 3)
    refusal = "a JPEG that is neither grey nor RGB, which is not read; convert it to RGB";
  header->unread = refusal != NULL;
  if (!refusal && (jpeg.image_width > largest || jpeg.image_height > largest))
    refusal = "too large an image";
  if (pixels && !refusal) {
    jpeg.out_color_space = channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_start_decompress(&jpeg);
    size_t row = (size_t)jpeg.output_width * channels;
    if (jpeg.output_components != channels || row * jpeg.output_height != capacity)
      refusal = "its size is not the size it was first read with";
    while (!refusal && jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW line = pixels + row * jpeg.output_scanline;
      jpeg_read_scanlines(&jpeg, &line, 1);
    }
    if (!refusal) jpeg_finish_decompress(&jpeg);
  }
  jpeg_destroy_decompress(&jpeg);
  if (refusal) snprintf(header->problem, sizeof header->problem, "%s", refusal);
  return refusal != NULL;
}

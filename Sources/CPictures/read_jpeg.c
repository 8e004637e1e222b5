// A whole JPEG through libjpeg.

#include "pictures.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
// jpeglib.h needs size_t and FILE first.
#include <jerror.h>
#include <jpeglib.h>

// libjpeg writes at most this much of a message.
_Static_assert(JMSG_LENGTH_MAX <= sizeof(((picture_header *)0)->problem), "room for a message");

typedef struct {
  struct jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  picture_header *header;
} jpeg_state;

static void fail(j_common_ptr jpeg) {
  jpeg_state *state = (jpeg_state *)jpeg->err;
  state->manager.format_message(jpeg, state->header->problem);
  longjmp(state->escape, 1);
}

/// libjpeg repairs what it can and only warns; here damage is an error, save for what is harmless:
/// stray bytes between markers and odd version numbers.
static void warn(j_common_ptr jpeg, int level) {
  int code = jpeg->err->msg_code;
  if (level >= 0 || code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR ||
      code == JWRN_ADOBE_XFORM || code == JWRN_BOGUS_ICC)
    return;
  fail(jpeg);
}

/// A few bytes can ask for thousands of passes over a large progressive image.
static void limit_scans(j_common_ptr jpeg) {
  if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > 200) {
    jpeg_state *state = (jpeg_state *)jpeg->err;
    snprintf(state->header->problem, sizeof state->header->problem, "more than 200 scans");
    longjmp(state->escape, 1);
  }
}

int read_jpeg(const uint8_t *bytes, size_t count, uint32_t largest, picture_header *header,
              uint8_t *pixels, size_t capacity, int channels) {
  memset(header, 0, sizeof *header);
  struct jpeg_decompress_struct jpeg;
  memset(&jpeg, 0, sizeof jpeg);
  jpeg_state state;
  memset(&state, 0, sizeof state);
  state.header = header;
  jpeg.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = fail;
  state.manager.emit_message = warn;
  state.progress.progress_monitor = limit_scans;
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

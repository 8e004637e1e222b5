// A whole PNG through libpng, row by row.

#include "pictures.h"

#include <png.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t count, position;
  picture_header *header;
} png_input;

static void fail(png_structp png, png_const_charp message) {
  picture_header *header = (picture_header *)png_get_error_ptr(png);
  snprintf(header->problem, sizeof header->problem, "%s", message);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void take(png_structp png, png_bytep target, size_t count) {
  png_input *input = (png_input *)png_get_io_ptr(png);
  if (count > input->count - input->position) png_error(png, "the file ends too early");
  memcpy(target, input->bytes + input->position, count);
  input->position += count;
}

int read_png(const uint8_t *bytes, size_t count, uint32_t largest, picture_header *header,
             uint8_t *pixels, size_t capacity, int channels) {
  memset(header, 0, sizeof *header);
  png_input input = {bytes, count, 0, header};
  png_infop info = NULL;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, header, fail, ignore);
  if (png) info = png_create_info_struct(png);
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    snprintf(header->problem, sizeof header->problem, "no memory for libpng");
    return 1;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
  }
  png_set_read_fn(png, &input, take);
  png_set_user_limits(png, largest, largest);
  png_set_chunk_malloc_max(png, 1 << 20);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_read_info(png, info);
  int type = png_get_color_type(png, info);
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->channels = type & PNG_COLOR_MASK_COLOR ? 3 : 1;
  header->alpha = (type & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  if (pixels) {
    png_set_scale_16(png);
    if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
    png_set_strip_alpha(png);
    if (channels == 3 && header->channels == 1) png_set_gray_to_rgb(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t row = png_get_rowbytes(png, info);
    if (row != (size_t)header->width * channels || row * header->height != capacity)
      png_error(png, "its size is not the size it was first read with");
    for (int pass = 0; pass < passes; pass++)
      for (uint32_t y = 0; y < header->height; y++) png_read_row(png, pixels + y * row, NULL);
    png_read_end(png, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}

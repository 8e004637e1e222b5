// Texts of variable length, as the bytes of a file hold them. They lie in collections (global heaps), and what
// refers to one tells its size again: the HDF5 library makes room for the one and copies the other. Here the
// two are compared before it does. Layouts: HDF5 File Format Specification 3.0, III.E, IV.A.2.b, d and m.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct hdf5_text { uint64_t collection, index, size; };

// A file in memory; its texts, in order; and where their type is written down.
struct hdf5_texts {
  const uint8_t *bytes;
  size_t count;
  struct hdf5_text *texts;
  size_t texts_count;
  size_t *types;
  size_t types_count;
};

static inline uint64_t hdf5_texts_number(const uint8_t *bytes, int width) {
  uint64_t value = 0;
  for (int i = width; i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

// Room for one more in a list, which is full when its count is a power of two; NULL without memory.
static inline void *hdf5_texts_grow(void *list, size_t count, size_t size) {
  return (count & (count - 1)) == 0 ? realloc(list, (count ? 2 * count : 1) * size) : list;
}

static inline int hdf5_texts_compare(const void *first, const void *second) {
  const struct hdf5_text *a = (const struct hdf5_text *)first, *b = (const struct hdf5_text *)second;
  if (a->collection != b->collection) return a->collection < b->collection ? -1 : 1;
  return a->index == b->index ? 0 : a->index < b->index ? -1 : 1;
}

// An object is its index, 2 bytes, 6 others, its size and its bytes, in steps of 8; index 0 is what is
// free, with a size that counts its head. Whether all of a collection at `start` is within it.
static inline int hdf5_texts_list_collection(struct hdf5_texts *file, size_t start) {
  const uint8_t *bytes = file->bytes + start;
  uint64_t size = hdf5_texts_number(bytes + 8, 8), at = 16;
  if (size > file->count - start) return 0;
  while (at + 16 <= size) {
    uint64_t index = hdf5_texts_number(bytes + at, 2), claimed = hdf5_texts_number(bytes + at + 8, 8);
    uint64_t most = size - at - (index == 0 ? 0 : 16);
    if (claimed > most || (index == 0 && claimed < 16)) return 0;
    if (index != 0) {
      void *list = hdf5_texts_grow(file->texts, file->texts_count, sizeof *file->texts);
      if (!list) return 0;
      file->texts = (struct hdf5_text *)list;
      file->texts[file->texts_count++] = (struct hdf5_text){start, index, claimed};
    }
    at += index == 0 ? claimed : 16 + (claimed + 7) / 8 * 8;
  }
  return 1;
}

// Whether every object is within its collection, and no two have the same index there.
static inline int hdf5_texts_list(struct hdf5_texts *file) {
  static const uint8_t head[] = {'G', 'C', 'O', 'L', 1, 0, 0, 0};
  const uint8_t *end = file->bytes + file->count, *found = file->bytes;
  for (; (found = (const uint8_t *)memchr(found, head[0], (size_t)(end - found))); found++) {
    if (end - found < 16) break;  // memmem would do, but is not everywhere
    if (memcmp(found, head, sizeof head) == 0
        && !hdf5_texts_list_collection(file, (size_t)(found - file->bytes)))
      return 0;
  }
  if (file->texts_count > 1)
    qsort(file->texts, file->texts_count, sizeof *file->texts, hdf5_texts_compare);
  for (size_t i = 1; i < file->texts_count; i++)
    if (hdf5_texts_compare(file->texts + i - 1, file->texts + i) == 0) return 0;
  return 1;
}

// Where the type of such texts stands: 20 bytes, references of 16 to letters that are numbers of 1.
static inline int hdf5_texts_list_types(struct hdf5_texts *file) {
  const uint8_t *bytes = file->bytes;
  for (size_t at = 0; at + 32 <= file->count; at++) {
    const uint8_t *type = bytes + at;
    if (type[4] != 16 || (type[0] & 15) != 9 || (type[1] & 15) != 1 || (type[8] & 15) != 0) continue;
    if (hdf5_texts_number(type + 4, 4) != 16 || hdf5_texts_number(type + 12, 4) != 1) continue;
    void *list = hdf5_texts_grow(file->types, file->types_count, sizeof *file->types);
    if (!list) return 0;
    file->types = (size_t *)list;
    file->types[file->types_count++] = at;
  }
  return 1;
}

// A reference is the text's size, 4 bytes, the address of its collection and its index there; address 0
// is no text. `base` is where addresses begin.
static inline int hdf5_texts_is_true(
    const struct hdf5_texts *file, const uint8_t *reference, uint64_t base) {
  uint64_t address = hdf5_texts_number(reference + 4, 8);
  if (address == 0) return 1;
  struct hdf5_text text = {address + base, hdf5_texts_number(reference + 12, 4), 0};
  const struct hdf5_text *found = file->texts_count == 0 ? NULL
      : (const struct hdf5_text *)bsearch(
            &text, file->texts, file->texts_count, sizeof text, hdf5_texts_compare);
  return found && found->size == hdf5_texts_number(reference, 4);
}

// Of an attribute whose type stands at `at`: behind it, filled up to 24 bytes or not, stands the shape, and
// behind that a reference for each value. Whether all of them are true.
static inline int hdf5_texts_are_true(const struct hdf5_texts *file, size_t at, uint64_t base) {
  const uint8_t *type = file->bytes + at, *end = file->bytes + file->count;
  const uint8_t *shape = type + (type[20] == 0 ? 24 : 20);
  int version = shape[0], rank = shape[1], has_limits = shape[2] & 1;
  if (version < 1 || version > 2 || rank > 32) return 0;
  if (version == 2 && shape[3] == 2) return 1;  // of no values at all
  const uint8_t *lengths = shape + (version == 1 ? 8 : 4);
  if (end - lengths < 8 * rank * (1 + has_limits)) return 0;
  const uint8_t *reference = lengths + 8 * rank * (1 + has_limits);
  uint64_t count = 1, most = (uint64_t)(end - reference) / 16;
  for (int i = 0; i < rank; i++) {
    uint64_t length = hdf5_texts_number(lengths + 8 * i, 8);
    count = length == 0 ? 0 : count > most / length ? most + 1 : count * length;
  }
  if (count > most) return 0;
  for (; count > 0; count--, reference += 16)
    if (!hdf5_texts_is_true(file, reference, base)) return 0;
  return 1;
}

// Whether an attribute's name stands before its type: with a zero, filled up to steps of 8 or not, and
// before it, 6 or 7 bytes away, its length with the zero.
static inline int hdf5_texts_is_named(const struct hdf5_texts *file, size_t at, const char *name) {
  const uint8_t *bytes = file->bytes;
  size_t length = strlen(name), end = at;
  while (end > 0 && at - end < 8 && bytes[end - 1] == 0) end--;
  if (end == at || end < length + 7 || memcmp(bytes + end - length, name, length) != 0) return 0;
  const uint8_t *start = bytes + end - length;
  return hdf5_texts_number(start - 6, 2) == length + 1 || hdf5_texts_number(start - 7, 2) == length + 1;
}

// Whether what an attribute of that name refers to has the sizes that it tells. Where attributes were
// removed or moved, their bytes stay, so one of those that are found must be true.
static inline int hdf5_texts_of_attribute_are_true(
    const struct hdf5_texts *file, const char *name, uint64_t base) {
  for (size_t i = 0; i < file->types_count; i++)
    if (hdf5_texts_is_named(file, file->types[i], name) && hdf5_texts_are_true(file, file->types[i], base))
      return 1;
  return 0;
}

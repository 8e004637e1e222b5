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

// How many bytes the shape at `at` takes: its version, rank and flags tell; 0 if it is none.
static inline size_t hdf5_texts_shape_size(const struct hdf5_texts *file, size_t at) {
  if (at + 4 > file->count) return 0;
  const uint8_t *shape = file->bytes + at;
  size_t head = shape[0] == 1 ? 8 : shape[0] == 2 ? 4 : 0;
  return head == 0 ? 0 : head + (size_t)8 * shape[1] * (1 + (shape[2] & 1));
}

// Where the references of an attribute stand, if it has that name and its type stands at `at`; else 0. Before the
// type stands the name, and before that the attribute's version, flags, and the sizes of its name with
// a zero, of its type and of its shape; version 1 fills these up to steps of 8, version 3 adds a byte.
static inline size_t hdf5_texts_references(const struct hdf5_texts *file, size_t at, const char *name) {
  size_t length = strlen(name) + 1;
  for (int version = 1; version <= 3; version++) {
    size_t step = version == 1 ? 8 : 1, head = version == 3 ? 9 : 8;
    size_t before = head + (length + step - 1) / step * step;
    if (at < before) continue;
    const uint8_t *start = file->bytes + at - before;
    if (start[0] != version || hdf5_texts_number(start + 2, 2) != length) continue;
    if (memcmp(start + head, name, length) != 0) continue;
    if (version > 1 && start[1] != 0) continue;  // its type or shape stands elsewhere
    size_t type_size = hdf5_texts_number(start + 4, 2), shape_size = hdf5_texts_number(start + 6, 2);
    size_t shape = at + (type_size + step - 1) / step * step;
    if (type_size != 20 || shape_size != hdf5_texts_shape_size(file, shape)) continue;
    return shape + (shape_size + step - 1) / step * step;
  }
  return 0;
}

// Whether what an attribute of that name refers to has the sizes that it tells, `count` times. Where
// attributes were removed or moved, their bytes stay, so one of those that are found must be true.
static inline int hdf5_texts_of_attribute_are_true(
    const struct hdf5_texts *file, const char *name, size_t count, uint64_t base) {
  for (size_t i = 0; i < file->types_count; i++) {
    size_t at = hdf5_texts_references(file, file->types[i], name), left = count;
    if (at == 0 || at > file->count || count > (file->count - at) / 16) continue;
    while (left > 0 && hdf5_texts_is_true(file, file->bytes + at, base)) left--, at += 16;
    if (left == 0) return 1;
  }
  return 0;
}

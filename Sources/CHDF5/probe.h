// Whether reading a file would end the process: some damaged files make the HDF5 library divide by
// zero, follow wild pointers or loop for ever. A child process reads first; only C runs in it, since
// of a process with threads a fork copies one. It reads what tells where things are, and unpacks what
// is packed up to a limit; plain values are only copied, which a damaged file cannot make go wrong.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

// Of processor time. Who tries many small files may want to wait less for those that loop.
#ifndef HDF5_PROBE_MILLISECONDS
#define HDF5_PROBE_MILLISECONDS 3000
#endif

enum { hdf5_probe_bytes = 64 << 20 };

static inline uint64_t hdf5_probe_number(const uint8_t *bytes, int width) {
  uint64_t value = 0;
  for (int i = width; i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

// Where a file lies in memory, and the texts in its collections that are larger than the least buffer
// the library makes to copy one into.
struct hdf5_probe_text { uint64_t collection, index, size; };
struct hdf5_probe_file {
  const uint8_t *bytes;
  size_t count;
  struct hdf5_probe_text *texts;  // in order of their collections
  size_t texts_count;
};
enum { hdf5_probe_least_buffer = 4096 };

static inline int hdf5_probe_note(struct hdf5_probe_file *file, struct hdf5_probe_text text) {
  size_t count = file->texts_count;
  if ((count & (count - 1)) == 0) {  // a power of two is full
    size_t room = count ? 2 * count : 1;
    void *texts = realloc(file->texts, room * sizeof text);
    if (!texts) return 0;
    file->texts = (struct hdf5_probe_text *)texts;
  }
  file->texts[file->texts_count++] = text;
  return 1;
}

// Texts of variable length lie in collections; the library believes the sizes there, and copies as much
// as one claims to where another claimed less. An object is its index, 2 bytes, 6 others, its size and
// its bytes, in steps of 8; index 0 is what is free, with a size that counts its head.
static inline int hdf5_probe_has_sound_collections(struct hdf5_probe_file *file) {
  static const uint8_t head[] = {'G', 'C', 'O', 'L', 1, 0, 0, 0};
  const uint8_t *end = file->bytes + file->count, *found = file->bytes;
  for (; (found = (const uint8_t *)memchr(found, head[0], (size_t)(end - found))); found++) {
    if (end - found < 16) return 1;  // memmem would do, but is not everywhere
    if (memcmp(found, head, sizeof head) != 0) continue;
    uint64_t size = hdf5_probe_number(found + 8, 8), at = 16;
    if (size > (uint64_t)(end - found)) return 0;
    while (at + 16 <= size) {
      uint64_t index = hdf5_probe_number(found + at, 2), claimed = hdf5_probe_number(found + at + 8, 8);
      uint64_t most = size - at - (index == 0 ? 0 : 16);
      if (claimed > most || (index == 0 && claimed < 16)) return 0;
      struct hdf5_probe_text text = {(uint64_t)(found - file->bytes), index, claimed};
      if (index != 0 && claimed > hdf5_probe_least_buffer && !hdf5_probe_note(file, text)) return 0;
      at += index == 0 ? claimed : 16 + (claimed + 7) / 8 * 8;
    }
  }
  return 1;
}

// A reference is what the text should claim, 4 bytes, the address of its collection and its index there.
static inline int hdf5_probe_is_sound_reference(
    const struct hdf5_probe_file *file, const uint8_t *reference, uint64_t base) {
  uint64_t size = hdf5_probe_number(reference, 4), index = hdf5_probe_number(reference + 12, 4);
  uint64_t collection = hdf5_probe_number(reference + 4, 8) + base;
  size_t low = 0, high = file->texts_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (file->texts[middle].collection < collection) low = middle + 1; else high = middle;
  }
  for (; low < file->texts_count && file->texts[low].collection == collection; low++)
    if (file->texts[low].index == index && file->texts[low].size > size) return 0;
  return 1;
}

// The references of attributes: behind the type of texts of variable length, 20 bytes that may be filled
// up to 24, stands the shape, and behind it a reference for each. `base` is where addresses begin.
static inline int hdf5_probe_has_sound_references(const struct hdf5_probe_file *file, uint64_t base) {
  if (file->texts_count == 0) return 1;
  const uint8_t *end = file->bytes + file->count;
  for (const uint8_t *type = file->bytes; end - type >= 24 + 8; type++) {
    // Texts of variable length, whose references have 16 bytes and whose letters are numbers of 1.
    if (type[4] != 16 || (type[0] & 15) != 9 || (type[1] & 15) != 1 || (type[8] & 15) != 0) continue;
    if (hdf5_probe_number(type + 4, 4) != 16 || hdf5_probe_number(type + 12, 4) != 1) continue;
    const uint8_t *shape = type + (type[20] == 0 ? 24 : 20);
    int version = shape[0], rank = shape[1], has_limits = shape[2] & 1;
    if (version < 1 || version > 2 || rank > 32) continue;  // the type of a dataset
    const uint8_t *lengths = shape + (version == 1 ? 8 : 4);
    if (end - lengths < 8 * rank * (1 + has_limits)) continue;
    const uint8_t *reference = lengths + 8 * rank * (1 + has_limits);
    uint64_t count = 1, most = (uint64_t)(end - reference) / 16;
    for (int i = 0; i < rank && count <= most; i++) {
      uint64_t length = hdf5_probe_number(lengths + 8 * i, 8);
      count = length > most ? most + 1 : count * length;
    }
    if (count > most) return 0;
    for (; count > 0; count--, reference += 16)
      if (!hdf5_probe_is_sound_reference(file, reference, base)) return 0;
  }
  return 1;
}

enum hdf5_probe_outcome {
  hdf5_probe_read, hdf5_probe_unopened, hdf5_probe_unlisted, hdf5_probe_foreign, hdf5_probe_died
};

// Of an open file, what cannot be told before: where its addresses begin, and that they and its sizes have 8
// bytes, as the checks above take for granted.
static inline enum hdf5_probe_outcome hdf5_probe_opened(const struct hdf5_probe_file *bytes, hid_t file) {
  size_t address = 0, size = 0;
  hsize_t base = 0;
  hid_t properties = H5Fget_create_plist(file);
  int is_known = H5Pget_sizes(properties, &address, &size) >= 0 && H5Pget_userblock(properties, &base) >= 0;
  H5Pclose(properties);
  if (!is_known || address != 8 || size != 8) return hdf5_probe_foreign;
  return hdf5_probe_has_sound_references(bytes, base) ? hdf5_probe_read : hdf5_probe_died;
}

// A file as bytes in memory, which nobody needs to hold.
static inline struct hdf5_probe_file hdf5_probe_map(const char *path) {
  struct hdf5_probe_file result = {NULL, 0, NULL, 0};
  struct stat status;
  int file = open(path, O_RDONLY);
  if (file < 0 || fstat(file, &status) < 0 || status.st_size <= 0) return result;
  void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) return result;
  result.bytes = (const uint8_t *)bytes;
  result.count = (size_t)status.st_size;
  return result;
}

// Hard links can make a group contain itself. What cannot be listed was not read either: an object can
// still be had by its name when the list breaks off behind it.
struct hdf5_probe_walk { int depth, objects, is_unlisted; size_t bytes; };

// Reads all values, unless they are many.
static inline void hdf5_probe_values(
    hid_t object, hid_t space, hid_t type, int is_attribute, struct hdf5_probe_walk *walk) {
  hssize_t count = H5Sget_simple_extent_npoints(space);
  hid_t memory_type = H5Tget_native_type(type, H5T_DIR_ASCEND);
  size_t size = memory_type >= 0 ? H5Tget_size(memory_type) : 0;
  if (count > 0 && size > 0 && (size_t)count <= (hdf5_probe_bytes - walk->bytes) / size) {
    walk->bytes += (size_t)count * size;
    void *values = calloc((size_t)count, size);
    if (values) {
      herr_t status = is_attribute
          ? H5Aread(object, memory_type, values)
          : H5Dread(object, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
      if (status >= 0 && H5Tdetect_class(memory_type, H5T_VLEN) + H5Tis_variable_str(memory_type) > 0)
        H5Dvlen_reclaim(memory_type, space, H5P_DEFAULT, values);
      free(values);
    }
  }
  if (memory_type >= 0) H5Tclose(memory_type);
}

static inline herr_t hdf5_probe_attribute(
    hid_t object, const char *name, const H5A_info_t *info, void *context) {
  (void)info;
  struct hdf5_probe_walk *walk = (struct hdf5_probe_walk *)context;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0) {
    walk->is_unlisted = 1;
    return 0;
  }
  hid_t space = H5Aget_space(attribute), type = H5Aget_type(attribute);
  if (space >= 0 && type >= 0) hdf5_probe_values(attribute, space, type, 1, walk);
  H5Tclose(type);
  H5Sclose(space);
  H5Aclose(attribute);
  return 0;
}

static inline void hdf5_probe_dataset(hid_t dataset, struct hdf5_probe_walk *walk) {
  hid_t properties = H5Dget_create_plist(dataset);
  if (properties < 0) return;
  H5D_layout_t layout = H5Pget_layout(properties);
  int is_inside = layout != H5D_VIRTUAL && H5Pget_external_count(properties) == 0;
  H5Pclose(properties);
  if (!is_inside) return;  // refused later; asking it for its shape may open other files
  hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
  H5Dget_storage_size(dataset);
  // Contiguous values are only copied; those in chunks are looked up and unpacked.
  if (space >= 0 && type >= 0 && layout != H5D_CONTIGUOUS)
    hdf5_probe_values(dataset, space, type, 0, walk);
  H5Tclose(type);
  H5Sclose(space);
}

static inline herr_t hdf5_probe_link(
    hid_t group, const char *name, const H5L_info_t *info, void *context);

// Its attributes, and its values or members. A value that fails does not keep the walk from the others.
static inline void hdf5_probe_object(hid_t object, struct hdf5_probe_walk *walk) {
  if (walk->depth > 16 || ++walk->objects > 100000) return;
  hsize_t index = 0;
  if (H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &index, hdf5_probe_attribute, walk) < 0)
    walk->is_unlisted = 1;
  H5I_type_t type = H5Iget_type(object);
  if (type == H5I_DATASET) hdf5_probe_dataset(object, walk);
  if (type == H5I_GROUP) {
    walk->depth++;
    if (H5Literate(object, H5_INDEX_NAME, H5_ITER_INC, NULL, hdf5_probe_link, walk) < 0)
      walk->is_unlisted = 1;
    walk->depth--;
  }
}

static inline herr_t hdf5_probe_link(
    hid_t group, const char *name, const H5L_info_t *info, void *context) {
  struct hdf5_probe_walk *walk = (struct hdf5_probe_walk *)context;
  hid_t object = H5Oopen(group, name, H5P_DEFAULT);
  if (object >= 0) {
    hdf5_probe_object(object, walk);
    H5Oclose(object);
  } else if (info->type == H5L_TYPE_HARD) {  // others may lead nowhere
    walk->is_unlisted = 1;
  }
  return 0;
}

// What became of a child that reads the file: it died when it crashed or looped. A file where no child
// can be made counts as read. `image` holds the bytes of a file that is not on the disk.
static inline enum hdf5_probe_outcome hdf5_probe(
    const char *path, hid_t access, const void *image, size_t count) {
  pid_t child = fork();
  if (child < 0) return hdf5_probe_read;
  if (child == 0) {
    int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGINT, SIGTERM, SIGHUP, SIGPROF};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
    // Before the clock starts: this cannot loop, and takes as long as the file is large.
    struct hdf5_probe_file bytes = {(const uint8_t *)image, count, NULL, 0};
    if (!image) bytes = hdf5_probe_map(path);
    if (bytes.count > 0 && !hdf5_probe_has_sound_collections(&bytes)) _exit(hdf5_probe_died);
    sigset_t end_of_time;
    sigemptyset(&end_of_time);
    sigaddset(&end_of_time, SIGPROF);
    sigprocmask(SIG_UNBLOCK, &end_of_time, NULL);
    struct itimerval time = {
        {0, 0}, {HDF5_PROBE_MILLISECONDS / 1000, HDF5_PROBE_MILLISECONDS % 1000 * 1000}};
    setitimer(ITIMER_PROF, &time, NULL);
    int nowhere = open("/dev/null", O_WRONLY);  // for what the C library says as it aborts
    if (nowhere >= 0) dup2(nowhere, STDERR_FILENO);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (file < 0) _exit(hdf5_probe_unopened);
    enum hdf5_probe_outcome outcome = hdf5_probe_opened(&bytes, file);
    if (outcome != hdf5_probe_read) _exit(outcome);
    hid_t root = H5Oopen(file, "/", H5P_DEFAULT);
    struct hdf5_probe_walk walk = {0, 0, root < 0, 0};
    if (root >= 0) {
      hdf5_probe_object(root, &walk);
      H5Oclose(root);
    }
    H5Fclose(file);
    _exit(walk.is_unlisted ? hdf5_probe_unlisted : hdf5_probe_read);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return hdf5_probe_read;
  }
  return WIFEXITED(status) ? (enum hdf5_probe_outcome)WEXITSTATUS(status) : hdf5_probe_died;
}

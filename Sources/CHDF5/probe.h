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
#include "texts.h"

// Of processor time. Who tries many small files may want to wait less for those that loop.
#ifndef HDF5_PROBE_MILLISECONDS
#define HDF5_PROBE_MILLISECONDS 3000
#endif

enum { hdf5_probe_bytes = 64 << 20 };

enum hdf5_probe_outcome {
  hdf5_probe_read, hdf5_probe_unopened, hdf5_probe_unlisted, hdf5_probe_false, hdf5_probe_foreign,
  hdf5_probe_died
};

// A file as bytes in memory, which nobody needs to hold.
static inline struct hdf5_texts hdf5_probe_map(const char *path) {
  struct hdf5_texts result = {NULL, 0, NULL, 0, NULL, 0};
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
// still be had by its name when the list breaks off behind it. `base` is where addresses begin.
struct hdf5_probe_walk {
  const struct hdf5_texts *file;
  uint64_t base;
  size_t bytes;
  int depth, objects, is_unlisted, is_false;
};

// Whether an attribute has what its type and shape claim. The library would copy what lies behind it.
static inline int hdf5_probe_is_true(
    const char *name, hid_t space, hid_t type, const struct hdf5_probe_walk *walk) {
  hssize_t count = H5Sget_simple_extent_npoints(space);
  if (walk->file->count == 0 || count <= 0) return 1;
  if ((size_t)count > walk->file->count / H5Tget_size(type)) return 0;
  if (H5Tis_variable_str(type) <= 0) return 1;
  hid_t letter = H5Tget_super(type);
  int is_plain = letter >= 0 && H5Tget_class(letter) == H5T_INTEGER && H5Tget_size(letter) == 1
      && H5Tget_precision(letter) == 8 && H5Tget_offset(letter) == 0;
  H5Tclose(letter);
  return is_plain && hdf5_texts_of_attribute_are_true(walk->file, name, (size_t)count, walk->base);
}

// Reads all values, unless they are many, or of a type that nobody reads: numbers are read, and texts, but
// those of variable length from attributes only.
static inline void hdf5_probe_values(
    hid_t object, hid_t space, hid_t type, int is_attribute, struct hdf5_probe_walk *walk) {
  H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT && kind != H5T_STRING && kind != H5T_ENUM) return;
  if (!is_attribute && H5Tis_variable_str(type) != 0) return;
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
      if (status >= 0 && H5Tis_variable_str(memory_type) > 0)
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
  if (space >= 0 && type >= 0) {
    if (hdf5_probe_is_true(name, space, type, walk))
      hdf5_probe_values(attribute, space, type, 1, walk);
    else
      walk->is_false = 1;
  }
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

// Whether addresses and sizes have 8 bytes each, and where addresses begin.
static inline int hdf5_probe_is_ours(hid_t file, uint64_t *base) {
  size_t address = 0, size = 0;
  hsize_t start = 0;
  hid_t properties = H5Fget_create_plist(file);
  int is_known = H5Pget_sizes(properties, &address, &size) >= 0 && H5Pget_userblock(properties, &start) >= 0;
  H5Pclose(properties);
  *base = start;
  return is_known && address == 8 && size == 8;
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
    struct hdf5_texts bytes = {(const uint8_t *)image, count, NULL, 0, NULL, 0};
    if (!image) bytes = hdf5_probe_map(path);
    if (bytes.count > 0 && !(hdf5_texts_list(&bytes) && hdf5_texts_list_types(&bytes)))
      _exit(hdf5_probe_died);
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
    struct hdf5_probe_walk walk = {&bytes, 0, 0, 0, 0, 0, 0};
    if (!hdf5_probe_is_ours(file, &walk.base)) _exit(hdf5_probe_foreign);
    hid_t root = H5Oopen(file, "/", H5P_DEFAULT);
    walk.is_unlisted = root < 0;
    if (root >= 0) {
      hdf5_probe_object(root, &walk);
      H5Oclose(root);
    }
    H5Fclose(file);
    _exit(walk.is_false ? hdf5_probe_false : walk.is_unlisted ? hdf5_probe_unlisted : hdf5_probe_read);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return hdf5_probe_read;
  }
  return WIFEXITED(status) ? (enum hdf5_probe_outcome)WEXITSTATUS(status) : hdf5_probe_died;
}

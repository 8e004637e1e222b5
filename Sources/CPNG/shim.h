// libpng as it is; zlib comes with it, which stands on it: its gzread checks the checksum of a .gz, which
// libarchive's filter does not.
#pragma once
#include <png.h>
#include <zlib.h>

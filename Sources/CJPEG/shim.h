// libjpeg as it is; jpeglib.h needs size_t and FILE first.
#pragma once
#include <stdio.h>
#include <jerror.h>
#include <jpeglib.h>

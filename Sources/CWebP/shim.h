// libwebp's decoder, which Swift can call as it is: it never exits and never jumps.
#pragma once
#include <webp/decode.h>

// OpenSSL's message digests as they are.
#pragma once
#include <openssl/evp.h>

// posix_spawn's extensions, which Swift does not see.
#pragma once

#include <sys/types.h>

/// Starts a program that inherits three standard streams and no other descriptor, and no blocked signal.
/// `arguments` and `environment` end with a null pointer; `arguments[0]` is a path or a name in a folder of PATH;
/// `folder` may be null. Returns 0 or an error number.
int spawn_alone(pid_t *identifier, char *const arguments[], char *const environment[], const char *folder,
                int input, int output, int errors);

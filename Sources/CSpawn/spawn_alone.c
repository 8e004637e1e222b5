#define _GNU_SOURCE
#include "spawn_alone.h"

#include <signal.h>
#include <spawn.h>
#include <unistd.h>

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, const char *folder,
                   const int streams[3]) {
  sigset_t none;
  sigemptyset(&none);
  short flags = POSIX_SPAWN_SETSIGMASK;
  int code = 0;
  for (int stream = 0; stream < 3 && code == 0; stream++)
    code = posix_spawn_file_actions_adddup2(actions, streams[stream], stream);
#if defined(__APPLE__)
  flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#else
  if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#endif
  if (code == 0 && folder) code = posix_spawn_file_actions_addchdir_np(actions, folder);
  if (code == 0) code = posix_spawnattr_setsigmask(attributes, &none);
  if (code == 0) code = posix_spawnattr_setflags(attributes, flags);
  return code;
}

int spawn_alone(pid_t *identifier, char *const arguments[], char *const environment[], const char *folder,
                int input, int output, int errors) {
  posix_spawn_file_actions_t actions;
  int code = posix_spawn_file_actions_init(&actions);
  if (code != 0) return code;
  posix_spawnattr_t attributes;
  code = posix_spawnattr_init(&attributes);
  if (code == 0) {
    code = prepare(&actions, &attributes, folder, (const int[]){input, output, errors});
    if (code == 0) code = posix_spawnp(identifier, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

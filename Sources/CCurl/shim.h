// libcurl's easy interface. Its setters are variadic, which Swift cannot call; here is one for each kind of value.
#pragma once
#include <curl/curl.h>

static inline CURLcode curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

/// The text is copied.
static inline CURLcode curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

/// The lines are not copied: they must outlive the request.
static inline CURLcode curl_set_headers(CURL *handle, struct curl_slist *lines) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
}

/// The room for messages has CURL_ERROR_SIZE bytes.
static inline CURLcode curl_set_message_room(CURL *handle, char *room) {
  return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, room);
}

/// Calls `header` with each line of the answer's head, `body` with each piece of its body, and `progress` at
/// least once a second. The first two return how many bytes they took: fewer than all ends the request. So does
/// a `progress` that is not 0.
static inline void curl_set_receiver(CURL *handle, void *receiver,
                                     size_t (*header)(char *, size_t, size_t, void *),
                                     size_t (*body)(char *, size_t, size_t, void *),
                                     int (*progress)(void *, curl_off_t, curl_off_t, curl_off_t,
                                                     curl_off_t)) {
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, receiver);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, receiver);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, receiver);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

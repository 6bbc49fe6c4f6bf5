#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* Swift calls no variadic C function: each kind of option has a call of its own here. */

static inline CURLcode timus_curl_set_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

static inline CURLcode timus_curl_set_number(CURL *handle, CURLoption option, long number) {
    return curl_easy_setopt(handle, option, number);
}

static inline CURLcode timus_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}

/* Where the bytes of the upload come from. */
static inline CURLcode timus_curl_set_reader(CURL *handle, curl_read_callback reader, void *data) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_READFUNCTION, reader);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_READDATA, data) : code;
}

/* Called about once a second; an answer other than 0 ends the transfer. */
static inline CURLcode timus_curl_set_watcher(CURL *handle, curl_xferinfo_callback watcher, void *data) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watcher);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, data);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L) : code;
}

static inline CURLcode timus_curl_response_code(CURL *handle, long *code) {
    return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, code);
}

static inline CURLcode timus_curl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

#include "archive/proof/http.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "core/message.h"

struct receiving {
    struct buffer *to;
    size_t limit;
    bool too_large;
};

static size_t receive(char *bytes, size_t one, size_t size, void *context)
{
    struct receiving *receiving = context;
    if (receiving->to->size + one * size > receiving->limit) {
        receiving->too_large = true;
        return 0;
    }
    buffer_add(receiving->to, bytes, one * size);
    return one * size;
}

static void set_up(CURL *curl, const struct http_question *question, struct receiving *receiving)
{
    enum { CONNECT_MS = 10000 }; /* who is there says so soon, also when the answer takes minutes */
    long timeout_ms = (long)(question->timeout_s * 1000);
    curl_easy_setopt(curl, CURLOPT_URL, question->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 3L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     timeout_ms < CONNECT_MS ? timeout_ms : (long)CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "sohoa/" SOHOA_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiving);
    if (question->body) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)question->size);
    }
}

/* What keeps a machine from another, in our own words; the rest in curl's. */
static const char *why(CURLcode outcome)
{
    switch (outcome) {
    case CURLE_COULDNT_CONNECT:
        return _("it cannot be reached");
    case CURLE_COULDNT_RESOLVE_HOST:
        return _("the network does not know its name");
    case CURLE_OPERATION_TIMEDOUT:
        return _("it takes too long");
    case CURLE_GOT_NOTHING:
        return _("it hangs up without a word");
    default:
        return curl_easy_strerror(outcome);
    }
}

enum status http_ask(const struct http_question *question, struct buffer *answer,
                     struct error *error)
{
    static bool ready;
    struct receiving receiving = {.to = answer, .limit = question->limit};
    struct curl_slist *heads = NULL;
    char head[200];
    long code = 0;
    enum status status = STATUS_OK;
    if (!ready)
        ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    CURL *curl = ready ? curl_easy_init() : NULL;
    if (!curl)
        return error_set(error, STATUS_RETRY, _("There is not enough memory to ask %s."),
                         question->url);
    set_up(curl, question, &receiving);
    if (question->type) {
        snprintf(head, sizeof head, "Content-Type: %s", question->type);
        heads = curl_slist_append(NULL, head);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, heads);
    }
    CURLcode outcome = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    if (receiving.too_large)
        status = error_set(error, STATUS_RETRY, _("%s sends more than it should."), question->url);
    else if (outcome != CURLE_OK)
        status = error_set(error, STATUS_RETRY, _("%s does not answer: %s."), question->url,
                           why(outcome));
    else if (code != 200)
        status = error_set(error, STATUS_RETRY, _("%s refuses to answer (HTTP %ld)."),
                           question->url, code);
    curl_slist_free_all(heads);
    curl_easy_cleanup(curl);
    return status;
}

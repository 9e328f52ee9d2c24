#include "archive/proof/rest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "core/file.h"

#define REST_S 60
#define FAILURES 2 /* in a row: one is a hiccup */

struct one {
    struct one *next;
    char *url;
    int failures;
    time_t until; /* of the clock that nobody sets */
    struct error why;
};

struct rest {
    struct one *list;
};

struct rest *rest_new(void)
{
    return memory_new(sizeof(struct rest));
}

void rest_free(struct rest *rest)
{
    if (!rest)
        return;
    while (rest->list) {
        struct one *one = rest->list;
        rest->list = one->next;
        free(one->url);
        free(one);
    }
    free(rest);
}

static time_t now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static struct one *find(const struct rest *rest, const char *url)
{
    struct one *one = rest ? rest->list : NULL;
    while (one && strcmp(one->url, url) != 0)
        one = one->next;
    return one;
}

enum status rest_ask(const struct rest *rest, const char *url, struct error *error)
{
    const struct one *one = find(rest, url);
    if (!one || one->failures < FAILURES || now_s() >= one->until)
        return STATUS_OK;
    return error_set(error, STATUS_RETRY, "%s", one->why.text);
}

void rest_note(struct rest *rest, const char *url, enum status status, const struct error *error)
{
    struct one *one = find(rest, url);
    if (!rest || (status != STATUS_RETRY && !one))
        return;
    if (!one) {
        one = memory_new(sizeof *one);
        one->url = strdup(url);
        one->next = rest->list;
        rest->list = one;
    }
    one->failures = status == STATUS_RETRY ? one->failures + 1 : 0;
    one->until = now_s() + REST_S;
    if (status == STATUS_RETRY && error)
        one->why = *error;
}

/* PDFs that others made and signed: judged, never touched. */
#include <string.h>

#include "archive/archive.h"
#include "archive/signature.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"

struct findings {
    json_t *list;
};

static void keep(void *context, const char *sentence)
{
    struct findings *findings = context;
    json_array_append_new(findings->list, json_string(sentence));
}

static bool given(const char *path)
{
    return path && *path;
}

/* Against one set of roots, what is found from the start. */
static enum status judge(const char *path, const char *roots, struct archive_verdict *verdict,
                         struct findings *findings, struct error *error)
{
    memset(verdict, 0, sizeof *verdict);
    json_array_clear(findings->list);
    enum status status =
        signature_check(path, given(roots) ? roots : NULL, verdict, keep, findings, error);
    return status == STATUS_REJECT ? STATUS_OK : status; /* it is in the findings */
}

static json_t *describe(const struct archive_verdict *verdict, const char *hex, const char *now)
{
    static const char *const chains[] = {"", "state", "public", "test"};
    json_t *object = json_object();
    json_put_text(object, "sha256", hex);
    json_put_text(object, "judged_at", now);
    json_object_set_new(object, "signatures", json_integer(verdict->signatures));
    json_object_set_new(object, "timestamps", json_integer(verdict->timestamps));
    if (verdict->signatures == 0)
        return object;
    json_object_set_new(object, "intact", json_boolean(verdict->intact));
    json_object_set_new(object, "trusted", json_boolean(verdict->trusted));
    json_put_text(object, "chain", chains[verdict->chain]);
    json_put_text(object, "signer", verdict->signer);
    json_put_text(object, "organization", verdict->organization);
    json_put_text(object, "issuer", verdict->issuer);
    json_put_text(object, "signed_at", verdict->signed_at);
    json_put_text(object, "stamped_at", verdict->stamped_at);
    return object;
}

static void fill(const json_t *object, struct arena *arena, struct archive_received *out)
{
    const char *fault = json_string_value(json_array_get(json_object_get(object, "findings"), 0));
    *out = (struct archive_received){.signatures = (int)json_int(object, "signatures", 0),
                                     .intact = json_flag(object, "intact", 0),
                                     .trusted = json_flag(object, "trusted", 0),
                                     .fault = fault ? arena_strdup(arena, fault) : NULL};
}

enum status archive_received(const char *path, const struct archive_trust *trust,
                             const char *report, struct arena *arena, struct archive_received *out,
                             struct error *error)
{
    struct archive_verdict verdict;
    char hex[HASH_HEX_SIZE], now[26];
    struct findings findings = {json_array()};
    file_now(now);
    enum status status = hash_file(path, hex, error);
    if (status == STATUS_OK)
        status = judge(path, trust->state, &verdict, &findings, error);
    bool open = status == STATUS_OK && !verdict.trusted && given(trust->open);
    if (open)
        status = judge(path, trust->open, &verdict, &findings, error);
    if (status == STATUS_OK && open && !verdict.trusted) /* the findings of the first */
        status = judge(path, given(trust->state) ? trust->state : trust->open, &verdict, &findings,
                       error);
    if (status == STATUS_OK) {
        verdict.chain = !verdict.trusted ? CHAIN_NONE : open ? CHAIN_PUBLIC : CHAIN_STATE;
        if (strstr(verdict.organization, ARCHIVE_TEST_MARK))
            verdict.chain = CHAIN_TEST;
        json_t *object = describe(&verdict, hex, now);
        json_object_set(object, "findings", findings.list);
        status = json_write(report, object, error);
        fill(object, arena, out);
        json_decref(object);
    }
    json_decref(findings.list);
    return status;
}

enum status archive_received_read(const char *report, struct arena *arena,
                                  struct archive_received *out, struct error *error)
{
    json_t *object = NULL;
    enum status status = json_read(report, &object, error);
    if (status == STATUS_OK)
        fill(object, arena, out);
    json_decref(object);
    return status;
}

/* PDFs that others made and signed: judged, never touched. */
#include <stdio.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/sign/chain.h"
#include "archive/sign/revision.h"
#include "archive/sign/signature.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"

/* What is found, and what each signature is found to be. */
struct findings {
    struct arena *arena;
    const char **list;
    size_t count, room;
    struct archive_signature *each;
};

static void keep(void *context, const char *sentence)
{
    struct findings *findings = context;
    if (findings->count == findings->room) {
        size_t room = findings->room ? 2 * findings->room : 16;
        const char **more = arena_array(findings->arena, room, sizeof *more);
        for (size_t i = 0; i < findings->count; i++)
            more[i] = findings->list[i];
        findings->list = more;
        findings->room = room;
    }
    findings->list[findings->count++] = arena_strdup(findings->arena, sentence);
}

/* The worst first: what was changed, and of that what a signature says rather than a time-stamp. */
static void sort(struct findings *findings)
{
    const char *worst = NULL;
    for (const struct archive_signature *one = findings->each; one; one = one->next)
        if (!one->intact && one->fault && (!worst || strcmp(one->role, "timestamp") != 0))
            worst = one->fault;
    size_t at = 0;
    while (worst && at < findings->count && strcmp(findings->list[at], worst) != 0)
        at++;
    if (!worst || at == findings->count)
        return;
    memmove(findings->list + 1, findings->list, at * sizeof *findings->list);
    findings->list[0] = worst;
}

/* Against one set of roots, what is found from the start. */
static enum status judge(const char *path, const struct trust_set *set,
                         struct archive_verdict *verdict, struct findings *findings,
                         struct error *error)
{
    memset(verdict, 0, sizeof *verdict);
    findings->count = 0;
    enum status status = signature_list(path, set->roots, set->moment, REVISION_OTHERS, verdict,
                                        findings->arena, &findings->each, keep, findings, error);
    sort(findings);
    return status == STATUS_REJECT ? STATUS_OK : status; /* it is in the findings */
}

static const char *change_name(int bit)
{
    static const char *const names[] = {"signature", "timestamp",   "proofs",  "metadata",
                                        "form",      "annotations", "content", "marks"};
    return bit >= 0 && (size_t)bit < sizeof names / sizeof *names ? names[bit] : NULL;
}

static json_t *describe_one(const struct archive_signature *one)
{
    json_t *object = json_object(), *changes = json_array();
    json_put_text(object, "role", one->role);
    json_put_text(object, "field", one->field);
    json_put_text(object, "signer", one->signer);
    json_put_text(object, "organization", one->organization);
    json_put_text(object, "issuer", one->issuer);
    json_put_text(object, "signed_at", one->signed_at);
    json_put_text(object, "stamped_at", one->stamped_at);
    json_put_text(object, "certificate_from", one->certificate_from);
    json_put_text(object, "certificate_until", one->certificate_until);
    json_object_set_new(object, "valid_when_signed", json_boolean(one->intact && !one->unfit));
    json_object_set_new(object, "revision", json_integer(one->revision));
    json_object_set_new(object, "revisions", json_integer(one->revisions));
    json_object_set_new(object, "whole", json_boolean(one->whole));
    json_object_set_new(object, "intact", json_boolean(one->intact));
    json_object_set_new(object, "trusted", json_boolean(one->trusted));
    json_object_set_new(object, "over", json_boolean(one->over));
    for (int i = 0; change_name(i); i++)
        if (one->changes >> i & 1)
            json_array_append_new(changes, json_string(change_name(i)));
    json_object_set_new(object, "changes", changes);
    if (one->fault)
        json_put_text(object, "fault", one->fault);
    return object;
}

json_t *archive_signatures_json(const struct archive_signature *one)
{
    json_t *list = json_array();
    for (; one; one = one->next)
        json_array_append_new(list, describe_one(one));
    return list;
}

static json_t *describe(const struct archive_verdict *verdict, const char *hex, const char *now)
{
    static const char *const chains[] = {"", "state", "public", "test", "own"};
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
    const char *at = json_string_value(json_object_get(object, "judged_at"));
    *out = (struct archive_received){.signatures = (int)json_int(object, "signatures", 0),
                                     .intact = json_flag(object, "intact", 0),
                                     .trusted = json_flag(object, "trusted", 0),
                                     .changed = json_flag(object, "changed", 0),
                                     .fault = fault ? arena_strdup(arena, fault) : NULL};
    snprintf(out->judged_at, sizeof out->judged_at, "%s", at ? at : "");
}

/* Against each set of roots until one trusts it; when none does, the findings of the one by whose
 * roots it is over, else of the first. */
static enum status judge_all(const char *path, const struct archive_trust *trust,
                             struct archive_verdict *verdict, struct findings *findings,
                             struct error *error)
{
    struct trust_set sets[TRUST_SETS];
    size_t count = trust_sets(trust, sets), at = 0, over = 0;
    enum status status = judge(path, &sets[0], verdict, findings, error);
    bool is_over = verdict->over;
    while (status == STATUS_OK && !verdict->trusted && at + 1 < count) {
        status = judge(path, &sets[++at], verdict, findings, error);
        over = verdict->over && !is_over ? at : over;
        is_over |= verdict->over;
    }
    if (status == STATUS_OK && !verdict->trusted && at > 0)
        status = judge(path, &sets[over], verdict, findings, error);
    trust_found(verdict->trusted ? &sets[at] : NULL, verdict);
    return status;
}

enum status archive_signatures(const char *path, const struct archive_trust *trust,
                               struct arena *arena, struct archive_verdict *verdict,
                               struct archive_signature **list,
                               void (*finding)(void *context, const char *sentence), void *context,
                               struct error *error)
{
    struct findings findings = {.arena = arena};
    enum status status = judge_all(path, trust, verdict, &findings, error);
    *list = status == STATUS_OK ? findings.each : NULL;
    for (size_t i = 0; finding && i < findings.count; i++)
        finding(context, findings.list[i]);
    return status;
}

enum status archive_received(const char *path, const struct archive_trust *trust,
                             const char *report, struct arena *arena, struct archive_received *out,
                             struct error *error)
{
    struct archive_verdict verdict;
    char hex[HASH_HEX_SIZE], now[26];
    struct findings findings = {.arena = arena};
    bool changed = false;
    file_now(now);
    enum status status = hash_file(path, hex, error);
    if (status == STATUS_OK)
        status = judge_all(path, trust, &verdict, &findings, error);
    if (status != STATUS_OK)
        return status;
    json_t *object = describe(&verdict, hex, now), *list = json_array();
    for (size_t i = 0; i < findings.count; i++)
        json_array_append_new(list, json_string(findings.list[i]));
    for (const struct archive_signature *one = findings.each; one; one = one->next)
        changed |= (one->changes & (CHANGED_FORM | CHANGED_ANNOTATIONS | CHANGED_MARKS)) != 0;
    json_object_set_new(object, "changed", json_boolean(changed));
    json_object_set_new(object, "each", archive_signatures_json(findings.each));
    json_object_set_new(object, "findings", list);
    status = json_write(report, object, error);
    fill(object, arena, out);
    json_decref(object);
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

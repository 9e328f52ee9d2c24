#include "index/reuse.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"
#include "index/catalogue.h"
#include "index/day.h"

static const char *const state_names[COMPONENT_STATES] = {"none", "digitized", "from-component",
                                                          "from-result"};

const char *component_state_name(enum component_state state)
{
    return state_names[state < COMPONENT_STATES ? state : COMPONENT_NONE];
}

const char *component_state_label(enum component_state state)
{
    static const char *const labels[] = {N_("not digitised"), N_("digitised"),
                                         N_("from another dossier"), N_("from a result")};
    return state < COMPONENT_STATES ? message(labels[state]) : "";
}

enum component_state component_state_find(const char *name)
{
    int state = 0;
    while (state < COMPONENT_STATES && strcmp(state_names[state], name) != 0)
        state++;
    return (enum component_state)state;
}

/* ---------------------------------------------------------------- dossier codes */

static bool is_office(const char *code, size_t length)
{
    bool right = length >= 2 && length <= 35 && code[0] != '.' && code[length - 1] != '.';
    for (size_t i = 0; i < length && right; i++)
        right = isdigit((unsigned char)code[i]) || isupper((unsigned char)code[i]) ||
                (code[i] == '.' && code[i + 1] != '.');
    return right;
}

enum status dossier_check(const char *code, const char *today, struct error *error)
{
    size_t office = strcspn(code, "-");
    const char *day = code[office] ? code + office + 1 : "", *serial = "";
    size_t digits = strspn(day, "0123456789");
    if (digits == 6 && day[6] == '-')
        serial = day + 7;
    if (!is_office(code, office) || strlen(serial) < 4 || strlen(serial) > 12 ||
        serial[strspn(serial, "0123456789")])
        return error_set(error, STATUS_REJECT,
                         _("'%s' is no dossier code; it looks like 000.00.12.H56-210115-0001, "
                           "H56.14-240823-0001 or H56.012.03-250901-560001"),
                         code);
    int year = 2000 + (day[0] - '0') * 10 + day[1] - '0';
    int month = (day[2] - '0') * 10 + day[3] - '0', number = (day[4] - '0') * 10 + day[5] - '0';
    if (!text_date_valid(year, month, number))
        return error_set(error, STATUS_REJECT,
                         _("'%s': there is no such day (%.6s is year, month, day)"), code, day);
    char iso[40];
    snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, month, number);
    if (strcmp(iso, today) > 0)
        return error_set(error, STATUS_REJECT, _("'%s': its day has not come yet"), code);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- records */

enum status reuse_apply(struct db *db, const struct record *record, struct error *error)
{
    struct arena *arena = arena_new();
    const json_t *data = record->data;
    const char *dossier = json_text(data, "dossier", arena);
    const char *component = json_text(data, "component", arena);
    const char *document = json_text(data, "document", arena);
    int64_t state = json_int(data, "state", -1), pages = json_int(data, "pages", 0);
    int64_t copies = json_int(data, "copies", 0), fee = json_int(data, "fee", 0);
    char day[DAY_SIZE];
    snprintf(day, sizeof day, "%.10s", record->at);
    enum status status = dossier_check(dossier ? dossier : "", day, error);
    if (status == STATUS_OK &&
        (state < 0 || state >= COMPONENT_STATES || pages < 0 || copies < 0 || fee < 0))
        status = error_set(error, STATUS_REJECT,
                           _("a component is none, digitized, from-component or from-result, and "
                             "no count is negative"));
    if (status == STATUS_OK && state != COMPONENT_NONE && (!document || strlen(document) != 36))
        status = error_set(error, STATUS_REJECT, _("\"%s\" is no id of a document"),
                           document ? document : "");
    component = component ? component : "";
    if (status == STATUS_OK)
        status = db_do(db, error, "DELETE FROM reuse WHERE dossier = ? AND component = ?", "ss",
                       dossier, component);
    if (status == STATUS_OK)
        status = db_do(db, error,
                       "INSERT INTO reuse (record, document_id, dossier, component, state,"
                       " procedure, day, actor, pages, copies, fee)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       "isssisssiii", record->number, document, dossier, component, state,
                       json_text(data, "procedure", arena), day, record->actor, pages, copies, fee);
    arena_free(arena);
    return status;
}

enum status result_code_apply(struct db *db, const struct record *record, struct error *error)
{
    struct arena *arena = arena_new();
    const char *document = json_text(record->data, "document", arena);
    const char *code = json_text(record->data, "code", arena), *there = NULL;
    enum status status = STATUS_OK;
    if (!document || strlen(document) != 36 || !code || !*code || strlen(code) > 120)
        status = error_set(error, STATUS_REJECT, _("a document and its code are needed"));
    if (status == STATUS_OK)
        status = result_code_of(db, document, arena, &there, error);
    if (status == STATUS_OK && there)
        status = error_set(error, STATUS_REJECT, _("the document has the code %s already"), there);
    if (status != STATUS_OK)
        goto done;
    status =
        db_do(db, error, "INSERT INTO result_code (code, document_id, record) VALUES (?, ?, ?)",
              "ssi", code, document, record->number);
    if (status == STATUS_REJECT)
        error_set(error, status, _("the code %s is another document's; a code is given once"),
                  code);
done:
    arena_free(arena);
    return status;
}

enum status result_code_of(struct db *db, const char *document, struct arena *arena,
                           const char **code, struct error *error)
{
    struct db_query *query = NULL;
    *code = NULL;
    enum status status =
        db_prepare(db, "SELECT code FROM result_code WHERE document_id = ?", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, document);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *code = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- the next code */

struct parts {
    const char *owner, *type, *procedure, *year;
};

static enum status read_parts(struct db *db, const char *document, struct arena *arena,
                              struct parts *out, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db,
        "SELECT (SELECT m.digits FROM owner_mention m WHERE m.id >= e.id * 65536"
        " AND m.id < e.id * 65536 + 65536 AND m.digits IS NOT NULL ORDER BY m.id LIMIT 1),"
        " e.type, e.procedure, e.year, (SELECT r.detail FROM catalogue_row r"
        " WHERE r.kind = 'procedure' AND r.code = e.procedure"
        " ORDER BY coalesce(r.valid_from, '') DESC LIMIT 1)"
        " FROM catalog_entry e WHERE e.document_id = ?",
        &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, document);
        status = db_step(query, error);
    }
    if (status == STATUS_OK) {
        json_t *detail = db_text(query, 4) ? json_loads(db_text(query, 4), 0, NULL) : NULL;
        const char *results = json_text(detail, "result_codes", arena);
        out->owner = arena_strdup(arena, db_text(query, 0));
        /* the code of the result when the procedure has just one */
        out->type =
            results && strlen(results) == 13 ? results : arena_strdup(arena, db_text(query, 1));
        out->procedure = arena_strdup(arena, db_text(query, 2));
        out->year = arena_strdup(arena, db_text(query, 3));
        json_decref(detail);
    }
    db_finish(query);
    return status == STATUS_END
               ? error_set(error, STATUS_REJECT, _("document %s is not in the catalogue"), document)
               : status;
}

/* How many codes begin so; those given elsewhere count too. */
static enum status next_serial(struct db *db, const char *prefix, int64_t *serial,
                               struct error *error)
{
    struct db_query *query = NULL;
    size_t length = strlen(prefix);
    enum status status =
        db_prepare(db, "SELECT code FROM result_code WHERE substr(code, 1, ?) = ?", &query, error);
    *serial = 1;
    if (status == STATUS_OK) {
        db_bind_int(query, 1, (int64_t)text_length(prefix));
        db_bind_text(query, 2, prefix);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        int64_t given = strtoll(db_text(query, 0) + length, NULL, 10);
        if (given >= *serial)
            *serial = given + 1;
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status result_code_next(struct db *db, const char *template, const char *document,
                             struct arena *arena, const char **code, struct error *error)
{
    struct parts parts = {0};
    struct buffer out = {0};
    int64_t serial = 0;
    bool numbered = false;
    enum status status = read_parts(db, document, arena, &parts, error);
    const struct {
        const char *word, *value, *label;
    } words[] = {{"{owner}", parts.owner, _("the number of its owner")},
                 {"{result_type}", parts.type, _("the type of its result")},
                 {"{procedure}", parts.procedure, _("its procedure")},
                 {"{year}", parts.year, _("its year")}};
    buffer_text(&out, "");
    for (const char *at = template; *at && status == STATUS_OK;) {
        size_t i = 0, count = sizeof words / sizeof *words;
        while (i < count && strncmp(at, words[i].word, strlen(words[i].word)) != 0)
            i++;
        if (i < count && (!words[i].value || !*words[i].value)) {
            status = error_set(error, STATUS_REJECT,
                               _("the code needs %s (%s), which is not known of the document"),
                               words[i].label, words[i].word);
        } else if (i < count) {
            buffer_text(&out, words[i].value);
            at += strlen(words[i].word);
        } else if (strncmp(at, "{NN}", 4) == 0 && !at[4]) {
            status = next_serial(db, out.data ? (const char *)out.data : "", &serial, error);
            buffer_printf(&out, "%02lld", (long long)serial);
            numbered = true;
            at += 4;
        } else {
            buffer_add(&out, at++, 1);
        }
    }
    if (status == STATUS_OK && !numbered)
        status = error_set(error, STATUS_REJECT,
                           _("the template of the code must end with {NN}: '%s'"), template);
    *code = arena_strdup(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return status;
}

/* ---------------------------------------------------------------- counted */

#define REUSE_WHERE                                                                                \
    " FROM reuse r WHERE (? IS NULL OR r.day >= ?) AND (? IS NULL OR r.day <= ?)"                  \
    " AND (? IS NULL OR r.document_id = ?) AND (? IS NULL OR r.dossier = ?)"                       \
    " AND (? IS NULL OR r.procedure = ?)"

static void bind_filter(struct db_query *query, const struct reuse_filter *filter)
{
    const char *const values[] = {filter->from, filter->to, filter->document, filter->dossier,
                                  filter->procedure};
    for (int i = 0; i < 5; i++) {
        db_bind_text(query, 2 * i + 1, values[i]);
        db_bind_text(query, 2 * i + 2, values[i]);
    }
}

enum status reuse_list(struct db *db, const struct reuse_filter *filter, struct arena *arena,
                       struct reuse **out, size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    size_t room = 0;
    struct reuse *list = NULL;
    *count = 0;
    enum status status =
        db_prepare(db,
                   "SELECT r.record, r.document_id, r.dossier, r.component, r.state, r.procedure,"
                   " r.day, r.actor, r.pages, r.copies, r.fee" REUSE_WHERE " ORDER BY r.record",
                   &query, error);
    if (status == STATUS_OK)
        bind_filter(query, filter);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (*count == room) {
            room = room ? 2 * room : 64;
            list = memory_resize(list, room * sizeof *list);
        }
        list[(*count)++] = (struct reuse){.record = db_int(query, 0),
                                          .document = arena_strdup(arena, db_text(query, 1)),
                                          .dossier = arena_strdup(arena, db_text(query, 2)),
                                          .component = arena_strdup(arena, db_text(query, 3)),
                                          .state = (enum component_state)db_int(query, 4),
                                          .procedure = arena_strdup(arena, db_text(query, 5)),
                                          .day = arena_strdup(arena, db_text(query, 6)),
                                          .actor = arena_strdup(arena, db_text(query, 7)),
                                          .pages = db_int(query, 8),
                                          .copies = db_int(query, 9),
                                          .fee = db_int(query, 10)};
    }
    db_finish(query);
    *out = arena_array(arena, *count + 1, sizeof **out);
    if (*count > 0)
        memcpy(*out, list, *count * sizeof *list);
    free(list);
    return status == STATUS_END ? STATUS_OK : status;
}

/* One paper saves once for a dossier, for however many of its components it is used. */
#define SAVES                                                                                      \
    "r.state >= 2 AND NOT EXISTS (SELECT 1 FROM reuse x WHERE x.dossier = r.dossier"               \
    " AND x.document_id = r.document_id AND x.state >= 2 AND x.record < r.record)"
#define REUSE_COUNT(group)                                                                         \
    "SELECT " group ", count(DISTINCT r.dossier),"                                                 \
    " count(DISTINCT CASE WHEN r.state >= 2 THEN r.dossier END),"                                  \
    " sum(CASE WHEN r.state = 0 THEN 1 ELSE 0 END), sum(CASE WHEN r.state = 1 THEN 1 ELSE 0 END)," \
    " sum(CASE WHEN r.state = 2 THEN 1 ELSE 0 END), sum(CASE WHEN r.state = 3 THEN 1 ELSE 0 END)," \
    " sum(CASE WHEN " SAVES " THEN r.pages ELSE 0 END),"                                           \
    " sum(CASE WHEN " SAVES " THEN r.copies ELSE 0 END),"                                          \
    " sum(CASE WHEN " SAVES " THEN r.fee ELSE 0 END)" REUSE_WHERE " GROUP BY 1 ORDER BY 1"

enum status reuse_count(struct db *db, const struct reuse_filter *filter, enum reuse_by by,
                        struct arena *arena, struct reuse_count **out, size_t *count,
                        struct error *error)
{
    static const char *const sql[] = {[REUSE_BY_ALL] = REUSE_COUNT("''"),
                                      [REUSE_BY_MONTH] = REUSE_COUNT("substr(r.day, 1, 7)"),
                                      [REUSE_BY_PROCEDURE] =
                                          REUSE_COUNT("coalesce(r.procedure, '')"),
                                      [REUSE_BY_ACTOR] = REUSE_COUNT("coalesce(r.actor, '')")};
    struct db_query *query = NULL;
    size_t room = 0;
    struct reuse_count *list = NULL;
    *count = 0;
    enum status status = db_prepare(db, sql[by], &query, error);
    if (status == STATUS_OK)
        bind_filter(query, filter);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (*count == room) {
            room = room ? 2 * room : 16;
            list = memory_resize(list, room * sizeof *list);
        }
        struct reuse_count *row = &list[(*count)++];
        *row = (struct reuse_count){.group = arena_strdup(arena, db_text(query, 0)),
                                    .dossiers = db_int(query, 1),
                                    .dossiers_reusing = db_int(query, 2),
                                    .pages = db_int(query, 7),
                                    .copies = db_int(query, 8),
                                    .fee = db_int(query, 9)};
        for (int i = 0; i < COMPONENT_STATES; i++)
            row->components[i] = db_int(query, 3 + i);
    }
    db_finish(query);
    *out = arena_array(arena, *count + 1, sizeof **out);
    if (*count > 0)
        memcpy(*out, list, *count * sizeof *list);
    free(list);
    return status == STATUS_END ? STATUS_OK : status;
}

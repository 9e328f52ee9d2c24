#include "index/catalog/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "index/catalogue.h"
#include "index/catalog/facet_rows.h"
#include "index/text/full_text.h"
#include "index/number.h"
#include "index/owner/owner_private.h"
#include "index/procedures.h"
#include "index/schema.h"
#include "index/catalog/types.h"
#include "index/catalog/version.h"

static const char *shared_language;

void index_use_language(const char *folder)
{
    shared_language = folder;
}

enum status index_open(struct db *db, const struct roadmap *roadmap, const char *config_folder,
                       struct index **out, struct error *error)
{
    struct arena *arena = arena_new();
    struct index *index = arena_alloc(arena, sizeof *index);
    *index = (struct index){.db = db, .roadmap = roadmap, .arena = arena};
    *out = NULL;
    const char *language = file_join(arena, config_folder, "language");
    if (!file_is_folder(language) && shared_language)
        language = shared_language;
    enum status status = channel_read(language, &index->channel, error);
    index->syllables = syllables_new(index->channel);
    if (status == STATUS_OK)
        status = schema_whole(db, error);
    if (status == STATUS_OK)
        status = schema_ensure(db, error);
    if (status == STATUS_OK)
        status = text_open(db, index->channel, error);
    if (status == STATUS_OK)
        status = procedures_load(db, file_join(arena, config_folder, "procedures.csv"), error);
    if (status == STATUS_OK)
        status = abbreviations_read(file_join(arena, config_folder, "abbreviations.tsv"), arena,
                                    &index->abbreviations, error);
    if (status == STATUS_OK)
        status =
            types_read(file_join(arena, config_folder, "types.tsv"), arena, &index->types, error);
    if (status == STATUS_OK)
        *out = index;
    else
        index_close(index);
    return status;
}

enum status index_prepare(struct db *db, const struct roadmap *roadmap, const char *config_folder,
                          struct error *error)
{
    struct index *index = NULL;
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    if (schema_is_current(db))
        status = procedures_load(db, file_join(arena, config_folder, "procedures.csv"), error);
    else
        status = index_open(db, roadmap, config_folder, &index, error);
    index_close(index);
    arena_free(arena);
    return status;
}

void index_close(struct index *index)
{
    if (!index)
        return;
    syllables_free(index->syllables);
    channel_release(index->channel);
    tokens_clear(&index->tokens);
    arena_free(index->arena);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *catalog_ordered(struct arena *arena, const char *base)
{
    struct query_words words = query_words(base, arena);
    const char *parts[QUERY_SYLLABLES];
    size_t size = 1;
    for (size_t i = 0; i < words.count; i++) {
        parts[i] = words.at[i].folded;
        size += strlen(parts[i]) + 1;
    }
    qsort(parts, words.count, sizeof *parts, by_text);
    char *ordered = arena_alloc(arena, size), *to = ordered;
    for (size_t i = 0; i < words.count; i++) {
        if (i > 0)
            *to++ = ' ';
        to = stpcpy(to, parts[i]);
    }
    return ordered;
}

/* ---------------------------------------------------------------- rows */

/* A number for a new row. Asked for by itself: FTS5 writes out all that it has gathered before and
 * after each INSERT of a SELECT. */
static enum status next_id(struct db *db, const char *table, int64_t *id, struct error *error)
{
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT coalesce(max(id), 0) + 1 FROM %s", table);
    return db_first_int(db, id, error, sql, "");
}

static enum status unit_id(struct db *db, struct arena *arena, const char *name, int64_t *id,
                           struct error *error)
{
    static const char find[] = "SELECT id FROM catalog_unit WHERE exact = ?";
    const char *exact = text_tone_last(arena, name);
    enum status status = db_first_int(db, id, error, find, "s", exact);
    if (status != STATUS_END)
        return status;
    status = next_id(db, "catalog_unit", id, error);
    return status == STATUS_OK
               ? db_do(db, error,
                       "INSERT INTO catalog_unit (id, name, exact, folded) VALUES (?, ?, ?, ?)",
                       "isss", *id, text_tidy(arena, name), exact, text_fold(arena, name))
               : status;
}

/* What the unit of an entry is called in the catalogue, however the paper spells it; NULL: it has
 * none. */
static enum status unit_name(struct db *db, int64_t entry, struct arena *arena, const char **name,
                             struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db,
                                    "SELECT u.name FROM catalog_entry e JOIN catalog_unit u"
                                    " ON u.id = e.unit_id WHERE e.id = ?",
                                    &query, error);
    *name = NULL;
    if (status == STATUS_OK)
        db_bind_int(query, 1, entry);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK)
        *name = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

const char *procedure_base(struct arena *arena, const char *code)
{
    bool local = code && strlen(code) > 8 && code[1] == '.' && code[8] == '.';
    return local ? arena_strndup(arena, code, 8) : code;
}

int64_t catalog_pages(const struct document *document)
{
    int64_t pages = 0;
    for (size_t i = 0; i < document->page_count; i++)
        pages += !document->pages[i].blank;
    return pages;
}

static enum status put_entry(struct index *index, const struct entry *entry, struct arena *arena,
                             int64_t id, struct error *error)
{
    const struct document *document = entry->document;
    const struct field *fields = document->fields;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): fields is an array in the struct */
    const char *date = fields[FIELD_DATE].value, *unit = fields[FIELD_UNIT].value;
    const char *number = fields[FIELD_NUMBER].value;
    int64_t unit_row = 0;
    struct db_query *query = NULL;
    enum status status = STATUS_OK;
    if (unit && *unit)
        status = unit_id(index->db, arena, unit, &unit_row, error);
    if (status == STATUS_OK)
        status = db_prepare(index->db,
                            "INSERT INTO catalog_entry (id, document_id, version, path, batch,"
                            " box_code, shelf, custodian, type, title, procedure, number,"
                            " number_key, book, date, year, agency, unit_id, signer, pages)"
                            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                            &query, error);
    if (status != STATUS_OK)
        return status;
    int at = 1;
    db_bind_int(query, at++, id);
    db_bind_text(query, at++, document->id);
    db_bind_int(query, at++, document->version);
    db_bind_text(query, at++, entry->path);
    db_bind_text(query, at++, document->batch);
    db_bind_text(query, at++, document->box_code);
    db_bind_text(query, at++, document->shelf);
    db_bind_text(query, at++, document->custodian);
    db_bind_text(query, at++, fields[FIELD_TYPE].value);
    db_bind_text(query, at++, fields[FIELD_TITLE].value);
    db_bind_text(query, at++, procedure_base(arena, fields[FIELD_PROCEDURE].value));
    db_bind_text(query, at++, number);
    db_bind_text(query, at++, number && *number ? number_key(arena, number) : NULL);
    db_bind_text(query, at++, fields[FIELD_BOOK].value);
    db_bind_text(query, at++, date);
    if (number_year(date))
        db_bind_int(query, at++, number_year(date));
    else
        db_bind_null(query, at++);
    db_bind_text(query, at++, fields[FIELD_AGENCY].value);
    if (unit_row)
        db_bind_int(query, at++, unit_row);
    else
        db_bind_null(query, at++);
    db_bind_text(query, at++, fields[FIELD_SIGNER].value);
    db_bind_int(query, at, catalog_pages(document));
    status = db_step(query, error);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status put_person(struct index *index, struct arena *arena, int64_t id,
                              const char *name, const char *birth_date, const char *number,
                              struct error *error)
{
    const char *digits = text_digits(arena, number ? number : "");
    bool named = name && *name;
    int64_t row = 0;
    enum status status = named ? next_id(index->db, "catalog_person", &row, error) : STATUS_OK;
    if (status == STATUS_OK && named) {
        const char *base = text_fold(arena, name);
        status = db_do(index->db, error,
                       "INSERT INTO catalog_person (id, entry_id, role, name, base, ordered,"
                       " birth_date) VALUES (?, ?, 'owner', ?, ?, ?, ?)",
                       "iissss", row, id, name, base, catalog_ordered(arena, base), birth_date);
    }
    if (status == STATUS_OK && *digits)
        status = next_id(index->db, "catalog_identifier", &row, error);
    if (status == STATUS_OK && *digits)
        status = db_do(index->db, error,
                       "INSERT INTO catalog_identifier (id, entry_id, digits) VALUES (?, ?, ?)",
                       "iis", row, id, digits);
    return status;
}

/* Everybody the paper is for; a list may name hundreds. */
static enum status put_owners(struct index *index, const struct document *document,
                              struct arena *arena, int64_t id, struct error *error)
{
    const struct field *fields = document->fields;
    enum status status =
        put_person(index, arena, id, fields[FIELD_OWNER].value, fields[FIELD_BIRTH_DATE].value,
                   fields[FIELD_OWNER_ID].value, error);
    for (size_t i = 0; i < document->owner_count && status == STATUS_OK; i++) {
        const struct document_owner *owner = &document->owners[i];
        status = put_person(index, arena, id, owner->name, owner->birth_date, owner->id, error);
    }
    return status;
}

static void card_line(struct buffer *text, const char *value)
{
    if (value && *value)
        buffer_printf(text, "%s\n", value);
}

/* What a person checked, as text: found also where recognition failed on the paper. */
static void add_card(struct buffer *text, const struct document *document,
                     const char *procedure_name)
{
    const struct field *fields = document->fields;
    static const enum field_id told[] = {FIELD_TITLE, FIELD_NUMBER,   FIELD_BOOK,
                                         FIELD_OWNER, FIELD_OWNER_ID, FIELD_AGENCY,
                                         FIELD_UNIT,  FIELD_SIGNER,   FIELD_PROCEDURE};
    int year, month, day;
    buffer_text(text, "\n\f\n");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        card_line(text, fields[told[i]].value);
    card_line(text, procedure_name);
    const char *dates[] = {fields[FIELD_DATE].value, fields[FIELD_BIRTH_DATE].value};
    for (size_t i = 0; i < 2; i++)
        if (dates[i] && sscanf(dates[i], "%4d-%2d-%2d", &year, &month, &day) == 3)
            buffer_printf(text, "%02d/%02d/%04d\n", day, month, year);
}

static enum status put_pages(struct index *index, const struct entry *entry, struct arena *arena,
                             int64_t id, struct error *error)
{
    const struct document *document = entry->document;
    const char *code = procedure_base(arena, document->fields[FIELD_PROCEDURE].value);
    const char *name = NULL;
    int64_t row = 0;
    enum status status = procedure_name(index->db, code, arena, &name, error);
    size_t count = document->page_count ? document->page_count : 1;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct buffer text = {0};
        if (i < document->page_count && entry->text[i])
            buffer_text(&text, text_unicode(arena, entry->text[i]));
        if (i == 0) /* also of a page without text */
            add_card(&text, document, name);
        if (text.size > 0)
            status = next_id(index->db, "catalog_page", &row, error);
        if (text.size > 0 && status == STATUS_OK)
            status = db_do(index->db, error,
                           "INSERT INTO catalog_page (id, entry_id, page, text)"
                           " VALUES (?, ?, ?, ?)",
                           "iiis", row, id, (int64_t)i, (const char *)text.data);
        buffer_clear(&text);
    }
    return status;
}

static enum status put_images(struct index *index, const struct entry *entry, int64_t id,
                              struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; entry->images && i < INDEX_CLASSES && status == STATUS_OK; i++) {
        const struct index_images *images = &entry->images[i];
        if (images->pages > 0)
            status = db_do(index->db, error,
                           "INSERT INTO catalog_images (entry_id, class, pages, bytes,"
                           " over_budget) VALUES (?, ?, ?, ?, ?)",
                           "isiii", id, images->class, images->pages, images->bytes,
                           images->over_budget);
    }
    return status;
}

/* The narrow row of filters and counts, and whom the paper is for. */
static enum status put_derived(struct index *index, const struct entry *entry, struct arena *arena,
                               int64_t id, struct error *error)
{
    const struct document *document = entry->document;
    const struct field *fields = document->fields;
    const char *code = fields[FIELD_PROCEDURE].value, *base = procedure_base(arena, code);
    const char *unit = NULL;
    enum status status = unit_name(index->db, id, arena, &unit, error);
    const struct facet_row row = {.entry = id,
                                  .document_id = document->id,
                                  .date = fields[FIELD_DATE].value,
                                  .type = fields[FIELD_TYPE].value,
                                  .procedure = base,
                                  .suffix = code && base != code ? code + strlen(base) : NULL,
                                  .unit = unit,
                                  .box_code = document->box_code,
                                  .shelf = document->shelf,
                                  .made = document->signed_at     ? STATE_SIGNED
                                          : document->approved_at ? STATE_CHECKED
                                                                  : STATE_DRAFT};
    if (status == STATUS_OK)
        status = facets_put(index->db, &row, error);
    return status == STATUS_OK ? mentions_put(index->db, document, id, error) : status;
}

static enum status remove_entry(struct index *index, int64_t id, struct error *error)
{
    static const char *const sql[] = {"DELETE FROM catalog_page WHERE entry_id = ?",
                                      "DELETE FROM catalog_person WHERE entry_id = ?",
                                      "DELETE FROM catalog_identifier WHERE entry_id = ?",
                                      "DELETE FROM catalog_images WHERE entry_id = ?",
                                      "DELETE FROM catalog_entry WHERE id = ?"};
    enum status status = index->bulk ? STATUS_OK : text_remove(index->db, id, error);
    if (status == STATUS_OK)
        status = facets_remove(index->db, id, error);
    for (size_t i = 0; i < sizeof sql / sizeof *sql && status == STATUS_OK; i++)
        status = db_do(index->db, error, sql[i], "i", id);
    return status;
}

/* The entry of a document; END when there is none. version may be NULL. */
static enum status find_entry(struct db *db, const char *document_id, int64_t *id, int64_t *version,
                              struct error *error)
{
    enum status status = db_first_int(
        db, id, error, "SELECT id FROM catalog_entry WHERE document_id = ?", "s", document_id);
    if (status == STATUS_OK && version)
        status = db_first_int(db, version, error,
                              "SELECT version FROM catalog_entry WHERE document_id = ?", "s",
                              document_id);
    return status;
}

enum status catalog_put(struct index *index, const struct entry *entry, struct error *error)
{
    struct arena *arena = arena_new();
    int64_t id = 0, version = 0;
    enum status status = version_put(index, entry, error);
    if (status == STATUS_OK)
        status = find_entry(index->db, entry->document->id, &id, &version, error);
    if (status == STATUS_OK && version > entry->document->version)
        goto done;
    if (status == STATUS_OK)
        status = remove_entry(index, id, error);
    else if (status == STATUS_END)
        status = next_id(index->db, "catalog_entry", &id, error);
    if (status == STATUS_OK)
        status = put_entry(index, entry, arena, id, error);
    if (status == STATUS_OK)
        status = put_owners(index, entry->document, arena, id, error);
    if (status == STATUS_OK)
        status = put_pages(index, entry, arena, id, error);
    if (status == STATUS_OK)
        status = put_images(index, entry, id, error);
    if (status == STATUS_OK)
        status = put_derived(index, entry, arena, id, error);
    if (status == STATUS_OK)
        status = index->bulk ? text_is_old(index->db, error) : text_insert(index->db, id, error);
done:
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- one row as a hit */

static void list_owners(char *names, struct search_hit *hit)
{
    size_t count = 0;
    for (char *at = names, *next; at && count < SEARCH_OWNERS; at = next) {
        next = strchr(at, '\x1f');
        if (next)
            *next++ = '\0';
        hit->owners[count++] = at;
    }
    hit->owners[count] = NULL;
}

enum status catalog_hit(struct index *index, int64_t id, struct arena *arena,
                        struct search_hit *hit, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        index->db,
        "SELECT e.document_id, e.path, e.version, e.title, e.type, e.procedure, p.name, e.number,"
        " e.date, e.agency, u.name,"
        " (SELECT o.name FROM catalog_person o WHERE o.entry_id = e.id ORDER BY o.id LIMIT 1),"
        " (SELECT i.digits FROM catalog_identifier i WHERE i.entry_id = e.id ORDER BY i.id LIMIT "
        "1),"
        " f.ends,"
        " (SELECT group_concat(name, char(31)) FROM (SELECT o.name FROM catalog_person o"
        " WHERE o.entry_id = e.id ORDER BY o.id LIMIT 3)), f.state,"
        " (SELECT count(*) FROM catalog_person o WHERE o.entry_id = e.id),"
        " (SELECT o.birth_date FROM catalog_person o WHERE o.entry_id = e.id ORDER BY o.id LIMIT 1)"
        " FROM catalog_entry e LEFT JOIN catalog_unit u ON u.id = e.unit_id"
        " LEFT JOIN catalog_facet f ON f.entry_id = e.id"
        " LEFT JOIN catalog_procedure p ON p.code = e.procedure WHERE e.id = ?",
        &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, id);
        status = db_step(query, error);
    }
    if (status == STATUS_OK) {
        const char **texts[] = {
            &hit->document_id, &hit->path,           NULL,           &hit->title, &hit->type,
            &hit->procedure,   &hit->procedure_name, &hit->number,   &hit->date,  &hit->agency,
            &hit->unit,        &hit->owner,          &hit->owner_id, &hit->ends};
        for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
            if (texts[i])
                *texts[i] = arena_strdup(arena, db_text(query, i));
        hit->version = (int)db_int(query, 2);
        hit->state = validity_state_name((enum validity_state)db_int(query, 15));
        list_owners(arena_strdup(arena, db_text(query, 14)), hit);
        hit->owner_count = db_int(query, 16);
        hit->birth_date = arena_strdup(arena, db_text(query, 17));
        hit->band = roadmap_band(index->roadmap, hit->date);
    }
    db_finish(query);
    if (status == STATUS_OK && !hit->procedure_name) /* none of the everyday ones */
        status = catalogue_name(index->db, "procedure", hit->procedure, hit->date, arena,
                                &hit->procedure_name, error);
    return status == STATUS_END
               ? error_set(error, STATUS_FATAL, _("the catalogue lost an entry while searching"))
               : status;
}

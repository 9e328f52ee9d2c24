/* The mentions of a paper: whom it says it is for, and whose they are at first sight. */
#include "index/owner/owner_private.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

const char *owner_type_name(enum owner_type type)
{
    static const char *const names[] = {"citizen", "organization", "household"};
    return names[type];
}

bool owner_mention_name(const char *text, char *document_id, int64_t *ordinal)
{
    size_t length = strcspn(text, ".");
    if (length != 36)
        return false;
    memcpy(document_id, text, length);
    document_id[length] = '\0';
    *ordinal = 0;
    if (!text[length]) /* a document: the first whom it is for */
        return true;
    const char *digits = text + length + 1;
    size_t count = strspn(digits, "0123456789");
    *ordinal = strtoll(digits, NULL, 10);
    return count > 0 && count < 6 && !digits[count] && *ordinal < MENTIONS_MAX;
}

static const char *text_of(struct db_query *query, int column, struct arena *arena)
{
    const char *text = db_text(query, column);
    return arena_strdup(arena, text ? text : "");
}

void mention_row(struct db_query *query, struct arena *arena, struct mention *out)
{
    *out = (struct mention){.id = db_int(query, 0),
                            .owner_id = db_int(query, 1),
                            .type = (enum owner_type)db_int(query, 2),
                            .name = text_of(query, 3, arena),
                            .base = text_of(query, 4, arena),
                            .exact = text_of(query, 5, arena),
                            .birth_date = text_of(query, 6, arena),
                            .kind = (enum identifier_kind)db_int(query, 7),
                            .digits = text_of(query, 8, arena),
                            .fault = (enum identifier_fault)db_int(query, 9),
                            .apart = db_int(query, 10) != 0,
                            .document_id = text_of(query, 11, arena)};
    out->ordinal = out->id % MENTIONS_MAX;
}

bool mention_is_strong(const struct mention *mention)
{
    return identifier_is_strong(mention->kind, mention->fault);
}

bool mention_is_plain(const struct mention *mention)
{
    const char *birth = mention->birth_date;
    return mention->kind == ID_NONE && *mention->exact && strlen(birth) == 10 &&
           strcmp(birth + 4, "-01-01") != 0;
}

/* What a reader misreads in a name is a letter or two; another name is further away. */
bool owner_names_alike(const char *base, const char *other)
{
    return !*base || !*other || strcmp(base, other) == 0 || text_distance(base, other) <= 2;
}

static bool begins_with(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strncmp(text, *words, strlen(*words)) == 0)
            return true;
    return false;
}

static enum owner_type type_of(const struct mention *mention)
{
    /* "truong" alone is a family name, too */
    static const char *const organizations[] = {
        "cong ty ",     "tong cong ty ",  "uy ban ",         "ubnd ",         "hop tac xa ",
        "htx ",         "doanh nghiep ",  "chi nhanh ",      "ngan hang ",    "ban quan ly ",
        "truong mam ",  "truong mau ",    "truong tieu ",    "truong trung ", "truong thcs",
        "truong thpt",  "truong dai hoc", "truong cao dang", "benh vien ",    "tram y te ",
        "quy tin dung", "hoi nong dan ",  "trung tam ",      "dntn ",         NULL};
    static const char *const households[] = {"ho kinh doanh", "hkd ", NULL};
    if (begins_with(mention->base, households))
        return OWNER_HOUSEHOLD;
    if (begins_with(mention->base, organizations))
        return OWNER_ORGANIZATION;
    return mention->kind == ID_MST10 || mention->kind == ID_MST13 ? OWNER_ORGANIZATION
                                                                  : OWNER_CITIZEN;
}

void mention_fill(struct mention *mention, const char *name, const char *number,
                  const char *birth_date, struct arena *arena)
{
    mention->name = name ? name : "";
    mention->base = text_fold(arena, mention->name);
    mention->exact = text_tone_last(arena, mention->name);
    mention->birth_date = birth_date ? birth_date : "";
    mention->digits = text_digits(arena, number ? number : "");
    mention->kind = identifier_kind(mention->digits);
    mention->type = type_of(mention);
    mention->fault = identifier_fault(
        mention->digits, mention->type == OWNER_CITIZEN ? mention->birth_date : NULL, 0);
}

enum status mention_find(struct db *db, const char *document_id, int64_t ordinal, int64_t *id,
                         struct error *error)
{
    return db_first_int(db, id, error,
                        "SELECT m.id FROM catalog_entry e JOIN owner_mention m"
                        " ON m.id = e.id * 65536 + ? WHERE e.document_id = ?",
                        "is", ordinal, document_id);
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

enum status mention_insert(struct db *db, const struct mention *m, struct error *error)
{
    return db_do(db, error,
                 "INSERT INTO owner_mention (id, owner_id, type, name, base, exact,"
                 " birth_date, kind, digits, fault, apart) VALUES (?,?,?,?,?,?,?,?,?,?,0)",
                 "iiissssisi", m->id, m->owner_id, (int64_t)m->type, or_null(m->name),
                 or_null(m->base), or_null(m->exact), or_null(m->birth_date), (int64_t)m->kind,
                 or_null(m->digits), (int64_t)m->fault);
}

/* ---------------------------------------------------------------- of one paper */

struct paper {
    struct db *db;
    struct arena *arena;
    const struct document *document;
    int64_t entry;
    struct mention *mentions, *before;
    size_t count, before_count;
};

static void add(struct paper *paper, const char *name, const char *number, const char *birth_date,
                int64_t ordinal)
{
    struct mention *mention = &paper->mentions[paper->count];
    *mention = (struct mention){.id = paper->entry * MENTIONS_MAX + ordinal,
                                .document_id = paper->document->id,
                                .ordinal = ordinal};
    mention_fill(mention, name, number, birth_date, paper->arena);
    mention->owner_id = mention->id;
    paper->count += *mention->base || *mention->digits;
}

static void read_document(struct paper *paper)
{
    const struct document *document = paper->document;
    const struct field *fields = document->fields;
    size_t room = document->owner_count + 1;
    paper->mentions = arena_array(paper->arena, room, sizeof *paper->mentions);
    add(paper, fields[FIELD_OWNER].value, fields[FIELD_OWNER_ID].value,
        fields[FIELD_BIRTH_DATE].value, 0);
    for (size_t i = 0; i < document->owner_count && i + 1 < MENTIONS_MAX; i++)
        add(paper, document->owners[i].name, document->owners[i].id, document->owners[i].birth_date,
            (int64_t)i + 1);
}

static enum status read_before(struct paper *paper, struct error *error)
{
    struct db_query *query = NULL;
    size_t room = 0;
    enum status status =
        db_prepare(paper->db,
                   "SELECT " MENTION_COLUMNS MENTION_FROM " WHERE m.id >= ? AND m.id < ?"
                   " ORDER BY m.id",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_int(query, 1, paper->entry * MENTIONS_MAX);
    db_bind_int(query, 2, (paper->entry + 1) * MENTIONS_MAX);
    while ((status = db_step(query, error)) == STATUS_OK) {
        if (paper->before_count == room) {
            struct mention *more = arena_array(paper->arena, 2 * room + 4, sizeof *more);
            if (room > 0)
                memcpy(more, paper->before, room * sizeof *more);
            paper->before = more;
            room = 2 * room + 4;
        }
        mention_row(query, paper->arena, &paper->before[paper->before_count++]);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static bool is_as_before(const struct paper *paper)
{
    bool same = paper->count == paper->before_count;
    for (size_t i = 0; i < paper->count && same; i++) {
        const struct mention *now = &paper->mentions[i], *then = &paper->before[i];
        same = now->id == then->id && strcmp(now->name, then->name) == 0 &&
               strcmp(now->digits, then->digits) == 0 &&
               strcmp(now->birth_date, then->birth_date) == 0;
    }
    return same;
}

struct ids {
    int64_t *at;
    size_t count, room;
};

static enum status collect(struct paper *paper, const char *sql, const char *text, int64_t number,
                           struct ids *ids, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(paper->db, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    if (text)
        db_bind_text(query, 1, text);
    else
        db_bind_int(query, 1, number);
    while ((status = db_step(query, error)) == STATUS_OK) {
        if (ids->count == ids->room) {
            ids->room = ids->room ? 2 * ids->room : 64;
            ids->at = memory_resize(ids->at, ids->room * sizeof *ids->at);
        }
        if (db_int(query, 0) / MENTIONS_MAX != paper->entry)
            ids->at[ids->count++] = db_int(query, 0);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The paper said something else before: whoever shared an owner or a number with it is looked at
 * again without it. */
static enum status take_back(struct paper *paper, struct error *error)
{
    struct ids ids = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < paper->before_count && status == STATUS_OK; i++) {
        const struct mention *mention = &paper->before[i];
        status = collect(paper, "SELECT id FROM owner_mention WHERE owner_id = ?", NULL,
                         mention->owner_id, &ids, error);
        if (status == STATUS_OK && *mention->digits)
            status = collect(paper, "SELECT id FROM owner_mention WHERE digits = ?",
                             mention->digits, 0, &ids, error);
        if (status == STATUS_OK)
            status =
                db_do(paper->db, error, "DELETE FROM owner WHERE id = ?", "i", mention->owner_id);
    }
    if (status == STATUS_OK)
        status = db_do(paper->db, error, "DELETE FROM owner_mention WHERE id >= ? AND id < ?", "ii",
                       paper->entry * MENTIONS_MAX, (paper->entry + 1) * MENTIONS_MAX);
    if (status == STATUS_OK)
        status = owners_settle(paper->db, ids.at, ids.count, error);
    free(ids.at);
    return status;
}

/* A mention that says the same as one that is there belongs to the same owner: nobody else is
 * concerned. 0: it must be settled. */
static enum status find_twin(struct paper *paper, const struct mention *m, int64_t *owner,
                             struct error *error)
{
    enum status status = STATUS_END;
    *owner = 0;
    if (mention_is_strong(m))
        status = db_first_int(paper->db, owner, error,
                              "SELECT owner_id FROM owner_mention WHERE digits = ? AND base = ?"
                              " AND coalesce(birth_date, '') = ? AND apart = 0 AND id <> ?"
                              " AND fault IN (0, 6) LIMIT 1",
                              "sssi", m->digits, m->base, m->birth_date, m->id);
    else if (mention_is_plain(m))
        status = db_first_int(paper->db, owner, error,
                              "SELECT owner_id FROM owner_mention WHERE base = ? AND birth_date = ?"
                              " AND exact = ? AND kind = 0 AND apart = 0 AND id <> ? LIMIT 1",
                              "sssi", m->base, m->birth_date, m->exact, m->id);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status join(struct paper *paper, const struct mention *m, int64_t owner,
                        struct error *error)
{
    enum status status = db_do(
        paper->db, error, "UPDATE owner_mention SET owner_id = ? WHERE id = ?", "ii", owner, m->id);
    if (status == STATUS_OK)
        status = db_do(
            paper->db, error,
            "UPDATE owner SET mentions = mentions + 1, type = CASE WHEN type < ? THEN ? ELSE type "
            "END WHERE id = ?",
            "iii", (int64_t)m->type, (int64_t)m->type, owner);
    if (status == STATUS_OK) /* the smallest mention names the owner */
        status = db_do(paper->db, error,
                       "UPDATE owner SET document_id = ?, ordinal = ?, name = ?, base = ?"
                       " WHERE id = ? AND (document_id > ? OR (document_id = ? AND ordinal "
                       "> ?))",
                       "sississi", m->document_id, m->ordinal, or_null(m->name), or_null(m->base),
                       owner, m->document_id, m->document_id, m->ordinal);
    return status;
}

static enum status enter(struct paper *paper, const struct mention *m, bool named,
                         struct error *error)
{
    int64_t owner = 0, others = 0;
    enum status status = mention_insert(paper->db, m, error);
    if (status == STATUS_OK && !named)
        status = find_twin(paper, m, &owner, error);
    if (status != STATUS_OK)
        return status;
    if (owner)
        return join(paper, m, owner, error);
    if (!named && *m->digits) {
        status = db_first_int(paper->db, &others, error,
                              "SELECT 1 FROM owner_mention WHERE digits = ? AND id <> ? UNION ALL"
                              " SELECT 1 FROM owner_act WHERE digits = ? LIMIT 1",
                              "sis", m->digits, m->id, m->digits);
        if (status != STATUS_OK && status != STATUS_END)
            return status;
    }
    if (named || others)
        return owners_settle(paper->db, &m->id, 1, error);
    return db_do(paper->db, error,
                 "INSERT INTO owner (id, document_id, ordinal, type, name, base, birth_date,"
                 " mentions) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                 "isiisss", m->id, m->document_id, m->ordinal, (int64_t)m->type, or_null(m->name),
                 or_null(m->base), or_null(m->birth_date));
}

enum status mentions_put(struct db *db, const struct document *document, int64_t entry,
                         struct error *error)
{
    struct paper paper = {.db = db, .arena = arena_new(), .document = document, .entry = entry};
    int64_t named = 0;
    read_document(&paper);
    enum status status = read_before(&paper, error);
    if (status != STATUS_OK || is_as_before(&paper))
        goto done;
    if (paper.before_count > 0)
        status = take_back(&paper, error);
    if (status == STATUS_OK)
        status = db_first_int(db, &named, error,
                              "SELECT 1 FROM owner_act WHERE document_id = ? UNION ALL"
                              " SELECT 1 FROM owner_act WHERE other_document = ? LIMIT 1",
                              "ss", document->id, document->id);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < paper.count && status == STATUS_OK; i++)
        status = enter(&paper, &paper.mentions[i], named != 0, error);
done:
    arena_free(paper.arena);
    return status;
}

/* A row of the catalogue against the document.json of its package. */
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "core/text.h"
#include "index/catalog.h"

static bool same(const char *row, const char *document)
{
    return strcmp(row ? row : "", document ? document : "") == 0;
}

/* What the row keeps word for word; the procedure keeps only its national part. */
static const char *first_difference(struct db_query *query, const struct document *document,
                                    const char *path)
{
    const struct field *fields = document->fields;
    const struct {
        const char *name, *value;
    } texts[] = {{"batch", document->batch},
                 {"box_code", document->box_code},
                 {"shelf", document->shelf},
                 {"custodian", document->custodian},
                 {"type", fields[FIELD_TYPE].value},
                 {"title", fields[FIELD_TITLE].value},
                 {"number", fields[FIELD_NUMBER].value},
                 {"book", fields[FIELD_BOOK].value},
                 {"date", fields[FIELD_DATE].value},
                 {"agency", fields[FIELD_AGENCY].value},
                 {"signer", fields[FIELD_SIGNER].value}};
    const char *procedure = db_text(query, 2), *code = fields[FIELD_PROCEDURE].value;
    if (!same(db_text(query, 0), path))
        return "path";
    if (!same(db_text(query, 1), fields[FIELD_OWNER].value))
        return "owner";
    if (procedure ? !code || strncmp(procedure, code, strlen(procedure)) != 0 : code && *code)
        return "procedure";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!same(db_text(query, (int)i + 3), texts[i].value))
            return texts[i].name;
    return NULL;
}

static enum status compare_number(struct db *db, const struct document *document,
                                  struct arena *arena, const char **difference, struct error *error)
{
    struct db_query *query = NULL;
    const char *number = document->fields[FIELD_OWNER_ID].value;
    const char *digits = text_digits(arena, number ? number : "");
    enum status status = db_prepare(db,
                                    "SELECT i.digits FROM catalog_identifier i JOIN catalog_entry e"
                                    " ON i.entry_id = e.id WHERE e.document_id = ?",
                                    &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, document->id);
        status = db_step(query, error);
    }
    if ((status == STATUS_OK && strcmp(db_text(query, 0), digits) != 0) ||
        (status == STATUS_END && *digits))
        *difference = "owner_id";
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status index_compare(struct db *db, const struct document *document, const char *path,
                          struct arena *arena, const char **difference, struct error *error)
{
    struct db_query *query = NULL;
    *difference = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT e.path, (SELECT p.name FROM catalog_person p WHERE p.entry_id = e.id"
                   " ORDER BY p.id LIMIT 1),"
                   " e.procedure, e.batch, e.box_code, e.shelf, e.custodian, e.type, e.title,"
                   " e.number, e.book, e.date, e.agency, e.signer FROM catalog_entry e"
                   " WHERE e.document_id = ? AND e.version = ?",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, document->id);
    db_bind_int(query, 2, document->version);
    status = db_step(query, error);
    bool found = status == STATUS_OK;
    if (found)
        *difference = first_difference(query, document, path);
    db_finish(query);
    if (found && !*difference)
        return compare_number(db, document, arena, difference, error);
    return status;
}

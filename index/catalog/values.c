/* What a person may write into a field that has a catalogue. */
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/settings.h"
#include "index/index.h"
#include "index/procedures.h"
#include "index/catalog/types.h"

static bool is_among(const char *value, const char *const *names)
{
    while (*names && strcmp(*names, value) != 0)
        names++;
    return *names != NULL;
}

static enum status refuse(const char *value, const char *const *names, const char *file,
                          struct error *error)
{
    const char *nearest = settings_nearest(value, names);
    return error_set(error, STATUS_REJECT, _("'%s' is not in %s; did you mean %s?"), value, file,
                     nearest ? nearest : names[0]);
}

static enum status check_type(const char *config, const char *value, struct arena *arena,
                              struct error *error)
{
    const char *const *slugs = NULL;
    enum status status = types_read(file_join(arena, config, "types.tsv"), arena, &slugs, error);
    if (status != STATUS_OK || !*slugs || is_among(value, slugs))
        return status;
    const char *nearest = settings_nearest(value, slugs);
    return error_set(error, STATUS_REJECT, _("'%s' is not in %s; did you mean %s? There are %s"),
                     value, "types.tsv", nearest ? nearest : slugs[0], types_listed(slugs, arena));
}

/* The codes of the catalogue, NULL at the end; without the suffix of a local system. */
static enum status read_codes(struct db *db, struct arena *arena, const char ***out,
                              struct error *error)
{
    struct db_query *query = NULL;
    size_t count = 0, room = 64;
    *out = arena_array(arena, room + 1, sizeof **out);
    enum status status =
        db_prepare(db, "SELECT code FROM catalog_procedure ORDER BY code", &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (count == room) {
            const char **more = arena_array(arena, 2 * room + 1, sizeof *more);
            memcpy(more, *out, room * sizeof *more);
            *out = more;
            room *= 2;
        }
        (*out)[count++] = arena_strdup(arena, db_text(query, 0));
    }
    (*out)[count] = NULL;
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status check_procedure(const char *config, struct db *db, const char *value,
                                   struct arena *arena, struct error *error)
{
    const char **codes = NULL;
    const char *code = procedure_is_code(value) ? arena_strndup(arena, value, 8) : value;
    enum status status = procedures_load(db, file_join(arena, config, "procedures.csv"), error);
    if (status == STATUS_OK)
        status = read_codes(db, arena, &codes, error);
    if (status != STATUS_OK || !*codes || is_among(code, codes))
        return status;
    return refuse(value, codes, "procedures.csv", error);
}

enum status index_check_value(struct db *db, const char *config_folder, enum field_id field,
                              const char *value, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    if (value && *value && field == FIELD_TYPE)
        status = check_type(config_folder, value, arena, error);
    else if (value && *value && field == FIELD_PROCEDURE)
        status = check_procedure(config_folder, db, value, arena, error);
    arena_free(arena);
    return status;
}

#include "tools/paper.h"

#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/package.h"
#include "index/day.h"
#include "index/owner.h"
#include "index/reuse.h"
#include "index/validity.h"

static const char paper_sql[] =
    "SELECT e.document_id, e.path, e.type, e.title, e.procedure, p.name, e.number, e.date, "
    "e.agency,"
    " u.name, e.box_code, e.shelf, f.begins, coalesce(f.suffix, ''),"
    " (SELECT c.code FROM result_code c WHERE c.document_id = e.document_id), f.state, f.ends,"
    " e.version, e.pages, m.id % 65536, m.name, m.digits, m.birth_date,"
    " (SELECT count(*) FROM owner_mention a WHERE a.id >= e.id * 65536 AND a.id < e.id * 65536 +"
    " 65536 AND a.type = 0), o.document_id, o.ordinal"
    " FROM catalog_entry e LEFT JOIN catalog_unit u ON u.id = e.unit_id"
    " LEFT JOIN catalog_procedure p ON p.code = e.procedure"
    " LEFT JOIN catalog_facet f ON f.entry_id = e.id"
    " LEFT JOIN owner_mention m ON m.id = (SELECT min(b.id) FROM owner_mention b"
    " WHERE b.id >= e.id * 65536 AND b.id < e.id * 65536 + 65536)"
    " LEFT JOIN owner o ON o.id = m.owner_id WHERE e.document_id = ?";

static const char *text_of(struct cli *cli, struct db_query *query, int column)
{
    const char *text = db_text(query, column);
    return arena_strdup(cli->arena, text ? text : "");
}

static void fill(struct cli *cli, struct db_query *query, struct paper *out)
{
    const char **texts[] = {&out->id,        &out->path,           &out->type,     &out->title,
                            &out->procedure, &out->procedure_name, &out->number,   &out->date,
                            &out->agency,    &out->unit,           &out->box_code, &out->shelf,
                            &out->begins,    &out->suffix,         &out->code};
    char today[DAY_SIZE];
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        *texts[i] = text_of(cli, query, i);
    out->state = validity_state_name((enum validity_state)db_int(query, 15));
    out->ends = arena_strdup(cli->arena, db_text(query, 16));
    out->version = (int)db_int(query, 17);
    out->pages = db_int(query, 18);
    out->owner_name = text_of(cli, query, 20);
    out->owner_id = text_of(cli, query, 21);
    out->birth_date = text_of(cli, query, 22);
    out->personal = db_int(query, 23) > 0;
    out->owner = db_text(query, 24) ? arena_printf(cli->arena, "%s.%lld", db_text(query, 24),
                                                   (long long)db_int(query, 25))
                                    : "";
    day_today(today);
    out->in_force = !out->ends || strcmp(out->ends, today) >= 0;
}

/* Those behind the first. */
static enum status read_others(struct cli *cli, struct paper *out)
{
    struct db_query *query = NULL;
    struct arena_growing growing = {0};
    enum status status = db_prepare(
        cli->db,
        "SELECT m.name, m.digits, m.birth_date FROM catalog_entry e JOIN owner_mention m"
        " ON m.id >= e.id * 65536 AND m.id < e.id * 65536 + 65536 WHERE e.document_id = ?"
        " ORDER BY m.id LIMIT -1 OFFSET 1",
        &query, &cli->error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, out->id);
    while ((status = db_step(query, &cli->error)) == STATUS_OK) {
        out->others = arena_grown(cli->arena, out->others, sizeof *out->others, &growing);
        out->others[growing.count++] = (struct paper_owner){
            text_of(cli, query, 0), text_of(cli, query, 1), text_of(cli, query, 2)};
    }
    db_finish(query);
    out->other_count = growing.count;
    return status == STATUS_END ? STATUS_OK : status;
}

enum status paper_read(struct cli *cli, const char *id, struct paper *out)
{
    struct db_query *query = NULL;
    char document[37];
    int64_t ordinal = 0;
    *out = (struct paper){0};
    enum status status = STATUS_END;
    if (owner_mention_name(id, document, &ordinal))
        status = db_prepare(cli->db, paper_sql, &query, &cli->error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, document);
        status = db_step(query, &cli->error);
    }
    if (status == STATUS_OK)
        fill(cli, query, out);
    db_finish(query);
    if (status == STATUS_OK)
        status = read_others(cli, out);
    return status == STATUS_END
               ? error_set(&cli->error, STATUS_REJECT,
                           _("document %s is not in the catalogue: “sohoa search” finds what is "
                             "stored, “sohoa review” what waits for a person"),
                           id)
               : status;
}

enum status paper_reason(struct cli *cli, const struct paper *paper, const char *dossier)
{
    char today[DAY_SIZE];
    day_today(today);
    if (dossier) {
        enum status status = dossier_check(dossier, today, &cli->error);
        if (status == STATUS_OK && (!cli->purpose || !*cli->purpose)) {
            cli->purpose = arena_printf(cli->arena, _("dossier %s"), dossier);
            cli_identify(cli);
        }
        return status;
    }
    if (paper->personal && (!cli->purpose || !*cli->purpose))
        return error_set(&cli->error, STATUS_REJECT,
                         _("This is a citizen's paper: say what for (--purpose), or for which "
                           "dossier (--dossier)."));
    return STATUS_OK;
}

/* NULL when it is not there. */
static const char *volume_path(struct cli *cli, const char *path, int volume)
{
    const char *package = file_join(cli->arena, cli->warehouse.store, path);
    const char *pdf =
        package_path(cli->arena, package, package_volume(PACKAGE_PDF, volume, cli->arena));
    return file_exists(pdf) ? pdf : NULL;
}

const char *paper_pdf(struct cli *cli, const char *path)
{
    const char *whole = volume_path(cli, path, 0);
    return whole ? whole : volume_path(cli, path, 1);
}

const char *paper_volume(struct cli *cli, const char *path, int after)
{
    return volume_path(cli, path, after + 1);
}

const char *paper_received(struct cli *cli, const char *path)
{
    const char *package = file_join(cli->arena, cli->warehouse.store, path);
    const char *pdf = package_part_path(cli->arena, package, PACKAGE_RECEIVED);
    return file_exists(pdf) ? pdf : NULL;
}

#include "pipeline/pipeline.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/journal.h"
#include "core/message.h"
#include "pipeline/account.h"
#include "index/catalogue.h"
#include "index/schema.h"
#include "pipeline/ledger.h"
#include "pipeline/records.h"
#include "pipeline/share.h"
#include "pipeline/twins.h"

/* ---------------------------------------------------------------- the share folder */

static const char *config_in(struct arena *arena, const char *share)
{
    const char *config = file_join(arena, share, "config");
    return file_is_folder(config) ? config : NULL;
}

/* TREE/build/.../sohoa belongs to TREE/config, PREFIX/bin/sohoa to PREFIX/share/sohoa/config
 * wherever PREFIX was when it was compiled. An installed program never lies below a build/. */
static const char *config_beside_program(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    for (char *slash; (slash = strrchr(path, '/'));) {
        bool built = strcmp(slash, "/build") == 0, installed = strcmp(slash, "/bin") == 0;
        *slash = '\0';
        const char *share = built ? path : installed ? file_join(arena, path, "share/sohoa") : NULL;
        const char *config = share ? config_in(arena, share) : NULL;
        if (config)
            return config;
    }
    return NULL;
}

const char *share_config(struct arena *arena)
{
    const char *share = getenv("SOHOA_SHARE");
    const char *config = share && *share ? config_in(arena, share) : NULL;
    if (!config)
        config = config_beside_program(arena);
    return config ? config : config_in(arena, SOHOA_DATADIR);
}

/* ---------------------------------------------------------------- opening */

static void add_sections(struct warehouse *warehouse)
{
    settings_add(warehouse->settings, "ingest", ingest_setting_rows, &warehouse->ingest);
    settings_add(warehouse->settings, "ocr", ocr_setting_rows, &warehouse->ocr);
    settings_add(warehouse->settings, "archive", archive_setting_rows, &warehouse->archive);
    settings_add(warehouse->settings, "pipeline", pipeline_setting_rows, &warehouse->pipeline);
    settings_add(warehouse->settings, "journal", journal_setting_rows, &warehouse->journaling);
    settings_add(warehouse->settings, "fixity", fixity_setting_rows, &warehouse->fixity);
    settings_add(warehouse->settings, "report", report_setting_rows, &warehouse->report);
    settings_add(warehouse->settings, "reuse", reuse_setting_rows, &warehouse->reuse);
}

static enum status find_folders(struct warehouse *warehouse, const char *root, struct error *error)
{
    struct arena *arena = warehouse->arena;
    if (!root) {
        warehouse->config = share_config(arena);
        if (!warehouse->config)
            return error_set(
                error, STATUS_FATAL,
                _("The shipped configuration is not in %s; install sohoa again, or name "
                  "the folder that holds it in SOHOA_SHARE."),
                SOHOA_DATADIR "/config");
        return STATUS_OK;
    }
    char full[PATH_MAX];
    errno = 0;
    bool there = realpath(root, full) && file_exists(file_join(arena, full, "sohoa.conf"));
    if (!there && (errno == EACCES || errno == EPERM))
        return error_set(error, STATUS_FATAL,
                         _("This user may not read %s: work as the user to whom the warehouse "
                           "belongs, or have its group given to you."),
                         root);
    if (!there)
        return error_set(error, STATUS_FATAL,
                         _("%s is no warehouse (it has no sohoa.conf); `sohoa init` makes one, "
                           "--warehouse names another."),
                         root);
    warehouse->root = arena_strdup(arena, full);
    warehouse->spool = file_join(arena, full, "spool");
    warehouse->store = file_join(arena, full, "store");
    warehouse->journal = file_join(arena, full, JOURNAL_FOLDER);
    warehouse->config = warehouse->root;
    return STATUS_OK;
}

static enum status read_settings(struct warehouse *warehouse, const char *const *assignments,
                                 struct error *error)
{
    enum status status = STATUS_OK;
    if (warehouse->root)
        status = settings_read(warehouse->settings,
                               file_join(warehouse->arena, warehouse->root, "sohoa.conf"), error);
    if (status == STATUS_OK)
        status = settings_environment(warehouse->settings, error);
    for (; assignments && *assignments && status == STATUS_OK; assignments++)
        status = settings_set(warehouse->settings, *assignments, error);
    return status;
}

/* A key inside the warehouse is named from its root, so that the folder can be moved. */
static void place_keys(struct warehouse *warehouse)
{
    const char **keys[] = {&warehouse->archive.key, &warehouse->archive.officer_key};
    for (size_t i = 0; warehouse->root && i < sizeof keys / sizeof *keys; i++) {
        const char *key = *keys[i];
        if (key && strncmp(key, "file:", 5) == 0 && key[5] && key[5] != '/')
            *keys[i] = arena_printf(warehouse->arena, "file:%s/%s", warehouse->root, key + 5);
    }
}

/* All trusted roots, whoever's they are. */
static void gather_roots(struct warehouse *warehouse)
{
    struct archive_settings *archive = &warehouse->archive;
    const char *files[] = {archive->trust_government, archive->trust_public, archive->trust};
    const char *all = "";
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] && *files[i])
            all = arena_printf(warehouse->arena, "%s%s%s", all, *all ? "\n" : "", files[i]);
    archive->roots = all;
}

enum status warehouse_open(const char *root, const char *const *assignments, struct warehouse *out,
                           struct error *error)
{
    *out = (struct warehouse){.arena = arena_new(), .settings = settings_new()};
    add_sections(out);
    enum status status = find_folders(out, root, error);
    if (status == STATUS_OK)
        status = read_settings(out, assignments, error);
    if (status == STATUS_OK)
        status = roadmap_read(file_join(out->arena, out->config, "roadmap.conf"), out->arena,
                              &out->roadmap, error);
    if (status != STATUS_OK) {
        warehouse_close(out);
        /* Whatever is wrong with the configuration, nothing can be done before it is right. */
        return status == STATUS_RETRY ? STATUS_RETRY : STATUS_FATAL;
    }
    place_keys(out);
    gather_roots(out);
    out->archive.config = out->config;
    if (out->root)
        out->archive.evidence = pipeline_evidence_folder(out, out->arena);
    const char *share = share_config(out->arena);
    if (share) { /* in and beside the shipped configuration */
        out->ocr.shipped = arena_printf(out->arena, "%s/../tessdata", share);
        out->ocr.language = file_join(out->arena, share, "language");
        out->ocr.forms = file_join(out->arena, share, "forms");
        index_use_language(out->ocr.language);
    }
    if (out->root) /* for pin_command: where the keys are */
        setenv("SOHOA_WAREHOUSE", out->root, 1);
    return STATUS_OK;
}

void warehouse_close(struct warehouse *warehouse)
{
    settings_free(warehouse->settings);
    index_use_language(NULL);
    arena_free(warehouse->arena);
    *warehouse = (struct warehouse){0};
}

enum status pipeline_record(const struct warehouse *warehouse, const char *action,
                            const char *object, const char *detail, struct error *error)
{
    const struct journal_entry entry = {.action = action, .object = object, .detail = detail};
    return warehouse->journal ? journal_append(warehouse->journal, &entry, error) : STATUS_OK;
}

/* " record=HASH" when the package has an evidence record that is intact. */
static const char *record_words(const struct warehouse *warehouse, const char *package,
                                const char *id, struct arena *arena)
{
    struct evidence_verdict verdict;
    char hex[HASH_HEX_SIZE];
    const char *record = pipeline_evidence(warehouse, id, store_version(file_name(package)), arena);
    evidence_check(store_tagmanifest(package, arena), record, NULL, &verdict, NULL);
    return verdict.intact && evidence_name(record, hex) ? arena_printf(arena, " record=%s", hex)
                                                        : "";
}

enum status pipeline_record_package(const struct warehouse *warehouse, const char *action,
                                    const char *package, const char *detail, struct error *error)
{
    struct arena *arena = arena_new();
    char hex[HASH_HEX_SIZE];
    const char *place = store_place(package);
    const char *id = strchr(place, '/') ? strchr(place, '/') + 1 : place;
    id = arena_strndup(arena, id, strcspn(id, "/"));
    enum status status = hash_file(store_tagmanifest(package, arena), hex, error);
    if (status == STATUS_OK)
        status = pipeline_record(warehouse, action, id,
                                 arena_printf(arena, "%s%splace=%s tagmanifest=%s%s", detail,
                                              *detail ? " " : "", place, hex,
                                              record_words(warehouse, package, id, arena)),
                                 error);
    arena_free(arena);
    return status;
}

enum status warehouse_check(const struct warehouse *warehouse, struct error *error)
{
    const char *const folders[] = {warehouse->spool, warehouse->store};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (!file_is_folder(folders[i]))
            return error_set(error, STATUS_FATAL,
                             _("The folder %s of this warehouse is missing. Connect its disk or "
                               "bring it back from a backup; when it was empty: mkdir %s"),
                             folders[i], folders[i]);
    return STATUS_OK;
}

/* Catalogues that came with this program, when they are other ones than the database knows. */
static enum status ship_catalogues(struct db *db, struct error *error)
{
    struct arena *arena = arena_new();
    const char *share = share_config(arena);
    enum status status =
        share ? catalogue_ship(db, file_join(arena, share, "catalogues"), error) : STATUS_OK;
    arena_free(arena);
    return status;
}

enum status warehouse_db(const struct warehouse *warehouse, struct db **out, struct error *error)
{
    struct db *db = NULL;
    *out = NULL;
    enum status status = warehouse_check(warehouse, error);
    if (status == STATUS_OK)
        status =
            db_open(file_join(warehouse->arena, warehouse->root, "sohoa.db"), true, &db, error);
    if (status == STATUS_OK)
        status = ledger_create(db, error);
    if (status == STATUS_OK)
        status = twins_create(db, error);
    if (status == STATUS_OK)
        status = index_prepare(db, &warehouse->roadmap, warehouse->config, error);
    if (status == STATUS_OK)
        status = account_tables(db, error);
    if (status == STATUS_OK)
        status = ship_catalogues(db, error);
    if (status == STATUS_OK)
        status = pipeline_records_catch_up(warehouse, db, error);
    if (status == STATUS_OK)
        status = pipeline_account_adopt(warehouse, db, error);
    if (status == STATUS_OK) {
        *out = db;
    } else {
        if (status == STATUS_FATAL && db)
            schema_whole(db, error); /* what to do stands there, when that is why */
        db_close(db);
    }
    return status;
}

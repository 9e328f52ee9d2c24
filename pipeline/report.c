#include "pipeline/report.h"

#include <string.h>

#include "account/xlsx.h"
#include "archive/report.h"
#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "core/text.h"
#include "pipeline/account.h"
#include "pipeline/records.h"

static const char *const files[] = {"roadmap.conf", "indicators.conf", "procedures.csv",
                                    "units.csv"};

/* What the figures' configuration was, byte for byte. */
static json_t *hashes_of(const struct warehouse *warehouse, struct arena *arena)
{
    json_t *json = json_object();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char hex[HASH_HEX_SIZE];
        const char *path = pipeline_account_file(warehouse, files[i], arena);
        if (file_exists(path) && hash_file(path, hex, NULL) == STATUS_OK)
            json_put_text(json, files[i], hex);
    }
    return json;
}

/* ---------------------------------------------------------------- making */

static int closing_day(const struct warehouse *warehouse, enum report_period kind)
{
    const struct report_settings *settings = &warehouse->report;
    return kind == REPORT_MONTH     ? settings->month_day
           : kind == REPORT_QUARTER ? settings->quarter_day
                                    : settings->year_day;
}

/* A period that is over is counted as it stood at its end. */
static enum status find_moment(const struct warehouse *warehouse, struct db *db, const char *today,
                               const char *until, const struct account_at *asked,
                               struct account_at *out, struct error *error)
{
    int64_t sequence = asked->sequence;
    enum status status = STATUS_OK;
    if (sequence == 0 && strcmp(until, today) < 0)
        status = pipeline_account_day(warehouse, until, &sequence, error);
    return status == STATUS_OK ? pipeline_account_at(warehouse, db, sequence, out, error) : status;
}

enum status pipeline_report(const struct warehouse *warehouse, struct db *db,
                            enum report_period kind, const char *period,
                            const struct account_at *at, struct report **out, struct error *error)
{
    struct arena *arena = arena_new();
    struct indicators indicators = {.at = NULL};
    char now[26], from[11], until[11], name[8];
    const struct report_settings *settings = &warehouse->report;
    file_now(now);
    const char *today = arena_strndup(arena, now, 10);
    json_t *hashes = hashes_of(warehouse, arena);
    struct report_order order = {.kind = kind,
                                 .period = name,
                                 .from = from,
                                 .until = until,
                                 .roadmap = &warehouse->roadmap,
                                 .indicators = &indicators,
                                 .files = hashes,
                                 /* NĐ 30/2020, Phụ lục I: both in capitals */
                                 .parent = text_upper(arena, settings->parent),
                                 .agency = text_upper(arena, warehouse->archive.custodian),
                                 .number = settings->number,
                                 .place = settings->place,
                                 .signer = settings->signer,
                                 .made_at = now};
    *out = NULL;
    enum status status = report_days(kind, period, *at->day ? at->day : today,
                                     closing_day(warehouse, kind), from, until, name, error);
    if (status == STATUS_OK)
        status = indicators_read(pipeline_account_file(warehouse, "indicators.conf", arena), arena,
                                 &indicators, error);
    if (status == STATUS_OK)
        status = find_moment(warehouse, db, today, until, at, &order.at, error);
    if (status == STATUS_OK)
        status = account_report(db, &order, out, error);
    json_decref(hashes);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- writing */

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length > tail && strcmp(path + length - tail, end) == 0;
}

/* Built beside, then signed into its place. */
static enum status write_pdf(const struct warehouse *warehouse, const struct report *report,
                             const char *path, struct error *error)
{
    struct arena *arena = arena_new();
    struct signer *signer = NULL;
    struct error warning = {""};
    const struct archive_settings *settings = &warehouse->archive;
    const char *unsigned_path = arena_printf(arena, "%s.unsigned", path);
    enum status status =
        *settings->key ? signer_open(settings, NULL, &signer, error)
                       : error_set(error, STATUS_FATAL,
                                   _("A report is signed, and no key is set: set archive.key."));
    if (status == STATUS_OK)
        status = signer_ask(settings, signer, &warning, error);
    if (*warning.text)
        log_write(LOG_WARNING, "report: revocation not asked: %s", warning.text);
    if (status == STATUS_OK)
        status = archive_report(settings, report, true, unsigned_path, error);
    if (status == STATUS_OK)
        status = archive_sign(signer, unsigned_path, path, error);
    signer_close(signer);
    file_remove(unsigned_path, NULL);
    arena_free(arena);
    return status;
}

static enum status record_it(const struct warehouse *warehouse, struct db *db,
                             const struct report *report, const char *path, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    const json_t *facts = report->facts, *position = json_object_get(facts, "position");
    enum status status = hash_file(path, hex, error);
    if (status != STATUS_OK)
        return status;
    json_t *data = json_pack("{s:O, s:O, s:O, s:s}", "kind", json_object_get(facts, "kind"),
                             "period", json_object_get(facts, "period"), "sequence",
                             json_object_get(position, "sequence"), "sha256", hex);
    status = pipeline_record_add(warehouse, db, KIND_REPORT, data, NULL, error);
    json_decref(data);
    return status;
}

enum status pipeline_report_write(const struct warehouse *warehouse, struct db *db,
                                  const struct report *report, const char *path,
                                  struct error *error)
{
    bool pdf = ends_with(path, ".pdf");
    if (ends_with(path, "/"))
        return error_set(error, STATUS_REJECT,
                         _("There is no folder %s: create it, or connect the disk that holds it."),
                         path);
    if (!pdf && !ends_with(path, ".xlsx"))
        return error_set(error, STATUS_REJECT,
                         _("%s: a report is written as .pdf or .xlsx; name the file so"), path);
    if (file_exists(path))
        return error_set(error, STATUS_REJECT,
                         _("%s is there already, and no report is written over"), path);
    enum status status =
        pdf ? write_pdf(warehouse, report, path, error) : xlsx_write(report, path, error);
    return status == STATUS_OK ? record_it(warehouse, db, report, path, error) : status;
}

#include "pipeline/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "account/inventory.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/journal.h"
#include "core/message.h"
#include "pipeline/records.h"
#include "pipeline/share.h"

/* "2026-11-23T18:05:09.123456Z" is the 24th in Vietnam. */
static void day_of(const char *utc, char day[11])
{
    struct tm parts = {0};
    time_t seconds = 0;
    if (strptime(utc, "%Y-%m-%dT%H:%M:%S", &parts))
        seconds = timegm(&parts) + (time_t)7 * 60 * 60;
    gmtime_r(&seconds, &parts);
    strftime(day, 11, "%Y-%m-%d", &parts);
}

/* ---------------------------------------------------------------- reading on */

/* An entry that places something; version 0: a record, with its number. */
struct placed {
    char id[37], day[11];
    int version;
    int64_t number, sequence;
};

struct reading {
    int64_t known, last; /* up to where it was read before; the last entry there is */
    struct placed *list;
    size_t count, room;
};

static bool take_record(const struct journal_record *entry, struct placed *placed)
{
    if (strcmp(entry->action, "record") != 0 ||
        strncmp(entry->object, RECORD_FOLDER "/", sizeof RECORD_FOLDER) != 0)
        return false;
    placed->number = strtoll(entry->object + sizeof RECORD_FOLDER, NULL, 10);
    return placed->number > 0;
}

/* "... place=2026/<id>/v2 tagmanifest=..." */
static bool take_place(const struct journal_record *entry, struct placed *placed)
{
    const char *place = strstr(entry->detail, "place=");
    const char *version = place ? strrchr(place, '/') : NULL;
    char name[16];
    if (!version || strlen(entry->object) != sizeof placed->id - 1)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(version + 1, " "), version + 1);
    placed->version = store_version(name);
    memcpy(placed->id, entry->object, sizeof placed->id);
    return placed->version > 0;
}

static bool note(void *context, const struct journal_record *entry)
{
    struct reading *reading = context;
    struct placed placed = {.sequence = entry->sequence};
    if (entry->sequence <= reading->known)
        return true;
    if (entry->sequence > reading->last)
        reading->last = entry->sequence;
    if (!take_record(entry, &placed) && !take_place(entry, &placed))
        return false;
    day_of(entry->time, placed.day);
    if (reading->count == reading->room) {
        reading->room = reading->room ? 2 * reading->room : 256;
        reading->list = memory_resize(reading->list, reading->room * sizeof *reading->list);
    }
    reading->list[reading->count++] = placed;
    return false;
}

static enum status keep(struct db *db, const struct reading *reading, struct error *error)
{
    enum status status = db_begin(db, error);
    for (size_t i = 0; i < reading->count && status == STATUS_OK; i++) {
        const struct placed *one = &reading->list[i];
        status = one->version
                     ? account_place(db, one->id, one->version, one->sequence, one->day, error)
                     : account_record(db, one->number, one->sequence, one->day, error);
    }
    if (status == STATUS_OK)
        status = account_set_read_to(db, reading->last, error);
    return db_end(db, status, error);
}

enum status pipeline_account_read(const struct warehouse *warehouse, struct db *db,
                                  struct error *error)
{
    struct reading reading = {0};
    enum status status = account_tables(db, error);
    if (status == STATUS_OK)
        status = account_read_to(db, &reading.known, error);
    if (status == STATUS_OK)
        status = journal_back(warehouse->journal, note, &reading, error);
    if (status == STATUS_OK && reading.last > reading.known)
        status = keep(db, &reading, error);
    free(reading.list);
    return status;
}

/* ---------------------------------------------------------------- moments */

struct finding {
    int64_t sequence; /* 0: the last */
    const char *day;  /* until its end, when not NULL */
    struct account_at at;
};

static bool find(void *context, const struct journal_record *entry)
{
    struct finding *finding = context;
    char day[11];
    day_of(entry->time, day);
    if (finding->sequence ? entry->sequence != finding->sequence
                          : finding->day && strcmp(day, finding->day) > 0)
        return finding->sequence && entry->sequence < finding->sequence;
    finding->at.sequence = entry->sequence;
    memcpy(finding->at.day, day, sizeof finding->at.day);
    memcpy(finding->at.head, entry->hash, sizeof finding->at.head);
    return true;
}

enum status pipeline_account_at(const struct warehouse *warehouse, struct db *db, int64_t sequence,
                                struct account_at *out, struct error *error)
{
    struct finding finding = {.sequence = sequence};
    enum status status = pipeline_account_read(warehouse, db, error);
    if (status == STATUS_OK)
        status = journal_back(warehouse->journal, find, &finding, error);
    if (status == STATUS_OK && finding.at.sequence == 0)
        status = error_set(error, STATUS_REJECT,
                           sequence ? _("the journal has no entry %lld")
                                    : _("the journal has no entries"),
                           (long long)sequence);
    *out = finding.at;
    return status == STATUS_OK ? account_find_record(db, out, error) : status;
}

enum status pipeline_account_day(const struct warehouse *warehouse, const char *day,
                                 int64_t *sequence, struct error *error)
{
    struct finding finding = {.day = day};
    enum status status = journal_back(warehouse->journal, find, &finding, error);
    if (status == STATUS_OK && finding.at.sequence == 0)
        status = error_set(error, STATUS_REJECT, _("the journal begins after %s"), day);
    *sequence = finding.at.sequence;
    return status;
}

const char *pipeline_account_file(const struct warehouse *warehouse, const char *name,
                                  struct arena *arena)
{
    const char *own = file_join(arena, warehouse->config, name);
    const char *share = share_config(arena);
    return file_exists(own) || !share ? own : file_join(arena, share, name);
}

/* ---------------------------------------------------------------- of before */

enum status pipeline_account_adopt(const struct warehouse *warehouse, struct db *db,
                                   struct error *error)
{
    json_t *data = NULL;
    enum status status = inventory_old(db, &data, error);
    if (status == STATUS_OK && data)
        status = pipeline_record_add(warehouse, db, KIND_INVENTORY, data, NULL, error);
    json_decref(data);
    return status;
}

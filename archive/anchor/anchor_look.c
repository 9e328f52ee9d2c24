/* How the anchors stand, at a glance. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/anchor.h"
#include "archive/sign/certificate.h"
#include "core/file.h"
#include "core/message.h"

enum { DAY_S = 24 * 60 * 60 };

bool anchor_overdue(const char *since, int days)
{
    struct tm parts = {0};
    char iso[26];
    time_t now = 0;
    file_now(iso);
    return days > 0 && *since && strptime(since, "%Y-%m-%dT%H:%M:%S", &parts) &&
           certificate_seconds(iso, &now) && now - timegm(&parts) > (time_t)days * DAY_S;
}

void anchor_earlier(char since[JOURNAL_TIME_SIZE], const char *time)
{
    if (!*since || strcmp(time, since) < 0)
        snprintf(since, JOURNAL_TIME_SIZE, "%s", time);
}

struct looking {
    struct anchor_state *state;
    int64_t until; /* what is covered */
};

static bool look_back(void *context, const struct journal_record *record)
{
    struct looking *looking = context;
    if (record->sequence <= looking->until)
        return true;
    if (strcmp(record->action, ANCHOR_MADE) != 0 && strcmp(record->action, ANCHOR_STAMPED) != 0)
        anchor_earlier(looking->state->since, record->time);
    return false;
}

static bool is_anchor(const char *name)
{
    size_t size = strlen(name);
    return size > 5 && strcmp(name + size - 5, ".json") == 0;
}

enum status anchor_copies(const char *folder, struct error *error)
{
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0, anchors = 0;
    enum status status =
        file_is_folder(folder)
            ? file_list(folder, arena, &names, &count, error)
            : error_set(error, STATUS_REJECT, _("There is no folder %s with anchors."), folder);
    for (size_t i = 0; i < count; i++)
        anchors += is_anchor(names[i]);
    if (status == STATUS_OK && anchors == 0)
        status = error_set(error, STATUS_REJECT,
                           _("There is no anchor in %s: nothing could be compared. Is the medium "
                             "connected, and is it this folder that “journal anchor --to” wrote?"),
                           folder);
    arena_free(arena);
    return status;
}

static void count_anchor(const char *folder, const char *name, struct arena *arena,
                         struct anchor_state *state)
{
    size_t size = strlen(name);
    if (!is_anchor(name))
        return;
    bool stamped = file_exists(arena_printf(arena, "%s/%.*s.tst", folder, (int)(size - 5), name));
    state->anchors++;
    state->waiting += !stamped;
    state->covered = strtoll(name, NULL, 10);
    if (stamped)
        state->stamped_until = state->covered;
}

enum status anchor_look(const char *journal, bool stamped, struct anchor_state *state,
                        struct error *error)
{
    struct arena *arena = arena_new();
    const char *folder = file_join(arena, journal, ANCHOR_FOLDER);
    char **names = NULL;
    size_t count = 0;
    int64_t sequence = 0;
    *state = (struct anchor_state){0};
    enum status status =
        file_is_folder(folder) ? file_list(folder, arena, &names, &count, error) : STATUS_OK;
    for (size_t i = 0; i < count; i++)
        count_anchor(folder, names[i], arena, state);
    anchor_last(journal, state->time, &sequence);
    struct looking looking = {state, stamped ? state->stamped_until : state->covered};
    if (status == STATUS_OK)
        status = journal_back(journal, look_back, &looking, error);
    arena_free(arena);
    return status;
}

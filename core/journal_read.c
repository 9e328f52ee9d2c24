/* Reading the journal and checking its chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/journal_private.h"
#include "core/message.h"

struct reader {
    enum status (*visit)(void *context, const struct journal_record *record, struct error *error);
    void (*finding)(void *context, const char *place, const char *sentence);
    void *context;
    struct journal_summary *summary;
    struct arena *arena; /* cleared with each segment */
    const char *segment;
    int64_t line;
    char time[JOURNAL_TIME_SIZE]; /* of the entry before */
    char *foreign; /* name of a line that is no entry, waiting for the "recover" behind it */
    char foreign_place[64];
};

static void tell(struct reader *reader, const char *place, const char *sentence)
{
    reader->summary->faults++;
    if (reader->finding)
        reader->finding(reader->context, place, sentence);
}

static const char *place_of(struct reader *reader)
{
    return arena_printf(reader->arena, "%s:%lld", reader->segment, (long long)reader->line);
}

/* ---------------------------------------------------------------- the chain */

/* A line that is no entry: what a crash left, when the entry behind it says so. */
static void settle_foreign(struct reader *reader, const struct journal_record *record)
{
    if (!reader->foreign)
        return;
    if (record && strcmp(record->action, "clock") == 0)
        return; /* written together with the "recover" behind it */
    if (record && strcmp(record->action, "recover") == 0 &&
        strcmp(record->detail, reader->foreign) == 0)
        reader->summary->torn++;
    else
        tell(reader, reader->foreign_place,
             _("This line is no entry of the journal: it was damaged or put in."));
    free(reader->foreign);
    reader->foreign = NULL;
}

static void note_foreign(struct reader *reader, const char *bytes, size_t size)
{
    settle_foreign(reader, NULL);
    const char *name = journal_torn_name(reader->arena, bytes, size);
    reader->foreign = memcpy(memory_new(strlen(name) + 1), name, strlen(name) + 1);
    snprintf(reader->foreign_place, sizeof reader->foreign_place, "%s", place_of(reader));
}

static void check_place(struct reader *reader, const struct journal_record *record)
{
    struct journal_summary *summary = reader->summary;
    long long here = record->sequence, before = summary->sequence;
    if (here <= before)
        tell(reader, place_of(reader),
             arena_printf(reader->arena,
                          _("Entry %lld stands behind entry %lld: it was moved or put in again."),
                          here, before));
    else if (here > before + 1)
        tell(reader, place_of(reader),
             arena_printf(reader->arena,
                          _("Entries are missing here: after number %lld comes number %lld."),
                          before, here));
    else if (strcmp(record->previous, summary->head) != 0)
        tell(reader, place_of(reader),
             arena_printf(reader->arena,
                          _("Entry %lld does not follow the entry before it: one of the two was "
                            "replaced."),
                          here));
}

static void check_entry(struct reader *reader, const struct journal_line *line)
{
    const struct journal_record *record = &line->record;
    struct journal_summary *summary = reader->summary;
    bool clock = strcmp(record->action, "clock") == 0;
    settle_foreign(reader, record);
    if (!line->sound)
        tell(reader, place_of(reader),
             arena_printf(reader->arena,
                          _("Entry %lld was changed: its hash is not that of the line."),
                          (long long)record->sequence));
    check_place(reader, record);
    bool moved = record->sequence <= summary->sequence;
    if (!clock && !moved && strcmp(record->time, reader->time) < 0)
        tell(reader, place_of(reader),
             arena_printf(reader->arena,
                          _("Entry %lld is older than the one before it, and no clock was set "
                            "back."),
                          (long long)record->sequence));
    summary->entries++;
    summary->clock_backs += clock;
    if (moved)
        return;
    summary->sequence = record->sequence;
    memcpy(summary->head, record->hash, sizeof summary->head);
    memcpy(reader->time, record->time, sizeof reader->time);
    memcpy(summary->last_time, record->time, sizeof summary->last_time);
    if (!summary->first_time[0])
        memcpy(summary->first_time, record->time, sizeof summary->first_time);
}

/* ---------------------------------------------------------------- reading */

static enum status take_line(struct reader *reader, const char *bytes, size_t size,
                             struct error *error)
{
    enum status status = STATUS_OK;
    struct journal_line line;
    reader->line++;
    if (journal_parse(bytes, size, &line)) {
        check_entry(reader, &line);
        line.record.segment = reader->segment;
        line.record.line = reader->line;
        if (reader->visit)
            status = reader->visit(reader->context, &line.record, error);
    } else {
        note_foreign(reader, bytes, size);
    }
    journal_line_clear(&line);
    return status;
}

static bool is_half(const char *bytes, size_t size)
{
    struct journal_line line;
    bool ours = journal_parse(bytes, size, &line);
    journal_line_clear(&line);
    return !ours;
}

/* The first `size` bytes of a segment. last: of the newest, where a crash may just have left half a
 * line that the next entry will name. */
static enum status read_segment(struct reader *reader, const char *path, int64_t size, bool last,
                                struct error *error)
{
    enum status status = STATUS_OK;
    char *bytes = NULL;
    size_t room = 0;
    int64_t have = 0;
    FILE *file = file_open_stream(path);
    if (!file)
        return error_set(error, STATUS_RETRY, _("The journal %s cannot be read."), path);
    reader->line = 0;
    while (have < size && status == STATUS_OK) {
        ssize_t got = getline(&bytes, &room, file);
        if (got <= 0)
            break;
        if (got > size - have)
            got = (ssize_t)(size - have);
        have += got;
        bool ended = bytes[got - 1] == '\n';
        if (!ended && last && is_half(bytes, (size_t)got)) {
            settle_foreign(reader, NULL);
            reader->summary->torn++;
        } else {
            status = take_line(reader, bytes, (size_t)got - (ended ? 1 : 0), error);
        }
    }
    if (status == STATUS_OK && have < size)
        status = error_set(error, STATUS_RETRY, _("The journal %s cannot be read."), path);
    free(bytes);
    fclose(file);
    return status;
}

/* Sizes as they are while nobody writes: what is appended later is not looked at. */
static enum status look(const char *folder, struct arena *arena, char ***names, int64_t **sizes,
                        size_t *count, struct error *error)
{
    enum status status = STATUS_OK;
    int lock = journal_lock(folder, false, &status, error);
    if (status == STATUS_OK)
        status = journal_segments(folder, arena, names, count, error);
    *sizes = arena_array(arena, *count + 1, sizeof **sizes);
    for (size_t i = 0; i < *count; i++)
        (*sizes)[i] = file_size(file_join(arena, folder, (*names)[i]));
    if (lock >= 0)
        close(lock);
    return status;
}

enum status journal_read(const char *folder,
                         enum status (*visit)(void *context, const struct journal_record *record,
                                              struct error *error),
                         void (*finding)(void *context, const char *place, const char *sentence),
                         void *context, struct journal_summary *summary, struct error *error)
{
    struct reader reader = {.visit = visit,
                            .finding = finding,
                            .context = context,
                            .summary = summary,
                            .arena = arena_new()};
    struct arena *arena = arena_new();
    char **names = NULL;
    int64_t *sizes = NULL;
    size_t count = 0;
    *summary = (struct journal_summary){.head = JOURNAL_NO_HASH};
    enum status status = look(folder, arena, &names, &sizes, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        reader.segment = names[i];
        summary->segments++;
        status = read_segment(&reader, file_join(arena, folder, names[i]), sizes[i], i + 1 == count,
                              error);
        arena_clear(reader.arena);
    }
    if (status == STATUS_OK) {
        settle_foreign(&reader, NULL);
        if (summary->faults > 0)
            status =
                error_set(error, STATUS_REJECT,
                          message_count("The journal is wrong in %lld place.",
                                        "The journal is wrong in %lld places.", summary->faults),
                          (long long)summary->faults);
    }
    free(reader.foreign);
    arena_free(reader.arena);
    arena_free(arena);
    return status;
}

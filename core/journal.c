/* Appending to the journal. */
#include "core/journal.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/journal_private.h"
#include "core/message.h"
#include "core/text.h"

enum {
    WHO_CHARS = 120, /* of an actor or role */
    PURPOSE_CHARS = 200,
    CITIZEN_DIGITS = 9, /* CMND has 9, CCCD 12, tax codes 10 to 13 */
    KEY_SIZE = 32,
    FIELD_BYTES = 8000, /* of an object or detail */
    VIETNAM_S = 7 * 60 * 60
};

/* ---------------------------------------------------------------- who */

static struct {
    struct arena *arena;
    const char *actor, *role, *purpose, *station;
} who;

/* Blank, full stop or hyphen between two groups of digits of one number, as people write it:
 * "079 083 001 234", "0790.8300.1234", "079-083-001-234". Full stops part groups of a procedure's
 * code ("1.001193.000"), hyphens those of a dossier's ("240823-0001"), so groups are alike there.
 */
static bool is_within(char separator, size_t before, size_t after)
{
    return separator == '-'   ? before == 3 && after == 3
           : separator == '.' ? before >= 3 && after == before
                              : separator == ' ' && before >= 3 && after >= 3;
}

/* Bytes of the number that begins there, with what parts its groups; digits: how many it has. */
static size_t number_at(const char *run, size_t *digits)
{
    size_t group = strspn(run, "0123456789"), size = group;
    *digits = group;
    while (group > 0 && run[size]) {
        size_t next = strspn(run + size + 1, "0123456789");
        if (!is_within(run[size], group, next))
            break;
        *digits += next;
        size += 1 + next;
        group = next;
    }
    return size;
}

const char *journal_harmless(struct arena *arena, const char *text, size_t most)
{
    char *line = text_tidy(arena, text ? text : "");
    for (char *run = line; *run;) {
        size_t digits = 0, size = number_at(run, &digits);
        if (digits >= CITIZEN_DIGITS)
            memset(run, '#', size);
        run += size > 0 ? size : 1;
    }
    const char *at = line;
    for (size_t i = 0; i < most && *at; i++)
        text_next(&at);
    line[at - line] = '\0';
    return line;
}

static const char *harmless(const char *text, size_t most)
{
    return journal_harmless(who.arena, text, most);
}

void journal_as(const char *actor, const char *role, const char *purpose)
{
    struct utsname machine;
    struct arena *before = who.arena;
    const struct passwd *user = getpwuid(getuid());
    who.arena = arena_new();
    if (!actor || !*actor)
        actor = user ? user->pw_name : arena_printf(who.arena, "uid-%ld", (long)getuid());
    who.actor = harmless(actor, WHO_CHARS);
    who.role = harmless(role, WHO_CHARS);
    who.purpose = harmless(purpose, PURPOSE_CHARS);
    who.station = harmless(uname(&machine) == 0 ? machine.nodename : "", WHO_CHARS);
    arena_free(before);
}

const char *journal_actor(void)
{
    if (!who.arena)
        journal_as(NULL, NULL, NULL);
    return who.actor;
}

const char *journal_role(void)
{
    return who.role ? who.role : "";
}

/* ---------------------------------------------------------------- when */

static int64_t now_us(void)
{
    const char *fixed = getenv("SOHOA_NOW");
    struct timespec now;
    char iso[26];
    clock_gettime(CLOCK_REALTIME, &now);
    if (fixed && *fixed) { /* as file_now has it; always Vietnam time */
        struct tm parts = {0};
        file_now(iso);
        if (strptime(iso, "%Y-%m-%dT%H:%M:%S", &parts))
            return ((int64_t)timegm(&parts) - VIETNAM_S) * 1000000;
    }
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void time_text(int64_t us, char out[JOURNAL_TIME_SIZE])
{
    time_t seconds = (time_t)(us / 1000000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    size_t size = strftime(out, JOURNAL_TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(out + size, JOURNAL_TIME_SIZE - size, ".%06dZ", (int)(us % 1000000));
}

static int64_t time_us(const char *text)
{
    struct tm parts = {0};
    const char *dot = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
    return dot && *dot == '.' ? (int64_t)timegm(&parts) * 1000000 + strtol(dot + 1, NULL, 10) : 0;
}

/* ---------------------------------------------------------------- where the chain ends */

struct end {
    int64_t sequence;
    char hash[HASH_HEX_SIZE];
    int64_t time_us;
    const char *segment; /* newest; NULL: none */
    bool open;           /* its last line has no line end */
    const char *torn;    /* name of what a crash left there, NULL: nothing */
};

/* The last line of ours in size bytes; true when there was one. */
static bool last_entry(const char *bytes, size_t size, struct end *end)
{
    while (size > 0) {
        if (bytes[size - 1] == '\n')
            size--;
        size_t start = size;
        while (start > 0 && bytes[start - 1] != '\n')
            start--;
        struct journal_line line;
        bool ours = journal_parse(bytes + start, size - start, &line) && line.sound;
        if (ours) {
            end->sequence = line.record.sequence;
            end->time_us = time_us(line.record.time);
            memcpy(end->hash, line.record.hash, sizeof end->hash);
        }
        journal_line_clear(&line);
        if (ours)
            return true;
        size = start;
    }
    return false;
}

/* The last bytes of a file, at most room. whole: from its beginning. */
static enum status read_tail(const char *path, size_t room, struct arena *arena, char **bytes,
                             size_t *size, bool *whole, struct error *error)
{
    enum status status = STATUS_OK;
    int64_t length = file_size(path);
    FILE *file = file_open_stream(path);
    *whole = length <= (int64_t)room;
    *size = length < 0 ? 0 : *whole ? (size_t)length : room;
    *bytes = arena_alloc(arena, *size + 1);
    if (!file || fseeko(file, (off_t)(length - (int64_t)*size), SEEK_SET) != 0 ||
        fread(*bytes, 1, *size, file) != *size)
        status = error_set(error, STATUS_RETRY, _("The journal %s cannot be read."), path);
    if (file)
        fclose(file);
    return status;
}

static void note_torn(const char *bytes, size_t size, struct arena *arena, struct end *end)
{
    size_t start = size;
    struct journal_line line;
    if (size == 0 || bytes[size - 1] == '\n')
        return;
    while (start > 0 && bytes[start - 1] != '\n')
        start--;
    end->open = true;
    if (!journal_parse(bytes + start, size - start, &line) || !line.sound)
        end->torn = journal_torn_name(arena, bytes + start, size - start);
    journal_line_clear(&line);
}

/* Looks through the journal from its end, a growing piece of the newest segment first, until
 * look() has what it wants. last: of the newest segment. */
static enum status from_end(const char *folder, struct arena *arena,
                            bool (*look)(void *context, const char *segment, bool last,
                                         const char *bytes, size_t size, bool whole),
                            void *context, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    bool found = false;
    enum status status = journal_segments(folder, arena, &names, &count, error);
    for (size_t i = count; i-- > 0 && status == STATUS_OK && !found;) {
        bool whole = false;
        for (size_t room = 4 * JOURNAL_LINE_MAX; status == STATUS_OK && !found && !whole;
             room *= 8) {
            char *bytes = NULL;
            size_t size = 0;
            status = read_tail(file_join(arena, folder, names[i]), room, arena, &bytes, &size,
                               &whole, error);
            if (status == STATUS_OK)
                found = look(context, names[i], i + 1 == count, bytes, size, whole);
        }
    }
    return status;
}

struct ending {
    struct arena *arena;
    struct end *end;
};

static bool look_for_end(void *context, const char *segment, bool last, const char *bytes,
                         size_t size, bool whole)
{
    const struct ending *ending = context;
    bool found = last_entry(bytes, size, ending->end);
    if (last)
        ending->end->segment = segment;
    if (last && (found || whole))
        note_torn(bytes, size, ending->arena, ending->end);
    return found;
}

static enum status find_end(const char *folder, struct arena *arena, struct end *end,
                            struct error *error)
{
    struct ending ending = {arena, end};
    *end = (struct end){.hash = JOURNAL_NO_HASH};
    return from_end(folder, arena, look_for_end, &ending, error);
}

/* ---------------------------------------------------------------- from the end back */

struct walk {
    bool (*visit)(void *context, const struct journal_record *record);
    void *context;
};

static bool walk_back(void *context, const char *segment, bool last, const char *bytes, size_t size,
                      bool whole)
{
    const struct walk *walk = context;
    bool enough = false;
    (void)segment;
    (void)last;
    (void)whole;
    while (size > 0 && !enough) {
        struct journal_line line;
        size_t end = size - (bytes[size - 1] == '\n'), start = end;
        while (start > 0 && bytes[start - 1] != '\n')
            start--;
        enough = journal_parse(bytes + start, end - start, &line) && line.sound &&
                 walk->visit(walk->context, &line.record);
        journal_line_clear(&line);
        size = start;
    }
    return enough;
}

enum status journal_back(const char *folder,
                         bool (*visit)(void *context, const struct journal_record *record),
                         void *context, struct error *error)
{
    struct arena *arena = arena_new();
    struct walk walk = {visit, context};
    enum status status = from_end(folder, arena, walk_back, &walk, error);
    arena_free(arena);
    return status;
}

enum status journal_end(const char *folder, int64_t *sequence, char head[HASH_HEX_SIZE],
                        struct error *error)
{
    struct arena *arena = arena_new();
    struct end end = {.hash = JOURNAL_NO_HASH};
    enum status status = STATUS_OK;
    int lock = journal_lock(folder, false, &status, error);
    if (status == STATUS_OK)
        status = find_end(folder, arena, &end, error);
    if (lock >= 0)
        close(lock);
    *sequence = end.sequence;
    memcpy(head, end.hash, sizeof end.hash);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- appending */

/* Cut so that a line never gets longer than one that is read. */
static void put_text(json_t *object, const char *key, const char *value)
{
    char cut[FIELD_BYTES];
    size_t size = value ? strlen(value) : 0;
    if (size >= sizeof cut) {
        size = sizeof cut - 1;
        while (((unsigned char)value[size] & 0xC0) == 0x80)
            size--; /* never inside a character */
    }
    memcpy(cut, value ? value : "", size);
    cut[size] = '\0';
    json_put_text(object, key, cut);
}

/* One more line behind end, which moves on to it. */
static void add_line(struct buffer *out, struct end *end, int64_t us,
                     const struct journal_entry *entry)
{
    char time[JOURNAL_TIME_SIZE];
    json_t *object = json_object();
    end->sequence++;
    end->time_us = us;
    time_text(us, time);
    json_object_set_new(object, "seq", json_integer(end->sequence));
    put_text(object, "time", time);
    put_text(object, "actor", journal_actor());
    put_text(object, "role", who.role);
    put_text(object, "action", entry->action);
    put_text(object, "object", entry->object);
    put_text(object, "purpose", who.purpose);
    put_text(object, "station", who.station);
    put_text(object, "result", entry->result ? entry->result : "ok");
    put_text(object, "detail", entry->detail);
    put_text(object, "previous", end->hash);
    char *text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
    size_t size = strlen(text) - 1; /* without } */
    hash_bytes(text, size, end->hash);
    buffer_add(out, text, size);
    buffer_printf(out, ",\"hash\":\"%s\"}\n", end->hash);
    free(text);
    json_decref(object);
}

static void add_all(struct buffer *out, struct end *end, const struct journal_entry *entry,
                    struct arena *arena)
{
    int64_t us = now_us();
    if (end->open)
        buffer_text(out, "\n");
    /* A fixed clock (SOHOA_NOW) stands still; moments are told apart all the same. */
    int64_t back = end->time_us - us;
    if (back >= 0 && back < 1000000)
        us = end->time_us + 1;
    else if (back > 0)
        add_line(out, end, us++,
                 &(struct journal_entry){
                     "clock", NULL, "back",
                     arena_printf(arena, "seconds=%lld", (long long)(back / 1000000))});
    if (end->torn)
        add_line(out, end, us++,
                 &(struct journal_entry){"recover", end->segment, "torn", end->torn});
    add_line(out, end, us, entry);
}

enum status journal_append(const char *folder, const struct journal_entry *entry,
                           struct error *error)
{
    struct arena *arena = arena_new();
    struct buffer out = {0};
    struct end end;
    char time[JOURNAL_TIME_SIZE];
    enum status status = STATUS_OK;
    int lock = -1;
    if (!file_is_folder(folder))
        status = file_mkdirs(folder, error);
    if (status == STATUS_OK)
        lock = journal_lock(folder, true, &status, error);
    if (status == STATUS_OK)
        status = find_end(folder, arena, &end, error);
    if (status != STATUS_OK)
        goto done;
    add_all(&out, &end, entry, arena);
    /* The month of this entry, unless the clock was set back: then the newest goes on. What belongs
     * behind a torn line stands in the same segment. */
    time_text(end.time_us, time);
    char *segment = arena_printf(arena, "%.7s.jsonl", time);
    if (end.segment && (end.open || strcmp(end.segment, segment) > 0))
        segment = arena_strdup(arena, end.segment);
    status = file_append(file_join(arena, folder, segment), out.data, out.size, error);
done:
    if (lock >= 0)
        close(lock);
    buffer_clear(&out);
    arena_free(arena);
    return status == STATUS_OK ? status
                               : error_add(error, status, _("The journal cannot be written"));
}

/* ---------------------------------------------------------------- searches */

static enum status make_key(const char *folder, const char *path, struct error *error)
{
    uint8_t bytes[KEY_SIZE];
    char hex[2 * KEY_SIZE + 1];
    enum status status = STATUS_OK;
    if (!file_is_folder(folder))
        status = file_mkdirs(folder, error);
    int lock = status == STATUS_OK ? journal_lock(folder, true, &status, error) : -1;
    if (status == STATUS_OK && !file_exists(path)) { /* another may have been quicker */
        hash_random(bytes, sizeof bytes);
        hash_hex(bytes, sizeof bytes, hex);
        mode_t before = umask(077);
        status = file_write(path, hex, sizeof hex - 1, error);
        umask(before);
    }
    if (lock >= 0)
        close(lock);
    return status;
}

enum status journal_query(const char *folder, const char *query, char hex[HASH_HEX_SIZE],
                          struct error *error)
{
    struct arena *arena = arena_new();
    const char *path = file_join(arena, folder, "query.key");
    char *key = NULL;
    size_t size = 0;
    enum status status = file_exists(path) ? STATUS_OK : make_key(folder, path, error);
    if (status == STATUS_OK)
        status = file_read(path, 1024, arena, &key, &size, error);
    if (status == STATUS_OK) {
        const char *folded = text_fold(arena, query);
        hash_keyed(key, size, folded, strlen(folded), hex);
    }
    arena_free(arena);
    return status;
}

/* What the writer and the reader of the journal share: the form of a line. */
#ifndef SOHOA_CORE_JOURNAL_PRIVATE_H
#define SOHOA_CORE_JOURNAL_PRIVATE_H

#include "core/journal.h"
#include "core/json.h"

enum { JOURNAL_LINE_MAX = 16384 };
#define JOURNAL_NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

/* One line without its line end, read. Texts are lent from json. */
struct journal_line {
    json_t *json;
    struct journal_record record;
    bool sound; /* the hash is that of the line */
};

/* False when the bytes are no line of ours; clear in any case. */
bool journal_parse(const char *bytes, size_t size, struct journal_line *out);
void journal_line_clear(struct journal_line *line);

/* The segments in order, in the arena; none when the folder is absent. */
enum status journal_segments(const char *folder, struct arena *arena, char ***names, size_t *count,
                             struct error *error);

/* How the entry "recover" names what a crash left: "bytes=17 sha256=..." */
char *journal_torn_name(struct arena *arena, const char *bytes, size_t size);

/* Takes journal/lock, exclusive or shared; -1 with status. close() gives it back. A shared lock of
 * a journal that cannot be written (read-only disk) is -1 with OK: nobody else writes it. */
int journal_lock(const char *folder, bool exclusive, enum status *status, struct error *error);

#endif

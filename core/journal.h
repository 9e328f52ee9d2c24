/*
 * The journal: who did what with which document, when and why. Append-only, hash-chained, in plain
 * files; there is no function that removes or changes an entry.
 *
 *   <warehouse>/journal/2026-11.jsonl     one segment a month (UTC), one entry a line:
 *   {"seq":7,"time":"2026-11-23T16:05:09.123456Z","actor":"lan","role":"tra cứu","action":"show",
 *    "object":"<document id>","purpose":"...","station":"pc-3","result":"ok","detail":"",
 *    "previous":"<hash of entry 6>","hash":"<SHA-256 of the line up to here: before ,\"hash\">"}
 *   <warehouse>/journal/lock              held while an entry is written
 *   <warehouse>/journal/anchors/          signed heads of the chain (archive/anchor.h)
 *   <warehouse>/journal/query.key         key of the searches' hashes
 *
 * (An entry is one line; it is broken here for reading.) The first entry's previous is 64 zeros; a
 * new segment goes on with the last hash of the one before. Every entry is on disk before
 * journal_append returns.
 *
 * Nothing of a citizen stands in it: documents are named by their ids, searches by a keyed hash.
 */
#ifndef SOHOA_CORE_JOURNAL_H
#define SOHOA_CORE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/status.h"

#define JOURNAL_FOLDER "journal"
#define JOURNAL_TIME_SIZE 28 /* "2026-11-23T16:05:09.123456Z" and the 0 */

/* Who acts in this process and its children: actor NULL or "": the login name. Numbers of nine
 * and more digits (a citizen's), also in groups of three and more, are blanked out. Until called:
 * the login name, no role, no purpose. */
void journal_as(const char *actor, const char *role, const char *purpose);
const char *journal_actor(void); /* lent until the next journal_as */
const char *journal_role(void);  /* likewise; "": none was said */

/* What a person typed, for a detail: one tidy line of at most so many characters, with such
 * numbers blanked out. */
const char *journal_harmless(struct arena *arena, const char *text, size_t most);

struct journal_entry {  /* NULL members are written as "" */
    const char *action; /* a word: "search", "show", "sign", "store" ... */
    const char *object; /* id of a document, batch, package; path of a setting; never a name */
    const char *result; /* NULL: "ok" */
    const char *detail; /* "count=3"; nothing of a citizen */
};

/* Appends one entry. Before it, when they are due, an entry "recover" (a crash left half a line: it
 * stays, closed by a line end, and is named with its size and SHA-256) and an entry "clock" (the
 * clock stands a second or more before the last entry; less is passed over, and times never
 * repeat). RETRY: the folder cannot be written. */
enum status journal_append(const char *folder, const struct journal_entry *entry,
                           struct error *error);

/* HMAC of a query's folded text under the warehouse's own key (made on first use): equal queries
 * are recognised, what was asked is not told. */
enum status journal_query(const char *folder, const char *query, char hex[HASH_HEX_SIZE],
                          struct error *error);

struct journal_record { /* lent during the call */
    int64_t sequence;
    const char *time, *actor, *role, *action, *object, *purpose, *station, *result, *detail;
    const char *previous, *hash;
    const char *segment; /* "2026-11.jsonl" */
    int64_t line;        /* in it, from 1 */
};

struct journal_summary {
    int64_t entries, segments;
    int64_t torn;             /* lines that a crash cut short, each named by the entry behind it */
    int64_t clock_backs;      /* times the clock was set back */
    int faults;               /* told to finding() */
    int64_t sequence;         /* of the last entry */
    char head[HASH_HEX_SIZE]; /* its hash; 64 zeros when there is none */
    char first_time[JOURNAL_TIME_SIZE]; /* "" when there is none */
    char last_time[JOURNAL_TIME_SIZE];
};

/* Reads the whole journal as it stands at the call (others may append meanwhile), in order, and
 * checks the chain. visit gets each entry that can be read, also one whose hash is wrong; finding()
 * each fault with its place ("2026-11.jsonl:17"): edited, removed, moved, foreign, out of time.
 * Either may be NULL. An end cut off does not show in the chain: the anchors and the row in the
 * database (core/journal_mark.h) tell it.
 * OK: the chain is whole. REJECT: faults. An absent folder is an empty journal. */
enum status journal_read(const char *folder,
                         enum status (*visit)(void *context, const struct journal_record *record,
                                              struct error *error),
                         void (*finding)(void *context, const char *place, const char *sentence),
                         void *context, struct journal_summary *summary, struct error *error);

/* The last entry, when nobody is in the middle of one; sequence 0: there is none. */
enum status journal_end(const char *folder, int64_t *sequence, char head[HASH_HEX_SIZE],
                        struct error *error);

/* From the last entry back, until visit says that it is enough. Entries whose hash is wrong are
 * passed over, and the chain is not checked; some are visited more than once. */
enum status journal_back(const char *folder,
                         bool (*visit)(void *context, const struct journal_record *record),
                         void *context, struct error *error);

#endif

/*
 * Anchors: heads of the journal's chain, signed. Whoever cuts off the end of the journal or writes
 * it anew from some entry on cannot make the anchor fit; copies of anchors on another medium hold
 * even against whoever has the key.
 *
 *   <journal>/anchors/000000000123.json   sequence, head, time, hash of the anchor before
 *   <journal>/anchors/000000000123.p7s    detached CMS over that file, by the agency's key
 *   <journal>/anchors/000000000123.tst    RFC 3161 token over the .p7s; absent: waits for one
 *
 * Every anchor is an entry of the journal itself ("anchor", sha256 of the .json), and so is every
 * token ("anchor_stamped", sha256 of the .tst), so that one that was taken away is missed.
 */
#ifndef SOHOA_ARCHIVE_ANCHOR_H
#define SOHOA_ARCHIVE_ANCHOR_H

#include "archive/archive.h"
#include "core/journal_mark.h"

#define ANCHOR_FOLDER "anchors"
#define ANCHOR_SIGNERS_MAX 16
#define ANCHOR_MADE "anchor" /* actions of the journal */
#define ANCHOR_STAMPED "anchor_stamped"

struct anchor_report {
    int anchors, stamped;  /* beside the journal; of them with a time-stamp that holds */
    int waiting;           /* for a time-stamp */
    int64_t covered;       /* last sequence that an anchor holds; 0 none */
    int64_t stamped_until; /* last that one with a time-stamp holds */
    /* the earliest time of an entry that no anchor (with a time-stamp) covers; "" none. Those of
     * anchors themselves do not count */
    char unsigned_since[JOURNAL_TIME_SIZE], unstamped_since[JOURNAL_TIME_SIZE];
    char last_time[26]; /* of the newest anchor; "" none */
    int64_t behind;     /* entries after it */
    int64_t marked;     /* last sequence that the database has; 0: it was not compared */
    struct journal_summary journal;
    /* who signed them; agency: it is known that these are the agency's certificates */
    struct anchor_signer {
        char name[256], organization[256];
        int anchors; /* copies apart, unless there is nothing but copies */
        bool agency;
    } signers[ANCHOR_SIGNERS_MAX];
    size_t signer_count;
    bool agency_known; /* there was something to hold the signers against */
};

/* Signs the head as it stands and records that; asks for a time-stamp when authorities are set, for
 * anchors that still wait too. path: of the .json, in the arena; NULL when nothing was appended
 * since the last anchor. Having no time-stamp is no fault: the anchor waits. REJECT: the journal is
 * not whole; a broken chain is not signed. */
enum status anchor_make(const struct archive_settings *settings, const struct signer *signer,
                        const char *journal, struct arena *arena, const char **path,
                        struct error *error);

/* When the time-stamp of the newest anchor, which stands for all before it, cannot be proven any
 * more; "": it has none. False: there is no anchor. */
bool anchor_until(const char *journal, char until[26]);

/* Copies what is not there yet of every anchor to another medium; never overwrites. A copy that
 * differs is told (REJECT). copied: files. */
enum status anchor_export(const char *journal, const char *to, int *copied, struct error *error);

/* What journal and anchors are held against beside each other; all may be NULL. */
struct anchor_witness {
    const char *copies;              /* a folder of exported anchors */
    const char *trust;               /* PEM of roots; NULL: chains are not judged */
    const struct journal_mark *mark; /* the end as the database has it, read before the call */
    /* by which the agency's certificates are known: those of the settings, and of the signatures in
     * the agency's field of the documents in the store */
    const struct archive_settings *settings;
    const char *store;
};

/* Is there an anchor in this folder of copies? REJECT, with the sentence: no folder, or none in it.
 */
enum status anchor_copies(const char *folder, struct error *error);

/* Reads journal and anchors and holds them against each other. finding() gets place and sentence of
 * every fault. OK: all holds. REJECT: faults. */
enum status anchor_check(const char *journal, const struct anchor_witness *witness,
                         struct anchor_report *report,
                         void (*finding)(void *context, const char *place, const char *sentence),
                         void *context, struct error *error);

/* Reads nothing but the newest anchor's file: its time and sequence, for status. False: none. */
bool anchor_last(const char *journal, char time[26], int64_t *sequence);

/* anchor_look.c: how the anchors stand, by their names and the journal's end alone, for status.
 * Whether they hold is anchor_check's to say. */
struct anchor_state {
    int anchors, waiting;
    int64_t covered, stamped_until;
    char time[26];                 /* of the newest */
    char since[JOURNAL_TIME_SIZE]; /* earliest that is not covered: stamped, when asked for */
};
enum status anchor_look(const char *journal, bool stamped, struct anchor_state *state,
                        struct error *error);
/* since becomes time when that is earlier, or there was none: an entry made while the clock was
 * ahead does not hide those that wait beside it. */
void anchor_earlier(char since[JOURNAL_TIME_SIZE], const char *time);
/* Is an entry of that time older than so many days? 0: never. */
bool anchor_overdue(const char *since, int days);

#endif

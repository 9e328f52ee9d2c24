/*
 * Hand-overs to another archive: what went out, and the receipt for it (biên bản giao nhận).
 *
 *   the giver     sohoa export --receiver    handovers/<transfer>/handed.json   = export.json
 *   the receiver  sohoa import               handovers/<transfer>/receipt.json  (.p7s, .txt)
 *   the giver     sohoa export --receipt     handovers/<transfer>/receipt.json  as it came back
 *
 * The receipt names every package that was handed over with what came of it, counted and by the
 * SHA-256 of its manifest, and is signed with the receiver's agency key. docs/formats.md has its
 * members.
 */
#ifndef SOHOA_ARCHIVE_HANDOVER_H
#define SOHOA_ARCHIVE_HANDOVER_H

#include <stdbool.h>

#include "archive/archive.h"
#include "core/arena.h"
#include "core/json.h"
#include "core/status.h"

#define HANDOVER_HANDED "handed.json"
#define HANDOVER_RECEIPT "receipt.json"

/* 32 hex digits. */
bool handover_is_transfer(const char *name);

/* The giver: gives summary (of an export) its "transfer" and keeps it below folder. The same
 * packages to the same receiver are the same transfer, and the list that is kept stays as it is. A
 * "supersedes" in summary is the transfer whose place it takes. The list also says how far the
 * journal has come ("journal": sequence and hash of its last entry): the receipt is signed over the
 * hash of the list, so the receiver is a witness of all that was entered before. */
enum status handover_give(const char *folder, const char *journal, json_t *summary,
                          struct error *error);

/* Who receives. */
struct handover_receiver {
    const char *folder; /* handovers/ of the warehouse */
    const char *agency, *actor;
    const struct archive_settings *settings; /* the key; "" there: the receipt is not signed */
};
/* One package that was offered: of an import, in any order. */
struct handover_taken {
    const char *id;
    int version;
    const char *package_sha256; /* of the manifest that came */
};
/* What a receipt says. */
struct handover_sum {
    const char *transfer, *path; /* of the receipt that is kept */
    int handed, taken, not_taken;
    bool complete, is_signed;
    bool refused;       /* what was offered is no list to be receipted, whatever the key */
    const char *signer; /* of a receipt that came back: of the certificate; "" not signed */
};

/* The receiver: writes the receipt for handed (the export.json that came) and its record in words.
 * out->path: NULL when handed was no hand-over. REJECT: the list is none that a giver writes (its
 * transfer is not that of its receiver and packages, a package stands twice), or another list of
 * the same transfer has its receipt. RETRY: the disk, the key. */
enum status handover_receive(const struct handover_receiver *receiver, const char *handed,
                             const struct handover_taken *taken, size_t count, struct arena *arena,
                             struct handover_sum *out, struct error *error);

/* The first package that a list names twice, "ID vN" in the arena; NULL: none. */
const char *handover_twice(const json_t *packages, struct arena *arena);

/* handover_receipt.c, the giver again: holds a receipt against what was handed over and keeps it.
 * finding() gets what was not taken; such a receipt is kept too, when it is genuine. REJECT: not of
 * a hand-over of ours, not the receiver's words (another list, other lines or counts than of that
 * list, a broken signature, a signer whom trust does not know, who was revoked, or who is not there
 * to sign documents; our own key), or less than the one that is kept: fewer packages, no signature.
 */
enum status handover_accept(const char *folder, const char *receipt,
                            const struct archive_settings *settings, struct arena *arena,
                            void (*finding)(void *context, const char *sentence), void *context,
                            struct handover_sum *out, struct error *error);

/* handover_list.c: what an export folder (its list: summary, of before) was handed over as, when
 * that is open yet; "" none. REJECT: the list cannot give way to another to this receiver with
 * these ids, because its receipt has come, it names others, or it goes to somebody else. */
enum status handover_open(const char *folder, const char *summary, const char *receiver,
                          const char *const *ids, size_t count, struct arena *arena,
                          const char **transfer, struct error *error);
/* All that was handed over from here, the oldest first: transfer, receiver, at, packages, what came
 * back, and by which later one it was superseded. */
enum status handover_list(const char *folder, struct arena *arena, json_t **out,
                          struct error *error);

/* handover_kept.c: the hashes of all that is kept of one, for the detail of its entry `handover` in
 * the journal: " handed=<SHA-256>", offered, receipt, signature, record; in the arena. */
enum status handover_hashes(const char *folder, const char *transfer, struct arena *arena,
                            const char **out, struct error *error);
/* Each file that the last such entry names is there, and is the same; a receipt is for the list
 * that is kept; and the journal has the entry that was its last when a list was written. finding()
 * gets what is not so. What was kept before entries had hashes, and lists before they named the
 * journal, are passed over. REJECT: there were findings. */
enum status handover_check(const char *folder, const char *journal,
                           void (*finding)(void *context, const char *place, const char *sentence),
                           void *context, struct error *error);

#endif

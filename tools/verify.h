/* What the files of sohoa verify share. */
#ifndef SOHOA_TOOLS_VERIFY_H
#define SOHOA_TOOLS_VERIFY_H

#include <limits.h>

#include "archive/evidence.h"
#include "pipeline/audit.h"
#include "tools/command.h"
#include "tools/signers.h"

struct verify_view {
    struct cli *cli;
    json_t *faults, *verdicts;
    int count;      /* of what is not whole */
    int not_judged; /* signed, and no roots say whether the signer is trusted */
    int untrusted;  /* of signatures whose signer is not trusted: another matter */
    int over;       /* of those: of a trusted root, and a certificate is over */
    struct archive_trust trust;
    struct audit *audit;        /* of this warehouse; opened when first needed */
    struct db *db;              /* NULL: there is none */
    const char *passphrase;     /* of ZIPs; NULL: none */
    const char *zip, *unpacked; /* the ZIP that is looked at, and where; NULL: none */
    const char *record_sha256;  /* of the list: the evidence record that went with the package */
    int records, records_over;  /* evidence records that hold; that are not trusted or over */
    int records_unproven;       /* that hold and bring no proof of an authority */
    int bound, unbound;         /* packages whose hash the journal names, and those it does not */
};

/* Does path lie in (or is it) the store of the open warehouse? whole: its real path. */
bool verify_in_store(const struct cli *cli, const char *path, char whole[PATH_MAX]);
/* The document that a path in the store belongs to, for the journal; NULL: none. */
const char *verify_object(const struct cli *cli, const char *path);
/* A path as it is told: of what was unpacked, its ZIP. */
const char *verify_shown(const struct verify_view *view, const char *path);
void verify_fault(struct verify_view *view, const char *path, const char *sentence);
enum status verify_package(struct verify_view *view, const char *path);

void verify_store_fault(void *context, const char *path, const char *sentence); /* the same */
/* Of the faults that were told so many are of trust alone, of these so many of a certificate that
 * is over. */
void verify_set_apart(struct verify_view *view, int trust_faults, int over_faults);

/* ---- verify_recorded.c */
/* Journal and catalogue of the warehouse, read once for all paths. */
enum status verify_open_audit(struct verify_view *view);
/* One package by them; context is the view. */
enum status verify_audit(void *context, const char *path, struct error *error);
/* What is not trusted of it besides its PDF: its evidence record, the signatures it came in with.
 */
void verify_trust(struct verify_view *view, const char *path, const struct audit_package *package);
/* All of a store. A package that was taken away as a whole leaves no trace in the store; the
 * catalogue knows it. A folder without packages is no store, unless it is that of a warehouse that
 * has stored nothing. */
enum status verify_recorded(struct verify_view *view, const char *path, int packages,
                            bool *compared);

/* ---- verify_place.c */
bool verify_is_package(const struct cli *cli, const char *path);
/* The highest version that the folder of one document holds; 0: it is none, or something else is in
 * it. The first ones may be with who gave it (kept_from of document.json). */
int verify_versions_in(struct cli *cli, const char *path);
/* REJECT: it cannot be judged, which is no verdict: not there, a part of a store, locked. */
enum status verify_refuse(const struct verify_view *view, const char *path);

/* ---- verify_export.c */
bool verify_is_zip(const char *path);                     /* by how it begins */
bool verify_is_export(struct cli *cli, const char *path); /* a folder with the list of an export */
enum status verify_zip(struct verify_view *view, const char *path);
/* Each package on the list, that it is the one that is listed, and that there is no other. */
enum status verify_export(struct verify_view *view, const char *path);
/* REJECT: there is a passphrase missing for it, which is no verdict. */
enum status verify_refuse_locked(const struct verify_view *view, const char *path);

/* ---- verify_record.c */
/* The evidence record beside a package that lies outside of this warehouse's store. False: there is
 * none, and none is listed. */
bool verify_record(struct verify_view *view, const char *path, struct evidence_verdict *evidence);
void verify_print_record(const struct verify_view *view, const struct evidence_verdict *evidence);
json_t *verify_record_json(const struct evidence_verdict *evidence);

/* ---- verify_print.c */
/* faults: of whatever kind; compared: with the catalogue; signers: NULL, or a table of them. */
json_t *verify_store_json(const char *path, const struct store_verdict *verdict, int faults,
                          bool compared, const struct signers *signers);
void verify_print_store(struct verify_view *view, const char *path,
                        const struct store_verdict *verdict, int faults, bool compared,
                        const struct signers *signers);

#endif

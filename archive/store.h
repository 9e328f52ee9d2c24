/*
 * The store: packages put once, never overwritten.
 *
 *   store/<year>/<document id>/v<version>/      a valid BagIt bag (RFC 8493), core/package.h
 *
 * year is that of the batch (when it was digitised), known for ever; the year of issue may be
 * corrected. No name holds anything about a citizen.
 */
#ifndef SOHOA_ARCHIVE_STORE_H
#define SOHOA_ARCHIVE_STORE_H

#include <stdint.h>

#include "archive/archive.h"
#include "core/document.h"
#include "core/event.h"
#include "core/status.h"

/* One file to go in: from is copied to data/<to> (to as core/package.h has it). When from lies in
 * the store, in an earlier version, both versions share its bytes by a hard link where the file
 * system has them; it must be what that version's manifest says. */
struct store_item {
    const char *from, *to;
};

/* Builds the bag beside its place, with what describes it (METS.xml, EAD.xml, PREMIS.xml and the
 * representations' METS.xml, by config/package.tsv in the folder config and from the events among
 * the items), verifies the copy against the sources' hashes, renames it into place. A version that
 * is there already with the same manifest: OK and path (the step was done before); with another
 * one: REJECT, as is a file of an earlier version that was damaged. RETRY: another process is
 * storing the same version, the disk. FATAL: an id, batch or name of a file that cannot stand in
 * the store. path: in the arena, folder of the bag. */
enum status store_package(const char *store, const char *config, const struct document *document,
                          const struct store_item *items, size_t item_count, struct arena *arena,
                          const char **path, struct error *error);
/* The next version of a stored package (its newest): items replace or add to what is in it, the
 * rest is shared with it, events are added, the description is made anew. corrected: what people
 * have changed in document.json; NULL: nothing. reason: why there is a new version. A repetition
 * with another time is another content: look at store_find's version first. */
enum status store_revise(const char *store, const char *config, const char *package,
                         const struct document *corrected, const char *reason,
                         const struct store_item *items, size_t item_count,
                         const struct event *events, size_t event_count, struct arena *arena,
                         const char **path, struct error *error);

/* document.json of a stored package, numbered on as that of the version that will take its place.
 */
enum status store_next(const char *package, const char *reason, struct arena *arena,
                       struct document *out, struct error *error);
/* Of a package's path the last three parts, by which journal and catalogue name it:
 * "<year>/<id>/v<version>". Lent. */
const char *store_place(const char *package);
/* Of a name like "v12"; 0: it is none. */
int store_version(const char *name);
/* Path of the package's tagmanifest-sha256.txt, whose SHA-256 stands for every byte of it. */
char *store_tagmanifest(const char *package, struct arena *arena);

/* Do the package's own events say that it was signed here? */
bool store_was_signed(const char *package);

/* A kept document's folder: newest version, or the one asked for (0: newest). */
enum status store_find(const char *store, const char *id, int version, struct arena *arena,
                       const char **path, struct error *error);
/* Every package folder in the store in path order. */
enum status store_each(const char *store,
                       enum status (*visit)(void *context, const char *path, struct error *error),
                       void *context, struct error *error);

/* What "alike" says of an encoded page: in each square of so many px the means differ by so many
 * levels of 255 at most. */
#define STORE_ALIKE_SQUARE 16
#define STORE_ALIKE_LEVELS 8

/* The PDFs of a package, ours and those of others, as its manifest names them. Arena. */
struct store_pdf {
    const char *path, *sha256;
};
enum status store_pdfs(const char *package, struct arena *arena, struct store_pdf **out,
                       size_t *count, struct error *error);

struct store_verdict {
    int packages, files;
    int64_t bytes;
    int faults;       /* sentences told to finding() */
    int trust_faults; /* of those: that say only that a signer is not trusted */
    int over_faults;  /* of those: as in archive_verdict */
    int signed_documents, unsigned_documents;
    int untrusted, not_judged; /* of the signed; not judged: no trust was given */
    int over;                  /* of the untrusted: as in archive_verdict */
    int old_algorithms;        /* of the signed: their algorithms cannot be judged any more */
    int pages, traced_pages;   /* traced: from the scan's hash to the image in the PDF */
    int same_pages;            /* of those: bytes or pixels are the master's */
    int layered_pages;         /* of those: in layers that the guard let pass */
    int encoded_pages;         /* of those: encoded again to the same bytes */
    int alike_pages;           /* of those: encoded to other bytes, alike when decoded */
    int superseded;            /* packages of which the next version is there */
    int superseded_untrusted;  /* of those: signed by an untrusted signer, whole in all else; no
                                  fault, and not in untrusted */
    int partly_elsewhere;      /* documents whose earlier versions stay with who gave them */
    int bound_pdfs;            /* that name the hash of the masters they were made of */
    int unbound_pdfs;          /* that do not: of before, or made by others */
    int said_pdfs;             /* that name the hash of what document.json says of the paper */
    int unsaid_pdfs;           /* that do not: of before, or made by others */
    int copies;                /* packages that are copies for use (DIP): without masters */
    int elsewhere_pages;       /* of those: show the images that packing.json tells of */
    int damaged_pages;         /* whose master is not what the manifest says */
    int bag_faults, description_faults, trace_faults, bound_faults, said_faults; /* of the faults */
    /* of the last package: its PDF, of several volumes the worst; how many there are; its name */
    struct archive_verdict pdf;
    int volumes;
    char pdf_name[40];
};

/* Recomputes everything of one package, or of all of a store: bag structure, both manifests, no
 * file missing or extra, METS.xml, PREMIS.xml and EAD.xml naming just these files (described.h),
 * document.json valid, page count, archive_judge of the PDF (of each of its
 * volumes), each page's image from the scan to the PDF (trace.h), what document.json says of the
 * paper (said.h). Of a whole store, whether signers
 * are trusted is asked of each document's newest version: an old one keeps the signature that it
 * has. A copy for use (DIP) has no masters, which is no fault but in the place of a kept package.
 * finding() gets path and sentence of each fault; progress may be NULL. OK: all whole. REJECT:
 * something is not. */
enum status store_verify(const char *path, const struct archive_trust *trust,
                         struct store_verdict *verdict,
                         void (*finding)(void *context, const char *path, const char *sentence),
                         void (*progress)(void *context, int done, int total), void *context,
                         struct error *error);

/* trust as it stands for one file of a package (part: as core/package.h has it): proven is set when
 * an evidence record shows that these bytes were there. It may be the record of this version or of
 * an earlier one that has the file, too: with the same SHA-256 in its manifest, and that in its
 * tagmanifest-sha256.txt. Only a record counts that is intact, trusted, and not over today; of
 * several the one that proves the earliest time. Of received.pdf the time-stamp of our own PDF is
 * such a proof, too, when that names its hash in what was signed (sohoa:receivedDigest). A record
 * is looked for in trust->evidence, and beside the package as it travels ("<package>.er"). Without
 * roots none is judged. Strings in the arena. */
struct archive_trust store_trust(const char *package, const char *part,
                                 const struct archive_trust *trust, struct arena *arena);
/* The same, but of several the one that ends last: what was judged as of the earliest moment may
 * yet be proven longer by another. */
struct archive_trust store_trust_lasting(const char *package, const char *part,
                                         const struct archive_trust *trust, struct arena *arena);

/* Were the signatures of received.pdf trusted, by these roots, when it came in? */
bool store_received_trusted(const char *package, const struct archive_trust *trust,
                            struct arena *arena);

/* The signatures of a package's PDF, of each volume, as archive_signatures has them. file: its
 * name. Faults are not told here. */
typedef void store_signatures_visit(void *context, const char *file,
                                    const struct archive_verdict *verdict,
                                    const struct archive_signature *list);
void store_signatures(const char *package, const struct archive_trust *trust,
                      store_signatures_visit *visit, void *context);

#endif

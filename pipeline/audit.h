/*
 * What the warehouse itself says of a package: its journal and its catalogue. The package's own
 * bytes are store_verify's; together they are the way from the scan to the search hit.
 */
#ifndef SOHOA_PIPELINE_AUDIT_H
#define SOHOA_PIPELINE_AUDIT_H

#include "archive/anchor.h"
#include "archive/evidence.h"
#include "pipeline/pipeline.h"

struct audit;

typedef void audit_finding(void *context, const char *path, const char *sentence);

/* Reads the journal and its anchors once; what is wrong with them goes to finding(). db: open, may
 * be for looking only; NULL: the catalogue is not looked at. */
enum status audit_open(const struct warehouse *warehouse, struct db *db, audit_finding *finding,
                       void *context, struct audit **out, struct error *error);
void audit_close(struct audit *audit); /* NULL is fine */
const struct anchor_report *audit_journal(const struct audit *audit);
int audit_journal_faults(const struct audit *audit); /* told: of its chain and its anchors */

/* Does the journal name the hash of this version's tagmanifest-sha256.txt? */
enum audit_bond {
    AUDIT_UNBOUND, /* no: it is from before entries had one */
    AUDIT_BOUND,   /* yes, and it is that of the package */
    AUDIT_BROKEN   /* yes, and it is another one; or it names other versions and not this one */
};

/* What the journal says of the evidence record of a version, and the record of the package. */
enum audit_record {
    AUDIT_RECORD_NONE,    /* there is none, and none is named */
    AUDIT_RECORD_NAMED,   /* intact, and the one that the journal named last, or goes on from it */
    AUDIT_RECORD_UNNAMED, /* intact; none is named: it is from before entries had one */
    AUDIT_RECORD_GONE,    /* one is named, and there is none */
    AUDIT_RECORD_OTHER,   /* intact, and not the one that is named */
    AUDIT_RECORD_DAMAGED  /* not intact, or about something else than this package */
};

/* What the ledger says of the newest package of a document. */
enum audit_ledger {
    AUDIT_LEDGER_OPEN,    /* less is told than the package has, or a new version is on its way: a
                             step or a run sees to it, and nothing is proven */
    AUDIT_LEDGER_AGREES,  /* what is told for done is what the package has */
    AUDIT_LEDGER_DIFFERS, /* the rows say what cannot be */
};

struct audit_package {
    int64_t entries;      /* of the journal that name the document */
    bool stored;          /* one of them says that it was stored */
    enum audit_bond bond; /* the first entry about this version decides */
    enum audit_record record;
    struct evidence_verdict evidence; /* of its record; all 0 when there is none */
    struct error distrust;            /* why the record proves nothing today; "" else */
    bool compared;                    /* with a catalogue */
    bool in_catalogue;        /* there is a row of this version; false also for an older version */
    bool agrees;              /* and it says what document.json says, and so do the words by which
                                 a search finds it */
    bool words;               /* the words were compared: the full text is this program's */
    const char *differs;      /* when not: what differs first, "catalog_text"; lent by the audit */
    enum audit_ledger ledger; /* what it says of it; OPEN also of an older version */
    const char *ledger_why;   /* of what does not agree; NULL: not looked at; lent by the audit */
    bool newest;              /* no later version lies beside it */
    bool newer_in_catalogue;  /* there is a row of a later version */
};

/* Judges the file record, wherever it lies, as the evidence record of the package at path. why:
 * what is wrong, or why its authorities are not trusted (verdict->trusted), "" else. */
enum audit_record audit_record(const struct audit *audit, const char *path, const char *record,
                               struct evidence_verdict *verdict, struct error *why);
bool audit_record_is_whole(enum audit_record is); /* none, named or unnamed */

/* One package in the warehouse's store, or (a copy of one) elsewhere. Faults go to finding():
 * nobody stored it, it is not the package that the journal names or lies elsewhere, it was signed
 * and its PDF has no signature, its evidence record is not whole, the row or the full text says
 * something else than document.json, the ledger says more of its proofs than it has. Whether the
 * record is trusted and not over is told in *out alone. */
enum status audit_package(struct audit *audit, const char *path, struct audit_package *out,
                          struct error *error);
/* Tells each package that the journal says was stored, that is not there, and that the catalogue
 * does not know either (what the catalogue knows pipeline_check tells). */
enum status audit_missing(struct audit *audit, struct error *error);
/* After every package of the store was judged: does the full text hold words that none has? Told.
 */
enum status audit_more_words(struct audit *audit, struct error *error);
/* Were words compared at all (audit_package.words)? True also when no package was judged yet. */
bool audit_has_words(const struct audit *audit);
/* Does the journal say that this document was stored? path: of one of its packages. */
bool audit_knows(const struct audit *audit, const char *path);
/* Where the journal says that this version was stored, "<year>/<id>/v<version>"; NULL: it does not.
 */
const char *audit_place(const struct audit *audit, const char *path);
/* Number of the first entry that names the hash of the package at path; 0: none does. */
int64_t audit_entry(const struct audit *audit, const char *path);
/* Every package whose hash the journal names: "<year>/<id>/v<version>", by document and version. */
enum status audit_each_stored(const struct audit *audit,
                              enum status (*visit)(void *context, const char *place,
                                                   struct error *error),
                              void *context, struct error *error);
/* Is the package at path the one that the journal names as "<year>/<id>/v<version>"? */
enum audit_bond audit_bond(const struct audit *audit, const char *path);

#endif

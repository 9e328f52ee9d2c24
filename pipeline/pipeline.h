/*
 * pipeline: runs the stages in order and remembers how far each page and document has come.
 *
 * A warehouse is one folder:
 *   sohoa.conf roadmap.conf profiles/ keys/   its configuration
 *   spool/<batch>/...                          work in progress
 *   store/...                                  packages
 *   sohoa.db                                   ledger and catalogue
 *   records/                                   what people counted and decided (core/record.h)
 *   journal/                                   who did what with which document (core/journal.h)
 *   log/sohoa.log
 */
#ifndef SOHOA_PIPELINE_PIPELINE_H
#define SOHOA_PIPELINE_PIPELINE_H

#include "archive/archive.h"
#include "core/db.h"
#include "core/page.h"
#include "index/index.h"
#include "ingest/ingest.h"
#include "ocr/ocr.h"

enum review_policy { REVIEW_DOUBTFUL, REVIEW_ALL, REVIEW_NONE };

struct pipeline_settings {
    int jobs;          /* worker processes */
    int lease_s;       /* a step that takes longer is given to another */
    int tries;         /* before a page or document is held */
    double retry_s;    /* wait after the first failure; doubled after each further one */
    int retire_pages;  /* a worker starts afresh after so many steps */
    int space_low_mib; /* less free space than this is warned of */
    int review;        /* enum review_policy */
    bool keep_spool;   /* keep a batch's files after all of it is in the store */
};
extern const struct setting_row pipeline_setting_rows[];

/* Who acts when the command line does not say, and what must be said. */
struct journal_settings {
    const char *actor; /* "": the login name */
    const char *role;
    bool require_purpose; /* searching and showing ask for --purpose */
    int anchor_days;      /* that an entry may wait for an anchor; 0: any */
};
extern const struct setting_row journal_setting_rows[];

/* When packages must have been looked at again (pipeline/fixity.h). */
struct fixity_settings {
    int run_days;    /* a check must have ended within so many days */
    int within_days; /* and every package been looked at within so many */
};
extern const struct setting_row fixity_setting_rows[];

/* Reports of the accounts: when a period ends, and what stands in their head. */
struct report_settings {
    int month_day, quarter_day, year_day; /* of its last month; 0: the month's last */
    const char *parent, *number, *place, *signer;
};
extern const struct setting_row report_setting_rows[];
/* Papers used again (index/reuse.h). */
struct reuse_settings {
    const char *code; /* template of digitised-result codes */
    int fee_copy;     /* đồng that one certified copy would have cost the citizen */
};
extern const struct setting_row reuse_setting_rows[];

/* Everything that is configured, and the folders. */
struct warehouse {
    const char *root, *spool, *store, *journal,
        *config; /* config: folder of roadmap.conf and the catalogues */
    struct ingest_settings ingest;
    struct ocr_settings ocr;
    struct archive_settings archive;
    struct pipeline_settings pipeline;
    struct journal_settings journaling;
    struct fixity_settings fixity;
    struct report_settings report;
    struct reuse_settings reuse;
    struct roadmap roadmap;
    struct settings *settings;
    struct arena *arena; /* lives as long as the warehouse */
};

/* Reads the configuration of the warehouse at root; assignments are --set texts, NULL-terminated.
 * FATAL when root is none. root NULL: no warehouse, only the default settings, the environment and
 * the assignments; then root, spool and store are NULL and config is the share folder's. */
enum status warehouse_open(const char *root, const char *const *assignments, struct warehouse *out,
                           struct error *error);
void warehouse_close(struct warehouse *warehouse);
/* Makes the folders, the default configuration, the test keys (unless one is configured) and the
 * database. An existing warehouse is left as it is. */
enum status warehouse_create(const char *root, const char *agency, bool test_keys,
                             struct error *error);
/* FATAL when spool or store is not there: nothing is begun in half a warehouse. */
enum status warehouse_check(const struct warehouse *warehouse, struct error *error);
/* Opens the database with ledger and catalogue tables, after warehouse_check. */
enum status warehouse_db(const struct warehouse *warehouse, struct db **out, struct error *error);

/* One entry of the journal; nothing outside a warehouse. detail may be NULL. */
enum status pipeline_record(const struct warehouse *warehouse, const char *action,
                            const char *object, const char *detail, struct error *error);
/* The same of a package that has come into the store: its id is the object, and the detail ends
 * with its place and the SHA-256 of its tagmanifest-sha256.txt, which stands for every byte of it,
 * and of its evidence record, when it has one that is intact:
 * "place=<year>/<id>/v<version> tagmanifest=<64 hex digits> record=<64 hex digits>". */
enum status pipeline_record_package(const struct warehouse *warehouse, const char *action,
                                    const char *package, const char *detail, struct error *error);

/* backup_cut.c: between the two no backup makes its cut. For what puts a package, its rows and its
 * entry in their places with no row before that says that it is about to. */
int pipeline_hold_cut(const struct warehouse *warehouse);
void pipeline_let_cut(int hold);

/* Lets every document that waits for time-stamps or evidence be tried by the next run without
 * waiting for its turn: those of before an authority was set, those that are held, and sealed ones
 * whose level is below the settings' too. REJECT: no authority is set. */
enum status pipeline_prove_all(const struct warehouse *warehouse, struct db *db,
                               struct error *error);

/* enter.c: a package that has come into the store: its catalogue row, its document as indexed, and
 * its proofs as far as they are. May be repeated. REJECT: it cannot be read. */
enum status pipeline_enter(const struct warehouse *warehouse, struct db *db, struct index *index,
                           const char *package, struct error *error);

/* How far the proofs of all documents have come: in each state, held ones apart. */
struct pipeline_proofs {
    int64_t waiting, timestamped, evidenced, aging, sealed, held;
    int64_t left;            /* that still wait for something */
    const char *since, *why; /* of the one of them that waits longest; "": none, not tried yet */
};
enum status pipeline_proofs(struct db *db, struct arena *arena, struct pipeline_proofs *out,
                            struct error *error);
/* Each document that is not sealed, held ones first, then the one that waits longest. */
struct pipeline_proof {
    const char *id, *state, *why, *since;
    bool held;
};
enum status pipeline_proofs_left(struct db *db, struct arena *arena, struct pipeline_proof **items,
                                 size_t *count, struct error *error);

/* ---- horizon.c */

char *pipeline_evidence_folder(const struct warehouse *warehouse, struct arena *arena);
/* Where the evidence record of a package stands, when it has one. */
char *pipeline_evidence(const struct warehouse *warehouse, const char *id, int version,
                        struct arena *arena);

/* Now and so many months on, as ISO time. */
void pipeline_month(int months, char iso[26]);

/* A document's newest package and how long it can be proven. A record proves what it says of since
 * when; so it lengthens the proof of a signature only when that was still proven then, and only as
 * long as it is trusted itself (without trusted roots: not at all). */
struct pipeline_provable {
    const char *path, *id, *batch;
    int version;
    bool newest;           /* pipeline_horizon visits no others */
    char until[26];        /* of the package, by whichever of its proofs lasts longest; "": none */
    char pdf_until[26];    /* by its PDF alone; "": it is not signed */
    char record_until[26]; /* by its own evidence record; "": there is none that is trusted */
    char received_until[26]; /* of the signatures that it came in with, as until; "": it has none
                                that is trusted or was when it came */
    int unproven;            /* time-stamps of its record that bring no proof that their
                                authority was not revoked */
    bool last_unproven;      /* the newest is one of them */
    const char *object, *record; /* for evidence_make */
    const char *fault; /* why it cannot be judged, a sentence; NULL: it can. batch is NULL when
                          document.json cannot be read */
};
/* One that cannot be judged is visited, too. What is recorded and not in the store is
 * pipeline_missing's. */
enum status pipeline_horizon(const struct warehouse *warehouse,
                             enum status (*visit)(void *context,
                                                  const struct pipeline_provable *one,
                                                  struct error *error),
                             void *context, struct error *error);
/* Older versions that have an evidence record, too. */
enum status pipeline_each_proven(const struct warehouse *warehouse,
                                 enum status (*visit)(void *context,
                                                      const struct pipeline_provable *one,
                                                      struct error *error),
                                 void *context, struct error *error);
/* Are its signatures trusted today without any evidence record? */
bool pipeline_stands_alone(const struct warehouse *warehouse, const char *package);

/* ---- renew.c */

struct pipeline_renewal {
    int64_t marked;    /* of an earlier call, too */
    int64_t no_gain;   /* left as they are: a time-stamp of now would not end later than theirs */
    int64_t by_record; /* left as they are: nothing but an evidence record proves them, or can */
    char gain[26];     /* when a time-stamp of now would end; "": nobody could be asked */
};
/* Marks every document whose PDF is provable only to before limit (ISO) for a new time-stamp, which
 * the next run gets for it, when it can gain by that: one time-stamp is asked for beforehand, and
 * when none is given all are marked. What was renewed is not marked again: stopped, it goes on. */
enum status pipeline_renew(const struct warehouse *warehouse, struct db *db, const char *limit,
                           struct pipeline_renewal *out, struct error *error);
/* Does an evidence record alone prove, until before limit, a PDF without a signature of its own, or
 * what the document came in as? */
bool pipeline_rests_on_record(const struct pipeline_provable *one, const char *limit);
/* How many are marked still. */
enum status pipeline_renewing(struct db *db, int64_t *documents, struct error *error);

/* ---- renew_tree.c */

struct pipeline_trees {
    int64_t packages;   /* that got a record, or a longer one */
    int64_t completed;  /* whose record got proofs of its newest time-stamp's authority alone */
    int64_t no_gain;    /* whose record stays: a time-stamp of now would not end later */
    int64_t anew;       /* of the packages: whose old record was set aside (".bad"), or was gone */
    int64_t left;       /* whose record can neither be extended nor given up; told to finding() */
    int64_t unproven;   /* whose newest time-stamp has no proof yet that its authority was not
                           revoked,   the next call asks again; why: what the first was told */
    int64_t unprovable; /* the same, and nobody can be asked about it */
    char why[400];
    int tokens;
};
struct pipeline_trees_wish {
    const char *limit; /* ISO */
    bool needed;       /* only of documents of which nothing else can prove all */
    void (*finding)(void *context, const char *path, const char *sentence);
    void (*progress)(void *context, size_t done, size_t total);
    void *context;
};
/* Makes or extends evidence records (archive/evidence.h) for every newest package whose record ends
 * before limit or is missing, and extends those of older versions: one token for up to 100,000. A
 * record that lacks proofs of its newest time-stamp's authority gets them. Each is entered in the
 * journal. A record that does not hold is set aside and a new one begun when the package is proven
 * without it; else it is left for a person, and the others go on. Stopped, it goes on where it was.
 */
enum status pipeline_renew_tree(const struct warehouse *warehouse,
                                const struct pipeline_trees_wish *wish, struct pipeline_trees *out,
                                struct error *error);

/* ---- received.c */

/* Where turns are taken (core/turn.h) by what brings PDFs in: of the SHA-256 of each, and of the
 * document's id, from before pipeline_holds_pdf until all is where that looks. */
const char *pipeline_turns(const struct warehouse *warehouse, struct arena *arena);
/* Is a PDF with this SHA-256 here already: in a package whose copy is whole, or, as it came in, in
 * a batch of the spool? but: a batch, or a document, that is not asked. REJECT with the sentence
 * that names the document (or the batch, when none is formed yet); OK: it is not. */
enum status pipeline_holds_pdf(const struct warehouse *warehouse, struct db *db, const char *sha256,
                               const char *but, struct arena *arena, struct error *error);

/* A batch begins: its folder and row. id: 32 bytes. Then ingest into pipeline_batch_folder() with a
 * sink that calls pipeline_take_page; then pipeline_close_batch. */
enum status pipeline_open_batch(const struct warehouse *warehouse, struct db *db,
                                struct batch *batch, struct arena *arena, struct error *error);
const char *pipeline_batch_folder(const struct warehouse *warehouse, const char *batch,
                                  struct arena *arena);
enum status pipeline_take_page(struct db *db, const char *batch, const struct page *page,
                               struct error *error);
enum status pipeline_close_batch(const struct warehouse *warehouse, struct db *db,
                                 const char *batch, struct error *error);

/* Compares the sheets that came in with those counted beforehand. REJECT: they differ; the batch
 * stays open and is held with the sentence until it is gone on with or closed as it is. */
enum status pipeline_check_sheets(const struct warehouse *warehouse, struct db *db,
                                  const char *batch, struct error *error);

/* Goes on with a batch that a fault left open: batch is filled, first_sheet is the first sheet that
 * is not wholly there. REJECT: no such batch, or closed already. */
enum status pipeline_continue_batch(const struct warehouse *warehouse, struct db *db,
                                    const char *id, struct batch *batch, int *first_sheet,
                                    struct arena *arena, struct error *error);
/* The batch that an import of the same paths (batch.call) left open; "" when there is none or its
 * process is still at work. */
enum status pipeline_find_import(const struct warehouse *warehouse, struct db *db, const char *call,
                                 struct arena *arena, const char **id, struct error *error);
/* Forgets a batch into which no page came, and its empty folder. REJECT when it has pages. */
enum status pipeline_drop_batch(const struct warehouse *warehouse, struct db *db, const char *id,
                                struct error *error);

struct from_pdf {
    int64_t pdfs, documents; /* documents: entered */
    int64_t there;           /* in the catalogue already; they stay as they are */
    int64_t refused;         /* PDFs that are not ours, or cannot be read */
    int64_t incomplete;      /* documents of which a volume is missing; entered */
};
/* Enters what PDFs of ours say of themselves, found in these files and folders, when nothing else
 * is left: id, type, title, procedure, number, book, day, agencies, place, and the words of the
 * text layer. What no PDF carries stays empty: persons, their numbers and days of birth, the
 * signer, a title that names the person. finding() gets what is not ours or not whole. */
enum status pipeline_from_pdf(const struct warehouse *warehouse, struct db *db,
                              const char *const *paths, size_t count,
                              void (*finding)(void *context, const char *path,
                                              const char *sentence),
                              void *context, struct from_pdf *out, struct error *error);
/* Is this file a PDF that this archive made: of a document that it knows (db may be NULL), or by
 * its own name? Then error says what to do with it, though the status is OK. */
enum status pipeline_is_own_pdf(const struct warehouse *warehouse, struct db *db, const char *path,
                                bool *own, struct error *error);

/* Before the database is opened to make the catalogue again: makes tables that are missing. */
enum status pipeline_mend_tables(const struct warehouse *warehouse, struct error *error);
/* Makes the catalogue again from the packages in the store, and its full text. progress may be
 * NULL. A package that cannot be read goes to finding(), and the others go on. packages: entered.
 * REJECT: some could not be read, or something of the catalogue has no package any more. */
enum status pipeline_reindex(const struct warehouse *warehouse, struct db *db,
                             void (*progress)(void *context, int64_t done, int64_t total),
                             void (*finding)(void *context, const char *path, const char *sentence),
                             void *context, int64_t *packages, struct error *error);

/* Compares the store with the ledger and the catalogue: every document that is stored or indexed
 * has its package, every package is in the catalogue or about to be. db may be open for looking
 * only. finding() gets path and sentence of each fault; documents: how many are recorded. REJECT:
 * something differs. */
enum status pipeline_check(const struct warehouse *warehouse, struct db *db,
                           void (*finding)(void *context, const char *path, const char *sentence),
                           void *context, int64_t *documents, struct error *error);
/* FATAL: a table of it is missing. RETRY: the catalogue has no row though the store has packages,
 * as when the database was lost. What it would answer is not so. */
enum status pipeline_catalogue_there(const struct warehouse *warehouse, struct db *db,
                                     struct error *error);
/* The one half of it: what is recorded and has no package. */
enum status pipeline_missing(const struct warehouse *warehouse, struct db *db,
                             void (*finding)(void *context, const char *path, const char *sentence),
                             void *context, struct error *error);

/* How many pages and documents are in each state, in the order of the step table. */
struct pipeline_count {
    const char *kind;  /* "page", "document", "batch" */
    const char *state; /* "scanned", ... , "held" */
    const char *label; /* translated */
    int64_t count;
};
enum status pipeline_status(struct db *db, struct arena *arena, struct pipeline_count **counts,
                            size_t *count, struct error *error);

/* What is not held and does not go on by itself at this moment, and why: documents that wait for
 * the key, things that are tried again later. In groups of the same reason. */
struct pipeline_waiting {
    const char *kind, *state;
    const char *label; /* of the state, translated */
    const char *why, *since;
    int64_t count;
};
enum status pipeline_waiting(struct db *db, struct arena *arena, struct pipeline_waiting **items,
                             size_t *count, struct error *error);

/* Runs steps with workers until nothing is ready. progress is called about five times a second.
 * Two runs on one warehouse: the second is RETRY with a sentence. Returns OK when all that could be
 * done is done; what is held is in the counts. END: SIGINT or SIGTERM came, the steps in hand were
 * finished. A key's PIN is asked for once, before the workers start. A key that cannot be opened
 * (one attempt) stops only packing and signing: all else is done, then FATAL with its sentence. The
 * calling process must have no database open: a handle does not survive a fork. */
struct pipeline_progress {
    int64_t steps_done, steps_left; /* left: an estimate that assumes nothing is held */
    /* in this run; what was stored before and is only entered again is indexed, and nothing else */
    int64_t pages_read, documents_signed, documents_stored, documents_indexed;
    int64_t held; /* in all, proofs not counted */
    int workers;
    int64_t free_bytes; /* -1 unknown */
    bool space_low;     /* less than [pipeline] space_low_mib */
};
enum status pipeline_run(const struct warehouse *warehouse,
                         void (*progress)(void *context, const struct pipeline_progress *now),
                         void *context, struct error *error);

/* The same for proofs alone: no key is opened, and but for the rows of what is stored nothing else
 * goes on. */
enum status pipeline_run_proofs(const struct warehouse *warehouse,
                                void (*progress)(void *context,
                                                 const struct pipeline_progress *now),
                                void *context, struct error *error);

/* Held things: pages and batches oldest first, then documents, those first where a look gains most
 * (core/gain.h), equal ones oldest first. */
struct held_item {
    const char *kind;  /* "page" or "document" */
    const char *id;    /* "<batch>/<page>" or document id */
    const char *state; /* the state it stopped in */
    const char *why;
    const char *since;
    const char *path; /* the file to look at */
    double gain;      /* of a document; 0 for others */
};
enum status review_list(const struct warehouse *warehouse, struct db *db, struct arena *arena,
                        struct held_item **items, size_t *count, struct error *error);
/* One document in the spool, held or not: as it stands, why it is held ("" when it is not), its
 * folder. */
enum status review_document(const struct warehouse *warehouse, struct db *db, const char *id,
                            struct arena *arena, struct document *document, const char **why,
                            const char **path, struct error *error);
/* A word of the document's text that bears a doubt, in reading order. */
struct review_word {
    const char *page; /* name of the page */
    const struct word *word;
};
/* Those of all its pages; memory in the arena. Pages whose text is gone from the spool have none.
 */
enum status review_words(const struct warehouse *warehouse, const struct document *document,
                         struct arena *arena, struct review_word **out, size_t *count,
                         struct error *error);
/* The folder in which the images of its pages lie: its batch's, or that of the version before. */
enum status review_pages(const struct warehouse *warehouse, const struct document *document,
                         struct arena *arena, const char **folder, struct error *error);
/* A person's acts. actor: who, for the record. */
enum status review_correct(const struct warehouse *warehouse, struct db *db,
                           const char *document_id, enum field_id field, const char *value,
                           const char *actor, struct error *error);
enum status review_approve(const struct warehouse *warehouse, struct db *db,
                           const char *document_id, const char *actor, struct error *error);
/* review_twins.c: of a document with the type, number, day and owner of another that is there
 * already (account/twins.h): the same paper is set aside, with its pages in the spool, when it is
 * not stored yet, and does not count; another one, which needs a reason, counts, and one that was
 * set aside waits for its approval. A record. REJECT: there is no other. */
enum status review_twin(const struct warehouse *warehouse, struct db *db, const char *document_id,
                        bool same, const char *reason, const char *actor, struct error *error);
/* Again from the state it stopped in (page: read again). */
enum status review_send_back(const struct warehouse *warehouse, struct db *db, const char *id,
                             const char *actor, struct error *error);

#endif

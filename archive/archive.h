/*
 * archive: pages and words -> signed PDF/A in a preservation package.
 *
 * archive_build writes PDF/A-2u (ISO 19005-2, level U) with the page images, an invisible text
 * layer and, when it is to be signed, the visible block of NĐ 30/2020 and room for the signature.
 * archive_sign fills that room (PAdES B-B, ETSI EN 319 142-1). store.h puts packages away.
 */
#ifndef SOHOA_ARCHIVE_ARCHIVE_H
#define SOHOA_ARCHIVE_ARCHIVE_H

#include "core/document.h"
#include "core/image.h"
#include "core/settings.h"
#include "core/words.h"

#define ARCHIVE_RETENTIONS "01|02|03|04|05|06|07"
#define ARCHIVE_ACCESSES "1|2|3|4"
#define ARCHIVE_NO_FONDS "000" /* none was given yet */

enum archive_scheme { ARCHIVE_PKCS1, ARCHIVE_PSS };
/* The levels of ETSI EN 319 142-1. */
enum archive_level { ARCHIVE_B_B, ARCHIVE_B_T, ARCHIVE_B_LT, ARCHIVE_B_LTA };
const char *archive_level_name(enum archive_level level); /* "B-B", ... */

struct archive_settings {
    const char *custodian; /* name of the agency that makes the copy, for the visible block */
    /* of the archive, for every document: struct document */
    const char *fonds, *catalog;
    int retention, access;
    const char *copy_form; /* "SAO Y", "SAO LỤC", "TRÍCH SAO" */
    const char *key; /* "file:/path/key.p12", "file:/path/key.pem", "pkcs11:token=...;object=..." */
    /* PEM with the signer's certificate first, chain after; "" when in the p12 */
    const char *certificate;
    /* PEM files of trusted roots: the government's own for officials (công vụ), the public
     * authorities' (NEAC), and others that this agency trusts; "": none */
    const char *trust_government, *trust_public, *trust;
    const char *roots;         /* no setting: all three, a file on each line; NULL: trust alone */
    const char *evidence;      /* no setting: folder of the evidence records; NULL: there is none */
    const char *config;        /* no setting: folder of types.tsv, units.csv ...; NULL: none */
    const char *pkcs11_module; /* path of the token's library */
    /* command whose first line of output is the PIN; "" : ask, or descriptor */
    const char *pin_command;
    const char *font; /* TrueType file for visible text; "" : the packaged default */
    const char *icc;  /* sRGB profile; "" : the packaged default */
    int jpeg_quality; /* of page images that are not JPEG already */
    bool sign;
    /* of the officer who made the copy and signs it before the agency; officer_key NULL or "": the
     * agency alone signs */
    const char *officer_key, *officer_certificate, *officer_pin_command;
    double pin_command_s; /* within which a PIN's command must give its line; 0: a minute */
    double pin_timeout_s; /* after so long a run forgets the PIN; 0: at its end */
    const char
        *pin_variable;      /* names the PIN's descriptor in the environment; NULL: SOHOA_PIN_FD */
    const char *seal_image; /* PNG of the seal, beside the block's text; NULL or "": text only */
    double seal_width_mm;   /* its real size */
    int page_profile;       /* enum page_profile */
    bool jpeg_transcode;    /* JPEG masters are re-coded without loss as progressive JPEG */
    int raster_coding;      /* enum raster_coding: of colour and grey masters that are not JPEG */
    int mask_coding;   /* enum mask_coding: of layered pages' masks, and of bilevel pages there */
    int layer_quality; /* JPEG quality of layered pages' background and ink colours */
    int reread;        /* enum reread_when */
    /* bytes a page may have before the report marks it; 0: none */
    int budget_color_kb, budget_gray_kb, budget_bilevel_kb;
    int digest;           /* of signatures: enum hash_kind */
    int signature_scheme; /* of RSA keys: enum archive_scheme */
    int level;            /* that a signature is brought to: enum archive_level */
    const char *tsa;      /* URLs of time-stamp authorities, the first that answers is taken */
    double tsa_timeout_s;
    double tsa_patience_s; /* for a time-stamp that can take its time; less than that: that */
    int flavour;           /* of the PDF: enum archive_flavour, 2u or 3u */
    int volume_mb; /* a PDF that passes it ends with that page; the next page begins a new volume */
};
enum page_profile { PROFILE_FAITHFUL, PROFILE_LAYERED };
enum raster_coding { RASTER_JPEG, RASTER_FLATE };
enum mask_coding { MASK_JBIG2, MASK_G4 };
enum reread_when { REREAD_RISK, REREAD_ALWAYS, REREAD_NEVER };
extern const struct setting_row archive_setting_rows[];
/* Tells each setting that names no such thing: roots, font, colour profile, seal, addresses of
 * time-stamp authorities, the code of the fonds. folder: where a file may be written for a
 * moment. */
void archive_check_settings(const struct archive_settings *settings, const char *folder,
                            void (*finding)(void *context, const char *setting,
                                            const char *sentence),
                            void *context);
/* Does the PDF carry a signature (a time-stamp is none)? True when it cannot be opened: that is
 * told elsewhere. */
bool archive_carries_signature(const char *path);
/* Writes into the document where it belongs in the archive, but for what it says of itself already
 * (a fonds of ARCHIVE_NO_FONDS says nothing); texts are the settings' own. */
void archive_place(const struct archive_settings *settings, struct document *document);

/* One page as the builder asks for it; its memory sits in the arena that is cleared after the
 * page. */
struct archive_page {
    const char *image_path;    /* the master */
    const struct words *words; /* NULL: no text */
    int turn_deg;          /* clockwise turn that shows it upright; the pixels stay as they are */
    const char *name;      /* of the page; for its attachment */
    const char *alto_path; /* ALTO file to attach in 3u; NULL: none */
};
struct archive_source {
    size_t page_count; /* of the document */
    enum status (*page)(void *context, size_t index, struct arena *arena, struct archive_page *out,
                        struct error *error);
    void *context;
    size_t first; /* page this volume begins with; 0 for a document of one volume */
    int volume;   /* number of this volume, from 1; 0 counts as 1 */
    /* Reads the page again as the PDF shows it (as the master lies, not turned) and finds the words
     * that are lost on it, for the guard of layered pages: lost has room for all words, and gets
     * their boxes on the upright page. NULL: nobody can read; what would need it stays faithful.
     * Settings' reread says when. */
    enum status (*reread)(void *context, const struct image *master, const struct image *shown,
                          const struct words *words, struct box *lost, size_t *count,
                          struct error *error);
    const char *packing; /* where packing.json is written (docs/formats.md); NULL: nowhere */
    /* the PDF that the document came in as, whose SHA-256 the new one names; NULL: it came as paper
     */
    const char *received;
};

/* How a page's image was put into the PDF. */
enum page_coding {
    PAGE_PASSED,     /* "faithful": the master's own JPEG bytes */
    PAGE_TRANSCODED, /* a JPEG master's coefficients, coded anew: the same pixels */
    PAGE_LOSSLESS,   /* the same raster as G4, JBIG2 or Flate */
    PAGE_ENCODED,    /* a raster master as JPEG of jpeg_quality */
    PAGE_LAYERED     /* background, ink colours, mask: see layered.h */
};

enum page_class { CLASS_COLOR, CLASS_GRAY, CLASS_BILEVEL, CLASS_COUNT };
/* Pages of one class; bytes are those of their images. */
struct page_sizes {
    size_t pages, bytes;
    size_t budget; /* bytes a page may have; 0: any */
    size_t over_budget;
};
/* Pages that were to be layered and stay as they were scanned, by reason (docs/formats.md). */
struct page_reason {
    const char *reason; /* NULL: no more */
    size_t pages;
};
#define PAGE_REASONS_MAX 16

/* What was written, for the manifest and the reports. */
struct archive_report {
    size_t bytes, pages, words;
    bool has_signature_field;
    struct page_sizes sizes[CLASS_COUNT];
    size_t layered, kept; /* of the pages that were to be layered: are, stay as scanned */
    struct page_reason kept_for[PAGE_REASONS_MAX];
};

enum archive_flavour {
    ARCHIVE_PDFA_2U,
    ARCHIVE_PDFA_3U, /* 2u with the ALTO of each page attached */
    ARCHIVE_PDFA_1B  /* the twin for Preflight, tests only */
};
const char *archive_flavour_name(enum archive_flavour flavour); /* "2u", "3u", "1b" */

/* Writes path durably. The same document, pages, settings and SOHOA_NOW give the same bytes. Memory
 * does not grow with the images, only by what the PDF's objects of a page take: about 9 kB, so that
 * 5,000 pages need 45 MB more than one. Writes source's pages from first on, as many as go into one
 * volume (settings->volume_mb); report->pages says how many, and while first + pages is below
 * page_count the next volume is asked for in the same way, under another path. sign: with signature
 * field and block (time from document->signed_at); the file is PDF/A only after archive_sign.
 * With settings->officer_key the room is the officer's, in a field that shows nothing, and the
 * block's field waits for the agency (archive_countersign).
 * REJECT: a page image that may not stand in PDF/A, a file that would pass 1.9 GiB. */
enum status archive_build(const struct archive_settings *settings, enum archive_flavour flavour,
                          bool sign, const struct document *document,
                          const struct archive_source *source, const char *path,
                          struct archive_report *report, struct error *error);

/* A key that is open for signing. */
struct signer;

/* Opens key and certificate and checks them: dates, key usage, RSA >= 2048 or P-256/384, no SHA-1.
 * The PIN comes from pin (NULL: the environment's descriptor SOHOA_PIN_FD, pin_command, or a prompt
 * on the terminal) and is wiped. REJECT: wrong PIN or passphrase, locked token, expired or not yet
 * valid certificate, missing token or module; each its sentence. */
enum status signer_open(const struct archive_settings *settings, const char *pin,
                        struct signer **out, struct error *error);
/* The same for settings->officer_key; its descriptor is SOHOA_OFFICER_PIN_FD, so that neither PIN
 * is ever tried on the other's token. */
enum status signer_open_officer(const struct archive_settings *settings, const char *pin,
                                struct signer **out, struct error *error);
void signer_close(struct signer *signer); /* NULL is fine */
/* For a run of several processes: tries the key in a process of its own, asks for the PIN when it
 * needs one, and gives that PIN ("" when none was needed), to be handed to signer_open in each
 * process and wiped. Statuses as signer_open; REJECT also when the token's library crashes. */
#define SIGNER_PIN_SIZE 256 /* bytes with the 0 */
enum status signer_prepare(const struct archive_settings *settings, char pin[SIGNER_PIN_SIZE],
                           struct error *error);
/* The same for settings->officer_key; nothing when that is not set. */
enum status signer_prepare_officer(const struct archive_settings *settings,
                                   char pin[SIGNER_PIN_SIZE], struct error *error);
/* "CN=..., serial ..., valid to ..." in the arena, for doctor and status. */
const char *signer_describe(const struct signer *signer, struct arena *arena);

/* Reads from (archive_build, sign=true), writes to durably with the signature in its place, reads
 * it back and checks digest, ranges and CMS before giving it its name. The same bytes each time
 * with an RSA key. REJECT: from has no room, is signed already, or says a time at which the
 * certificate is not valid; RETRY: the token does not sign, the disk; FATAL: a token's signer in
 * another process. */
enum status archive_sign(struct signer *signer, const char *from, const char *to,
                         struct error *error);

/* The second signature: gives the field that was left empty for it (ARCHIVE_AGENCY_FIELD) its
 * signature in a revision of its own; moment as it stood on the document. Otherwise as
 * archive_sign. */
#define ARCHIVE_AGENCY_FIELD "Signature1"
enum status archive_countersign(struct signer *signer, const char *field, const char *name,
                                const char *moment, const char *from, const char *to,
                                struct error *error);

/* Raises proofs and asks about certificates; holds the trusted roots and the answers of this
 * process. settings must outlive it. FATAL: no trusted roots are set or they cannot be read. */
struct prover;
enum status prover_open(const struct archive_settings *settings, struct prover **out,
                        struct error *error);
void prover_close(struct prover *prover); /* NULL is fine */
/* How long it waits for a time-stamp from now on: at the first try tsa_timeout_s, at each further
 * one twice as long, tsa_patience_s at most. An authority that needs minutes gives its stamp so,
 * too. */
void prover_try(struct prover *prover, int tries);
/* RETRY: every time-stamp authority failed a moment ago and is left alone for a minute; with the
 * sentence of the last. */
enum status prover_rests(const struct prover *prover, struct error *error);

/* Brings the signed PDF from to level target by incremental updates, durably in to (from may not be
 * to): a document time-stamp (B-T), the DSS with all certificates, CRLs and OCSP responses (B-LT),
 * a time-stamp over it (B-LTA). *reached and *wrote say how far it came also when it did not come
 * to the end. OK: target reached (*wrote false: from had it). RETRY: an authority does not answer,
 * or not in a way that can be believed; what was reached lies in to. END: its own certificates
 * cannot take it further, whoever answers, with the sentence. REJECT: the signature does not hold
 * or its certificate is revoked; no proof is added to that. */
enum status archive_prove(struct prover *prover, const char *from, const char *to,
                          enum archive_level target, enum archive_level *reached, bool *wrote,
                          struct error *error);
/* New evidence about everything that is in the file, and a time-stamp over it: extends what can be
 * proven to the end of the new time-stamp's certificate. Statuses as archive_prove. */
enum status archive_renew(struct prover *prover, const char *from, const char *to,
                          struct error *error);
/* Asks the authorities for a time-stamp over nothing in particular: until when would one prove that
 * is given now? RETRY: none gave one that holds. FATAL: no trusted roots, no authority. */
enum status archive_stamp_until(const struct archive_settings *settings, char until[26],
                                struct error *error);
/* Before signing: dates, chain, and what its authorities say. REJECT: it must not be used (revoked,
 * expired). RETRY: nobody could be asked, or its chain does not end in trust; signing may go on,
 * with this sentence recorded as a warning. */
enum status signer_check(struct prover *prover, const struct signer *signer, struct error *error);

/* The same with a prover of its own, for what signs once. OK: it may be used; warning (not NULL) is
 * why nobody could be asked, "" when somebody was. */
enum status signer_ask(const struct archive_settings *settings, const struct signer *signer,
                       struct error *warning, struct error *error);
/* Why its revocation is not asked about when there are no trusted roots. */
const char *signer_not_asked(void);
/* When the certificate that signs now (officer: the officer's) ends, as far as that can be known
 * without asking anybody: from a file that needs no secret, or a PKCS#12 file whose passphrase the
 * settings' pin_command tells. "": not known. */
void signer_until(const struct archive_settings *settings, bool officer, char until[26]);
bool signer_is_set(const struct archive_settings *settings, bool officer); /* is there a key? */
/* Whole days until the signer's certificate ends; is it one of archive_test_keys? */
int signer_days(const struct signer *signer);
bool signer_is_test(const struct signer *signer);
/* Does its chain end in one of our trusted roots today? False also when none are set. */
bool signer_is_trusted(const struct archive_settings *settings, const struct signer *signer);

#define ARCHIVE_TEST_MARK "KHÓA THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
/* Test CA, agency key and certificate for a warehouse that has no real ones: everything in folder,
 * named and marked as test ("KHÓA THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in the subject). Writes
 * ca.pem, agency.p12 and agency.pem; passphrase in agency.pass (0600). The CA's key is kept
 * nowhere. REJECT when one of the files is there: nothing is overwritten. */
enum status archive_test_keys(const char *folder, const char *agency, struct error *error);

/* Luật GDĐT, NĐ 68/2024: officials sign by a chain of their own, everyone else by a public one. */
enum archive_chain { CHAIN_NONE, CHAIN_STATE, CHAIN_PUBLIC, CHAIN_TEST, CHAIN_OWN };
/* PEM files of roots; NULL or "": none. Only the agency can say whose a root is. */
struct archive_trust {
    const char *state; /* the government's: công vụ */
    const char *open;  /* public authorities' */
    const char *own;   /* trusted by this agency, which says nothing of their standing */
    /* folder of the evidence records (evidence.h) that may prove packages; NULL: there is none */
    const char *evidence;
    /* of one file: the moment (ISO) at which it is known by another proof than its own to have been
     * there, and when that proof ends; NULL: none is known. store_trust finds them */
    const char *proven, *proven_until;
};
struct archive_trust archive_trust_of(const struct archive_settings *settings);
/* All of them, for chain_roots, signature_check and what else takes PEM files, a file on each line;
 * "": none. Lent, as long as the settings. */
const char *archive_roots(const struct archive_settings *settings);

/* Our own check of the final bytes of a PDF: structure, the PDF/A rules our writer could break, the
 * signature's digest and chain. finding() is called for each fault; OK when there was none, REJECT
 * otherwise. trust: PEM of roots, NULL: chain not judged. */
struct archive_verdict {
    bool pdfa_2u;    /* claims 2u (or 3u: flavour) and no rule was found broken */
    char flavour[3]; /* "2u", "3u"; "" when it claims neither */
    int pages;       /* in its page tree; 0 when that cannot be read */
    int signatures;  /* in the file, time-stamps not counted */
    int timestamps;  /* in the file, those inside of signatures too */
    bool intact;     /* every digest matches, the last one covers the whole file, and what was
                        added behind a signature is only what may be */
    bool trusted;    /* every chain ends in trust */
    bool by_record;  /* it does as of archive_trust.proven alone, not by what the file has: */
    char record_since[26], record_until[26]; /* of archive_trust; "" unless by_record */
    int trust_faults; /* of the faults told: those that say only that a signer is not trusted */
    int over_faults;  /* of those: that say only that a certificate under a trusted root is over */
    bool over;        /* not trusted for that alone: nothing proves that what it signed is older */
    char signer[256]; /* subject's CN of the last signature */
    char issuer[256];
    char signed_at[26];     /* as the signature says */
    char organization[256]; /* O of the last signer's certificate, with OU before it */
    char certificate_from[26], certificate_until[26];
    bool fit;           /* every certificate was fit and in its dates when the signature says */
    bool clock_ahead;   /* a signature says that it was made after a time-stamp around it */
    bool old_algorithm; /* a signature cannot be judged any more: SHA-1, RSA below 2048 */
    enum archive_chain chain; /* of archive_judge */
    enum archive_level level; /* of the signature that has the least */
    char stamped_at[26];      /* earliest time-stamp that proves all signatures; "": none */
    char provable_until[26];  /* when the last proof ends that all rests on: the outermost
                                 time-stamp's certificate, else the signer's */
};
enum status archive_check(const char *path, const char *trust, struct archive_verdict *verdict,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct error *error);

/* The same against the sets of roots, one after the other, and says by which the chain of the last
 * signature ends in one; when none trusts it as it stands by itself, once more as it stood at
 * trust->proven. All empty: chains are not judged. */
enum status archive_judge(const char *path, const struct archive_trust *trust,
                          struct archive_verdict *verdict,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct error *error);

/* ---- a PDF that others made (received.c) */

/* What was changed behind a signature, as bits. */
enum archive_change {
    CHANGED_SIGNATURE = 1,    /* another signature */
    CHANGED_TIMESTAMP = 2,    /* a document time-stamp */
    CHANGED_PROOFS = 4,       /* certificates, CRLs, OCSP responses (DSS) */
    CHANGED_METADATA = 8,     /* title, producer, times */
    CHANGED_FORM = 16,        /* fields were filled in */
    CHANGED_ANNOTATIONS = 32, /* notes beside the pages, which hide nothing */
    CHANGED_CONTENT = 64,     /* anything else */
    CHANGED_MARKS = 128       /* annotations that are drawn on a page */
};

/* A signature or document time-stamp of it. Texts are "" when not known. */
struct archive_signature {
    struct archive_signature *next; /* made later */
    const char *role;               /* "certification", "approval", "timestamp" */
    const char *field;              /* its name */
    const char *signer, *organization, *issuer;
    const char *signed_at;  /* as it says; of a time-stamp: when it was given */
    const char *stamped_at; /* by the time-stamp within it */
    char certificate_from[26], certificate_until[26]; /* of its signer */
    bool unfit; /* its certificate was not valid when it was made, or is of an old algorithm */
    int revision, revisions; /* it covers the first so many of all; 0: not known */
    bool whole;              /* it covers the whole file */
    bool intact, trusted;    /* as archive_verdict, by itself */
    bool over;               /* the same */
    bool clock_ahead;        /* it says that it was made after its time-stamp */
    unsigned changes;        /* enum archive_change: what was changed behind it */
    const char *fault;       /* the first that was found; NULL: none */
};

struct archive_received {
    int signatures;       /* of others, in the file */
    bool intact, trusted; /* as archive_verdict, of its signatures alone */
    bool changed;         /* fields or annotations were changed behind one, as may be */
    char judged_at[26];   /* when that was found */
    const char *fault;    /* the first that was found, in the arena; NULL: none */
};
/* Judges the signatures of a PDF that came in, of whatever maker and profile, without asking
 * whether it is PDF/A, and writes what was found to report durably (docs/formats.md,
 * received.json). OK also when they do not hold: that is what the report is for. */
enum status archive_received(const char *path, const struct archive_trust *trust,
                             const char *report, struct arena *arena, struct archive_received *out,
                             struct error *error);
/* The same without a report. list: oldest first, in the arena. */
enum status archive_signatures(const char *path, const struct archive_trust *trust,
                               struct arena *arena, struct archive_verdict *verdict,
                               struct archive_signature **list,
                               void (*finding)(void *context, const char *sentence), void *context,
                               struct error *error);
/* The list as received.json has it; NULL gives an empty one. */
struct json_t *archive_signatures_json(const struct archive_signature *list);
/* What such a report says. */
enum status archive_received_read(const char *report, struct arena *arena,
                                  struct archive_received *out, struct error *error);

/* ---- text that survives (check_text.c) */

/* The text layer of a PDF of ours, out of its bytes: pages[i] with words separated by blanks and
 * lines by newlines, in the arena. */
enum status archive_text(const char *path, struct arena *arena, char ***pages, size_t *count,
                         struct error *error);
/* The same words, in the same order, each at its box, as source gives them for the pages of this
 * volume. words: how many were compared. REJECT at the first that differs; the sentence names page
 * and number of the word, never the word. */
enum status archive_check_text(const char *path, const struct archive_source *source, size_t *words,
                               struct error *error);

/* ---- the pass record (check_record.c) */

/* archive_check and, when source is not NULL, archive_check_text of the final bytes; when all is
 * well it writes record (JSON, durably): what was checked, by which checker, the file's SHA-256.
 * REJECT otherwise, with the first finding; an older record is gone then. */
enum status archive_pass(const char *path, const char *trust, const struct archive_source *source,
                         const char *record, struct error *error);
/* Is record the pass record of the file as it is now? REJECT when not: it must not be stored. */
enum status archive_passed(const char *path, const char *record, struct error *error);
/* The same of a package that is looked at again: also, does the record say of pages, signatures and
 * flavour what verdict found? No record: OK, packages of others have none. */
enum status archive_recorded(const char *path, const char *record,
                             const struct archive_verdict *verdict, struct error *error);

/* ---- what a PDF says of itself (identity.c) */

struct archive_identity {
    struct document document; /* id, version, batch, shelf ...; fields, further persons */
    int volume;               /* 1 of 1 unless the document was split */
    size_t first, pages;      /* first page of this volume (from 0), pages of the document */
    char flavour[3];          /* "2u", "3u", "1b" */
};
/* Reads the XMP of a PDF of ours, enough for its row in the catalogue (the band follows from
 * the day of issue), and the fields of which it tells the place in the text (places.h): persons
 * too. Memory in the arena. REJECT: not of ours. */
enum status archive_identify(const char *path, struct arena *arena, struct archive_identity *out,
                             struct error *error);

#endif

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

enum archive_scheme { ARCHIVE_PKCS1, ARCHIVE_PSS };
/* The levels of ETSI EN 319 142-1. */
enum archive_level { ARCHIVE_B_B, ARCHIVE_B_T, ARCHIVE_B_LT, ARCHIVE_B_LTA };
const char *archive_level_name(enum archive_level level); /* "B-B", ... */

struct archive_settings {
    const char *custodian; /* name of the agency that makes the copy, for the visible block */
    const char *copy_form; /* "SAO Y", "SAO LỤC", "TRÍCH SAO" */
    const char *key; /* "file:/path/key.p12", "file:/path/key.pem", "pkcs11:token=...;object=..." */
    /* PEM with the signer's certificate first, chain after; "" when in the p12 */
    const char *certificate;
    const char *trust;         /* PEM file of trusted roots for verifying: công vụ */
    const char *trust_public;  /* the same of the public authorities (NEAC); "" : none */
    const char *pkcs11_module; /* path of the token's library */
    /* command whose first line of output is the PIN; "" : ask, or descriptor */
    const char *pin_command;
    const char *font; /* TrueType file for visible text; "" : the packaged default */
    const char *icc;  /* sRGB profile; "" : the packaged default */
    int jpeg_quality; /* of page images that are not JPEG already */
    bool sign;
    int page_profile;    /* enum page_profile */
    bool jpeg_transcode; /* JPEG masters are re-coded without loss as progressive JPEG */
    int raster_coding;   /* enum raster_coding: of colour and grey masters that are not JPEG */
    int mask_coding;     /* enum mask_coding: of layered pages' masks, and of bilevel pages there */
    int layer_quality;   /* JPEG quality of layered pages' background and ink colours */
    int reread;          /* enum reread_when */
    /* bytes a page may have before the report marks it; 0: none */
    int budget_color_kb, budget_gray_kb, budget_bilevel_kb;
    int digest;           /* of signatures: enum hash_kind */
    int signature_scheme; /* of RSA keys: enum archive_scheme */
    int level;            /* that a signature is brought to: enum archive_level */
    const char *tsa;      /* URLs of time-stamp authorities, the first that answers is taken */
    double tsa_timeout_s;
};
enum page_profile { PROFILE_FAITHFUL, PROFILE_LAYERED };
enum raster_coding { RASTER_JPEG, RASTER_FLATE };
enum mask_coding { MASK_JBIG2, MASK_G4 };
enum reread_when { REREAD_RISK, REREAD_ALWAYS, REREAD_NEVER };
extern const struct setting_row archive_setting_rows[];

/* One page as the builder asks for it; its memory sits in the arena that is cleared after the
 * page. */
struct archive_page {
    const char *image_path;    /* the master */
    const struct words *words; /* NULL: no text */
    int turn_deg; /* clockwise turn that shows it upright; the pixels stay as they are */
};
struct archive_source {
    size_t page_count;
    enum status (*page)(void *context, size_t index, struct arena *arena, struct archive_page *out,
                        struct error *error);
    void *context;
    /* Reads the page again as the PDF shows it (image: as the master lies, not turned) and counts
     * the words that the first reading had and this one has not, for the guard of layered pages.
     * NULL: nobody can read; what would need it stays faithful. Settings' reread says when. */
    enum status (*reread)(void *context, const struct image *image, const struct words *words,
                          size_t *lost, struct error *error);
    const char *packing; /* where packing.json is written (docs/formats.md); NULL: nowhere */
};

/* How a page's image was put into the PDF. */
enum page_coding {
    PAGE_PASSED,     /* "faithful": the master's own JPEG bytes */
    PAGE_TRANSCODED, /* a JPEG master's coefficients, coded anew: the same pixels */
    PAGE_LOSSLESS,   /* the same raster as G4, JBIG2 or Flate */
    PAGE_ENCODED,    /* a raster master as JPEG of jpeg_quality */
    PAGE_LAYERED     /* background, ink colours, mask: see layered.h */
};

/* What was written, for the manifest and the reports. */
struct archive_report {
    size_t bytes, pages, words;
    bool has_signature_field;
};

enum archive_flavour { ARCHIVE_PDFA_2U, ARCHIVE_PDFA_1B /* the twin for Preflight, tests only */ };

/* Writes path durably. The same document, pages, settings and SOHOA_NOW give the same bytes. Memory
 * stays flat with the number of pages. sign: with signature field and block (time from
 * document->signed_at); the file is PDF/A only after archive_sign.
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
void signer_close(struct signer *signer); /* NULL is fine */
/* For a run of several processes: tries the key in a process of its own, asks for the PIN when it
 * needs one, and gives that PIN ("" when none was needed), to be handed to signer_open in each
 * process and wiped. Statuses as signer_open; REJECT also when the token's library crashes. */
#define SIGNER_PIN_SIZE 256 /* bytes with the 0 */
enum status signer_prepare(const struct archive_settings *settings, char pin[SIGNER_PIN_SIZE],
                           struct error *error);
/* "CN=..., serial ..., valid to ..." in the arena, for doctor and status. */
const char *signer_describe(const struct signer *signer, struct arena *arena);

/* Reads from (archive_build, sign=true), writes to durably with the signature in its place, reads
 * it back and checks digest, ranges and CMS before giving it its name. The same bytes each time
 * with an RSA key. REJECT: from has no room, is signed already, or says a time at which the
 * certificate is not valid; RETRY: the token does not sign, the disk; FATAL: a token's signer in
 * another process. */
enum status archive_sign(struct signer *signer, const char *from, const char *to,
                         struct error *error);

#define ARCHIVE_TEST_MARK "KHÓA THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
/* Test CA, agency key and certificate for a warehouse that has no real ones: everything in folder,
 * named and marked as test ("KHÓA THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in the subject). Writes
 * ca.pem, agency.p12 and agency.pem; passphrase in agency.pass (0600). The CA's key is kept
 * nowhere. REJECT when one of the files is there: nothing is overwritten. */
enum status archive_test_keys(const char *folder, const char *agency, struct error *error);

/* Our own check of the final bytes of a PDF: structure, the PDF/A rules our writer could break, the
 * signature's digest and chain. finding() is called for each fault; OK when there was none, REJECT
 * otherwise. trust: PEM of roots, NULL: chain not judged. */
/* Luật GDĐT, NĐ 68/2024: officials sign by a chain of their own, everyone else by a public one. */
enum archive_chain { CHAIN_NONE, CHAIN_STATE, CHAIN_PUBLIC, CHAIN_TEST };
struct archive_trust {
    const char *state, *open; /* PEM files of roots: công vụ, public; NULL or "": none */
};

struct archive_verdict {
    bool pdfa_2u;     /* claims it and no rule was found broken */
    int pages;        /* in its page tree; 0 when that cannot be read */
    int signatures;   /* in the file, time-stamps not counted */
    int timestamps;   /* in the file, those inside of signatures too */
    bool intact;      /* every digest matches, the last one covers the whole file, and what was
                         added behind a signature is only what may be */
    bool trusted;     /* every chain ends in trust */
    char signer[256]; /* subject's CN of the last signature */
    char issuer[256];
    char signed_at[26];     /* as the signature says */
    char organization[256]; /* O of the last signer's certificate, with OU before it */
    char certificate_from[26], certificate_until[26];
    bool fit;           /* every certificate was fit and in its dates when the signature says */
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

/* The same against two sets of roots, one after the other, and says by which the chain of the last
 * signature ends in one. Both empty: chains are not judged. */
enum status archive_judge(const char *path, const struct archive_trust *trust,
                          struct archive_verdict *verdict,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct error *error);

#endif

/*
 * The noun document: pages in order with what is known about them.
 * Kept as document.json beside its files in the spool, and in its package.
 */
#ifndef SOHOA_CORE_DOCUMENT_H
#define SOHOA_CORE_DOCUMENT_H

#include "core/page.h"

/* What is read from the paper and checked by a person. Names in JSON are those of field_name(). */
enum field_id {
    FIELD_TYPE,       /* slug of the result type: khai_sinh, ket_hon ... */
    FIELD_TITLE,      /* the paper's title or trích yếu as printed */
    FIELD_PROCEDURE,  /* national code d.dddddd of the procedure it is the result of */
    FIELD_NUMBER,     /* number and sign as printed after "Số:" */
    FIELD_BOOK,       /* "quyển số" of civil-status forms */
    FIELD_DATE,       /* day of issue, ISO */
    FIELD_AGENCY,     /* issuing agency as printed, never rewritten */
    FIELD_UNIT,       /* unit of the inventory the paper is counted under (name) */
    FIELD_OWNER,      /* the citizen or organisation it is for */
    FIELD_OWNER_ID,   /* CCCD 12, CMND 9 or tax code: digits */
    FIELD_BIRTH_DATE, /* ISO */
    FIELD_SIGNER,
    FIELD_COUNT
};

enum field_source { SOURCE_NONE, SOURCE_OCR, SOURCE_PERSON };

struct field {
    const char *value;   /* normalised; NULL: not found */
    const char *printed; /* as on the paper; NULL when typed by a person */
    double confidence;   /* 0..1; 1 when a person said so */
    enum field_source source;
    int page;          /* index into pages, -1 unknown */
    struct box box;    /* on that page, upright px */
    const char *doubt; /* one sentence why a person should look; NULL: none */
};

/* One more person the paper is for, beside FIELD_OWNER: the next of a list, the other spouse. */
struct document_owner {
    const char *name;
    const char *id;         /* digits; NULL: not printed */
    const char *birth_date; /* ISO; NULL */
    double confidence;      /* 0..1 */
    int page;               /* index into pages, -1 unknown */
    struct box box;
    const char *doubt; /* NULL: none */
};

struct document_page {
    const char *name; /* page name in the batch */
    const char *file; /* master */
    bool blank;
    int turn_deg;
    const char *held; /* why the page could not be read, NULL: it was */
};

/* What a person did with it, in order: "correct" (field, from, to), "approve", "send_back",
 * "amend"; and "hold" by the actor "policy", after which only a person's approval lets it go on. */
struct document_act {
    const char *at, *actor, *what; /* ISO time; who; what */
    const char *field, *from, *to; /* NULL where they say nothing */
};

struct document {
    char id[37]; /* UUID, from batch and first page: the same when formed again */
    int version; /* from 1 */
    const char *batch, *box_code, *shelf;
    const char *custodian; /* agency that keeps it and makes the copy; from the settings */
    /* where it belongs in the archive, from the settings: codes of fonds and catalogue, how long it
     * is kept ("01" for ever .. "07"), how sensitive it is ("1" public .. "4") */
    const char *fonds, *catalog, *retention, *access;
    const char *operator_name, *scanned_at;
    const char *approved_by,
        *approved_at;      /* "policy" when the review policy needs no person; NULL: not yet */
    const char *signed_at; /* ISO; decided when packed, printed in the visible block */
    const char *supersedes, *reason; /* earlier version and why; NULL for version 1 */
    int kept_from; /* those before this version stay with who gave it to us; 0: all are here */
    struct field fields[FIELD_COUNT];
    struct document_owner *owners; /* as read, in the order of the paper */
    size_t owner_count;
    struct document_page *pages;
    size_t page_count;
    size_t word_count, doubtful_words; /* of its text as read; words.h says what a doubt is */
    int *volumes;                      /* pages of each volume when the PDF had to be split */
    size_t volume_count;               /* 0: it is one file */
    struct document_act *acts;
    size_t act_count;
};

const char *field_name(enum field_id id);   /* "owner_id": JSON, SQL, --set; stable */
const char *field_label(enum field_id id);  /* "Số định danh": for people, translated */
enum field_id field_find(const char *name); /* FIELD_COUNT when there is none */

/* A new document with its id from batch and the first page's name, everything else empty. */
void document_init(struct document *document, const char *batch, const char *first_page);
/* A person's correction: value is checked (date, digits) and normalised; REJECT says what is
 * wrong. The place on the page stays, unless there is no room for it, it is another title
 * than was read there, or the paper is said to have none. */
enum status document_correct(struct document *document, struct arena *arena, enum field_id id,
                             const char *value, struct error *error);
/* One more act at the end of the list, which is copied into the arena; the texts are not. */
void document_add_act(struct document *document, struct arena *arena,
                      const struct document_act *act);

/* What document_write writes. */
struct json_t *document_json(const struct document *document);
enum status document_write(const struct document *document, const char *path, struct error *error);
enum status document_read(const char *path, struct arena *arena, struct document *out,
                          struct error *error);

#endif

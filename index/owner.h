/*
 * Owners: the citizens, organisations and household businesses that papers are for.
 *
 * A paper mentions whom it is for by a name, a day of birth, a number, as printed; a mention is
 * named
 * "<document id>.<place>" (0: the field owner, from 1: the list owners) and never changed. An owner
 * is a set of mentions, and made again from packages and records whatever order they come in:
 *
 *   joined     equal strong numbers (index/identifier.h), names alike (at most two letters apart
 *              once folded) and no two days of birth;
 *              no numbers at all, but the very same name and day of birth (not 1 January, which
 *              stands for "some time that year");
 *              records owner-merge and owner-id
 *   apart      everything else; a number that contradicts itself or the day of birth joins nothing;
 *              mentions that a record owner-split took out, which no rule joins any more
 *
 * Of two records the later is right. CMND and CCCD meet by owner-id only, which names its proof.
 * An owner's id is that of its smallest mention; any other of its mentions finds it as well, so
 * that an id once noted goes on to work.
 */
#ifndef SOHOA_INDEX_OWNER_H
#define SOHOA_INDEX_OWNER_H

#include "core/db.h"
#include "core/record.h"
#include "index/identifier.h"

enum owner_type { OWNER_CITIZEN, OWNER_ORGANIZATION, OWNER_HOUSEHOLD };
const char *owner_type_name(enum owner_type type); /* "citizen": JSON; stable */

struct owner_number {
    const char *digits;
    enum identifier_kind kind;
    enum identifier_fault fault;
    const char *from, *to; /* days of the first and last paper that prints it, or as a record says;
                              NULL unknown */
    const char *proof;     /* document: of the record, else the first paper */
    int64_t record;        /* owner-id that says so; 0: papers print it */
};

struct owner_paper {
    const char *document_id, *mention; /* mention: "<document id>.<place>" */
    const char *type, *title, *number, *date, *agency, *path, *name, *digits, *birth_date;
    const char *begins, *ends; /* first and last day in force; NULL: unknown, for ever */
    const char *state;         /* validity_state_name() */
    bool in_force;             /* on the day asked about */
};

struct owner {
    const char *id;
    enum owner_type type;
    const char *name, *birth_date; /* "" unknown */
    int64_t mentions;
    struct owner_number *numbers; /* of owner_read; owner_find leaves them out */
    size_t number_count;
    struct owner_paper *papers; /* likewise */
    size_t paper_count;
    int64_t *records; /* that joined or split it */
    size_t record_count;
};

struct owner_question { /* NULL: not asked for */
    const char *digits; /* a CMND, CCCD or tax number */
    const char *id;     /* owner, or any mention */
    const char *name, *birth_date;
    bool any_order; /* of the words of the name, where nobody has them in this one */
    int limit;      /* 0: 20 */
};

/* The owner with all of its papers, newest first. today: ISO day. REJECT: there is none. */
enum status owner_read(struct db *db, const char *id, const char *today, struct arena *arena,
                       struct owner *out, struct error *error);
/* Who answers the question; by name without marks, too. */
enum status owner_find(struct db *db, const struct owner_question *question, struct arena *arena,
                       struct owner **out, size_t *count, struct error *error);

/* What a person should look at: the same name and day of birth under two kinds of numbers, or one
 * with and one without; one number on papers of two people; numbers that are wrong in themselves.
 */
enum owner_candidate_kind { CANDIDATE_LINK, CANDIDATE_CONFLICT, CANDIDATE_FAULT };
struct owner_candidate {
    enum owner_candidate_kind kind;
    const char *first, *second; /* ids of owners; second NULL for a fault */
    const char *name, *birth_date, *digits, *other_digits;
    enum identifier_fault fault;
};
enum status owner_candidates(struct db *db, int limit, struct arena *arena,
                             struct owner_candidate **out, size_t *count, struct error *error);

/* Does this owner have a valid paper of this type? */
enum owner_answer_kind { ANSWER_YES, ANSWER_NO, ANSWER_DOUBTFUL };
enum owner_how { BY_NUMBER, BY_OWNER, BY_NAME_AND_BIRTH, BY_NAME, BY_NOTHING };
struct owner_answer {
    enum owner_answer_kind answer;
    enum owner_how how;   /* how the owner was recognised */
    const char *why;      /* a sentence, translated */
    struct owner *owners; /* who may be meant */
    size_t owner_count;
    struct owner_paper *papers; /* in force, that answer; of a doubtful answer: that may */
    size_t paper_count;
    int64_t expired; /* further papers of the type that are not in force */
};
struct owner_has {
    struct owner_question who;
    const char *type;      /* slug; NULL: any */
    const char *procedure; /* code, with or without suffix; those before and behind it count too */
    const char *today;     /* ISO day */
};
/* REJECT: nobody is asked about, or neither type nor procedure. */
enum status owner_ask(struct db *db, const struct owner_has *question, struct arena *arena,
                      struct owner_answer *out, struct error *error);

/* What the answer NO cannot know: papers in force of the type or procedure whose text names the
 * number though nobody is recorded by it there (it was not read, or stands beside a parent's name).
 * With any of them the answer becomes DOUBTFUL, and papers holds them, "" for mention, with the
 * owner they are recorded for. Changes nothing when the answer is another, or no number was asked
 * about. */
struct index;
enum status owner_ask_text(struct index *index, const struct owner_has *question,
                           struct arena *arena, struct owner_answer *out, struct error *error);

/* "<document id>.<place>" taken apart; false: it is none. document_id: 37 bytes. */
bool owner_mention_name(const char *text, char *document_id, int64_t *ordinal);

/* Records. owner-merge: {"owner": MENTION, "other": MENTION, "reason"}; owner-split: {"mentions":
 * [MENTION...], "reason"}; owner-id: {"owner": MENTION, "digits", "from", "to", "proof": DOCUMENT};
 * owner-undo: {"record": N, "reason"} takes one of the others back. */
enum status owner_merge_apply(struct db *db, const struct record *record, struct error *error);
enum status owner_split_apply(struct db *db, const struct record *record, struct error *error);
enum status owner_id_apply(struct db *db, const struct record *record, struct error *error);
enum status owner_undo_apply(struct db *db, const struct record *record, struct error *error);

#endif

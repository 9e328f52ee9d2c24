/* One document of the catalogue as the commands of reuse, validity and show need it. */
#ifndef SOHOA_TOOLS_PAPER_H
#define SOHOA_TOOLS_PAPER_H

#include "tools/command.h"

struct paper_owner { /* texts are "" when not known */
    const char *name, *id, *birth_date;
};

struct paper { /* texts are "" when not known */
    const char *id, *path, *type, *title, *procedure, *procedure_name, *number, *date, *agency,
        *unit, *box_code, *shelf, *state, *begins, *ends, *suffix, *code;
    const char *owner, *owner_name, *owner_id, *birth_date; /* the first; owner: its id */
    struct paper_owner *others; /* whose it is, too, in the order of the paper */
    size_t other_count;
    int version;
    int64_t pages;
    bool personal; /* it is for a citizen */
    bool in_force; /* today */
};

/* REJECT: it is not in the catalogue. */
enum status paper_read(struct cli *cli, const char *id, struct paper *out);
/* That a reason was given for looking at a citizen's paper: --purpose, or a dossier's code, which
 * is checked and then stands for it. REJECT says so. */
enum status paper_reason(struct cli *cli, const struct paper *paper, const char *dossier);
/* The PDF that a person opens of the package at path, below the store: document.pdf, of a document
 * that was split its first volume. NULL: it is not there. In the arena. */
const char *paper_pdf(struct cli *cli, const char *path);
/* The volume behind it: document-2.pdf for 1 and so on; NULL: no more. */
const char *paper_volume(struct cli *cli, const char *path, int after);
/* The PDF that it came in as, byte for byte; NULL: it came in on paper, or is not there. */
const char *paper_received(struct cli *cli, const char *path);

#endif

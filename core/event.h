/*
 * The noun event: something that was done with a document, when, by whom, with what outcome.
 *
 * Events stand one a line in events.jsonl, in the document's folder in the spool and then in its
 * package, where they also become PREMIS events. None ever holds a citizen's name or number: a
 * correction names the field, not what stood in it.
 */
#ifndef SOHOA_CORE_EVENT_H
#define SOHOA_CORE_EVENT_H

#include <stddef.h>

#include "core/arena.h"
#include "core/status.h"

/* Kinds that our own steps write; config/package.tsv says what each is called in PREMIS. */
#define EVENT_CAPTURE "capture"       /* a sheet's side became an image */
#define EVENT_INSPECTION "inspection" /* it was measured */
#define EVENT_READING "reading"       /* its text was recognised */
#define EVENT_CORRECTION "correction" /* a person changed a field */
#define EVENT_RETURN "return"         /* a person sent it back */
#define EVENT_APPROVAL "approval"
#define EVENT_AMENDMENT "amendment" /* a person asked for a new version of what is stored */
#define EVENT_PACKING "packing"     /* the PDF was made */
#define EVENT_SIGNING "signing"
#define EVENT_CHECK "check"           /* the final bytes were judged */
#define EVENT_STORING "storing"       /* the package was made */
#define EVENT_VALIDATION "validation" /* signatures of a PDF that came in were judged */
#define EVENT_IMPORT "import"         /* it came as a package */

enum event_agent { EVENT_SOFTWARE, EVENT_PERSON, EVENT_DEVICE };

struct event {
    char id[37];       /* UUID, the same when a step is repeated with the same outcome */
    const char *type;  /* small letters and _ */
    const char *at;    /* ISO time +07:00 */
    const char *agent; /* "sohoa 0.1.0", login name, scanner */
    enum event_agent agent_kind;
    const char *outcome; /* "success" or "failure"; of one that was read also "": it does not say */
    const char *detail;  /* a sentence or figures; may be NULL */
    const char *object;  /* path in the package (core/package.h); NULL: the document as a whole */
};

/* This program as an agent. */
#define EVENT_SOHOA "sohoa " SOHOA_VERSION

/* Gives the event its id: from all of it, and from its time only when a person did it, since a
 * machine that repeats a step has done the same thing once. document: id of the document. */
void event_name(struct event *event, const char *document);
/* What stands for document where the event is of one of its later versions: what was done with one
 * was not done with the one before. */
const char *event_subject(const char *document, int version, struct arena *arena);
/* Adds to folder/events.jsonl, durably and whole; one that is there already (same id) is not added
 * again, so a step may repeat it. RETRY: another process is writing, the disk. */
enum status event_append(const char *folder, const char *document, const struct event *event,
                         struct error *error);
/* All events of a file, in its order. No such file: none. REJECT: a line is none of ours. */
enum status event_read(const char *path, struct arena *arena, struct event **events, size_t *count,
                       struct error *error);
enum status event_write(const char *path, const struct event *events, size_t count,
                        struct error *error);

#endif

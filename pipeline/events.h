/* What was done with a document, told for its package. Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_EVENTS_H
#define SOHOA_PIPELINE_EVENTS_H

#include "core/document.h"
#include "pipeline/steps.h"

/* Adds what this program has just done to the document's events.jsonl in the spool. object: path in
 * the package, NULL the document. */
enum status events_note(struct work *work, const char *type, const char *detail, const char *object,
                        struct error *error);

/* The same with an outcome: "success" or "failure". */
enum status events_note_outcome(struct work *work, const char *type, const char *outcome,
                                const char *detail, const char *object, struct error *error);

/* Writes to path all events of the document in the order of time: capture, inspection and reading
 * of its pages (their own files say when), what people did with it (document.json), and what
 * events_note has noted. Of an amended document: the events of the version before, and what was
 * noted of this one. */
enum status events_gather(struct work *work, const struct document *document, const char *path,
                          struct error *error);

#endif

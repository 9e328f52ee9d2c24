/*
 * What may be said of a paper where programs that know nothing of privacy read it: in the metadata
 * of its PDF, which are copied, indexed and logged.
 */
#ifndef SOHOA_ARCHIVE_PRIVACY_H
#define SOHOA_ARCHIVE_PRIVACY_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/document.h"

/* Does text give away a person? One whom the paper is for, as it says now or as it was read before
 * somebody corrected it, whoever else it is for; a number of theirs; or anybody whom it addresses:
 * "ông (bà) Vũ Văn Lộc". A name that stands in the text otherwise than anywhere in the document,
 * and without such an address, is not known. */
bool privacy_names_person(struct arena *arena, const struct document *document, const char *text);

#endif

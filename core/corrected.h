/*
 * The text of a page as a person approved it: the words that were read, and at the box of each
 * field that a person corrected what she says stands there. That is the text layer of the PDF and
 * the full text of the catalogue; words.json stays what was read.
 *
 * Only fields that stand on the paper as they are (not type, procedure, unit), and only at the
 * place where the machine had read them: a field that was typed where nothing had been found
 * changes no text. Of a date the three numbers are replaced, whatever words stand between them; one
 * that is not written as day, month and year stays as it was read.
 */
#ifndef SOHOA_CORE_CORRECTED_H
#define SOHOA_CORE_CORRECTED_H

#include "core/document.h"
#include "core/words.h"

/* Of the page of that index. The same words when nothing there was corrected; else copies in the
 * arena. */
const struct words *document_corrected(const struct document *document, size_t page,
                                       const struct words *words, struct arena *arena);
/* Is the text at this field's place a person's and not the machine's? */
bool document_corrects(const struct document *document, enum field_id field);

#endif

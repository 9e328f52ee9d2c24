/*
 * What a look is worth: how unsure a field is, times how much hangs on it. The review queue puts
 * first what gains most, and so a person who looks at a tenth sees most of what is wrong.
 */
#ifndef SOHOA_CORE_GAIN_H
#define SOHOA_CORE_GAIN_H

#include "core/document.h"

/* 0..1: how likely the value is right, from what was measured on damaged papers (docs/reading.md).
 * 1 when a person said so; a field without value is as sure as its doubt is. */
double field_sureness(enum field_id id, const struct field *field);

/* Uncertainty times importance; 0: nothing to gain. */
double field_gain(enum field_id id, const struct field *field);
/* Sum over the fields, the further owners, and the share of the text that is doubtful. */
double document_gain(const struct document *document);

#endif

/* Is a file language data of Tesseract? Asked before the engine is given it: the engine trusts the
 * offsets it finds there, and a FIFO would hold it for ever. */
#ifndef SOHOA_OCR_MODEL_H
#define SOHOA_OCR_MODEL_H

#include "core/status.h"

/* OK: an ordinary file whose table of parts fits its size and names what recognition by neural
 * network needs. FATAL: anything else, in one sentence. What the parts hold is not judged. */
enum status model_check(const char *path, struct error *error);

#endif

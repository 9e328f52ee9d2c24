/*
 * engine: one line of text as a picture -> words with other readings. (engine_tesseract.c is the
 * door to Tesseract.) One engine a process, one thread.
 */
#ifndef SOHOA_OCR_ENGINE_TESSERACT_H
#define SOHOA_OCR_ENGINE_TESSERACT_H

#include "core/words.h"

struct Pix;
struct engine;

/* tessdata "" : the folder shipped (NULL: none) when the model is there, else where the
 * distribution puts it. FATAL when the language data is missing or broken. */
enum status engine_open(const char *tessdata, const char *shipped, const char *model,
                        struct engine **out, struct error *error);
/* Would it open? What is broken within the data only opening tells. */
enum status engine_check(const char *tessdata, const char *shipped, const char *model,
                         struct error *error);
void engine_close(struct engine *engine);

const char *engine_name(const struct engine *engine);         /* "tesseract 5.3.0" */
const char *engine_model_sha256(const struct engine *engine); /* of the file of language data */

/* How the library treats the picture: LINE_FOUND looks for the line in it (best for most), LINE_RAW
 * takes it as it is (helps where a line is damaged or so short that none is found). */
enum line_mode { LINE_FOUND, LINE_RAW };

/* Reads one line; boxes are those of the picture. A picture without text gives no words and OK.
 * REJECT when the library refuses the picture. */
enum status engine_read_line(struct engine *engine, struct Pix *line, double dpi,
                             enum line_mode mode, struct arena *arena, struct line *out,
                             struct error *error);

#endif

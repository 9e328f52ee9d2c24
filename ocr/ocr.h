/*
 * ocr: page image -> words; words -> fields.
 *
 * One engine per process, one thread (OMP_THREAD_LIMIT=1 is set before the library is loaded), held
 * open over many pages. Cleaning is for reading only: the master is never touched.
 */
#ifndef SOHOA_OCR_OCR_H
#define SOHOA_OCR_OCR_H

#include "core/document.h"
#include "core/image.h"
#include "core/settings.h"
#include "core/words.h"

struct ocr_settings {
    const char *tessdata;    /* folder of *.traineddata; "" : where the distribution puts them */
    const char *model;       /* "sohoa_nhanh", "sohoa", "Vietnamese", "vie" */
    const char *second;      /* reads doubtful lines again; "": nothing does */
    double doubt_confidence; /* a field below this is doubtful, 0..1 */
    double doubt_words;   /* a text of which more of the words are doubtful is shown to a person */
    const char *shipped;  /* no setting: folder of the language data that comes with sohoa, where
                             a model is looked for first when tessdata is ""; may be NULL */
    bool correct;         /* syllables that the language makes unlikely are mended */
    const char *language; /* no setting: folder of the counts; NULL: nothing is mended */
    /* no setting: folder of the forms that come with sohoa, beside those in the office's own
     * forms/; NULL: none */
    const char *forms;
};
extern const struct setting_row ocr_setting_rows[];

struct ocr_engine;

/* FATAL when the language data is missing: the sentence names the folder and the package. */
enum status ocr_open(const struct ocr_settings *settings, struct ocr_engine **out,
                     struct error *error);
void ocr_close(struct ocr_engine *engine); /* NULL is fine */

/* Words that a person may want to look at bear a doubt (core/words.h). Reads the page: finds the
 * upright direction, the slope and the lines, recognises each line. image is the master as decoded
 * and stays as it is. A page without text gives no lines and OK. One that is larger than A3 by its
 * dpi is read as A4, too: what has more sure words counts. REJECT: no dpi and none can be guessed,
 * an image the reader refuses. */
enum status ocr_read(struct ocr_engine *engine, const struct image *image, struct arena *arena,
                     struct words *out, struct error *error);

/* The words that a page loses when it is shown as `shown` instead of `master` (both 8 bits, of the
 * same size; words: the master's first reading). lost has room for all words and gets their boxes.
 * The very same text must stand near its place: a lost dot is a lost word. One to two words of a
 * hundred are read otherwise after any change of pixels at all, so a word is lost only when that
 * does not depend on one reading: it was read surely on the master and again on the master softened
 * a little, and neither on what is shown nor on that softened. One reading when nothing is missing,
 * three when something is. */
enum status ocr_find_lost(struct ocr_engine *engine, const struct image *master,
                          const struct image *shown, const struct words *words, struct box *lost,
                          size_t *count, struct error *error);
/* How many words there are that could be lost. */
size_t ocr_count_sure(const struct words *words);

/* What papers are understood by, read once and held over many of them: the forms, and the family
 * names of settings->language (NULL: none is known). */
struct ocr_knowledge;

/* settings and config_folder (where procedures.csv and the catalogues are, and in forms/ the
 * office's own forms) must outlive it. FATAL when a file is missing or wrong: the sentence names
 * it. */
enum status ocr_learn(const struct ocr_settings *settings, const char *config_folder,
                      struct ocr_knowledge **out, struct error *error);
void ocr_forget(struct ocr_knowledge *knowledge); /* NULL is fine */

/* Understands a document from the words of its pages (NULL: held or blank page): fills
 * document->fields that no person has set. A field that is not found stays NULL and is no error.
 * All that it puts there is the arena's, none the knowledge's. */
enum status ocr_understand(const struct ocr_knowledge *knowledge, const struct words *const *pages,
                           size_t page_count, struct arena *arena, struct document *document,
                           struct error *error);

#endif

/*
 * The rows of the catalogue against their package: the package is entered a second time, by the
 * same code, into an empty catalogue in memory, and what came out is held against the rows that are
 * there, table by table, column by column. So nothing that a search or a figure goes by can differ
 * from the package unseen, also what a later program adds. The same of the full text: what a search
 * finds the document by is what its package says (index/text/words_check.h).
 */
#ifndef SOHOA_INDEX_MIRROR_H
#define SOHOA_INDEX_MIRROR_H

#include "index/index.h"

struct mirror;

/* db: the catalogue that is looked at, may be open for looking only; it must outlive the mirror.
 * roadmap and config_folder as for index_open. */
enum status mirror_open(struct db *db, const struct roadmap *roadmap, const char *config_folder,
                        struct mirror **out, struct error *error);
void mirror_close(struct mirror *mirror); /* NULL is fine */

/* package: its folder. *difference: what differs first, "catalog_person.birth_date", "catalog_text"
 * when a search would not find it by its words, "catalog_names" by a name of it, in the arena;
 * NULL: nothing does. END: the catalogue has no row of this version. REJECT: the package cannot be
 * read. Tables that an earlier program did not make are not compared. */
enum status mirror_compare(struct mirror *mirror, const char *package, struct arena *arena,
                           const char **difference, struct error *error);

/* Are words compared at all? Not when the full text is an earlier program's, or put off. */
bool mirror_has_words(const struct mirror *mirror);

/* After every document of the catalogue was compared, each once, and agrees: how many words the
 * full text holds that no package has at that page. 0 also when some were not compared, the full
 * text is another program's, or somebody wrote into the catalogue meanwhile. */
enum status mirror_more_words(struct mirror *mirror, int64_t *more, struct error *error);

#endif

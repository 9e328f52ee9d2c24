/* The rows of ingest's settings: [ingest] in sohoa.conf, [profile] in config/profiles/NAME.conf. */
#include "ingest/ingest.h"

#include <stddef.h>

#include "core/message.h"

#define ROW(member) offsetof(struct ingest_settings, member)
const struct setting_row ingest_setting_rows[] = {
    {"separate", SETTING_CHOICE, ROW(separate), "motto", 0, 0, "motto|blank|count|file|batch",
     N_("where one document ends and the next begins: at a page with the national motto, at a "
        "blank "
        "sheet, after a count of sheets, one file a document, or the whole batch as one")},
    {"separate_count", SETTING_INT, ROW(separate_count), "1", 1, 10000, NULL,
     N_("sheets a document has, with separate = count")},
    {"blank_ink_share", SETTING_REAL, ROW(blank_ink_share), "0.00015", 0, 0.1, NULL,
     N_("a page with less ink than this share of its area is blank; a signature alone is 0.00035")},
    SETTING_ROWS_END};
#undef ROW

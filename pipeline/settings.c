/* The rows that describe struct pipeline_settings. */
#include <stddef.h>

#include "core/message.h"
#include "pipeline/pipeline.h"

#define ROW(member) offsetof(struct pipeline_settings, member)

const struct setting_row pipeline_setting_rows[] = {
    {"jobs", SETTING_INT, ROW(jobs), "2", 1, 64, NULL,
     N_("worker processes; one for each core that the office can spare")},
    {"review", SETTING_CHOICE, ROW(review), "doubtful", 0, 0, "doubtful|all|none",
     N_("which documents a person approves before they are signed")},
    {"tries", SETTING_INT, ROW(tries), "3", 1, 20, NULL,
     N_("attempts before a page or document is held for a person")},
    {"retry_s", SETTING_REAL, ROW(retry_s), "10", 0.01, 3600, NULL,
     N_("seconds to wait after a failure that may pass; doubled each time")},
    {"lease_s", SETTING_INT, ROW(lease_s), "900", 5, 86400, NULL,
     N_("seconds after which a step that is not done is given to another worker")},
    {"retire_pages", SETTING_INT, ROW(retire_pages), "500", 1, 1000000, NULL,
     N_("steps after which a worker starts afresh")},
    {"keep_spool", SETTING_BOOL, ROW(keep_spool), "no", 0, 0, NULL,
     N_("keep the working files of a batch when all of it is in the store")},
    {"space_low_mib", SETTING_INT, ROW(space_low_mib), "2048", 0, 1048576, NULL,
     N_("free space in MiB below which a warning is given")},
    SETTING_ROWS_END,
};

#undef ROW
#define ROW(member) offsetof(struct journal_settings, member)

const struct setting_row journal_setting_rows[] = {
    {"actor", SETTING_TEXT, ROW(actor), "", 0, 0, NULL,
     N_("who acts, for the journal, when --actor is not given; empty: the login name")},
    {"role", SETTING_TEXT, ROW(role), "", 0, 0, NULL,
     N_("in which role, when --role is not given")},
    {"require_purpose", SETTING_BOOL, ROW(require_purpose), "no", 0, 0, NULL,
     N_("searching and showing documents is refused without --purpose")},
    {"anchor_days", SETTING_INT, ROW(anchor_days), "3", 0, 3650, NULL,
     N_("days that an entry may wait for an anchor (for its time-stamp, once archive.tsa is set); "
        "0: any")},
    SETTING_ROWS_END,
};

#undef ROW
#define ROW(member) offsetof(struct reuse_settings, member)

const struct setting_row reuse_setting_rows[] = {
    {"code", SETTING_TEXT, ROW(code), "{owner}.{result_type}.{NN}", 0, 0, NULL,
     N_("how digitised-result codes are made: {owner}, {result_type}, {procedure}, {year}, and "
        "{NN} "
        "at the end")},
    {"fee_copy", SETTING_INT, ROW(fee_copy), "0", 0, 10000000, NULL,
     N_("đồng that a certified copy costs the citizen, for what reuse saves")},
    SETTING_ROWS_END,
};

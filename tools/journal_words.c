#include "tools/journal_words.h"

#include <string.h>

#include "core/message.h"

const char *journal_label(const char *word)
{
    static const struct {
        const char *word, *label;
    } labels[] = {{"init", N_("warehouse made")},
                  {"config", N_("settings read")},
                  {"scan", N_("scanned")},
                  {"import", N_("taken in")},
                  {"run", N_("run")},
                  {"read", N_("text recognised")},
                  {"pack", N_("PDF made")},
                  {"sign", N_("signed")},
                  {"store", N_("stored")},
                  {"review", N_("held list read")},
                  {"show", N_("looked at")},
                  {"correct", N_("corrected")},
                  {"approve", N_("approved")},
                  {"send_back", N_("sent back")},
                  {"amend", N_("amended")},
                  {"twin", N_("same or another paper")},
                  {"search", N_("searched")},
                  {"has", N_("asked for a paper")},
                  {"verify", N_("verified")},
                  {"export", N_("handed out")},
                  {"journal", N_("journal read")},
                  {"anchor", N_("journal anchored")},
                  {"anchor_stamped", N_("anchor time-stamped")},
                  {"clock", N_("clock set back")},
                  {"prove", N_("proof added")},
                  {"recover", N_("after a crash")},
                  {"record", N_("count or decision kept")},
                  {"inventory", N_("inventory entered")},
                  {"register", N_("register compared")},
                  {"indicators", N_("indicator's list read")},
                  {"sample", N_("acceptance sample")},
                  {"owner", N_("owner looked up")},
                  {"catalogue", N_("catalogues read")},
                  {"validity", N_("validity changed")},
                  {"reuse", N_("used again")},
                  {"index", N_("indexed")},
                  {"reindex", N_("catalogue made again")},
                  {"fixity", N_("checked in turn")},
                  {"repair", N_("repaired")},
                  {"backup", N_("backed up")},
                  {"restore", N_("restored")},
                  {"handover", N_("hand-over")},
                  {"seal", N_("time-stamp asked for")},
                  {"renew", N_("proofs renewed")},
                  {"ok", N_("done")},
                  {"wrong", N_("faults found")},
                  {"refused", N_("refused")},
                  {"later", N_("not possible now")},
                  {"failed", N_("failed")},
                  {"interrupted", N_("interrupted")}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strcmp(labels[i].word, word) == 0)
            return message(labels[i].label);
    return word;
}

/* New time-stamps for the PDFs of documents whose own end; and which rest on a record instead. */
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "pipeline/ledger.h"
#include "pipeline/steps.h"

struct aging {
    const struct warehouse *warehouse;
    struct db *db;
    const char *limit;
    char now[26];
    bool asked;
    struct pipeline_renewal *out;
};

/* Asked once, before the first that needs it. Nobody answers: whoever asks for the document's own
 * time-stamp tells why. */
static const char *gain(struct aging *aging)
{
    if (!aging->asked &&
        archive_stamp_until(&aging->warehouse->archive, aging->out->gain, NULL) != STATUS_OK)
        aging->out->gain[0] = '\0';
    aging->asked = true;
    return aging->out->gain;
}

/* It does not wait any more; it was marked when it could have gained. */
static enum status leave(struct aging *aging, const struct pipeline_provable *one, int64_t *count,
                         struct error *error)
{
    ++*count;
    return db_do(aging->db, error,
                 "UPDATE ledger SET state = 'sealed', since = ?, why = '', held = 0"
                 " WHERE kind = 'proof' AND id = ? AND state = 'aging' AND owner = ''",
                 "ss", aging->now, one->id);
}

bool pipeline_rests_on_record(const struct pipeline_provable *one, const char *limit)
{
    bool bare = !*one->pdf_until && *one->record_until && strcmp(one->record_until, limit) < 0;
    return bare || (*one->received_until && strcmp(one->received_until, limit) < 0);
}

static enum status mark(void *context, const struct pipeline_provable *one, struct error *error)
{
    struct aging *aging = context;
    if (!one->batch)
        return STATUS_OK;
    bool over = *one->pdf_until && strcmp(one->pdf_until, aging->now) < 0;
    aging->out->by_record += !over && pipeline_rests_on_record(one, aging->limit);
    if (!*one->pdf_until || strcmp(one->pdf_until, aging->limit) >= 0)
        return STATUS_OK;
    /* Over what is not proven by itself any more a time-stamp of its own proves nothing. */
    if (over && strcmp(one->until, aging->now) > 0)
        return leave(aging, one, &aging->out->by_record, error);
    if (strcmp(one->pdf_until, aging->now) > 0 && *gain(aging) &&
        strcmp(gain(aging), one->pdf_until) <= 0)
        return leave(aging, one, &aging->out->no_gain, error);
    enum status status = ledger_add(aging->db, "proof", one->id, one->batch, "aging", error);
    if (status == STATUS_OK)
        status = db_do(aging->db, error,
                       "UPDATE ledger SET since = CASE WHEN state = 'aging' THEN since ELSE ? END,"
                       " state = 'aging', not_before = ?, tries = 0, held = 0"
                       " WHERE kind = 'proof' AND id = ? AND state IN ('sealed', 'aging')"
                       " AND owner = ''",
                       "sis", aging->now, ledger_now(), one->id);
    return status;
}

enum status pipeline_renew(const struct warehouse *warehouse, struct db *db, const char *limit,
                           struct pipeline_renewal *out, struct error *error)
{
    struct aging aging = {.warehouse = warehouse, .db = db, .limit = limit, .out = out};
    *out = (struct pipeline_renewal){.gain = ""};
    file_now(aging.now);
    if (!warehouse->archive.tsa || !*warehouse->archive.tsa)
        return error_set(error, STATUS_REJECT,
                         _("No time-stamp authority is set: give its URL in archive.tsa."));
    enum status status = pipeline_horizon(warehouse, mark, &aging, error);
    return status == STATUS_OK ? pipeline_renewing(db, &out->marked, error) : status;
}

enum status pipeline_renewing(struct db *db, int64_t *documents, struct error *error)
{
    return ledger_number(db, documents, error,
                         "SELECT COUNT(*) FROM ledger WHERE kind = 'proof' AND state = 'aging'",
                         NULL);
}

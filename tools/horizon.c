#include "tools/horizon.h"

#include <stdio.h>
#include <string.h>

#include "archive/anchor.h"
#include "archive/store.h"
#include "core/file.h"
#include "pipeline/audit.h"

struct horizon {
    struct cli *cli;
    char limit[26], due[26];
    int64_t packages, ending, urgent, unsigned_count, faults; /* of packages */
    int64_t unproven;              /* whose records bring no proof of an authority */
    int64_t others, others_urgent; /* that end: certificates, the last anchor's time-stamp */
    char anchor[26], signer[26], officer[26]; /* when they end; "": not there, not known */
    json_t *list, *bare, *unjudged;           /* with --json; bare: without any proof */
};

static void tell(void *context, const char *path, const char *sentence)
{
    struct horizon *horizon = context;
    horizon->faults++;
    if (horizon->unjudged)
        json_array_append_new(horizon->unjudged,
                              json_pack("{s:s, s:s}", "path", path, "fault", sentence));
    else
        printf("✗ %s: %s\n", path, sentence);
}

/* ---------------------------------------------------------------- packages */

/* It is not signed: nothing of it ends, because nothing of it is proven. */
static void look_at_bare(struct horizon *horizon, const struct pipeline_provable *one)
{
    horizon->unsigned_count++;
    if (horizon->bare)
        json_array_append_new(horizon->bare,
                              json_pack("{s:s, s:i}", "id", one->id, "version", one->version));
    else
        printf(_("  no proof at all  %s v%d\n"), one->id, one->version);
}

static json_t *describe(const struct pipeline_provable *one, const char *end)
{
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "id", one->id, "version", one->version,
                     "until", end, "pdf_until", one->pdf_until, "record_until", one->record_until,
                     "received_until", one->received_until);
}

/* Of a package that came in signed, what ends first: its own proofs, or those it came with. */
static enum status look(void *context, const struct pipeline_provable *one, struct error *error)
{
    struct horizon *horizon = context;
    bool came =
        *one->received_until && (!*one->until || strcmp(one->received_until, one->until) < 0);
    const char *end = came ? one->received_until : one->until;
    (void)error;
    horizon->packages++;
    horizon->unproven += one->unproven > 0;
    if (one->fault)
        tell(horizon, store_place(one->path), one->fault);
    else if (!*one->until)
        look_at_bare(horizon, one);
    if (one->fault || !*end || strcmp(end, horizon->limit) >= 0)
        return STATUS_OK;
    horizon->ending++;
    horizon->urgent += strcmp(end, horizon->due) < 0;
    if (horizon->list)
        json_array_append_new(horizon->list, describe(one, end));
    else
        printf(came ? _("  %s  %s v%d (as it came in: received.pdf)\n") : "  %s  %s v%d\n",
               terminal_date(horizon->cli->arena, end), one->id, one->version);
    return STATUS_OK;
}

/* Journal and catalogue know packages that left no trace in the store. */
static enum status look_for_missing(struct horizon *horizon)
{
    struct cli *cli = horizon->cli;
    struct audit *audit = NULL;
    struct db *db = NULL;
    const char *file = file_join(cli->arena, cli->warehouse.root, "sohoa.db");
    enum status status = file_exists(file) ? db_open_readonly(file, &db, &cli->error) : STATUS_OK;
    if (status == STATUS_OK)
        status = audit_open(&cli->warehouse, db, tell, horizon, &audit, &cli->error);
    if (status == STATUS_OK)
        status = audit_missing(audit, &cli->error);
    if (db && (status == STATUS_OK || status == STATUS_REJECT))
        status = pipeline_missing(&cli->warehouse, db, tell, horizon, &cli->error);
    audit_close(audit);
    db_close(db);
    return status == STATUS_REJECT && horizon->faults > 0 ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- beside them */

/* What the packages do not show: the journal's anchors, the certificates that sign now. */
static void look_beside(struct horizon *horizon, const char *what, const char *end)
{
    if (!*end || strcmp(end, horizon->limit) >= 0)
        return;
    horizon->others++;
    horizon->others_urgent += strcmp(end, horizon->due) < 0;
    if (!horizon->list)
        printf("  %s  %s\n", terminal_date(horizon->cli->arena, end), what);
}

static void look_at_certificate(struct horizon *horizon, bool officer, char until[26])
{
    const struct archive_settings *archive = &horizon->cli->warehouse.archive;
    const char *what =
        officer ? _("the officer's certificate") : _("the certificate that signs now");
    if (!signer_is_set(archive, officer))
        return;
    signer_until(archive, officer, until);
    if (!*until && !horizon->list)
        printf(_("  not known: needs the PIN (sohoa doctor)  %s\n"), what);
    look_beside(horizon, what, until);
}

static enum status look_at_all(struct horizon *horizon)
{
    struct cli *cli = horizon->cli;
    enum status status = pipeline_horizon(&cli->warehouse, look, horizon, &cli->error);
    if (status == STATUS_OK)
        status = look_for_missing(horizon);
    if (status != STATUS_OK)
        return status;
    anchor_until(cli->warehouse.journal, horizon->anchor);
    look_beside(horizon, _("time-stamp of the journal's last anchor"), horizon->anchor);
    look_at_certificate(horizon, false, horizon->signer);
    look_at_certificate(horizon, true, horizon->officer);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- the report */

static void print_json(const struct horizon *h)
{
    const struct archive_settings *archive = &h->cli->warehouse.archive;
    json_t *json = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o, s:o, s:o}", "packages",
        (json_int_t)h->packages, "ending", (json_int_t)h->ending, "urgent", (json_int_t)h->urgent,
        "others_ending", (json_int_t)h->others, "others_urgent", (json_int_t)h->others_urgent,
        "without_proof", (json_int_t)h->unsigned_count, "not_judged", (json_int_t)h->faults,
        "records_unproven", (json_int_t)h->unproven, "anchor_until", h->anchor, "bare", h->bare,
        "list", h->list, "faults", h->unjudged);
    json_put_text(json, "signer_until", h->signer);
    json_object_set_new(json, "signer_known",
                        json_boolean(*h->signer || !signer_is_set(archive, false)));
    json_put_text(json, "officer_until", h->officer);
    json_object_set_new(json, "officer_known",
                        json_boolean(*h->officer || !signer_is_set(archive, true)));
    cli_json(json);
}

static void print_words(const struct horizon *h)
{
    printf(_("%s; proofs of %lld end before %s, of %lld within %d months; without any: %lld.\n"),
           terminal_count(h->cli->arena, "%lld package", "%lld packages", h->packages),
           (long long)h->ending, terminal_date(h->cli->arena, h->limit), (long long)h->urgent,
           HORIZON_WARN_MONTHS, (long long)h->unsigned_count);
    if (h->others > 0)
        printf(_("Besides, of the journal's certificates and time-stamps %lld end before then, "
                 "%lld within %d months.\n"),
               (long long)h->others, (long long)h->others_urgent, HORIZON_WARN_MONTHS);
    if (h->unproven > 0)
        printf(_("! Evidence records in which nothing proves that a time-stamp authority was not "
                 "revoked when it stamped: %lld ('sohoa renew --tree' asks for it).\n"),
               (long long)h->unproven);
    if (h->faults > 0)
        printf(_("✗ Of %lld it cannot be told until when they are proven; 'sohoa verify' says "
                 "more.\n"),
               (long long)h->faults);
    if (h->urgent + h->others_urgent > 0)
        printf(
            _("'sohoa renew' renews those of packages, 'sohoa journal anchor' makes a new anchor; "
              "a new certificate comes from its authority.\n"));
}

int horizon_report(struct cli *cli, const char *span)
{
    struct horizon horizon = {.cli = cli};
    int months = 0;
    char unit = 'm', rest = 0;
    if (sscanf(span, "%d%c%c", &months, &unit, &rest) > 2 || months < 1 || months > 1200 ||
        (unit != 'm' && unit != 'y')) {
        fprintf(stderr, _("sohoa: a horizon is a number of months or years, like 24m or 2y\n"));
        return EXIT_USAGE;
    }
    if (!cli->warehouse.root) {
        error_set(&cli->error, STATUS_REJECT, _("A horizon is looked at in a warehouse."));
        return cli_fail(cli, STATUS_REJECT);
    }
    pipeline_month(unit == 'y' ? 12 * months : months, horizon.limit);
    pipeline_month(HORIZON_WARN_MONTHS, horizon.due);
    horizon.list = cli->json ? json_array() : NULL;
    horizon.bare = cli->json ? json_array() : NULL;
    horizon.unjudged = cli->json ? json_array() : NULL;
    enum status status = look_at_all(&horizon);
    if (status != STATUS_OK) {
        json_decref(horizon.list);
        json_decref(horizon.bare);
        json_decref(horizon.unjudged);
        return cli_fail(cli, status);
    }
    if (cli->json)
        print_json(&horizon);
    else
        print_words(&horizon);
    return horizon.urgent + horizon.others_urgent + horizon.faults > 0 ? EXIT_WRONG : EXIT_DONE;
}

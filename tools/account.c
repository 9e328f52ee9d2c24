#include "tools/account.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"
#include "pipeline/records.h"

enum status account_moment(struct cli *cli, const char *text, struct account_at *out)
{
    char day[11];
    int64_t sequence = 0;
    enum status status = STATUS_OK;
    if (text != NULL && *text != 0 && text[strspn(text, "0123456789")] == 0 && strlen(text) < 18)
        sequence = strtoll(text, NULL, 10);
    else if (text != NULL && text_date(text, day))
        status = pipeline_account_day(&cli->warehouse, day, &sequence, &cli->error);
    else if (text != NULL)
        status = error_set(&cli->error, STATUS_REJECT,
                           _("\"%s\" is neither an entry of the journal (a number) nor a day "
                             "(30/11/2026)"),
                           text);
    if (status == STATUS_OK && text != NULL && sequence == 0)
        status = error_set(&cli->error, STATUS_REJECT, _("entries of the journal count from 1"));
    if (status == STATUS_OK)
        status = pipeline_account_at(&cli->warehouse, cli->db, sequence, out, &cli->error);
    return status;
}

const char *account_count(struct cli *cli, int64_t value)
{
    return value < 0 ? "" : arena_printf(cli->arena, "%lld", (long long)value);
}

const char *account_metres(struct cli *cli, double value)
{
    /* rounded as in a report: 0.25 is 0.3 in both */
    return value <= 0 ? "" : arena_printf(cli->arena, "%.1f", round(10 * value) / 10);
}

enum status account_add(struct cli *cli, const char *kind, json_t *data, int64_t *number)
{
    cli_identify(cli);
    enum status status =
        pipeline_record_add(&cli->warehouse, cli->db, kind, data, number, &cli->error);
    if (status == STATUS_OK)
        cli->object = arena_printf(cli->arena, RECORD_FOLDER "/%lld", (long long)*number);
    json_decref(data);
    return status;
}

const char *account_short(struct cli *cli, const char *text)
{
    enum { SHORT = 44 };
    const char *at = text;
    for (int i = 0; at != NULL && i < SHORT && *at != 0; i++)
        text_next(&at);
    if (at == NULL || *at == 0)
        return text;
    return arena_printf(cli->arena, "%.*s…", (int)(at - text), text);
}

int account_no_act(const char *command, const char *act, const char *known)
{
    fprintf(stderr, _("sohoa %s: “%s” is unknown, or wants other words behind it; there are %s\n"),
            command, act, message(known));
    return EXIT_USAGE;
}

/* sohoa journal: who did what with which document, and whether the record is whole. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "archive/anchor.h"
#include "core/file.h"
#include "core/journal.h"
#include "core/text.h"
#include "pipeline/records.h"
#include "tools/anchors.h"
#include "tools/command.h"
#include "tools/journal_words.h"
#include "tools/handover.h"

/* ------------------------------------------------------------------ asking */

static struct {
    const char *object, *by, *action, *since, *until, *query, *owner_id, *anchors, *to;
    int last;
} option;

struct asking {
    struct cli *cli;
    char since[11], until[11]; /* ISO days; "" open */
    char query[HASH_HEX_SIZE]; /* of --query and --owner-id; "" none */
    const char **documents;    /* of --owner-id */
    size_t document_count;
    json_t *entries; /* a ring of the last ones when --last is given */
    int64_t matching;
    json_t *faults;
};

/* "2026-11-23T16:05:09.123456Z" as Vietnam time "2026-11-23 23:05:09". */
static void local_time(const char *utc, char out[20])
{
    struct tm parts = {0};
    time_t seconds = 0;
    if (strptime(utc, "%Y-%m-%dT%H:%M:%S", &parts))
        seconds = timegm(&parts) + (time_t)7 * 60 * 60;
    gmtime_r(&seconds, &parts);
    strftime(out, 20, "%Y-%m-%d %H:%M:%S", &parts);
}

/* 2026-11-22 14:05:09 becomes 22/11/2026 14:05:09. */
static void local_days_first(char local[20])
{
    char day[11];
    snprintf(day, sizeof day, "%.2s/%.2s/%.4s", local + 8, local + 5, local);
    memcpy(local, day, 10);
}

/* The document itself, or one of those that a search showed. */
static bool is_about(const struct journal_record *record, const char *document)
{
    if (strcmp(record->object, document) == 0)
        return true;
    return strlen(document) >= 32 && strstr(record->detail, document) != NULL;
}

static bool about_owner(const struct asking *asking, const struct journal_record *record)
{
    for (size_t i = 0; i < asking->document_count; i++)
        if (is_about(record, asking->documents[i]))
            return true;
    return strstr(record->detail, asking->query) != NULL;
}

static bool matches(const struct asking *asking, const struct journal_record *record)
{
    char local[20];
    local_time(record->time, local);
    if (asking->since[0] && strncmp(local, asking->since, 10) < 0)
        return false;
    if (asking->until[0] && strncmp(local, asking->until, 10) > 0)
        return false;
    if (option.by != NULL && strcmp(record->actor, option.by) != 0)
        return false;
    if (option.action != NULL && strcmp(record->action, option.action) != 0 &&
        strcmp(journal_label(record->action), option.action) != 0)
        return false;
    if (option.object != NULL && !is_about(record, option.object))
        return false;
    if (option.owner_id != NULL)
        return about_owner(asking, record);
    return !asking->query[0] || strstr(record->detail, asking->query) != NULL;
}

static enum status take(void *context, const struct journal_record *record, struct error *error)
{
    struct asking *asking = context;
    (void)error;
    if (!matches(asking, record))
        return STATUS_OK;
    asking->matching++;
    if (option.last > 0 && json_array_size(asking->entries) == (size_t)option.last)
        json_array_remove(asking->entries, 0);
    json_array_append_new(asking->entries,
                          json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "seq",
                                    (json_int_t)record->sequence, "time", record->time, "actor",
                                    record->actor, "role", record->role, "action", record->action,
                                    "object", record->object, "purpose", record->purpose, "station",
                                    record->station, "result", record->result, "detail",
                                    record->detail));
    return STATUS_OK;
}

static void note_fault(void *context, const char *place, const char *sentence)
{
    struct asking *asking = context;
    json_array_append_new(asking->faults,
                          json_pack("{s:s, s:s}", "place", place, "fault", sentence));
}

/* ------------------------------------------------------------------ showing */

static const char *text_in(const json_t *entry, const char *key)
{
    return json_string_value(json_object_get(entry, key));
}

static void print_entries(struct cli *cli, const json_t *entries)
{
    struct table *table = table_new((const char *[]){_(">entry"), _("time"), _("who"), _("act"),
                                                     _("object"), _("purpose"), _("result"), NULL});
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        const char *role = text_in(entry, "role"), *actor = text_in(entry, "actor");
        char local[20];
        local_time(text_in(entry, "time"), local);
        if (message_language() == LANGUAGE_VIETNAMESE) /* as terminal_date, with seconds */
            local_days_first(local);
        table_row(table,
                  (const char *[]){
                      arena_printf(cli->arena, "%lld", (long long)json_int(entry, "seq", 0)), local,
                      *role != 0 ? arena_printf(cli->arena, "%s (%s)", actor, role) : actor,
                      journal_label(text_in(entry, "action")), text_in(entry, "object"),
                      text_in(entry, "purpose"), journal_label(text_in(entry, "result"))});
    }
    table_print(table);
}

static void print_faults(const json_t *faults)
{
    for (size_t i = 0; i < json_array_size(faults); i++) {
        const json_t *fault = json_array_get(faults, i);
        printf("✗ %s: %s\n", text_in(fault, "place"), text_in(fault, "fault"));
    }
}

/* ------------------------------------------------------------------ list */

static enum status read_day(struct cli *cli, const char *text, char iso[11])
{
    iso[0] = '\0';
    if (text == NULL || text_date(text, iso))
        return STATUS_OK;
    return error_set(&cli->error, STATUS_REJECT, _("'%s' is no day; write 23/11/2026."), text);
}

/* The documents of a citizen or organisation, by the catalogue. */
static enum status find_documents(struct asking *asking, const char *number)
{
    struct cli *cli = asking->cli;
    struct search_query query = {.text = "", .owner_id = number, .limit = 1000};
    struct search_result result = {0};
    struct index *index = NULL;
    struct db *db = NULL;
    enum status status = warehouse_db(&cli->warehouse, &db, &cli->error);
    if (status == STATUS_OK)
        status =
            index_open(db, &cli->warehouse.roadmap, cli->warehouse.config, &index, &cli->error);
    if (status == STATUS_OK)
        status = index_search(index, &query, cli->arena, &result, &cli->error);
    asking->documents = arena_array(cli->arena, result.hit_count + 1, sizeof *asking->documents);
    for (size_t i = 0; i < result.hit_count; i++)
        asking->documents[asking->document_count++] = result.hits[i].document_id;
    index_close(index);
    db_close(db);
    return status;
}

static enum status prepare(struct asking *asking)
{
    struct cli *cli = asking->cli;
    const char *asked = option.owner_id != NULL ? option.owner_id : option.query;
    enum status status = read_day(cli, option.since, asking->since);
    if (status == STATUS_OK)
        status = read_day(cli, option.until, asking->until);
    if (status == STATUS_OK && asked != NULL)
        status = journal_query(cli->warehouse.journal, asked, asking->query, &cli->error);
    if (status == STATUS_OK && option.owner_id != NULL)
        status = find_documents(asking, option.owner_id);
    return status;
}

static int list(struct cli *cli)
{
    struct asking asking = {.cli = cli, .entries = json_array(), .faults = json_array()};
    struct journal_summary summary;
    enum status status = prepare(&asking);
    if (status == STATUS_OK) /* the journal keeps who read it, too */
        status = cli_record(cli, "journal", option.object, asking.query);
    bool asked = status == STATUS_OK;
    if (asked) /* REJECT: read to its end, with faults */
        status =
            journal_read(cli->warehouse.journal, take, note_fault, &asking, &summary, &cli->error);
    if (!asked || (status != STATUS_OK && status != STATUS_REJECT)) {
        json_decref(asking.entries);
        json_decref(asking.faults);
        return cli_fail(cli, status);
    }
    bool whole = json_array_size(asking.faults) == 0;
    if (cli->json) {
        cli_json(json_pack("{s:I, s:o, s:b, s:o}", "matching", (json_int_t)asking.matching,
                           "entries", asking.entries, "whole", whole, "faults", asking.faults));
        return whole ? EXIT_DONE : EXIT_WRONG;
    }
    print_entries(cli, asking.entries);
    printf(message_count("\n%lld entry matches, of %lld in the journal.\n",
                         "\n%lld entries match, of %lld in the journal.\n", asking.matching),
           (long long)asking.matching, (long long)summary.entries);
    print_faults(asking.faults);
    json_decref(asking.entries);
    json_decref(asking.faults);
    return whole ? EXIT_DONE : EXIT_WRONG;
}

/* ------------------------------------------------------------------ verify */

const char *cli_overdue(struct cli *cli, const char *since)
{
    char local[20];
    int days = cli->warehouse.journaling.anchor_days;
    if (!anchor_overdue(since, days))
        return NULL;
    local_time(since, local);
    local[10] = '\0';
    return arena_printf(cli->arena,
                        _("an anchor is overdue: an entry of %s has waited for one for more than "
                          "%d days: sohoa journal anchor"),
                        terminal_date(cli->arena, local), days);
}

/* The oldest entry that waits too long for an anchor, with a time-stamp where one can be had; "":
 * there is none. */
static const char *overdue_since(const struct cli *cli, const struct anchor_report *report)
{
    const char *tsa = cli->warehouse.archive.tsa;
    const char *since = tsa && *tsa ? report->unstamped_since : report->unsigned_since;
    return anchor_overdue(since, cli->warehouse.journaling.anchor_days) ? since : "";
}

static json_t *check_json(const struct anchor_report *report, bool whole, const char *overdue,
                          json_t *faults)
{
    const struct journal_summary *journal = &report->journal;
    json_t *json = json_pack(
        "{s:b, s:I, s:I, s:s, s:I, s:I, s:i, s:i, s:i, s:I, s:I, s:I, s:I, s:o}", "whole", whole,
        "entries", (json_int_t)journal->entries, "sequence", (json_int_t)journal->sequence, "head",
        journal->head, "torn", (json_int_t)journal->torn, "clock_backs",
        (json_int_t)journal->clock_backs, "anchors", report->anchors, "anchors_stamped",
        report->stamped, "anchors_waiting", report->waiting, "anchored_until",
        (json_int_t)report->covered, "stamped_until", (json_int_t)report->stamped_until, "behind",
        (json_int_t)report->behind, "remembered", (json_int_t)report->marked, "faults", faults);
    json_object_set_new(json, "anchor_overdue", json_boolean(*overdue));
    json_object_set_new(json, "copies_compared", json_boolean(option.anchors != NULL));
    json_object_set_new(json, "agency_known", json_boolean(report->agency_known));
    json_object_set_new(json, "signers", anchors_signers_json(report));
    json_put_text(json, "overdue_since", overdue);
    return json;
}

/* The end as the database has it; none when it is lost or cannot be read, which is told. */
static void read_mark(struct cli *cli, struct journal_mark *mark)
{
    struct db *db = NULL;
    struct error fault = {""};
    const char *path = file_join(cli->arena, cli->warehouse.root, "sohoa.db");
    *mark = (struct journal_mark){0};
    if (file_exists(path) && db_open_readonly(path, &db, &fault) == STATUS_OK)
        journal_mark_read(db, mark, &fault);
    db_close(db);
}

static enum status check(struct cli *cli, struct asking *asking, struct anchor_report *report)
{
    struct journal_mark mark;
    const struct anchor_witness witness = {.copies = option.anchors,
                                           .trust = archive_roots(&cli->warehouse.archive),
                                           .mark = &mark,
                                           .settings = &cli->warehouse.archive,
                                           .store = cli->warehouse.store};
    read_mark(cli, &mark);
    return anchor_check(cli->warehouse.journal, &witness, report, note_fault, asking, &cli->error);
}

static void print_check(struct cli *cli, const struct anchor_report *report, const char *overdue)
{
    const struct journal_summary *journal = &report->journal;
    printf(_("Journal: %s in %s, the last is number %lld; lines cut short by a crash: %lld, times "
             "that the clock was set back: %lld.\n"),
           terminal_count(cli->arena, "%lld entry", "%lld entries", journal->entries),
           terminal_count(cli->arena, "%lld month", "%lld months", journal->segments),
           (long long)journal->sequence, (long long)journal->torn, (long long)journal->clock_backs);
    printf(_("Anchors: %d, of them %d with a time-stamp, %d waiting for one; %s since the last.\n"),
           report->anchors, report->stamped, report->waiting,
           terminal_count(cli->arena, "%lld entry", "%lld entries", report->behind));
    if (report->marked == 0)
        printf(_("Whether entries are missing at its end was not compared: the database (sohoa.db) "
                 "is lost, or does not have it yet.\n"));
    if (*archive_roots(&cli->warehouse.archive) == 0 && report->anchors > 0)
        printf(_("Whether the anchors' signer is trusted was not judged: [archive] trust names no "
                 "roots.\n"));
    anchors_print_signers(cli->arena, report);
    if (option.anchors == NULL)
        printf(
            _("No copies of anchors from another medium were compared (--anchors FOLDER): who can "
              "write all of this warehouse and has its key could have written all of it anew.\n"));
    if (*overdue != 0)
        printf("✗ %s\n", cli_overdue(cli, overdue));
}

static int verify(struct cli *cli)
{
    struct asking asking = {.cli = cli, .faults = json_array()};
    struct anchor_report report;
    int64_t records = 0;
    const struct journal_summary *journal = &report.journal;
    cli->recorded_if_possible = true; /* an auditor may have the right to read alone */
    enum status status = option.anchors ? anchor_copies(option.anchors, &cli->error) : STATUS_OK;
    if (status != STATUS_OK) {
        json_decref(asking.faults);
        return cli_fail(cli, status);
    }
    status = check(cli, &asking, &report);
    if ((status == STATUS_OK || status == STATUS_REJECT) &&
        journal->entries == 0) /* a warehouse begins with one */
        note_fault(&asking, JOURNAL_FOLDER,
                   _("The journal has no entry, and a warehouse begins with one: it was emptied or "
                     "taken away. Bring it back from a backup."));
    if (status == STATUS_OK || status == STATUS_REJECT) {
        enum status named =
            pipeline_records_check(&cli->warehouse, note_fault, &asking, &records, &cli->error);
        status = named == STATUS_OK ? status : named;
        named = handover_kept_check(cli, note_fault, &asking);
        status = named == STATUS_OK ? status : named;
    }
    bool whole = json_array_size(asking.faults) == 0;
    if (status != STATUS_OK && whole) {
        json_decref(asking.faults);
        return cli_fail(cli, status);
    }
    const char *overdue = overdue_since(cli, &report);
    int code = whole && *overdue == 0 ? EXIT_DONE : EXIT_WRONG;
    if (cli->json) {
        json_t *answer = check_json(&report, whole, overdue, asking.faults);
        json_object_set_new(answer, "records", json_integer((json_int_t)records));
        cli_json(answer);
        return code;
    }
    print_faults(asking.faults);
    json_decref(asking.faults);
    print_check(cli, &report, overdue);
    if (records > 0)
        printf(_("Records of what people counted and decided: %lld.\n"), (long long)records);
    printf(whole ? _("✓ The chain is whole.\n") : _("✗ The chain is broken.\n"));
    return code;
}

/* ------------------------------------------------------------------ anchor */

static int anchor(struct cli *cli)
{
    const char *path = NULL, *journal = cli->warehouse.journal;
    struct signer *signer = NULL;
    int copied = 0;
    cli->recorded = true; /* an anchor is an entry itself */
    enum status status = signer_open(&cli->warehouse.archive, NULL, &signer, &cli->error);
    if (status == STATUS_OK)
        status =
            anchor_make(&cli->warehouse.archive, signer, journal, cli->arena, &path, &cli->error);
    signer_close(signer);
    if (status == STATUS_OK && option.to != NULL)
        status = anchor_export(journal, option.to, &copied, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    bool stamped = path != NULL &&
                   file_exists(arena_printf(cli->arena, "%.*s.tst", (int)strlen(path) - 5, path));
    bool same_disk = option.to != NULL && file_same_disk(option.to, journal);
    if (cli->json) {
        json_t *answer = json_pack("{s:b, s:b, s:i, s:b}", "made", path != NULL, "stamped", stamped,
                                   "copied", copied, "same_disk", same_disk);
        json_put_text(answer, "path", path);
        return cli_json(answer);
    }
    if (path == NULL)
        printf(_("Nothing was entered since the last anchor.\n"));
    else
        printf(_("%s (%s)\n"), path,
               stamped ? _("signed and time-stamped") : _("signed, waits for a time-stamp"));
    if (option.to != NULL)
        printf(message_count("%lld file was copied to %s.\n", "%lld files were copied to %s.\n",
                             copied),
               (long long)copied, option.to);
    if (same_disk)
        cli_say_same_disk(cli, option.to);
    return EXIT_DONE;
}

int cmd_journal(struct cli *cli, int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"object", OPTION_TEXT, &option.object, "ID",
         N_("who had to do with this document, batch")},
        {"owner-id", OPTION_TEXT, &option.owner_id, N_("NUMBER"),
         N_("who looked for or at the documents of this citizen or organisation")},
        {"by", OPTION_TEXT, &option.by, N_("NAME"), N_("what this person did")},
        {"action", OPTION_TEXT, &option.action, N_("WORD"), N_("search, show, sign, approve ...")},
        {"query", OPTION_TEXT, &option.query, N_("WORDS"), N_("who searched for these words")},
        {"since", OPTION_TEXT, &option.since, N_("DAY"), N_("from this day on")},
        {"until", OPTION_TEXT, &option.until, N_("DAY"), N_("until the end of this day")},
        {"last", OPTION_INT, &option.last, "N", N_("only the last N")},
        {"anchors", OPTION_TEXT, &option.anchors, N_("FOLDER"),
         N_("verify: hold it against these copies of anchors, too")},
        {"to", OPTION_TEXT, &option.to, N_("FOLDER"),
         N_("anchor: copy all anchors to another medium")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 1, &rest, &count, &code))
        return code;
    if (count == 0 || strcmp(rest[0], "list") == 0)
        return list(cli);
    if (strcmp(rest[0], "verify") == 0)
        return verify(cli);
    if (strcmp(rest[0], "anchor") == 0)
        return anchor(cli);
    fprintf(stderr, _("usage: sohoa journal [list|verify|anchor]\n"));
    return EXIT_USAGE;
}

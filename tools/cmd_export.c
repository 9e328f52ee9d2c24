/* sohoa export: documents that leave the warehouse. packages.c takes them into another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "archive/transfer.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/journal.h"
#include "core/text.h"
#include "tools/command.h"
#include "tools/handover.h"
#include "tools/packages.h"

#define PAGE_OF_HITS 500
#define SIMILAR_SHOWN 20
#define PLAIN_CHARS 200 /* of the reason, in the journal */
#define LIST_MAX ((size_t)16 * 1024 * 1024)

struct exporting {
    struct cli *cli;
    struct export_wish wish;
    const char *receiver;
    const char *before; /* the open hand-over of that folder; "" */
    char **ids;
    size_t id_count, id_room;
    json_t *packages, *faults;
    struct buffer record; /* CSV of the hand-over; with --list */
    int64_t files, bytes;
    int done, there;
    int similar;                            /* hits that are not just what was asked for */
    const char *similar_ids, *similar_text; /* of the first of them; NULL: none */
    bool asked_by_default;                  /* for a passphrase that nobody mentioned */
};

static struct {
    const char *to, *as, *list, *receiver, *receipt, *plain;
    struct packages_secret secret;
    bool handovers, zip, all, fuzzy;
    struct search_query query;
} option;

static bool is_id(const char *text)
{
    return strlen(text) == 36 && strspn(text, "0123456789abcdefABCDEF-") == 36 && text[8] == '-' &&
           text[13] == '-' && text[18] == '-' && text[23] == '-';
}

/* Each document once, in the order asked for. */
static void add_id(struct exporting *e, const char *id)
{
    struct arena *arena = e->cli->arena;
    char *lower = text_lower(arena, id);
    for (size_t i = 0; i < e->id_count; i++)
        if (strcmp(e->ids[i], lower) == 0)
            return;
    if (e->id_count == e->id_room) {
        size_t room = e->id_room ? 2 * e->id_room : 256;
        char **ids = arena_array(arena, room, sizeof *ids);
        if (e->id_count)
            memcpy(ids, e->ids, e->id_count * sizeof *ids);
        e->ids = ids;
        e->id_room = room;
    }
    e->ids[e->id_count++] = lower;
}

/* ---------------------------------------------------------------- which documents */

/* The first field of each line that is an id; a first line without one is the header. */
static enum status ids_of_list(struct exporting *e, const char *path)
{
    char *text = NULL;
    struct arena *arena = e->cli->arena;
    enum status status = file_read(path, LIST_MAX, arena, &text, NULL, &e->cli->error);
    int number = 0;
    if (status == STATUS_OK)
        status = list_check_quotes(text, path, &e->cli->error);
    for (char *line = text, *next; status == STATUS_OK && line; line = next) {
        bool found = false;
        if ((next = strchr(line, '\n')))
            *next++ = '\0';
        number++;
        if (number == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0)
            line += 3;
        status = list_check_line(line, path, number, &e->cli->error);
        if (status != STATUS_OK)
            break;
        char *rest = NULL;
        const char *field = strtok_r(line, ",;\t\r\" ", &rest);
        bool empty = field == NULL;
        for (; field && !found; field = strtok_r(NULL, ",;\t\r\" ", &rest)) {
            found = is_id(field);
            if (found)
                add_id(e, field);
        }
        if (!found && !empty && number > 1)
            status = error_set(&e->cli->error, STATUS_REJECT,
                               _("%s:%d: there is no document id in this line."), path, number);
    }
    if (status == STATUS_OK && e->id_count == 0)
        status = error_set(&e->cli->error, STATUS_REJECT, _("%s names no document."), path);
    return status;
}

/* A hit that only resembles what was asked may be another citizen's: it leaves when somebody has
 * seen it and says so (--fuzzy). */
static void add_hit(struct exporting *e, const struct search_hit *hit)
{
    struct arena *arena = e->cli->arena;
    bool same = hit->why != HIT_SIMILAR && hit->whole;
    if (same || option.fuzzy)
        add_id(e, hit->document_id);
    if (same)
        return;
    if (e->similar < SIMILAR_SHOWN) {
        const char *title = hit->title && *hit->title ? hit->title : hit->type;
        e->similar_ids = arena_printf(arena, "%s%s%s", e->similar_ids ? e->similar_ids : "",
                                      e->similar_ids ? "," : "", hit->document_id);
        e->similar_text = arena_printf(
            arena, "%s  %s  %s · %s\n", e->similar_text ? e->similar_text : "", hit->document_id,
            hit->owner && *hit->owner ? hit->owner : "—", title && *title ? title : "—");
    }
    e->similar++;
}

/* Showing them is looking at them. */
static enum status show_similar(struct exporting *e)
{
    struct cli *cli = e->cli;
    enum status status = STATUS_OK;
    if (e->similar == 0)
        return status;
    status =
        cli_record_look(cli, "search", NULL,
                        arena_printf(cli->arena, "count=%d shown=%s", e->similar, e->similar_ids));
    if (status != STATUS_OK)
        return status;
    fprintf(stderr,
            message_count("%lld document only resembles what was asked for:\n",
                          "%lld documents only resemble what was asked for:\n", e->similar),
            (long long)e->similar);
    fprintf(stderr, "%s", e->similar_text);
    if (!option.fuzzy)
        fprintf(stderr, _("  Not exported; with --fuzzy they are.\n"));
    return status;
}

static enum status ids_of_query(struct exporting *e, struct search_query *query)
{
    struct cli *cli = e->cli;
    struct index *index = NULL;
    struct search_result result = {0};
    enum status status =
        index_open(cli->db, &cli->warehouse.roadmap, cli->warehouse.config, &index, &cli->error);
    query->limit = PAGE_OF_HITS;
    do {
        struct arena *arena = arena_new();
        if (status == STATUS_OK)
            status = index_search(index, query, arena, &result, &cli->error);
        for (size_t i = 0; status == STATUS_OK && i < result.hit_count; i++)
            add_hit(e, &result.hits[i]);
        query->offset += PAGE_OF_HITS;
        arena_free(arena);
    } while (status == STATUS_OK && result.hit_count == PAGE_OF_HITS);
    index_close(index);
    if (status == STATUS_OK)
        status = show_similar(e);
    if (status == STATUS_OK && e->id_count == 0)
        status = error_set(&cli->error, STATUS_REJECT,
                           e->similar > 0 ? _("The search found nothing but similar documents.")
                                          : _("The search found no document."));
    return status;
}

/* ---------------------------------------------------------------- taking them out */

static enum status note(void *context, const struct exported *done, struct error *error)
{
    struct exporting *e = context;
    char now[26];
    (void)error;
    json_t *object = json_pack("{s:s, s:i, s:s, s:i, s:i, s:I, s:s, s:b}", "id", done->id,
                               "version", done->version, "name", done->name, "files", done->files,
                               "pages", done->pages, "bytes", (json_int_t)done->bytes,
                               "package_sha256", done->package_sha256, "there", done->there);
    if (*done->zip_sha256)
        json_put_text(object, "zip_sha256", done->zip_sha256);
    if (*done->record_sha256)
        json_put_text(object, "record_sha256", done->record_sha256);
    if (done->record_fault) {
        const char *why = arena_printf(
            e->cli->arena, _("The package is out, its evidence record stays behind: %s"),
            done->record_fault);
        fprintf(stderr, "✗ %s: %s\n", done->id, why);
        json_array_append_new(e->faults, json_pack("{s:s, s:s}", "id", done->id, "why", why));
    }
    json_array_append_new(e->packages, object);
    e->done++;
    e->there += done->there;
    e->files += done->files;
    e->bytes += done->bytes;
    file_now(now);
    buffer_printf(&e->record, "%d,%s,%d,%s,%d,%d,%lld,%s,%s,%s,\"", e->done, done->id,
                  done->version, done->name, done->pages, done->files, (long long)done->bytes,
                  done->package_sha256, done->zip_sha256, now);
    if (e->receiver && *e->receiver &&
        strchr("=+-@", *e->receiver)) /* else a spreadsheet reckons it */
        buffer_text(&e->record, "'");
    for (const char *at = e->receiver ? e->receiver : ""; *at; at++)
        buffer_add(&e->record, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
    buffer_printf(&e->record, "\",,,%s\n", done->record_sha256);
    return STATUS_OK;
}

/* A document that cannot leave does not hold the others; a full disk does. */
static enum status export_all(struct exporting *e)
{
    struct cli *cli = e->cli;
    enum status status = file_mkdirs(e->wish.to, &cli->error);
    for (size_t i = 0; i < e->id_count && status == STATUS_OK; i++) {
        if (terminal_interrupted())
            return error_set(&cli->error, STATUS_END,
                             _("Interrupted; the same command goes on where it stopped."));
        terminal_progress(_("Exporting"), (int64_t)i, (int64_t)e->id_count, "");
        status = export_document(&e->wish, e->ids[i], note, e, &cli->error);
        if (status == STATUS_REJECT) {
            fprintf(stderr, "✗ %s: %s\n", e->ids[i], cli->error.text);
            json_array_append_new(e->faults,
                                  json_pack("{s:s, s:s}", "id", e->ids[i], "why", cli->error.text));
            status = STATUS_OK;
        }
    }
    terminal_progress_end();
    return status;
}

/* The list that is there stays when not all could be taken out and it names packages of the folder
 * that the new one would not: a wrong passphrase makes no stranger of what is good. */
static bool list_stays(struct exporting *e, json_t *summary)
{
    int left =
        json_array_size(e->faults) > 0 ? packages_left_out(e->cli, e->wish.to, e->packages) : 0;
    if (left > 0)
        fprintf(stderr,
                _("The list in %s stays as it was: it names %d packages that are there and could "
                  "not be taken out again.\n"),
                e->wish.to, left);
    if (left > 0)
        json_object_set_new(summary, "list_kept", json_true());
    return left > 0;
}

static enum status write_summary(struct exporting *e, bool list, json_t **out)
{
    char now[26];
    struct cli *cli = e->cli;
    enum status status = STATUS_OK;
    file_now(now);
    *out = json_pack("{s:s, s:s, s:b, s:i, s:i, s:I, s:I, s:O, s:O}", "kind",
                     export_kind_name(e->wish.kind), "at", now, "encrypted",
                     e->wish.passphrase != NULL, "packages_count", e->done, "there", e->there,
                     "files", (json_int_t)e->files, "bytes", (json_int_t)e->bytes, "packages",
                     e->packages, "faults", e->faults);
    if (list_stays(e, *out))
        return STATUS_OK;
    if ((list || e->receiver) && e->done > 0)
        status = handover_given(cli, *out, e->receiver, e->before);
    if (status == STATUS_OK)
        status = json_write(file_join(cli->arena, e->wish.to, PACKAGES_SUMMARY), *out, &cli->error);
    if (status == STATUS_OK && list)
        status = file_write(file_join(cli->arena, e->wish.to, PACKAGES_RECORD), e->record.data,
                            e->record.size, &cli->error);
    return status;
}

static int finish(struct exporting *e, bool list, enum status status)
{
    json_t *summary = NULL;
    const bool encrypted = e->wish.passphrase != NULL;
    struct cli *cli = e->cli;
    size_t faults = json_array_size(e->faults);
    if (status == STATUS_OK)
        status = write_summary(e, list, &summary);
    json_decref(e->packages);
    json_decref(e->faults);
    buffer_clear(&e->record);
    if (status != STATUS_OK) {
        json_decref(summary);
        return status == STATUS_END ? (cli_fail(cli, status), EXIT_INTERRUPTED)
                                    : cli_fail(cli, status);
    }
    if (cli->json)
        cli_json(summary);
    else {
        json_decref(summary);
        printf(_("%s (%s) in %s: %s, %.1f MB; there already: %d, could not be taken out: %zu.\n"),
               terminal_count(cli->arena, "%lld package", "%lld packages", e->done),
               export_kind_name(e->wish.kind), e->wish.to,
               terminal_count(cli->arena, "%lld file", "%lld files", e->files),
               (double)e->bytes / 1e6, e->there, faults);
        if ((list || e->receiver) && e->done > 0)
            printf(
                _("A hand-over. The receiver takes it by: sohoa import %s --receipt FOLDER; what "
                  "comes back is kept by: sohoa export --receipt receipt.json\n"),
                encrypted ? "--passphrase ..." : "...");
    }
    return faults > 0 ? EXIT_PERSON : EXIT_DONE;
}

/* ---------------------------------------------------------------- the command */

static bool kind_of(const char *text, enum export_kind *kind)
{
    char name[4] = "";
    for (int i = 0; text && text[i] && i < 3; i++)
        name[i] = (char)(text[i] & ~0x20);
    for (*kind = EXPORT_AIP; *kind <= EXPORT_DIP; ++*kind)
        if (text == NULL || (strlen(text) == 3 && strcmp(name, export_kind_name(*kind)) == 0))
            return true;
    return false;
}

static enum status choose(struct exporting *e, char **rest, int count)
{
    struct search_query *query = &option.query;
    char *text = arena_strdup(e->cli->arena, "");
    int ids = 0;
    if (option.list != NULL)
        return ids_of_list(e, option.list);
    for (int i = 0; i < count; i++) {
        ids += is_id(rest[i]);
        text = arena_printf(e->cli->arena, "%s%s%s", text, i > 0 ? " " : "", rest[i]);
    }
    if (count > 0 && ids == count) {
        for (int i = 0; i < count; i++)
            add_id(e, rest[i]);
        return STATUS_OK;
    }
    query->text = text;
    return ids_of_query(e, query);
}

static bool says_which(int count)
{
    const struct search_query *q = &option.query;
    return count > 0 || option.list || option.all || q->band || q->procedure || q->type ||
           q->unit || q->number || q->owner || q->owner_id || q->year_from || q->year_to;
}

/* What leaves the house, to a receiver or as a package for others, is encrypted unless somebody
 * says why not. False after saying what is wrong. */
static bool decide_secret(struct exporting *e)
{
    struct packages_secret *secret = &option.secret;
    bool leaves = option.receiver || option.list || e->wish.kind != EXPORT_AIP;
    bool encrypted = packages_encrypted(secret);
    if (option.plain && (encrypted || option.plain[strspn(option.plain, " ")] == '\0')) {
        fprintf(stderr, _("sohoa export: --plain REASON says why packages leave unencrypted; with "
                          "a passphrase they do not\n"));
        return false;
    }
    if (leaves && !encrypted && !option.plain)
        secret->ask = e->asked_by_default = true;
    return true;
}

static enum status get_passphrase(struct exporting *e, char passphrase[PASSPHRASE_SIZE])
{
    struct error *error = &e->cli->error;
    if (!packages_encrypted(&option.secret))
        return STATUS_OK;
    enum status status =
        export_passphrase(option.secret.descriptor, option.secret.command,
                          e->cli->warehouse.archive.pin_command_s, true, passphrase, error);
    if (status != STATUS_OK && e->asked_by_default)
        return error_add(error, status, "%s",
                         _("What leaves the house is encrypted, unless --plain REASON says why "
                           "not"));
    if (status == STATUS_OK)
        status = export_passphrase_fits(passphrase, error);
    e->wish.passphrase = passphrase;
    return status;
}

/* Who was given what, before anything leaves. */
static enum status record_all(struct exporting *e)
{
    struct cli *cli = e->cli;
    const char *how =
        option.plain ? arena_printf(cli->arena, "encrypted=no plain=%s",
                                    journal_harmless(cli->arena, option.plain, PLAIN_CHARS))
                     : arena_printf(cli->arena, "encrypted=%s", e->wish.passphrase ? "yes" : "no");
    enum status status =
        cli_record_look(cli, "export", option.list ? file_name(option.list) : NULL,
                        arena_printf(cli->arena, "kind=%s count=%zu %s",
                                     export_kind_name(e->wish.kind), e->id_count, how));
    for (size_t i = 0; status == STATUS_OK && i < e->id_count; i++)
        status =
            cli_record(cli, "export", e->ids[i],
                       arena_printf(cli->arena, "kind=%s %s", export_kind_name(e->wish.kind), how));
    return status;
}

/* One folder is one hand-over. */
static enum status look_at_folder(struct exporting *e)
{
    const char *receiver = e->receiver ? e->receiver : option.list ? "" : NULL;
    return handover_before(e->cli, file_join(e->cli->arena, e->wish.to, PACKAGES_SUMMARY), receiver,
                           (const char *const *)e->ids, e->id_count, &e->before);
}

int cmd_export(struct cli *cli, int argc, char **argv)
{
    static struct search_query *const query = &option.query;
    const struct option_row rows[] = {
        {"to", OPTION_TEXT, &option.to, N_("FOLDER"), N_("where the packages go")},
        {"as", OPTION_TEXT, &option.as, "aip|sip|dip",
         N_("as kept (aip), for another archive (sip), for use, without masters (dip)")},
        {"zip", OPTION_FLAG, &option.zip, NULL, N_("each package a ZIP")},
        {"passphrase", OPTION_FLAG, &option.secret.ask, NULL,
         N_("encrypt the ZIP (AES-256); the passphrase is asked for, or read from "
            "SOHOA_PASSPHRASE_FD")},
        {"passphrase-fd", OPTION_TEXT, &option.secret.descriptor, "N",
         N_("encrypt the ZIP; the passphrase is read from this open descriptor")},
        {"passphrase-command", OPTION_TEXT, &option.secret.command, N_("COMMAND"),
         N_("encrypt the ZIP; this command's first line is the passphrase")},
        {"plain", OPTION_TEXT, &option.plain, N_("REASON"),
         N_("unencrypted although it leaves the house; the reason goes into the journal, so "
            "nothing of a citizen in it")},
        {"list", OPTION_TEXT, &option.list, N_("FILE.csv"),
         N_("the documents of a hand-over list; writes handover.csv")},
        {"receiver", OPTION_TEXT, &option.receiver, N_("NAME"), N_("who takes them over")},
        {"receipt", OPTION_TEXT, &option.receipt, N_("FILE.json"),
         N_("nothing leaves: keep the receiver's receipt for a hand-over")},
        {"handovers", OPTION_FLAG, &option.handovers, NULL,
         N_("nothing leaves: list the hand-overs and what came back")},
        {"fuzzy", OPTION_FLAG, &option.fuzzy, NULL,
         N_("of a search: also documents that only resemble what was asked for")},
        {"all", OPTION_FLAG, &option.all, NULL, N_("every document")},
        {"band", OPTION_TEXT, &query->band, N_("BAND"), N_("year band, as in 2006-2015; unknown")},
        {"procedure", OPTION_TEXT, &query->procedure, N_("CODE|WORDS"), N_("procedure")},
        {"type", OPTION_TEXT, &query->type, N_("TYPE"),
         N_("type of paper: khai_sinh, ket_hon ...")},
        {"unit", OPTION_TEXT, &query->unit, N_("WORDS"), N_("commune, ward, district")},
        {"number", OPTION_TEXT, &query->number, N_("NUMBER"),
         N_("number and sign of the document")},
        {"owner", OPTION_TEXT, &query->owner, N_("NAME"), N_("citizen or organisation")},
        {"id", OPTION_TEXT, &query->owner_id, N_("NUMBER"), N_("CCCD, CMND or tax code")},
        {"from", OPTION_INT, &query->year_from, N_("YEAR"), N_("issued in this year or later")},
        {"until", OPTION_INT, &query->year_to, N_("YEAR"), N_("issued in this year or earlier")},
        OPTION_ROWS_END};
    char **rest = NULL, passphrase[PASSPHRASE_SIZE] = "";
    int count = 0, code = 0;
    struct exporting e = {.cli = cli, .before = ""};
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    if (option.receipt)
        return handover_returned(cli, option.receipt);
    if (option.handovers)
        return handover_show(cli);
    if (!option.to || !says_which(count) || !kind_of(option.as, &e.wish.kind)) {
        fprintf(stderr, _("sohoa export: --to FOLDER says where to; ids, --list, words, filters or "
                          "--all say which; --as is aip, sip or dip\n"));
        return EXIT_USAGE;
    }
    if (!decide_secret(&e) || !cli_outside(cli, option.to))
        return EXIT_USAGE;
    e.wish.store = cli->warehouse.store;
    e.wish.config = cli->warehouse.config;
    e.wish.evidence = pipeline_evidence_folder(&cli->warehouse, cli->arena);
    e.wish.to = option.to;
    e.wish.zip = option.zip || packages_encrypted(&option.secret);
    e.receiver = option.receiver;
    e.packages = json_array();
    e.faults = json_array();
    buffer_text(&e.record, "\xEF\xBB\xBF" /* a spreadsheet reads Vietnamese only with it */
                           "no,id,version,name,pages,files,bytes,package_sha256,zip_sha256,"
                           "handed_over_at,receiver,receipt,received_at,record_sha256\n");
    terminal_catch_interrupt();
    enum status status = choose(&e, rest, count);
    if (status == STATUS_OK)
        status = look_at_folder(&e);
    if (status == STATUS_OK)
        status = get_passphrase(&e, passphrase);
    if (status == STATUS_OK)
        status = record_all(&e);
    if (status == STATUS_OK)
        status = export_all(&e);
    export_wipe(passphrase);
    return finish(&e, option.list != NULL, status);
}

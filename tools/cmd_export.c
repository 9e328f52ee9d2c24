/* sohoa export, and sohoa import of packages: documents that leave the warehouse and come into one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "archive/transfer.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/text.h"
#include "tools/command.h"
#include "tools/handover.h"
#include "tools/packages.h"

#define PAGE_OF_HITS 500
#define LIST_MAX ((size_t)16 * 1024 * 1024)
#define RECORD "handover.csv"
#define SUMMARY "export.json"

struct exporting {
    struct cli *cli;
    struct export_wish wish;
    const char *receiver;
    char **ids;
    size_t id_count, id_room;
    json_t *packages, *faults;
    struct buffer record; /* CSV of the hand-over; with --list */
    int64_t files, bytes;
    int done, there;
};

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
    for (char *line = text, *next; status == STATUS_OK && line; line = next) {
        bool found = false;
        if ((next = strchr(line, '\n')))
            *next++ = '\0';
        number++;
        if (number == 1 && strncmp(line, "\xEF\xBB\xBF", 3) == 0)
            line += 3;
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
            add_id(e, result.hits[i].document_id);
        query->offset += PAGE_OF_HITS;
        arena_free(arena);
    } while (status == STATUS_OK && result.hit_count == PAGE_OF_HITS);
    index_close(index);
    if (status == STATUS_OK && e->id_count == 0)
        status = error_set(&cli->error, STATUS_REJECT, _("The search found no document."));
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
    json_array_append_new(e->packages, object);
    e->done++;
    e->there += done->there;
    e->files += done->files;
    e->bytes += done->bytes;
    file_now(now);
    buffer_printf(&e->record, "%d,%s,%d,%s,%d,%d,%lld,%s,%s,%s,\"", e->done, done->id,
                  done->version, done->name, done->pages, done->files, (long long)done->bytes,
                  done->package_sha256, done->zip_sha256, now);
    for (const char *at = e->receiver ? e->receiver : ""; *at; at++)
        buffer_add(&e->record, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
    buffer_text(&e->record, "\",,\n");
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

static enum status write_summary(struct exporting *e, bool list, json_t **out)
{
    char now[26];
    struct cli *cli = e->cli;
    enum status status = STATUS_OK;
    file_now(now);
    *out = json_pack("{s:s, s:s, s:i, s:i, s:I, s:I, s:O, s:O}", "kind",
                     export_kind_name(e->wish.kind), "at", now, "packages_count", e->done, "there",
                     e->there, "files", (json_int_t)e->files, "bytes", (json_int_t)e->bytes,
                     "packages", e->packages, "faults", e->faults);
    if (list || e->receiver)
        status = handover_given(cli, *out, e->receiver);
    if (status == STATUS_OK)
        status = json_write(file_join(cli->arena, e->wish.to, SUMMARY), *out, &cli->error);
    if (status == STATUS_OK && list)
        status = file_write(file_join(cli->arena, e->wish.to, RECORD), e->record.data,
                            e->record.size, &cli->error);
    return status;
}

static int finish(struct exporting *e, bool list, enum status status)
{
    json_t *summary = NULL;
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
        printf(
            _("%d packages (%s) in %s: %lld files, %.1f MB; %d were there already, %zu could not "
              "be taken out.\n"),
            e->done, export_kind_name(e->wish.kind), e->wish.to, (long long)e->files,
            (double)e->bytes / 1e6, e->there, faults);
    }
    return faults > 0 ? EXIT_PERSON : EXIT_DONE;
}

/* ---------------------------------------------------------------- the command */

static struct {
    const char *to, *as, *list, *receiver, *receipt, *passphrase_command;
    bool handovers, zip, passphrase, all;
    struct search_query query;
} option;

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

int cmd_export(struct cli *cli, int argc, char **argv)
{
    static struct search_query *const query = &option.query;
    const struct option_row rows[] = {
        {"to", OPTION_TEXT, &option.to, N_("FOLDER"), N_("where the packages go")},
        {"as", OPTION_TEXT, &option.as, "aip|sip|dip",
         N_("as kept (aip), for another archive (sip), for use, without masters (dip)")},
        {"zip", OPTION_FLAG, &option.zip, NULL, N_("each package a ZIP")},
        {"passphrase", OPTION_FLAG, &option.passphrase, NULL,
         N_("encrypt the ZIP (AES-256); the passphrase is asked for, or read from SOHOA_PIN_FD")},
        {"passphrase-command", OPTION_TEXT, &option.passphrase_command, N_("COMMAND"),
         N_("encrypt the ZIP; this command's first line is the passphrase")},
        {"list", OPTION_TEXT, &option.list, N_("FILE.csv"),
         N_("the documents of a hand-over list; writes handover.csv")},
        {"receiver", OPTION_TEXT, &option.receiver, N_("NAME"), N_("who takes them over")},
        {"receipt", OPTION_TEXT, &option.receipt, N_("FILE.json"),
         N_("nothing leaves: keep the receiver's receipt for a hand-over")},
        {"handovers", OPTION_FLAG, &option.handovers, NULL,
         N_("nothing leaves: list the hand-overs and what came back")},
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
    struct exporting e = {.cli = cli};
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
    bool secret = option.passphrase || option.passphrase_command;
    e.wish.store = cli->warehouse.store;
    e.wish.config = cli->warehouse.config;
    e.wish.to = option.to;
    e.wish.zip = option.zip || secret;
    e.receiver = option.receiver;
    e.packages = json_array();
    e.faults = json_array();
    buffer_text(&e.record, "no,id,version,name,pages,files,bytes,package_sha256,zip_sha256,"
                           "handed_over_at,receiver,receipt,received_at\n");
    terminal_catch_interrupt();
    enum status status = choose(&e, rest, count);
    if (status == STATUS_OK && secret)
        status = export_passphrase(option.passphrase_command ? option.passphrase_command : "",
                                   passphrase, &cli->error);
    e.wish.passphrase = secret ? passphrase : NULL;
    if (status == STATUS_OK)
        status = cli_record_look(cli, "export", option.list ? file_name(option.list) : NULL,
                                 arena_printf(cli->arena, "kind=%s count=%zu",
                                              export_kind_name(e.wish.kind), e.id_count));
    for (size_t i = 0; status == STATUS_OK && i < e.id_count; i++) /* who was given which one */
        status = cli_record(cli, "export", e.ids[i],
                            arena_printf(cli->arena, "kind=%s", export_kind_name(e.wish.kind)));
    if (status == STATUS_OK)
        status = export_all(&e);
    export_wipe(passphrase);
    return finish(&e, option.list != NULL, status);
}

/* ---------------------------------------------------------------- import of packages */

struct importing {
    struct cli *cli;
    struct index *index;
    struct import_wish wish;
    json_t *packages, *faults;
    const char *from;
    struct handover_taken *came; /* for the receipt */
    size_t came_count, came_room;
    const char *receipts; /* folder for the giver's copy; or NULL */
    int taken, there, refused;
};

static void show_fault(void *context, const char *sentence)
{
    struct importing *i = context;
    fprintf(stderr, "✗ %s: %s\n", file_name(i->from), sentence);
    json_array_append_new(i->faults, json_pack("{s:s, s:s}", "from", i->from, "why", sentence));
}

static void remember(struct importing *i, const struct imported *done)
{
    struct arena *arena = i->cli->arena;
    if (i->came_count == i->came_room) {
        i->came_room = i->came_room ? 2 * i->came_room : 64;
        i->came = memory_resize(i->came, i->came_room * sizeof *i->came);
    }
    i->came[i->came_count++] = (struct handover_taken){arena_strdup(arena, done->id), done->version,
                                                       arena_strdup(arena, done->package_sha256)};
}

static enum status take_one(struct importing *i, const char *from)
{
    struct cli *cli = i->cli;
    struct arena *arena = arena_new();
    struct imported done;
    i->from = from;
    enum status status = import_package(&i->wish, from, show_fault, i, arena, &done, &cli->error);
    if (status == STATUS_OK)
        status = index_package(i->index, done.path, &cli->error);
    cli->recorded = true;
    if (status == STATUS_OK)
        status = pipeline_record_package(
            &cli->warehouse, "import", done.path,
            arena_printf(arena, "kind=%s there=%d", done.kind, done.there), &cli->error);
    if (status == STATUS_OK) {
        remember(i, &done);
        i->taken += !done.there;
        i->there += done.there;
        json_array_append_new(i->packages,
                              json_pack("{s:s, s:i, s:s, s:s, s:i, s:I, s:b}", "id", done.id,
                                        "version", done.version, "kind", done.kind, "from", from,
                                        "files", done.files, "bytes", (json_int_t)done.bytes,
                                        "there", done.there));
    } else if (status == STATUS_REJECT) {
        show_fault(i, cli->error.text);
        i->refused++;
        status = STATUS_OK;
    }
    arena_free(arena);
    return status;
}

static bool is_export_folder(struct cli *cli, const char *path)
{
    return file_is_folder(path) && file_exists(file_join(cli->arena, path, SUMMARY));
}

bool packages_are(struct cli *cli, char **paths, int count)
{
    for (int i = 0; i < count; i++)
        if (!import_is_package(paths[i]) && !is_export_folder(cli, paths[i]))
            return false;
    return count > 0;
}

/* Older versions first, so that a document's history is never there in part for longer than it
 * takes: ".v1" of a name sorts behind the name itself. */
static enum status take_folder(struct importing *i, const char *path)
{
    char **names = NULL;
    size_t count = 0;
    struct cli *cli = i->cli;
    enum status status = file_list(path, cli->arena, &names, &count, &cli->error);
    for (size_t at = count; at > 0 && status == STATUS_OK; at--) {
        const char *one = file_join(cli->arena, path, names[at - 1]);
        if (names[at - 1][0] != '.' && import_is_package(one))
            status = take_one(i, one);
    }
    if (status == STATUS_OK && is_export_folder(i->cli, path))
        status = handover_taken(cli, file_join(cli->arena, path, SUMMARY), i->came, i->came_count,
                                i->receipts);
    return status;
}

int packages_import(struct cli *cli, char **paths, int count, bool ask, const char *command,
                    const char *receipts)
{
    char passphrase[PASSPHRASE_SIZE] = "";
    struct importing i = {.cli = cli};
    enum status status = cli_open(cli, NEEDS_DATABASE);
    if (status == STATUS_OK && (ask || command))
        status = export_passphrase(command ? command : "", passphrase, &cli->error);
    if (status == STATUS_OK)
        status = index_open(cli->db, &cli->warehouse.roadmap, cli->warehouse.config, &i.index,
                            &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    i.wish = (struct import_wish){cli->warehouse.store, cli->warehouse.config,
                                  ask || command ? passphrase : NULL};
    i.receipts = receipts;
    i.packages = json_array();
    i.faults = json_array();
    for (int at = 0; at < count && status == STATUS_OK; at++)
        status =
            import_is_package(paths[at]) ? take_one(&i, paths[at]) : take_folder(&i, paths[at]);
    export_wipe(passphrase);
    index_close(i.index);
    free(i.came);
    json_t *summary = json_pack("{s:i, s:i, s:i, s:o, s:o}", "taken", i.taken, "there", i.there,
                                "refused", i.refused, "packages", i.packages, "faults", i.faults);
    if (status == STATUS_OK && cli->json)
        cli_json(json_incref(summary));
    json_decref(summary);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (!cli->json)
        printf(_("%s taken in; there already: %d, refused: %d.\n"),
               terminal_count(cli->arena, "%lld package", "%lld packages", i.taken), i.there,
               i.refused);
    return i.refused > 0 ? EXIT_PERSON : EXIT_DONE;
}

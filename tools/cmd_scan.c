/* sohoa scan, import: paper or files into a batch of the warehouse, or into a plain folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/transfer.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "core/turn.h"
#include "tools/command.h"
#include "tools/packages.h"

/* Where pages go and what was said about them. */
struct intake {
    struct cli *cli;
    const char *batch; /* NULL: a plain folder */
    const char *folder;
    bool import;
    int pages, held;
    json_t *names;
    json_t *refused;
    char **paths; /* of an import */
    int path_count;
    const char **seen; /* SHA-256 of its PDFs so far */
    size_t seen_count, seen_room;
    int turn; /* of the PDF that is being looked at, until it lies in the spool; -1 none */
};

static enum status take_page(void *context, const struct page *page, struct error *error)
{
    struct intake *intake = context;
    enum status status = STATUS_OK;
    turn_end(&intake->turn);
    if (intake->batch != NULL)
        status = pipeline_take_page(intake->cli->db, intake->batch, page, error);
    if (status != STATUS_OK)
        return status;
    intake->pages++;
    json_array_append_new(intake->names, json_string(page->file));
    if (!intake->cli->json && intake->batch == NULL)
        printf("%s\n", file_join(intake->cli->arena, intake->folder, page->file));
    return terminal_interrupted() ? STATUS_END : STATUS_OK;
}

/* Two of one import are told like those of two. */
static enum status refuse_known(void *context, const char *sha256, struct error *error)
{
    struct intake *intake = context;
    struct cli *cli = intake->cli;
    for (size_t i = 0; i < intake->seen_count; i++)
        if (strcmp(intake->seen[i], sha256) == 0)
            return error_set(error, STATUS_REJECT,
                             _("this PDF is the same, byte for byte, as one before it in this "
                               "import (--again takes it once more)"));
    if (intake->seen_count == intake->seen_room) {
        size_t room = intake->seen_room ? 2 * intake->seen_room : 64;
        const char **seen = arena_array(cli->arena, room, sizeof *seen);
        if (intake->seen_count)
            memcpy(seen, intake->seen, intake->seen_count * sizeof *seen);
        intake->seen = seen;
        intake->seen_room = room;
    }
    intake->seen[intake->seen_count++] = arena_strdup(cli->arena, sha256);
    struct arena *arena = arena_new();
    turn_end(&intake->turn); /* of one before it that was not taken */
    enum status status =
        turn_take(pipeline_turns(&cli->warehouse, arena), &sha256, 1, &intake->turn, error);
    if (status == STATUS_OK)
        status = pipeline_holds_pdf(&cli->warehouse, cli->db, sha256, intake->batch, arena, error);
    if (status != STATUS_OK)
        turn_end(&intake->turn);
    arena_free(arena);
    return status;
}

static bool show_page_progress(void *context, int sheet, int side, double share)
{
    struct intake *intake = context;
    char note[80];
    snprintf(note, sizeof note, _("sheet %d, side %d"), sheet, side);
    terminal_progress(_("Scanning"), share < 0 ? intake->pages : (int64_t)(share * 100),
                      share < 0 ? 0 : 100, note);
    return !terminal_interrupted();
}

static void show_refused(void *context, const char *path, const char *why)
{
    struct intake *intake = context;
    intake->held++;
    json_array_append_new(intake->refused, json_pack("{s:s, s:s}", "path", path, "why", why));
    terminal_progress_end();
    fprintf(stderr, _("not taken: %s: %s\n"), path, why);
}

/* ------------------------------------------------------------------ options of both commands */

static struct {
    const char *to, *profile, *device, *operator_name, *box_code, *shelf, *separate, *more, *close,
        *receipt;
    struct packages_secret secret;
    int sheets, every;
    bool again;
} option;

static const char *const separations[] = {"motto", "blank", "count", "file", "batch", NULL};

/* The way documents are told apart, as an enum separation; -1 after saying what is wrong. */
static int separation_of(struct cli *cli, bool files)
{
    if (option.separate == NULL)
        return files && cli->warehouse.ingest.separate == SEPARATE_MOTTO
                   ? SEPARATE_MOTTO
                   : cli->warehouse.ingest.separate;
    for (int i = 0; separations[i] != NULL; i++)
        if (strcmp(separations[i], option.separate) == 0)
            return i;
    fprintf(stderr, _("sohoa: --separate takes motto, blank, count, file or batch, not '%s'\n"),
            option.separate);
    return -1;
}

static enum status refuse_own(void *context, const char *path, struct error *error)
{
    struct cli *cli = context;
    bool own = false;
    enum status status = pipeline_is_own_pdf(&cli->warehouse, cli->db, path, &own, error);
    return status == STATUS_OK && own ? STATUS_REJECT : status;
}

struct own_walk {
    struct cli *cli;
    const char *folder;
};

static enum status refuse_own_below(void *context, const char *relative, struct error *error)
{
    struct own_walk *walk = context;
    return refuse_own(walk->cli, file_join(walk->cli->arena, walk->folder, relative), error);
}

/* A PDF that went out from here is no new paper. */
static enum status refuse_own_pdfs(struct intake *intake)
{
    struct cli *cli = intake->cli;
    enum status status = STATUS_OK;
    for (int i = 0; i < intake->path_count && status == STATUS_OK; i++) {
        struct own_walk walk = {cli, intake->paths[i]};
        status = file_is_folder(intake->paths[i])
                     ? file_walk(intake->paths[i], refuse_own_below, &walk, &cli->error)
                     : refuse_own(cli, intake->paths[i], &cli->error);
    }
    return status;
}

/* Opens a new batch, or goes on with --continue; first_sheet is the next one. */
static enum status open_intake(struct intake *intake, struct batch *batch, int *first_sheet)
{
    struct cli *cli = intake->cli;
    *first_sheet = 1;
    if (option.to != NULL) {
        intake->folder = option.to;
        return file_mkdirs(option.to, &cli->error);
    }
    if (cli->warehouse.root == NULL)
        return error_set(&cli->error, STATUS_FATAL,
                         _("%s is no warehouse: 'sohoa init' makes one, --warehouse FOLDER names "
                           "one, --to FOLDER scans without one"),
                         cli->root);
    enum status status = warehouse_db(&cli->warehouse, &cli->db, &cli->error);
    if (status == STATUS_OK)
        status = refuse_own_pdfs(intake);
    if (status != STATUS_OK)
        return status;
    if (batch->call != NULL) {
        const char *id = "";
        status = pipeline_find_import(&cli->warehouse, cli->db, batch->call, cli->arena, &id,
                                      &cli->error);
        option.more = *id != 0 ? id : NULL;
        if (*id != 0 && !cli->json)
            printf(_("Going on with batch %s, the import that stopped.\n"), id);
    }
    if (status == STATUS_OK && option.more != NULL) {
        const struct batch said = *batch;
        status = pipeline_continue_batch(&cli->warehouse, cli->db, option.more, batch, first_sheet,
                                         cli->arena, &cli->error);
        if (status == STATUS_RETRY && said.call != NULL) { /* the same import was quicker */
            *batch = said;
            option.more = NULL;
            status = STATUS_OK;
        }
    }
    if (status == STATUS_OK && option.more == NULL) {
        batch->operator_name = option.operator_name != NULL ? option.operator_name : "";
        batch->box_code = option.box_code != NULL ? option.box_code : "";
        batch->shelf = option.shelf != NULL ? option.shelf : "";
        batch->sheets_expected = option.sheets;
        batch->separate_count =
            option.every > 0 ? option.every : cli->warehouse.ingest.separate_count;
        status = pipeline_open_batch(&cli->warehouse, cli->db, batch, cli->arena, &cli->error);
    }
    if (status != STATUS_OK)
        return status;
    intake->batch = batch->id;
    cli->object = batch->id;
    intake->folder = pipeline_batch_folder(&cli->warehouse, batch->id, cli->arena);
    return STATUS_OK;
}

static int finish_json(struct intake *intake, enum status status,
                       const struct ingest_result *result)
{
    json_t *answer =
        json_pack("{s:s, s:i, s:i, s:i, s:i, s:o, s:o}", "status", status_name(status), "pages",
                  result->pages, "sheets", result->sheets, "held", result->held, "put_back_sheet",
                  result->put_back_sheet, "files", intake->names, "refused", intake->refused);
    json_put_text(answer, "batch", intake->batch);
    if (status != STATUS_OK)
        json_put_text(answer, "error", intake->cli->error.text);
    cli_json(answer);
    return cli_exit_code(status);
}

/* What is said at the end, and the exit code. A fault keeps the batch open. */
static int finish(struct intake *intake, enum status status, const struct ingest_result *result)
{
    struct cli *cli = intake->cli;
    terminal_progress_end();
    bool miscounted = false;
    if (status == STATUS_OK && intake->batch != NULL) {
        status = pipeline_check_sheets(&cli->warehouse, cli->db, intake->batch, &cli->error);
        miscounted = status == STATUS_REJECT;
    } else if (status == STATUS_OK && option.sheets > 0 && result->sheets != option.sheets) {
        status =
            error_set(&cli->error, STATUS_REJECT, _("Sheets counted beforehand: %d; came in: %d."),
                      option.sheets, result->sheets);
    }
    if (status == STATUS_OK && intake->batch != NULL)
        status = pipeline_close_batch(&cli->warehouse, cli->db, intake->batch, &cli->error);
    bool interrupted = status != STATUS_OK && terminal_interrupted();
    if (interrupted)
        error_set(&cli->error, status,
                  result->pages > 0 ? _("Interrupted; the same command goes on where it stopped.")
                                    : _("Interrupted; nothing was taken."));
    if (cli->json) {
        int code = finish_json(intake, status, result);
        return interrupted                             ? EXIT_INTERRUPTED
               : code == EXIT_DONE && result->held > 0 ? EXIT_PERSON
                                                       : code;
    }
    if (status != STATUS_OK)
        fprintf(stderr, "sohoa: %s\n", cli->error.text);
    if (result->pages > 0 || status == STATUS_OK)
        printf(_("Safe now: %s of %s.\n"),
               terminal_count(cli->arena, "%lld page", "%lld pages", result->pages),
               terminal_count(cli->arena, "%lld sheet", "%lld sheets", result->sheets));
    if (miscounted)
        ; /* the sentence says how to go on */
    else if (status != STATUS_OK && intake->batch != NULL && intake->import)
        printf(_("Batch %s is open. When the fault is mended, the same import again goes on.\n"),
               intake->batch);
    else if (status != STATUS_OK && intake->batch != NULL)
        printf(_("Batch %s is open. When the fault is mended: sohoa scan --continue %s\n"),
               intake->batch, intake->batch);
    else if (intake->batch != NULL)
        printf(_("Batch %s is complete. Next: sohoa run\n"), intake->batch);
    if (result->held > 0)
        printf(message_count("%lld file was not taken; it is where it was.\n",
                             "%lld files were not taken; they are where they were.\n",
                             result->held),
               (long long)result->held);
    json_decref(intake->names);
    json_decref(intake->refused);
    if (interrupted)
        return EXIT_INTERRUPTED;
    if (status != STATUS_OK)
        return cli_exit_code(status);
    return result->held > 0 ? EXIT_PERSON : EXIT_DONE;
}

static const char *profile_path(struct cli *cli, const char *name)
{
    const char *file = strchr(name, '/') != NULL ? name
                                                 : arena_printf(cli->arena, "%s/profiles/%s.conf",
                                                                cli->warehouse.config, name);
    return file;
}

/* The profile by --profile, with --device over it. settings holds its texts. */
static enum status read_profile(struct cli *cli, struct settings *settings,
                                struct scan_profile *profile)
{
    settings_add(settings, "profile", scan_profile_rows, profile);
    const char *name = option.profile != NULL ? option.profile : "adf-duplex";
    profile->name = file_name(name); /* recorded in the masters */
    enum status status = settings_read(settings, profile_path(cli, name), &cli->error);
    if (status == STATUS_OK && option.device != NULL)
        profile->device = option.device;
    return status;
}

static int close_batch(struct cli *cli, const char *batch)
{
    cli->object = batch;
    enum status status = cli_open(cli, NEEDS_NOTHING);
    if (cli->warehouse.root == NULL)
        status = error_set(&cli->error, STATUS_FATAL, _("%s is no warehouse"), cli->root);
    if (status == STATUS_OK)
        status = warehouse_db(&cli->warehouse, &cli->db, &cli->error);
    if (status == STATUS_OK)
        status = pipeline_close_batch(&cli->warehouse, cli->db, batch, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    printf(_("Batch %s is complete. Next: sohoa run\n"), batch);
    return EXIT_DONE;
}

int cmd_scan(struct cli *cli, int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"profile", OPTION_TEXT, &option.profile, N_("NAME"),
         N_("scanner profile of config/profiles (adf-duplex)")},
        {"device", OPTION_TEXT, &option.device, N_("NAME"),
         N_("SANE name, instead of the profile's")},
        {"to", OPTION_TEXT, &option.to, N_("FOLDER"), N_("only scan, into this folder")},
        {"sheets", OPTION_INT, &option.sheets, "N", N_("sheets counted beforehand")},
        {"box", OPTION_TEXT, &option.box_code, N_("CODE"), N_("box the paper comes from")},
        {"shelf", OPTION_TEXT, &option.shelf, N_("CODE"), N_("its shelf")},
        {"operator", OPTION_TEXT, &option.operator_name, N_("NAME"), N_("who scans")},
        {"separate", OPTION_TEXT, &option.separate, N_("HOW"),
         N_("how documents are told apart: motto, blank, count, file, batch")},
        {"every", OPTION_INT, &option.every, "N", N_("sheets a document, with --separate count")},
        {"continue", OPTION_TEXT, &option.more, N_("BATCH"),
         N_("go on with a batch after a fault")},
        {"close", OPTION_TEXT, &option.close, N_("BATCH"),
         N_("end a batch without the missing sheets")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    if (option.close != NULL)
        return close_batch(cli, option.close);

    int separation = separation_of(cli, false);
    if (separation < 0)
        return EXIT_USAGE;
    struct settings *settings = settings_new();
    struct scan_profile profile = {0};
    struct intake intake = {.cli = cli, .turn = -1};
    struct batch batch = {.source = "scanner", .separate = separation};
    int first_sheet = 1;
    enum status status = read_profile(cli, settings, &profile);
    if (status == STATUS_OK) {
        batch.device = profile.device;
        batch.profile = option.profile != NULL ? option.profile : "adf-duplex";
        status = open_intake(&intake, &batch, &first_sheet);
    }
    if (status != STATUS_OK) {
        settings_free(settings);
        return cli_fail(cli, status);
    }
    intake.names = json_array();
    intake.refused = json_array();
    terminal_catch_interrupt();
    struct ingest_sink sink = {
        .page = take_page, .progress = show_page_progress, .context = &intake};
    struct ingest_result result = {0};
    status = ingest_scan(&profile, intake.folder, first_sheet, &sink, &result, &cli->error);
    ingest_end();
    settings_free(settings);
    if (result.pages == 0 && status != STATUS_OK && intake.batch != NULL && option.more == NULL)
        pipeline_drop_batch(&cli->warehouse, cli->db, intake.batch, NULL); /* nothing came in */
    if (result.pages == 0 && status != STATUS_OK && option.more == NULL)
        intake.batch = NULL;
    return finish(&intake, status, &result);
}

/* What tells an import from others: where its paths lead, in their order. */
static const char *call_of(struct cli *cli, char **paths, int count)
{
    char hex[HASH_HEX_SIZE];
    const char *all = "";
    for (int i = 0; i < count; i++) {
        char *real = realpath(paths[i], NULL);
        all = arena_printf(cli->arena, "%s%s\n", all, real != NULL ? real : paths[i]);
        free(real);
    }
    hash_bytes(all, strlen(all), hex);
    return arena_strdup(cli->arena, hex);
}

/* The first package in one of the folders, which are taken for folders of images; NULL: none. */
static const char *package_within(struct cli *cli, char **paths, int count)
{
    for (int i = 0; i < count; i++) {
        char **names = NULL;
        size_t found = 0;
        if (!file_is_folder(paths[i]) || import_is_package(paths[i]) ||
            file_list(paths[i], cli->arena, &names, &found, NULL) != STATUS_OK)
            continue;
        for (size_t j = 0; j < found; j++) {
            const char *path = file_join(cli->arena, paths[i], names[j]);
            if (names[j][0] != '.' && import_is_package(path))
                return path;
        }
    }
    return NULL;
}

/* As a page's origin (core/page.h): people name files after citizens. */
static const char *device_of(struct cli *cli, const char *path)
{
    char hex[HASH_HEX_SIZE];
    hash_bytes(path, strlen(path), hex);
    return arena_printf(cli->arena, "file-%.16s", hex);
}

int cmd_import(struct cli *cli, int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"to", OPTION_TEXT, &option.to, N_("FOLDER"), N_("only take the pages, into this folder")},
        {"box", OPTION_TEXT, &option.box_code, N_("CODE"), N_("box the paper comes from")},
        {"shelf", OPTION_TEXT, &option.shelf, N_("CODE"), N_("its shelf")},
        {"operator", OPTION_TEXT, &option.operator_name, N_("NAME"), N_("who scanned")},
        {"separate", OPTION_TEXT, &option.separate, N_("HOW"),
         N_("how documents are told apart: motto, blank, count, file, batch")},
        {"every", OPTION_INT, &option.every, "N", N_("sheets a document, with --separate count")},
        {"again", OPTION_FLAG, &option.again, NULL,
         N_("a PDF that is here already, byte for byte, once more; a package with one, too")},
        {"passphrase", OPTION_FLAG, &option.secret.ask, NULL,
         N_("ask for the passphrase of encrypted packages, or read it from SOHOA_PASSPHRASE_FD")},
        {"passphrase-fd", OPTION_TEXT, &option.secret.descriptor, "N",
         N_("read the passphrase of encrypted packages from this open descriptor")},
        {"passphrase-command", OPTION_TEXT, &option.secret.command, N_("COMMAND"),
         N_("this command's first line is the passphrase of encrypted packages")},
        {"receipt", OPTION_TEXT, &option.receipt, N_("FOLDER"),
         N_("of a hand-over: the receipt for the giver, into this folder too")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, -1, &rest, &count, &code))
        return code;
    if (packages_are(cli, rest, count))
        return packages_import(cli, rest, count, &option.secret, option.receipt, option.again);
    int separation = separation_of(cli, true);
    if (separation < 0)
        return EXIT_USAGE;
    struct intake intake = {
        .cli = cli, .import = true, .paths = rest, .path_count = count, .turn = -1};
    struct batch batch = {.source = "files", .profile = "", .separate = separation};
    batch.device = count == 1 ? device_of(cli, rest[0]) : "";
    batch.call = call_of(cli, rest, count);
    int first_sheet = 1;
    enum status status = open_intake(&intake, &batch, &first_sheet);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    intake.names = json_array();
    intake.refused = json_array();
    terminal_catch_interrupt();
    struct ingest_sink sink = {.page = take_page,
                               .known = intake.batch && !option.again ? refuse_known : NULL,
                               .progress = show_page_progress,
                               .context = &intake};
    struct ingest_result result = {0};
    status = ingest_files((const char *const *)rest, (size_t)count, intake.folder, first_sheet,
                          &sink, show_refused, &result, &cli->error);
    turn_end(&intake.turn);
    const char *inside = package_within(cli, rest, count);
    if (status == STATUS_REJECT && result.pages + result.held == 0 && inside != NULL)
        error_set(&cli->error, status,
                  _("%s is a package, in a folder without the list of its export (export.json): "
                    "import the package itself."),
                  inside);
    /* one that it went on with may have pages of files that are gone by now */
    if (result.pages == 0 && intake.batch != NULL &&
        (pipeline_drop_batch(&cli->warehouse, cli->db, intake.batch, NULL) == STATUS_OK ||
         option.more == NULL))
        intake.batch = NULL;
    return finish(&intake, status, &result);
}

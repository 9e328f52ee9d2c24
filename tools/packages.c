#include "tools/packages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "archive/transfer.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/turn.h"
#include "index/csv.h"
#include "tools/handover.h"

/* A package that was looked at, in the folder that is being taken in. */
struct arrived {
    const char *name;            /* in the folder */
    struct handover_taken taken; /* id NULL: it was refused */
    int64_t pages, files, bytes;
    bool listed;
};

struct importing {
    struct cli *cli;
    struct index *index;
    struct import_wish wish;
    json_t *packages, *faults, *list; /* list: of the folder; NULL: it has none */
    const char *from;
    int turn;             /* of the one in hand, from before it is looked for until it is entered */
    bool again;           /* --again */
    struct arrived *came; /* of the folder */
    size_t came_count, came_room;
    const char *receipts;      /* folder for the giver's copy; or NULL */
    const char *receipt_fault; /* why there is none; NULL: nothing is wrong */
    bool receipt_refused;      /* it can be made later only for another list */
    int taken, there, refused;
    int unsaid;                 /* of the taken: no signature binds what document.json says */
    int missing, extra, differ; /* against the lists */
};

bool packages_encrypted(const struct packages_secret *secret)
{
    return secret->ask || secret->descriptor || secret->command;
}

static void show_fault(void *context, const char *sentence)
{
    struct importing *i = context;
    fprintf(stderr, "✗ %s: %s\n", file_name(i->from), sentence);
    json_array_append_new(i->faults, json_pack("{s:s, s:s}", "from", i->from, "why", sentence));
}

/* ---------------------------------------------------------------- one package */

static struct arrived *remember(struct importing *i, const char *from)
{
    if (i->came_count == i->came_room) {
        i->came_room = i->came_room ? 2 * i->came_room : 64;
        i->came = memory_resize(i->came, i->came_room * sizeof *i->came);
    }
    struct arrived *arrived = &i->came[i->came_count++];
    *arrived = (struct arrived){.name = arena_strdup(i->cli->arena, file_name(from))};
    return arrived;
}

static void note(struct importing *i, const char *from, const struct imported *done)
{
    struct arena *arena = i->cli->arena;
    struct arrived *arrived = remember(i, from);
    arrived->taken = (struct handover_taken){arena_strdup(arena, done->id), done->version,
                                             arena_strdup(arena, done->package_sha256)};
    arrived->pages = done->pages;
    arrived->files = done->came_files;
    arrived->bytes = done->came_bytes;
    i->taken += !done->there;
    i->there += done->there;
    i->unsaid += !done->there && done->unsaid;
    json_array_append_new(i->packages,
                          json_pack("{s:s, s:i, s:s, s:s, s:i, s:I, s:b, s:b, s:b}", "id", done->id,
                                    "version", done->version, "kind", done->kind, "from", from,
                                    "files", done->files, "bytes", (json_int_t)done->bytes, "there",
                                    done->there, "record", done->record, "unsaid", done->unsaid));
}

/* The same content under another id would be counted twice. */
static enum status refuse_known(void *context, const char *id, const char *const *sha256,
                                size_t count, struct error *error)
{
    struct importing *i = context;
    struct cli *cli = i->cli;
    struct arena *arena = arena_new();
    const char **names = arena_array(arena, count + 1, sizeof *names), *there = NULL;
    names[0] = id;
    for (size_t at = 0; at < count; at++)
        names[at + 1] = sha256[at];
    enum status status = turn_take(i->wish.turns, names, count + 1, &i->turn, error);
    bool known = store_find(i->wish.store, id, 0, arena, &there, NULL) == STATUS_OK;
    for (size_t at = 0; at < count && status == STATUS_OK && !known && !i->again; at++)
        status = pipeline_holds_pdf(&cli->warehouse, cli->db, sha256[at], id, arena, error);
    arena_free(arena);
    return status;
}

/* record_sha256: of the evidence record that a list names for it; NULL: none. */
static enum status take_one(struct importing *i, const char *from, const char *record_sha256)
{
    struct cli *cli = i->cli;
    struct arena *arena = arena_new();
    struct imported done;
    int hold = pipeline_hold_cut(&cli->warehouse);
    i->from = from;
    i->wish.record_sha256 = record_sha256;
    enum status status = import_package(&i->wish, from, show_fault, i, arena, &done, &cli->error);
    if (status == STATUS_OK)
        status = pipeline_enter(&cli->warehouse, cli->db, i->index, done.path, &cli->error);
    cli->recorded = true;
    if (status == STATUS_OK)
        status = pipeline_record_package(
            &cli->warehouse, "import", done.path,
            arena_printf(arena, "kind=%s there=%d record=%d", done.kind, done.there, done.record),
            &cli->error);
    if (status == STATUS_OK) {
        note(i, from, &done);
    } else if (status == STATUS_REJECT) {
        show_fault(i, cli->error.text);
        remember(i, from);
        i->refused++;
        status = STATUS_OK;
    }
    turn_end(&i->turn);
    pipeline_let_cut(hold);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- the list of a folder */

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* handover.csv as export.json has it. */
static enum status read_record(struct cli *cli, const char *path, json_t **out)
{
    static const char *const names[][2] = {
        {"id"},    {"version"}, {"name"}, {"package_sha256"}, {"zip_sha256"}, {"record_sha256"},
        {"pages"}, {"files"},   {"bytes"}};
    enum { COLUMNS = sizeof names / sizeof *names, PAGES = 6 }; /* counts from there on */
    struct csv csv;
    int columns[COLUMNS];
    enum status status = csv_read(path, cli->arena, &csv, &cli->error);
    if (status != STATUS_OK)
        return status;
    for (int c = 0; c < COLUMNS; c++)
        columns[c] = csv_column(&csv, names[c], cli->arena);
    if (columns[0] < 0 || columns[1] < 0 || columns[3] < 0)
        return error_set(&cli->error, STATUS_REJECT,
                         _("%s is no list of a hand-over: it needs the columns id, version, "
                           "package_sha256."),
                         path);
    json_t *packages = json_array();
    for (size_t r = 1; r < csv.count; r++) {
        json_t *package = json_object();
        for (int c = 0; c < COLUMNS; c++) {
            const char *field = csv_field(&csv.rows[r], columns[c]);
            if (c >= PAGES && *field)
                json_object_set_new(package, names[c][0], json_integer(strtoll(field, NULL, 10)));
            else if (c != 1 && c < PAGES)
                json_put_text(package, names[c][0], field);
        }
        json_object_set_new(package, "version",
                            json_integer(strtol(csv_field(&csv.rows[r], columns[1]), NULL, 10)));
        json_array_append_new(packages, package);
    }
    *out = json_pack("{s:o}", "packages", packages);
    return STATUS_OK;
}

const char *packages_list_of(struct cli *cli, const char *folder)
{
    static const char *const names[] = {PACKAGES_SUMMARY, PACKAGES_RECORD};
    for (size_t i = 0; file_is_folder(folder) && i < sizeof names / sizeof *names; i++) {
        const char *path = file_join(cli->arena, folder, names[i]);
        if (file_exists(path))
            return path;
    }
    return NULL;
}

enum status packages_list(struct cli *cli, const char *folder, json_t **out)
{
    const char *path = packages_list_of(cli, folder);
    *out = NULL;
    if (!path)
        return STATUS_OK;
    return strcmp(file_name(path), PACKAGES_RECORD) == 0 ? read_record(cli, path, out)
                                                         : json_read(path, out, &cli->error);
}

static bool names(const json_t *packages, const char *name)
{
    for (size_t i = 0; i < json_array_size(packages); i++)
        if (strcmp(word(json_array_get(packages, i), "name"), name) == 0)
            return true;
    return false;
}

int packages_left_out(struct cli *cli, const char *folder, const json_t *packages)
{
    json_t *list = NULL;
    int left = 0;
    if (packages_list(cli, folder, &list) != STATUS_OK) /* names nothing that can be read */
        return 0;
    const json_t *before = json_object_get(list, "packages");
    for (size_t i = 0; i < json_array_size(before); i++) {
        const char *name = word(json_array_get(before, i), "name");
        left += *name && !names(packages, name) && file_exists(file_join(cli->arena, folder, name));
    }
    json_decref(list);
    return left;
}

bool packages_are(struct cli *cli, char **paths, int count)
{
    for (int i = 0; i < count; i++)
        if (!import_is_package(paths[i]) && !packages_list_of(cli, paths[i]))
            return false;
    return count > 0;
}

/* ---------------------------------------------------------------- the list against what came */

static struct arrived *find_arrived(struct importing *i, const json_t *package)
{
    for (size_t at = 0; at < i->came_count; at++) {
        struct arrived *one = &i->came[at];
        if (one->taken.id ? strcmp(one->taken.id, word(package, "id")) == 0 &&
                                one->taken.version == json_int(package, "version", 0)
                          : strcmp(one->name, word(package, "name")) == 0)
            return one;
    }
    return NULL;
}

static void tell_difference(struct importing *i, int *counter, const char *sentence)
{
    ++*counter;
    show_fault(i, sentence);
}

/* Of the ZIP only its own hash tells whether it is the one that was handed over. */
static bool is_listed_zip(struct importing *i, const char *folder, const struct arrived *arrived,
                          const json_t *package)
{
    char hex[HASH_HEX_SIZE];
    const char *expected = word(package, "zip_sha256");
    return *expected == '\0' || !arrived->taken.id ||
           (hash_file(file_join(i->cli->arena, folder, arrived->name), hex, &i->cli->error) ==
                STATUS_OK &&
            strcmp(hex, expected) == 0);
}

/* What a list does not count is not compared. */
static void check_counts(struct importing *i, const struct arrived *arrived, const json_t *package,
                         const char *what)
{
    int64_t pages = json_int(package, "pages", arrived->pages);
    int64_t files = json_int(package, "files", arrived->files);
    int64_t bytes = json_int(package, "bytes", arrived->bytes);
    if (pages != arrived->pages || files != arrived->files || bytes != arrived->bytes)
        tell_difference(i, &i->differ,
                        arena_printf(i->cli->arena,
                                     _("%s: the list says %lld pages, %lld files, %lld bytes, and "
                                       "%lld, %lld, %lld came."),
                                     what, (long long)pages, (long long)files, (long long)bytes,
                                     (long long)arrived->pages, (long long)arrived->files,
                                     (long long)arrived->bytes));
}

static void check_listed(struct importing *i, const char *folder, const json_t *package)
{
    struct arena *arena = i->cli->arena;
    struct arrived *arrived = find_arrived(i, package);
    const char *what = arena_printf(arena, "%s v%lld", word(package, "id"),
                                    (long long)json_int(package, "version", 0));
    if (!arrived) {
        tell_difference(i, &i->missing,
                        arena_printf(arena, _("%s is on the list and did not come."), what));
        return;
    }
    arrived->listed = true;
    if (!arrived->taken.id) /* told when it was refused */
        i->missing++;
    else if (strcmp(arrived->taken.package_sha256, word(package, "package_sha256")) != 0 ||
             !is_listed_zip(i, folder, arrived, package))
        tell_difference(
            i, &i->differ,
            arena_printf(arena, _("%s is not what is on the list: its SHA-256 differs."), what));
    else
        check_counts(i, arrived, package, what);
}

/* What is missing, what is another, what nobody listed, and whether the list's own count holds. */
static void reconcile(struct importing *i, const char *folder)
{
    struct arena *arena = i->cli->arena;
    const json_t *packages = json_object_get(i->list, "packages");
    int64_t count = (int64_t)json_array_size(packages);
    int64_t said = json_int(i->list, "packages_count", count);
    i->from = packages_list_of(i->cli, folder);
    if (said != count)
        tell_difference(i, &i->differ,
                        arena_printf(arena, _("The list says %lld packages and names %lld."),
                                     (long long)said, (long long)count));
    const char *twice = handover_twice(packages, arena);
    if (twice)
        tell_difference(i, &i->differ, arena_printf(arena, _("The list names %s twice."), twice));
    for (size_t at = 0; at < json_array_size(packages); at++)
        check_listed(i, folder, json_array_get(packages, at));
    for (size_t at = 0; at < i->came_count; at++)
        if (!i->came[at].listed)
            tell_difference(
                i, &i->extra,
                arena_printf(arena, _("%s came and is not on the list."), i->came[at].name));
}

/* The receipt, when it was a hand-over. What was taken in stays in when there can be none. */
static void give_receipt(struct importing *i, const char *folder)
{
    struct cli *cli = i->cli;
    const char *summary = file_join(cli->arena, folder, PACKAGES_SUMMARY);
    struct handover_taken *taken = arena_array(cli->arena, i->came_count + 1, sizeof *taken);
    size_t count = 0;
    if (!file_exists(summary))
        return;
    for (size_t at = 0; at < i->came_count; at++)
        if (i->came[at].taken.id)
            taken[count++] = i->came[at].taken;
    if (count == 0 && i->came_count > 0 && json_is_true(json_object_get(i->list, "encrypted")))
        i->receipt_fault = _("None of these encrypted packages could be opened and taken in: there "
                             "is no receipt for that.");
    else {
        enum status status =
            handover_taken(cli, summary, taken, count, i->receipts, &i->receipt_refused);
        if (status != STATUS_OK)
            i->receipt_fault = arena_strdup(cli->arena, cli->error.text);
    }
}

/* What the list says of the package of that name in the folder. */
static const char *listed_record(const struct importing *i, const char *name)
{
    const json_t *packages = json_object_get(i->list, "packages");
    for (size_t at = 0; at < json_array_size(packages); at++) {
        const json_t *package = json_array_get(packages, at);
        if (strcmp(word(package, "name"), name) == 0)
            return word(package, "record_sha256");
    }
    return NULL;
}

/* Older versions first, so that a document's history is never there in part for longer than it
 * takes: ".v1" of a name sorts behind the name itself. */
static enum status take_folder(struct importing *i, const char *path)
{
    char **names = NULL;
    size_t count = 0;
    struct cli *cli = i->cli;
    i->came_count = 0;
    enum status status = packages_list(cli, path, &i->list);
    if (status == STATUS_OK)
        status = file_list(path, cli->arena, &names, &count, &cli->error);
    for (size_t at = count; at > 0 && status == STATUS_OK; at--) {
        const char *one = file_join(cli->arena, path, names[at - 1]);
        if (names[at - 1][0] != '.' && import_is_package(one))
            status = take_one(i, one, listed_record(i, names[at - 1]));
    }
    if (status == STATUS_OK && i->list) {
        reconcile(i, path);
        give_receipt(i, path);
    }
    json_decref(i->list);
    return status;
}

/* ---------------------------------------------------------------- all of it */

static void print_summary(const struct importing *i)
{
    struct cli *cli = i->cli;
    printf(_("%s taken in; there already: %d, refused: %d.\n"),
           terminal_count(cli->arena, "%lld package", "%lld packages", i->taken), i->there,
           i->refused);
    if (i->missing + i->extra + i->differ > 0)
        printf(_("Against the list: %d not taken in, %d other than listed, %d not on it.\n"),
               i->missing, i->differ, i->extra);
    if (i->unsaid > 0)
        printf(message_count("%lld package is of before: what its document.json says of the paper "
                             "(owner, number ...) is bound by no signature.\n",
                             "%lld packages are of before: what their document.json says of the "
                             "paper (owner, number ...) is bound by no signature.\n",
                             i->unsaid),
               (long long)i->unsaid);
    if (i->receipt_fault && !i->receipt_refused)
        printf(_("There is no receipt of the hand-over yet: the same import again makes it, once "
                 "the fault is mended; what is in is not taken twice.\n"));
}

static int finish(struct importing *i, enum status status)
{
    struct cli *cli = i->cli;
    json_t *summary =
        json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "taken", i->taken, "there", i->there,
                  "refused", i->refused, "missing", i->missing, "differ", i->differ, "extra",
                  i->extra, "packages", i->packages, "faults", i->faults);
    if (i->receipt_fault)
        json_put_text(summary, "receipt_fault", i->receipt_fault);
    if (status == STATUS_OK && cli->json)
        cli_json(json_incref(summary));
    json_decref(summary);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (i->receipt_fault)
        fprintf(stderr, "sohoa: %s\n", i->receipt_fault);
    if (!cli->json)
        print_summary(i);
    if (i->refused + i->missing + i->extra + i->differ > 0 || i->receipt_refused)
        return EXIT_PERSON;
    return i->receipt_fault ? EXIT_LATER : EXIT_DONE;
}

int packages_import(struct cli *cli, char **paths, int count, const struct packages_secret *secret,
                    const char *receipts, bool again)
{
    char passphrase[PASSPHRASE_SIZE] = "";
    bool encrypted = packages_encrypted(secret);
    struct importing i = {.cli = cli, .receipts = receipts, .again = again, .turn = -1};
    enum status status = cli_open(cli, NEEDS_DATABASE);
    if (status == STATUS_OK && encrypted)
        status =
            export_passphrase(secret->descriptor, secret->command,
                              cli->warehouse.archive.pin_command_s, false, passphrase, &cli->error);
    if (status == STATUS_OK)
        status = index_open(cli->db, &cli->warehouse.roadmap, cli->warehouse.config, &i.index,
                            &cli->error);
    if (status != STATUS_OK) {
        export_wipe(passphrase);
        return cli_fail(cli, status);
    }
    i.wish = (struct import_wish){.store = cli->warehouse.store,
                                  .config = cli->warehouse.config,
                                  .evidence = pipeline_evidence_folder(&cli->warehouse, cli->arena),
                                  .passphrase = encrypted ? passphrase : NULL,
                                  .turns = pipeline_turns(&cli->warehouse, cli->arena),
                                  .arrives = refuse_known,
                                  .context = &i};
    i.packages = json_array();
    i.faults = json_array();
    for (int at = 0; at < count && status == STATUS_OK; at++)
        status = import_is_package(paths[at]) ? take_one(&i, paths[at], NULL)
                                              : take_folder(&i, paths[at]);
    export_wipe(passphrase);
    index_close(i.index);
    free(i.came);
    return finish(&i, status);
}

/* sohoa verify, of what sohoa export wrote: a ZIP, or a folder with its list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/handover.h"
#include "archive/transfer.h"
#include "core/file.h"
#include "core/hash.h"
#include "tools/packages.h"
#include "tools/verify.h"

#define MANIFEST "manifest-sha256.txt"

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

bool verify_is_zip(const char *path)
{
    char start[4] = "";
    struct stat facts; /* a pipe would be waited for */
    bool regular = stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
    FILE *file = regular ? fopen(path, "rbe") : NULL;
    size_t got = file ? fread(start, 1, sizeof start, file) : 0;
    if (file)
        fclose(file);
    return got == sizeof start && memcmp(start, "PK\3\4", sizeof start) == 0;
}

bool verify_is_export(struct cli *cli, const char *path)
{
    return packages_list_of(cli, path) != NULL;
}

/* ---------------------------------------------------------------- a ZIP */

const char *verify_shown(const struct verify_view *view, const char *path)
{
    size_t size = view->unpacked ? strlen(view->unpacked) : 0;
    if (size == 0 || strncmp(path, view->unpacked, size) != 0)
        return path;
    return view->zip;
}

static void on_zip_fault(void *context, const char *sentence)
{
    struct verify_view *view = context;
    verify_fault(view, view->zip, sentence);
}

/* Unpacked where temporary files stand, for our eyes only, and removed before the verdict ends. */
static enum status unpacked(struct verify_view *view, const char *path, const char **root)
{
    struct cli *cli = view->cli;
    const char *folder = NULL;
    enum status status = cli_temporary(cli, &folder);
    if (status != STATUS_OK)
        return status;
    view->zip = path;
    view->unpacked = folder;
    return import_unpack(path, folder, view->passphrase, on_zip_fault, view, cli->arena, root,
                         &cli->error);
}

/* expected: package_sha256 of the list; "": there is none. */
static enum status verify_unpacked(struct verify_view *view, const char *path, const char *expected)
{
    struct cli *cli = view->cli;
    const char *root = NULL;
    char hex[HASH_HEX_SIZE] = "";
    enum status status = unpacked(view, path, &root);
    if (status == STATUS_OK && *expected &&
        hash_file(file_join(cli->arena, root, MANIFEST), hex, NULL) == STATUS_OK &&
        strcmp(hex, expected) != 0)
        verify_fault(view, path, _("This is not the package that is on the list."));
    if (status == STATUS_OK)
        status = verify_package(view, root);
    if (view->unpacked)
        file_remove_tree(view->unpacked, NULL);
    view->zip = view->unpacked = NULL;
    return status;
}

enum status verify_zip(struct verify_view *view, const char *path)
{
    return verify_unpacked(view, path, "");
}

/* ---------------------------------------------------------------- a folder with its list */

/* One line of the list against what lies beside it. */
static enum status verify_listed(struct verify_view *view, const char *folder, const json_t *line)
{
    struct cli *cli = view->cli;
    const char *name = word(line, "name"), *zip = word(line, "zip_sha256");
    const char *expected = word(line, "package_sha256");
    const char *path = file_join(cli->arena, folder, name);
    char hex[HASH_HEX_SIZE] = "";
    view->record_sha256 = word(line, "record_sha256");
    if (!*name || *name == '.' || strchr(name, '/') || !file_exists(path)) {
        verify_fault(view, path, _("It is on the list, and is not there."));
        return STATUS_REJECT;
    }
    if (*zip && (hash_file(path, hex, NULL) != STATUS_OK || strcmp(hex, zip) != 0))
        verify_fault(view, path, _("This is not the ZIP that is on the list."));
    if (verify_is_zip(path))
        return verify_unpacked(view, path, expected);
    if (!file_is_folder(path) ||
        hash_file(file_join(cli->arena, path, MANIFEST), hex, NULL) != STATUS_OK ||
        (*expected && strcmp(hex, expected) != 0))
        verify_fault(view, path, _("This is not the package that is on the list."));
    return verify_package(view, path);
}

static bool is_listed(const json_t *packages, const char *name)
{
    for (size_t i = 0; i < json_array_size(packages); i++)
        if (strcmp(word(json_array_get(packages, i), "name"), name) == 0)
            return true;
    return false;
}

static enum status find_unlisted(struct verify_view *view, const char *folder,
                                 const json_t *packages)
{
    struct cli *cli = view->cli;
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(folder, cli->arena, &names, &count, &cli->error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *path = file_join(cli->arena, folder, names[i]);
        if (names[i][0] != '.' && import_is_package(path) && !is_listed(packages, names[i]))
            verify_fault(view, path, _("This package is not on the list."));
    }
    return status;
}

enum status verify_export(struct verify_view *view, const char *path)
{
    json_t *list = NULL;
    int before = view->count + view->untrusted;
    enum status worst = packages_list(view->cli, path, &list);
    const json_t *packages = json_object_get(list, "packages");
    if (worst == STATUS_OK && json_array_size(packages) == 0)
        worst = error_set(&view->cli->error, STATUS_REJECT, _("The list in %s names no package."),
                          path);
    const char *twice = handover_twice(packages, view->cli->arena);
    if (worst == STATUS_OK && twice)
        verify_fault(view, packages_list_of(view->cli, path),
                     arena_printf(view->cli->arena, _("The list names %s twice."), twice));
    if (worst == STATUS_OK)
        worst = find_unlisted(view, path, packages);
    for (size_t i = 0; i < json_array_size(packages); i++) {
        int earlier = view->count + view->untrusted;
        enum status status = verify_listed(view, path, json_array_get(packages, i));
        if (status != STATUS_OK && view->count + view->untrusted == earlier)
            verify_fault(
                view, file_join(view->cli->arena, path, word(json_array_get(packages, i), "name")),
                view->cli->error.text);
        worst = worst == STATUS_OK ? status : worst;
    }
    view->record_sha256 = NULL;
    json_decref(list);
    return worst == STATUS_OK && view->count + view->untrusted > before ? STATUS_REJECT : worst;
}

/* ---------------------------------------------------------------- what cannot be looked at */

static enum status refuse_zip(struct cli *cli, const char *path, const char *passphrase)
{
    if (passphrase)
        return import_opens(path, passphrase)
                   ? STATUS_OK
                   : error_set(&cli->error, STATUS_REJECT,
                               _("%s was encrypted with another passphrase than this: nothing in "
                                 "it was judged."),
                               path);
    return import_is_encrypted(path)
               ? error_set(&cli->error, STATUS_REJECT,
                           _("%s is an encrypted ZIP: nothing in it can be judged without its "
                             "passphrase. Give it (sohoa verify --passphrase %s), or unpack the "
                             "ZIP and verify the folder."),
                           path, path)
               : STATUS_OK;
}

enum status verify_refuse_locked(const struct verify_view *view, const char *path)
{
    struct cli *cli = view->cli;
    json_t *list = NULL;
    if (verify_is_zip(path))
        return refuse_zip(cli, path, view->passphrase);
    if (!verify_is_export(cli, path))
        return STATUS_OK;
    enum status status = packages_list(cli, path, &list);
    const json_t *packages = json_object_get(list, "packages");
    for (size_t i = 0; i < json_array_size(packages) && status == STATUS_OK; i++) {
        const char *one = file_join(cli->arena, path, word(json_array_get(packages, i), "name"));
        if (verify_is_zip(one))
            status = refuse_zip(cli, one, view->passphrase);
    }
    json_decref(list);
    return status;
}

/* What a path is that sohoa verify was given, and what it is not. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "tools/verify.h"

bool verify_is_package(const struct cli *cli, const char *path)
{
    return file_exists(file_join(cli->arena, path, "bagit.txt")) ||
           file_exists(file_join(cli->arena, path, "manifest-sha256.txt"));
}

int verify_versions_in(struct cli *cli, const char *path)
{
    char **names = NULL;
    size_t count = 0, found = 0;
    int highest = 0;
    if (file_list(path, cli->arena, &names, &count, NULL) != STATUS_OK)
        return 0;
    for (size_t i = 0; i < count; i++) {
        long version = names[i][0] == 'v' ? strtol(names[i] + 1, NULL, 10) : 0;
        if (version < 1 || version > 999999 ||
            !verify_is_package(cli, file_join(cli->arena, path, names[i])))
            return 0;
        highest = version > highest ? (int)version : highest;
        found++;
    }
    return found > 0 ? highest : 0;
}

/* <store>/2026: it is a part of what verify knows as a whole, and says nothing of what is gone. */
static bool is_year(struct cli *cli, const char *path)
{
    char whole[PATH_MAX], **names = NULL;
    size_t count = 0;
    if (!file_is_folder(path) || realpath(path, whole) == NULL || strlen(file_name(whole)) != 4 ||
        strspn(file_name(whole), "0123456789") != 4 ||
        file_list(path, cli->arena, &names, &count, NULL) != STATUS_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == 36 &&
            verify_versions_in(cli, file_join(cli->arena, path, names[i])) > 0)
            return true;
    return false;
}

enum status verify_refuse(const struct verify_view *view, const char *path)
{
    struct cli *cli = view->cli;
    char whole[PATH_MAX] = "";
    errno = 0;
    if (!file_exists(path))
        return error_set(&cli->error, STATUS_REJECT,
                         errno == EACCES
                             ? _("This user may not read %s: change its owner or rights.")
                             : _("There is no file and no folder %s."),
                         path);
    if (!is_year(cli, path))
        return verify_refuse_locked(view, path);
    if (realpath(path, whole) != NULL)
        whole[file_name(whole) - whole - 1] = 0;
    return error_set(&cli->error, STATUS_REJECT,
                     _("%s is one year of a store. Verify the store (sohoa verify %s), or the "
                       "folder of one document in it."),
                     path, whole);
}

/* Folders: make, list, walk, remove; space; the clock. */
#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "core/fault.h"
#include "core/file_private.h"
#include "core/message.h"

static enum status make_one(const char *path, bool durable, struct error *error)
{
    if (file_is_folder(path))
        return STATUS_OK;
    if (fault_point("mkdir") || mkdir(path, 0750) != 0) {
        if (errno == EEXIST && file_is_folder(path)) /* another process was quicker */
            return STATUS_OK;
        if (errno == EEXIST)
            return error_set(error, STATUS_REJECT,
                             _("%s is a file, but a folder is needed there: move it away."), path);
        return file_write_fault(error, path);
    }
    return durable ? file_sync_parent(path, error) : STATUS_OK;
}

static enum status make_all(const char *path, bool durable, struct error *error)
{
    size_t length = strlen(path);
    char *prefix = memcpy(memory_new(length + 1), path, length);
    enum status status = STATUS_OK;

    for (size_t i = 1; i <= length && status == STATUS_OK; i++) {
        if ((path[i] != '/' && path[i] != '\0') || path[i - 1] == '/')
            continue;
        prefix[i] = '\0';
        status = make_one(prefix, durable, error);
        prefix[i] = path[i];
    }
    free(prefix);
    return status;
}

enum status file_mkdirs(const char *path, struct error *error)
{
    return make_all(path, true, error);
}

enum status file_mkdirs_loose(const char *path, struct error *error)
{
    return make_all(path, false, error);
}

enum status file_sync_all(const char *path, struct error *error)
{
    enum status status = STATUS_OK;
    int fd = fault_point("syncfs") ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) != 0)
        status = file_write_fault(error, path);
    if (fd >= 0)
        close(fd);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* True for a folder itself, not for a symbolic link to one. */
static bool is_real_folder(DIR *stream, const struct dirent *entry)
{
    struct stat info;

    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    return fstatat(dirfd(stream), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(info.st_mode);
}

/* Sorted names; with slash, folders end in "/", so that their order is that of whole paths. */
static enum status list(const char *folder, bool slash, struct arena *arena, char ***names,
                        size_t *count, struct error *error)
{
    enum status status = STATUS_OK;
    size_t used = 0, room = 0;
    char **found = NULL;
    struct dirent *entry;
    DIR *stream = opendir(folder);

    *names = NULL;
    *count = 0;
    if (stream == NULL)
        return file_read_fault(error, folder);
    while (errno = 0, (entry = readdir(stream)) != NULL) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (used == room) {
            room = room == 0 ? 64 : room * 2;
            found = memory_resize(found, room * sizeof *found);
        }
        found[used++] = slash && is_real_folder(stream, entry) ? arena_printf(arena, "%s/", name)
                                                               : arena_strdup(arena, name);
    }
    if (errno != 0) {
        status = file_read_fault(error, folder);
    } else if (used > 0) {
        qsort(found, used, sizeof *found, compare_names);
        *names = memcpy(arena_array(arena, used, sizeof *found), found, used * sizeof *found);
        *count = used;
    }
    free(found);
    closedir(stream);
    return status;
}

enum status file_list(const char *folder, struct arena *arena, char ***names, size_t *count,
                      struct error *error)
{
    return list(folder, false, arena, names, count, error);
}

struct walk {
    const char *folder;
    enum status (*visit)(void *context, const char *relative, struct error *error);
    void *context;
};

static bool is_regular(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISREG(info.st_mode);
}

/* below: "" or a relative path that ends in "/". Each folder has its own arena, so that a walk over
 * a whole store keeps no more than one branch in memory. */
static enum status walk(const struct walk *job, const char *below, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status;
    char **names;
    size_t count;

    status = list(file_join(arena, job->folder, below), true, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        char *relative = arena_printf(arena, "%s%s", below, names[i]);
        if (relative[strlen(relative) - 1] == '/')
            status = walk(job, relative, error);
        else if (is_regular(file_join(arena, job->folder, relative)))
            status = job->visit(job->context, relative, error);
    }
    arena_free(arena);
    return status;
}

enum status file_walk(const char *folder,
                      enum status (*visit)(void *context, const char *relative,
                                           struct error *error),
                      void *context, struct error *error)
{
    struct walk job = {folder, visit, context};

    return walk(&job, "", error);
}

static enum status mirror_one(const char *from, const char *to, struct error *error)
{
    if (!is_regular(from) || link(from, to) == 0 || errno == ENOENT)
        return STATUS_OK;
    if (errno == EEXIST || errno == ENOSPC)
        return file_write_fault(error, to);
    enum status status = file_copy(from, to, error);
    return status == STATUS_OK || file_exists(from) ? status : STATUS_OK;
}

enum status file_mirror(const char *from, const char *to, struct error *error)
{
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    enum status status = mkdir(to, 0750) == 0 ? STATUS_OK : file_write_fault(error, to);
    if (status == STATUS_OK && list(from, true, arena, &names, &count, error) != STATUS_OK)
        status = file_is_folder(from) ? STATUS_RETRY : STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        size_t size = strlen(names[i]);
        const char *one = file_join(arena, from, names[i]);
        const char *other = file_join(arena, to, names[i]);
        if (names[i][size - 1] == '/')
            status = file_mirror(arena_strndup(arena, one, strlen(one) - 1),
                                 arena_strndup(arena, other, strlen(other) - 1), error);
        else if (size < 5 || strcmp(names[i] + size - 5, ".part") != 0)
            status = mirror_one(one, other, error);
    }
    arena_free(arena);
    return status;
}

/* Removes what the folder holds, never what a symbolic link in it points to. */
static enum status empty_folder(const char *folder, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status;
    char **names;
    size_t count;

    status = list(folder, true, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        char *path = file_join(arena, folder, names[i]);
        size_t length = strlen(path);
        bool inner = path[length - 1] == '/';

        if (inner) {
            path[length - 1] = '\0';
            status = empty_folder(path, error);
        }
        if (status == STATUS_OK &&
            (fault_point(inner ? "rmdir" : "unlink") || (inner ? rmdir(path) : unlink(path)) != 0))
            status = errno == ENOENT ? STATUS_OK : file_write_fault(error, path);
    }
    arena_free(arena);
    return status;
}

enum status file_remove_tree(const char *path, struct error *error)
{
    struct stat info;
    enum status status;

    if (lstat(path, &info) != 0 && errno == ENOENT)
        return STATUS_OK;
    if (!S_ISDIR(info.st_mode))
        return file_remove(path, error);
    if ((status = empty_folder(path, error)) != STATUS_OK)
        return status;
    if (fault_point("rmdir") || (rmdir(path) != 0 && errno != ENOENT))
        return file_write_fault(error, path);
    return file_sync_parent(path, error);
}

int64_t file_free_space(const char *path)
{
    struct statvfs info;

    if (statvfs(path, &info) != 0)
        return -1;
    return (int64_t)(info.f_bavail * info.f_frsize);
}

/* True for the form 2026-11-22T14:05:09+07:00. */
static bool is_iso_time(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd+dd:dd";
    size_t i;

    for (i = 0; form[i] != '\0'; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !digit : text[i] != form[i])
            return false;
    }
    return text[i] == '\0';
}

static void put_time(time_t seconds, char iso[26])
{
    time_t vietnam = seconds + (time_t)7 * 60 * 60; /* no summer time since 1975 */
    struct tm parts;

    gmtime_r(&vietnam, &parts);
    strftime(iso, 26, "%Y-%m-%dT%H:%M:%S+07:00", &parts);
}

void file_now(char iso[26])
{
    const char *fixed = getenv("SOHOA_NOW");

    if (fixed != NULL && is_iso_time(fixed))
        memcpy(iso, fixed, 26);
    else
        put_time(time(NULL), iso);
}

bool file_age(const char *iso, int64_t *seconds)
{
    struct tm then = {0}, today = {0};
    char now[26];

    file_now(now);
    if (iso == NULL || strptime(iso, "%Y-%m-%dT%H:%M:%S", &then) == NULL ||
        strptime(now, "%Y-%m-%dT%H:%M:%S", &today) == NULL)
        return false;
    *seconds = (int64_t)timegm(&today) - (int64_t)timegm(&then);
    return true;
}

void file_changed(const char *path, char iso[26])
{
    struct stat info;

    if (stat(path, &info) == 0)
        put_time(info.st_mtime, iso);
    else
        iso[0] = '\0';
}

/* ---------------------------------------------------------------- a folder of one's own */

enum status file_take_folder(const char *folder, int *lock, struct error *error)
{
    struct stat held, named;
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    enum status status = file_mkdirs(folder, NULL);
    if (status != STATUS_OK) /* who had it before may have cleared it away under our hands */
        status = file_mkdirs(folder, error);
    if (status != STATUS_OK)
        goto done;
    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0 || flock(*lock, LOCK_EX | LOCK_NB) != 0 || fstat(*lock, &held) != 0 ||
        stat(folder, &named) != 0 || held.st_ino != named.st_ino) {
        status =
            error_set(error, STATUS_RETRY,
                      _("Another program is at work in %s; try again when it is done."), folder);
        goto done;
    }
    status = file_list(folder, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = file_remove_tree(file_join(arena, folder, names[i]), error);
done:
    arena_free(arena);
    return status;
}

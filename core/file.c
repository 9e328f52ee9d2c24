#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fault.h"
#include "core/file_private.h"
#include "core/message.h"

#define COPY_SIZE ((size_t)1024 * 1024)

struct file_writer {
    char *path, *part;
    FILE *stream;
};

/* ---------------------------------------------------------------- sentences */

/* The folder that path stands in. Free with free(). */
static char *file_parent(const char *path)
{
    size_t length = strlen(path);
    char *parent;

    while (length > 1 && path[length - 1] == '/')
        length--;
    while (length > 0 && path[length - 1] != '/')
        length--;
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length == 0)
        return strcpy(memory_new(2), ".");
    parent = memory_new(length + 1);
    memcpy(parent, path, length);
    return parent;
}

enum status file_write_fault(struct error *error, const char *path)
{
    int reason = errno;
    char *folder = file_parent(path);
    enum status status = STATUS_RETRY;

    switch (reason) {
    case ENOSPC:
    case EDQUOT:
        error_set(error, status, _("No space is left in %s: free some space and start again."),
                  folder);
        break;
    case EFBIG:
        error_set(error, status,
                  _("A file in %s would become larger than this system allows: raise the limit "
                    "(ulimit -f) and start again."),
                  folder);
        break;
    case EROFS:
        error_set(error, status,
                  _("The disk that holds %s is read-only: make it writable and start again."),
                  folder);
        break;
    case EACCES:
    case EPERM:
        error_set(error, status,
                  _("This user may not write in %s: change the folder's owner or rights."), folder);
        break;
    case ENOENT:
    case ENOTDIR:
        error_set(error, status,
                  _("There is no folder %s: create it, or connect the disk that holds it."),
                  folder);
        break;
    case ENAMETOOLONG:
        status = STATUS_REJECT;
        error_set(error, status, _("The name %s is too long: choose a shorter one."), path);
        break;
    default:
        error_set(error, status, _("Cannot write %s (%s): check the disk and start again."), path,
                  message_errno(reason));
    }
    free(folder);
    return status;
}

enum status file_read_fault(struct error *error, const char *path)
{
    int reason = errno;

    if (reason == ENOENT || reason == ENOTDIR)
        return error_set(error, STATUS_REJECT, _("There is no %s: check the path."), path);
    if (reason == EACCES || reason == EPERM)
        return error_set(error, STATUS_RETRY,
                         _("This user may not read %s: change its owner or rights."), path);
    return error_set(error, STATUS_RETRY, _("Cannot read %s (%s): check the disk and start again."),
                     path, message_errno(reason));
}

/* ---------------------------------------------------------------- the writer */

enum status file_sync_parent(const char *path, struct error *error)
{
    enum status status = STATUS_OK;
    char *folder = file_parent(path);
    int fd = -1;

    /* EINVAL: a file system that needs no such thing */
    if (fault_point("fsync-folder") ||
        (fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
        (fsync(fd) != 0 && errno != EINVAL))
        status = file_write_fault(error, path);
    if (fd >= 0)
        close(fd);
    free(folder);
    return status;
}

/* True when fd is still what part names: its last owner may just have renamed or removed it. */
static bool still_named(int fd, const char *part)
{
    struct stat ours, named;

    return fstat(fd, &ours) == 0 && lstat(part, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

/* Opens and locks the .part. Two processes may be at the same file when a lease ran out under a
 * slow one; without the lock the first to finish would give the other's half a file its final name.
 */
static int open_part(const char *part)
{
    for (;;) {
        int fd = open(part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
        int reason;

        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            if (!still_named(fd, part)) {
                close(fd);
                continue;
            }
            if (ftruncate(fd, 0) == 0)
                return fd;
        }
        reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
}

enum status file_create(const char *path, struct file_writer **out, struct error *error)
{
    struct file_writer *writer = memory_new(sizeof *writer);
    size_t length = strlen(path);
    enum status status;
    int fd;

    *out = NULL;
    writer->path = memcpy(memory_new(length + 1), path, length);
    writer->part = memcpy(memory_new(length + sizeof ".part"), path, length);
    memcpy(writer->part + length, ".part", sizeof ".part");
    fd = fault_point("create") ? -1 : open_part(writer->part);
    if (fd >= 0 && (writer->stream = fdopen(fd, "w+")) != NULL) {
        *out = writer;
        return STATUS_OK;
    }
    status = errno == EWOULDBLOCK ? error_set(error, STATUS_RETRY,
                                              _("%s is being written by another process."), path)
                                  : file_write_fault(error, path);
    if (fd >= 0)
        close(fd);
    free(writer->part);
    free(writer->path);
    free(writer);
    return status;
}

FILE *file_stream(struct file_writer *writer)
{
    return writer->stream;
}

const char *file_part(const struct file_writer *writer)
{
    return writer->part;
}

/* True when the system has all that was written; else errno says why. */
static bool hand_over(FILE *stream)
{
    if (ferror(stream)) {
        /* stdio remembers that a write failed but not why: one more byte, in a file that is thrown
         * away now, asks again. */
        errno = 0;
        if (write(fileno(stream), "", 1) >= 0 || errno == 0)
            errno = EIO;
        return false;
    }
    return fflush(stream) == 0;
}

/* True when it has reached the disk. */
static bool flush_all(FILE *stream)
{
    return hand_over(stream) && !fault_point("fsync") && fsync(fileno(stream)) == 0;
}

/* The stream is closed last: closing it gives up the lock on the .part. */
static enum status give_name(struct file_writer *writer, bool good, bool durable,
                             struct error *error)
{
    enum status status = STATUS_OK;
    if (!good || fault_point("rename") || rename(writer->part, writer->path) != 0) {
        status = file_write_fault(error, writer->path);
        file_abandon(writer);
        return status;
    }
    if (durable)
        status = file_sync_parent(writer->path, error);
    fclose(writer->stream);
    free(writer->part);
    free(writer->path);
    free(writer);
    return status;
}

enum status file_commit(struct file_writer *writer, struct error *error)
{
    return give_name(writer, flush_all(writer->stream), true, error);
}

enum status file_settle(struct file_writer *writer, struct error *error)
{
    return give_name(writer, hand_over(writer->stream), false, error);
}

void file_abandon(struct file_writer *writer)
{
    if (writer == NULL)
        return;
    unlink(writer->part);
    fclose(writer->stream);
    free(writer->part);
    free(writer->path);
    free(writer);
}

enum status file_write(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct file_writer *writer;
    enum status status = file_create(path, &writer, error);

    if (writer == NULL)
        return status;
    if (size > 0)
        fwrite(bytes, 1, size, writer->stream); /* file_commit asks how it went */
    return file_commit(writer, error);
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t done = write(fd, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

enum status file_append(const char *path, const void *bytes, size_t size, struct error *error)
{
    enum status status = STATUS_OK;
    bool made = !file_exists(path);
    int fd = fault_point("append")
                 ? -1
                 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);

    if (fd < 0 || !write_all(fd, bytes, size) || fault_point("fsync") || fsync(fd) != 0)
        status = file_write_fault(error, path);
    if (fd >= 0)
        close(fd);
    return status == STATUS_OK && made ? file_sync_parent(path, error) : status;
}

/* ---------------------------------------------------------------- reading and copying */

int file_open_regular(const char *path, struct stat *info, enum status *status, struct error *error)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 || fstat(fd, info) != 0) {
        *status = file_read_fault(error, path);
    } else if (!S_ISREG(info->st_mode)) {
        *status = error_set(error, STATUS_REJECT, _("%s is not a file."), path);
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

enum status file_read(const char *path, size_t limit, struct arena *arena, char **bytes,
                      size_t *size, struct error *error)
{
    enum status status = STATUS_OK;
    struct stat info;
    size_t have = 0;
    ssize_t got = 1;
    int fd = file_open_regular(path, &info, &status, error);

    if (fd < 0)
        return status;
    if ((uint64_t)info.st_size > limit) {
        status = error_set(error, STATUS_REJECT,
                           _("%s is too large: it has %lld bytes, and at most %zu are read."), path,
                           (long long)info.st_size, limit);
        goto done;
    }
    *bytes = arena_alloc(arena, (size_t)info.st_size + 1);
    while (have < (size_t)info.st_size && got != 0) { /* 0: it became shorter meanwhile */
        got = read(fd, *bytes + have, (size_t)info.st_size - have);
        if (got > 0)
            have += (size_t)got;
        if (got < 0 && errno != EINTR) {
            status = file_read_fault(error, path);
            goto done;
        }
    }
    (*bytes)[have] = '\0';
    if (size != NULL)
        *size = have;
done:
    close(fd);
    return status;
}

enum status file_copy(const char *from, const char *to, struct error *error)
{
    struct file_writer *writer = NULL;
    enum status status = STATUS_OK;
    struct stat info;
    char *bytes = NULL;
    ssize_t got = 1;
    int fd = file_open_regular(from, &info, &status, error);

    if (fd < 0)
        return status;
    status = file_create(to, &writer, error);
    if (writer == NULL)
        goto done;
    bytes = memory_new(COPY_SIZE);
    while (got != 0) {
        got = read(fd, bytes, COPY_SIZE);
        if (got < 0 && errno != EINTR) {
            status = file_read_fault(error, from);
            goto done;
        }
        if (got > 0 && fwrite(bytes, 1, (size_t)got, writer->stream) != (size_t)got)
            break; /* file_commit finds out why */
    }
    status = file_commit(writer, error);
    writer = NULL;
done:
    file_abandon(writer);
    free(bytes);
    close(fd);
    return status;
}

/* Another disk, a file system without such names, a file with too many of them, or one of somebody
 * else's: a copy does as well. */
static bool cannot_link(int reason)
{
    return reason == EXDEV || reason == EPERM || reason == EACCES || reason == EMLINK ||
           reason == EOPNOTSUPP || reason == ENOSYS;
}

enum status file_link(const char *from, const char *to, bool *linked, struct error *error)
{
    *linked = false;
    if (!fault_point("link") && link(from, to) == 0) {
        *linked = true;
        return file_sync_parent(to, error);
    }
    if (cannot_link(errno))
        return file_copy(from, to, error);
    return errno == ENOENT && !file_exists(from) ? file_read_fault(error, from)
                                                 : file_write_fault(error, to);
}

/* ---------------------------------------------------------------- names */

/* rename(2) that never replaces. File systems without RENAME_NOREPLACE (NFS) link instead; a folder
 * they rename plainly, which can replace an empty folder at most. */
static int rename_new(const char *from, const char *to)
{
    struct stat info;

    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (lstat(from, &info) != 0)
        return -1;
    if (S_ISDIR(info.st_mode))
        return rename(from, to);
    return link(from, to) == 0 ? unlink(from) : -1;
}

enum status file_rename(const char *from, const char *to, struct error *error)
{
    enum status status;

    if (fault_point("rename") || rename_new(from, to) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY)
            return error_set(error, STATUS_REJECT, _("%s exists already and is not replaced."), to);
        if (errno == ENOENT && !file_exists(from))
            return file_read_fault(error, from);
        return file_write_fault(error, to);
    }
    status = file_sync_parent(to, error);
    return status == STATUS_OK ? file_sync_parent(from, error) : status;
}

enum status file_adopt(const char *from, const char *to, struct error *error)
{
    struct stat info;
    enum status status = STATUS_OK;
    int fd = file_open_regular(from, &info, &status, error);

    if (fd < 0)
        return status;
    if (fault_point("fsync") || fsync(fd) != 0)
        status = file_write_fault(error, from);
    close(fd);
    return status == STATUS_OK ? file_rename(from, to, error) : status;
}

enum status file_remove(const char *path, struct error *error)
{
    if (!file_exists(path))
        return STATUS_OK;
    if (fault_point("unlink") || (unlink(path) != 0 && errno != ENOENT))
        return file_write_fault(error, path);
    return file_sync_parent(path, error);
}

bool file_exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool file_same_disk(const char *a, const char *b)
{
    struct stat one, other;

    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev;
}

int64_t file_size(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? (int64_t)info.st_size : -1;
}

char *file_join(struct arena *arena, const char *folder, const char *name)
{
    size_t length = strlen(folder);

    return arena_printf(arena, length == 0 || folder[length - 1] == '/' ? "%s%s" : "%s/%s", folder,
                        name);
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

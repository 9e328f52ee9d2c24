#include "core/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/message.h"

static int by_place(const void *a, const void *b)
{
    const off_t one = *(const off_t *)a, other = *(const off_t *)b;
    return (one > other) - (one < other);
}

/* 60 bits of its hash: a place in a file that has no bytes. */
static off_t place_of(const char *name)
{
    char hex[HASH_HEX_SIZE];
    hash_bytes(name, strlen(name), hex);
    hex[15] = '\0';
    return (off_t)strtoll(hex, NULL, 16);
}

/* Of the open file, not of the process, so that closing another opened one does not let it go. */
static int lock_place(int file, off_t place)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
    return fcntl(file, F_OFD_SETLKW, &lock);
}

enum status turn_take(const char *path, const char *const *names, size_t count, int *turn,
                      struct error *error)
{
    struct arena *arena = arena_new();
    off_t *places = arena_array(arena, count + 1, sizeof *places);
    int failed = 0;
    for (size_t i = 0; i < count; i++)
        places[i] = place_of(names[i]);
    qsort(places, count, sizeof *places, by_place);
    *turn = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (*turn < 0)
        failed = errno;
    for (size_t i = 0; i < count && !failed; i++)
        if (lock_place(*turn, places[i]) != 0)
            failed = errno;
    arena_free(arena);
    if (!failed)
        return STATUS_OK;
    turn_end(turn);
    return failed == EINTR
               ? error_set(error, STATUS_RETRY,
                           _("Interrupted while another process was at work on the same."))
               : error_set(error, STATUS_RETRY,
                           _("%s cannot be written (%s); check the disk and who owns the folder."),
                           path, message_errno(failed));
}

void turn_end(int *turn)
{
    if (*turn >= 0)
        close(*turn);
    *turn = -1;
}

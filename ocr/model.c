#include "ocr/model.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/message.h"

/*
 * A traineddata file begins with the number of entries (int32), then so many offsets (int64), all
 * little-endian: where each part begins, -1 for a part that is not there. The parts follow in that
 * order and reach to the next one or to the end of the file. (Tesseract also takes tar and zip
 * archives of the parts; no distribution has such.)
 */
#define ENTRIES_MAX 64
#define HEADER_MAX (4 + 8 * ENTRIES_MAX)

/* The parts without which OEM_LSTM_ONLY reads nothing. */
static const int needed[] = {17 /* network */, 21 /* unicharset */, 22 /* recoder */};

static uint64_t little_endian(const unsigned char *bytes, int size)
{
    uint64_t value = 0;
    for (int i = size; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static bool is_needed(int entry)
{
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (needed[i] == entry)
            return true;
    return false;
}

/* *cut: it is not, because the file ends too early. */
static bool table_is_sound(const unsigned char *header, int64_t header_size, int64_t file_size,
                           bool *cut)
{
    int64_t entries = header_size >= 4 ? (int64_t)little_endian(header, 4) : 0;
    int64_t end = 4 + 8 * entries; /* of what came so far */
    *cut = header_size < 4;
    if (entries <= needed[2] || entries > ENTRIES_MAX)
        return false;
    *cut = end > header_size;
    for (int i = 0, parts = 0; i < entries && !*cut; i++) {
        int64_t offset = (int64_t)little_endian(header + 4 + 8 * (size_t)i, 8);
        if (offset == -1 && !is_needed(i))
            continue;
        /* the first part begins behind the table; no part is empty */
        if (parts++ == 0 ? offset != end : offset <= end)
            return false;
        *cut = offset >= file_size;
        end = offset;
    }
    return !*cut;
}

enum status model_check(const char *path, struct error *error)
{
    unsigned char header[HEADER_MAX];
    struct stat info;
    bool cut = false;
    enum status status = STATUS_FATAL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0 || fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
        error_set(error, status,
                  _("the language data %s is no ordinary file that can be read; install it again"),
                  path);
        goto done;
    }
    if (table_is_sound(header, pread(file, header, sizeof header, 0), info.st_size, &cut))
        status = STATUS_OK;
    else if (cut)
        error_set(error, status,
                  _("the language data %s was cut short (%lld bytes); install it again"), path,
                  (long long)info.st_size);
    else
        error_set(error, status,
                  _("the file %s is no language data of Tesseract; install it again"), path);
done:
    if (file >= 0)
        close(file);
    return status;
}

#include "core/message.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message_private.h"

/* The catalogue is in GNU's format:
 *
 *   0  magic 950412de in the byte order of whoever made it      4  revision
 *   8  N, number of strings     12  offset of table A     16  offset of table B
 *
 * A and B hold N pairs (length, offset), A of msgids in byte order, B of their translations; each
 * string ends with a 0 that its length does not count.
 * https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html */

static enum language language;
static bool chosen;

static uint32_t read_32(const unsigned char *at, bool big)
{
    if (big)
        return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

/* Entry i of the table at offset; NULL when table or string leave the file or lack the final 0. */
static const char *entry(const unsigned char *mo, size_t size, bool big, uint32_t table, uint32_t i)
{
    uint64_t pair = (uint64_t)table + (uint64_t)i * 8;
    uint64_t length, offset;

    if (pair + 8 > size)
        return NULL;
    length = read_32(mo + pair, big);
    offset = read_32(mo + pair + 4, big);
    if (offset + length >= size || mo[offset + length] != 0)
        return NULL;
    return (const char *)mo + offset;
}

const char *message_find(const unsigned char *mo, size_t size, const char *msgid)
{
    static const unsigned char magic[4] = {0x95, 0x04, 0x12, 0xde};
    static const unsigned char cigam[4] = {0xde, 0x12, 0x04, 0x95};
    uint32_t low = 0, high, ids, texts;
    bool big;

    if (size < 20 || (memcmp(mo, magic, 4) != 0 && memcmp(mo, cigam, 4) != 0))
        return NULL;
    big = memcmp(mo, magic, 4) == 0;
    high = read_32(mo + 8, big);
    ids = read_32(mo + 12, big);
    texts = read_32(mo + 16, big);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const char *id = entry(mo, size, big, ids, middle);
        int order;

        if (id == NULL)
            return NULL;
        order = strcmp(msgid, id);
        if (order == 0) {
            const char *text = entry(mo, size, big, texts, middle);
            return text != NULL && text[0] != '\0' ? text : NULL;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *message_entry(const unsigned char *mo, size_t size, unsigned i,
                          const char **translation)
{
    bool big = size >= 20 && mo[0] == 0x95;
    *translation = NULL;
    if (size < 20 || i >= read_32(mo + 8, big))
        return NULL;
    *translation = entry(mo, size, big, read_32(mo + 16, big), i);
    return *translation ? entry(mo, size, big, read_32(mo + 12, big), i) : NULL;
}

static const char *name_from_environment(void)
{
    static const char *const variables[] = {"SOHOA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0')
            return value;
    }
    return "vi";
}

void message_use(const char *name)
{
    if (name == NULL)
        name = name_from_environment();
    /* "en" alone or followed by _ . @ or -: not "enets". */
    language = strncmp(name, "en", 2) == 0 && strchr("_.@-", name[2]) != NULL ? LANGUAGE_ENGLISH
                                                                              : LANGUAGE_VIETNAMESE;
    chosen = true;
}

enum language message_language(void)
{
    if (!chosen)
        message_use(NULL);
    return language;
}

const char *message(const char *msgid)
{
    const char *text = NULL;

    /* The empty msgid names the catalogue's header, which is no sentence. */
    if (msgid[0] != '\0' && message_language() == LANGUAGE_VIETNAMESE)
        text = message_find(message_vi, message_vi_size, msgid);
    return text != NULL ? text : msgid;
}

/* The catalogue keeps "one" and "many" as one entry, which is found by the first. */
const char *message_count(const char *one, const char *many, long long count)
{
    const char *text = message(one);
    return text == one && count != 1 ? many : text;
}

const char *message_errno(int number)
{
    switch (number) {
    case ENOENT:
        return _("no such file or folder");
    case EACCES:
    case EPERM:
        return _("not permitted");
    case ENOSPC:
        return _("no space left");
    case EDQUOT:
        return _("this user's share of the disk is full");
    case EIO:
        return _("the device does not read or write");
    case EROFS:
        return _("the disk is read-only");
    case EISDIR:
        return _("it is a folder");
    case ENOTDIR:
        return _("a part of the path is no folder");
    case EEXIST:
        return _("it exists already");
    case EBUSY:
    case EAGAIN:
        return _("in use by another program");
    case EMFILE:
    case ENFILE:
        return _("too many files are open");
    case ENOMEM:
        return _("not enough memory");
    default:
        return strerror(number);
    }
}

const char *message_date(const char *iso, char out[MESSAGE_DATE_SIZE])
{
    int year, month, day, hour, minute, read = 0;
    if (iso == NULL || message_language() != LANGUAGE_VIETNAMESE ||
        sscanf(iso, "%4d-%2d-%2d%n", &year, &month, &day, &read) != 3 || read != 10)
        return iso;
    if (iso[10] == 0)
        snprintf(out, MESSAGE_DATE_SIZE, "%02d/%02d/%04d", day % 100, month % 100, year % 10000);
    else if (sscanf(iso + 10, "T%2d:%2d", &hour, &minute) == 2)
        snprintf(out, MESSAGE_DATE_SIZE, "%02d/%02d/%04d %02d:%02d", day % 100, month % 100,
                 year % 10000, hour % 100, minute % 100);
    else
        return iso;
    return out;
}

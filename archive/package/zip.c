#include "archive/package/zip.h"

#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <zip.h>

#include "archive/package/bag.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define CHUNK ((size_t)256 * 1024)
#define RATIO_FREE ((zip_uint64_t)1024 * 1024) /* smaller than this, the ratio says nothing */

struct packing {
    zip_t *zip;
    const char *folder, *name, *passphrase;
    time_t when;
};

static enum status zip_fault(zip_t *zip, const char *path, struct error *error)
{
    return error_set(error, STATUS_RETRY, _("%s cannot be written as a ZIP (%s)."), path,
                     zip_strerror(zip));
}

/* What is compressed already is only stored. */
static bool is_packed(const char *path)
{
    static const char *const ends[] = {".tif", ".jpg", ".pdf", ".png"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (length > 4 && strcmp(path + length - 4, ends[i]) == 0)
            return true;
    return false;
}

/* ---------------------------------------------------------------- passphrases */

/* A keyboard, or another system, may send "ế" as one character or as three: it encrypts as one.
 * Arena; to be wiped. */
static char *composed(struct arena *arena, const char *passphrase)
{
    return passphrase && text_valid(passphrase, strlen(passphrase)) ? text_nfc(arena, passphrase)
                                                                    : NULL;
}

static void wipe(char *passphrase)
{
    if (passphrase)
        explicit_bzero(passphrase, strlen(passphrase));
}

static bool opens_by(const char *path, const char *passphrase)
{
    enum { TRIED = 3 }; /* a damaged entry may refuse the right one, hardly three */
    int code = 0, wrong = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    zip_int64_t count = zip ? zip_get_num_entries(zip, 0) : 0;
    bool opens = false;
    for (zip_int64_t i = 0; i < count && !opens && wrong < TRIED; i++) {
        zip_stat_t about;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &about) != 0 ||
            !(about.valid & ZIP_STAT_ENCRYPTION_METHOD) || about.encryption_method == ZIP_EM_NONE)
            continue;
        zip_file_t *file = zip_fopen_index_encrypted(zip, (zip_uint64_t)i, 0, passphrase);
        opens = file != NULL;
        if (file)
            zip_fclose(file);
        else
            wrong += zip_error_code_zip(zip_get_error(zip)) == ZIP_ER_WRONGPASSWD;
    }
    if (zip)
        zip_discard(zip);
    return opens || wrong == 0;
}

/* The form of it that opens the ZIP: as it was typed (others' ZIPs may have any), or composed. */
static const char *form_that_opens(const char *path, const char *passphrase, const char *composed)
{
    return composed && !opens_by(path, passphrase) && opens_by(path, composed) ? composed
                                                                               : passphrase;
}

bool zip_opens(const char *path, const char *passphrase)
{
    struct arena *arena = arena_new();
    char *form = composed(arena, passphrase);
    bool opens = opens_by(path, form_that_opens(path, passphrase, form));
    wipe(form);
    arena_free(arena);
    return opens;
}

/* ---------------------------------------------------------------- packing */

static enum status add_file(const struct packing *packing, const char *path, const char *name,
                            struct error *error)
{
    zip_source_t *source = zip_source_file(packing->zip, path, 0, -1);
    zip_int64_t at = source ? zip_file_add(packing->zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
    if (source && at < 0)
        zip_source_free(source);
    bool good = at >= 0 &&
                zip_set_file_compression(packing->zip, (zip_uint64_t)at,
                                         is_packed(name) ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0) == 0 &&
                zip_file_set_mtime(packing->zip, (zip_uint64_t)at, packing->when, 0) == 0 &&
                zip_file_set_external_attributes(packing->zip, (zip_uint64_t)at, 0, ZIP_OPSYS_UNIX,
                                                 (zip_uint32_t)(S_IFREG | 0640) << 16) == 0;
    if (good && packing->passphrase)
        good = zip_file_set_encryption(packing->zip, (zip_uint64_t)at, ZIP_EM_AES_256,
                                       packing->passphrase) == 0;
    return good ? STATUS_OK : zip_fault(packing->zip, packing->folder, error);
}

static enum status pack_file(void *context, const char *relative, struct error *error)
{
    const struct packing *packing = context;
    struct arena *arena = arena_new();
    enum status status = add_file(packing, file_join(arena, packing->folder, relative),
                                  arena_printf(arena, "%s/%s", packing->name, relative), error);
    arena_free(arena);
    return status;
}

/* ZIP keeps the hands of the clock, not a zone: what is written is Vietnam time wherever it is
 * read. */
static time_t clock_of(const char *iso)
{
    struct tm tm = {.tm_mday = 1, .tm_year = 80, .tm_isdst = -1};
    if (sscanf(iso, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
               &tm.tm_min, &tm.tm_sec) == 6) {
        tm.tm_year -= 1900;
        tm.tm_mon -= 1;
    }
    return mktime(&tm);
}

enum status zip_pack(const char *folder, const char *name, const char *record, const char *when,
                     const char *to, const char *passphrase, struct error *error)
{
    struct arena *arena = arena_new();
    int code = 0;
    /* libzip writes a file of its own beside this one and renames it: both in the folder's place */
    const char *part = arena_printf(arena, "%s.part", to);
    enum status status = file_remove(part, error);
    char *form = composed(arena, passphrase);
    struct packing packing = {
        .folder = folder, .name = name, .passphrase = form ? form : passphrase};
    packing.when = clock_of(when);
    if (status == STATUS_OK && !(packing.zip = zip_open(part, ZIP_CREATE | ZIP_EXCL, &code)))
        status = error_set(error, STATUS_RETRY, _("%s cannot be written as a ZIP (%s)."), part,
                           _("it cannot be created"));
    if (status == STATUS_OK)
        status = file_walk(folder, pack_file, &packing, error);
    if (status == STATUS_OK && record != NULL)
        status = add_file(&packing, record, arena_printf(arena, "%s.er", name), error);
    mode_t before = umask(027); /* libzip would let all read it */
    if (status == STATUS_OK && zip_close(packing.zip) != 0)
        status = zip_fault(packing.zip, part, error);
    else if (status == STATUS_OK)
        packing.zip = NULL;
    umask(before);
    if (packing.zip)
        zip_discard(packing.zip);
    if (status == STATUS_OK)
        status = file_adopt(part, to, error);
    if (status != STATUS_OK)
        file_remove(part, NULL);
    wipe(form);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- judging */

struct judging {
    zip_t *zip;
    struct arena *arena;
    void (*finding)(void *context, const char *sentence);
    void *context;
    const char **names;
    int faults;
    zip_uint64_t bytes;
    bool encrypted;
};

static void tell(struct judging *j, const char *sentence)
{
    if (j->faults++ < 100)
        j->finding(j->context, sentence);
}

static bool is_link(zip_t *zip, zip_uint64_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0 ||
        system != ZIP_OPSYS_UNIX)
        return false;
    mode_t kind = (mode_t)(attributes >> 16) & S_IFMT;
    return kind != 0 && kind != S_IFREG && kind != S_IFDIR;
}

static void judge_entry(struct judging *j, zip_uint64_t index)
{
    zip_stat_t about;
    if (zip_stat_index(j->zip, index, 0, &about) != 0 || !(about.valid & ZIP_STAT_NAME) ||
        !(about.valid & ZIP_STAT_SIZE) || !(about.valid & ZIP_STAT_COMP_SIZE)) {
        tell(j, _("An entry of the ZIP says neither its name nor its size."));
        return;
    }
    const char *shown = bag_shown(j->arena, about.name, strlen(about.name));
    char *name = arena_strdup(j->arena, about.name);
    size_t length = strlen(name);
    if (length > 0 && name[length - 1] == '/')
        name[length - 1] = '\0'; /* a folder */
    j->names[index] = name;
    if (!bag_name_allowed(name))
        tell(j, arena_printf(j->arena, _("%s cannot be the name of a file in a package."), shown));
    if (is_link(j->zip, index))
        tell(j, arena_printf(j->arena, _("%s is no ordinary file."), shown));
    if (about.size > RATIO_FREE && about.size / ZIP_RATIO_MAX > about.comp_size)
        tell(j, arena_printf(j->arena,
                             _("%s would become %llu bytes from %llu: no such page exists."), shown,
                             (unsigned long long)about.size, (unsigned long long)about.comp_size));
    if (about.size > INT64_MAX - j->bytes)
        tell(j, _("The ZIP says it holds more than any disk."));
    else
        j->bytes += about.size;
    if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) && about.encryption_method != ZIP_EM_NONE)
        j->encrypted = true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void judge_doubles(struct judging *j, zip_uint64_t count)
{
    const char **sorted = arena_array(j->arena, count + 1, sizeof *sorted);
    size_t kept = 0;
    for (zip_uint64_t i = 0; i < count; i++)
        if (j->names[i])
            sorted[kept++] = j->names[i];
    if (kept)
        qsort(sorted, kept, sizeof *sorted, by_name);
    for (size_t i = 1; i < kept; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            tell(j, arena_printf(j->arena, _("%s stands in the ZIP twice."),
                                 bag_shown(j->arena, sorted[i], strlen(sorted[i]))));
}

/* Does it hold, at its top or one folder below, what makes a folder a package? */
static bool holds_package(const struct judging *j, zip_uint64_t count)
{
    for (zip_uint64_t i = 0; i < count; i++) {
        const char *name = j->names[i] ? j->names[i] : "", *slash = strchr(name, '/');
        const char *last = slash ? slash + 1 : name;
        if (strcmp(last, "bagit.txt") == 0 || strcmp(last, "METS.xml") == 0)
            return true;
    }
    return false;
}

static enum status judge(struct judging *j, const char *from, const char *folder,
                         const char *passphrase, struct error *error)
{
    zip_int64_t count = zip_get_num_entries(j->zip, 0);
    int64_t room = file_free_space(folder);
    if (count <= 0 || count > ZIP_ENTRIES_MAX)
        return error_set(error, STATUS_REJECT, _("%s holds %lld files: that is no package."), from,
                         (long long)count);
    j->names = arena_array(j->arena, (size_t)count, sizeof *j->names);
    for (zip_int64_t i = 0; i < count; i++)
        judge_entry(j, (zip_uint64_t)i);
    judge_doubles(j, (zip_uint64_t)count);
    if (j->faults > 0)
        return error_set(error, STATUS_REJECT, _("%s is refused: nothing of it was unpacked."),
                         from);
    if (!holds_package(j, (zip_uint64_t)count))
        return error_set(error, STATUS_REJECT,
                         _("%s is no package: it has neither bagit.txt nor METS.xml."), from);
    if (j->encrypted && !passphrase)
        return error_set(error, STATUS_REJECT,
                         _("%s is encrypted: --passphrase asks for its passphrase."), from);
    if (room >= 0 && j->bytes > (zip_uint64_t)room)
        return error_set(error, STATUS_RETRY,
                         _("%s needs %llu bytes when unpacked, and only %lld are free in %s."),
                         from, (unsigned long long)j->bytes, (long long)room, folder);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- unpacking */

/* Reads to the end, which is where libzip compares the checksum; never more than was announced. */
static enum status unpack_entry(struct judging *j, zip_uint64_t index, const char *to,
                                struct error *error)
{
    zip_stat_t about;
    struct file_writer *writer = NULL;
    zip_uint64_t done = 0;
    zip_int64_t got = 0;
    zip_stat_index(j->zip, index, 0, &about);
    zip_file_t *file = zip_fopen_index(j->zip, index, 0);
    if (!file)
        return error_set(error, STATUS_REJECT, _("%s cannot be unpacked: %s."), j->names[index],
                         zip_error_code_zip(zip_get_error(j->zip)) == ZIP_ER_WRONGPASSWD
                             ? _("the passphrase is another")
                             : zip_strerror(j->zip));
    char *bytes = memory_new(CHUNK);
    enum status status = file_create(to, &writer, error);
    while (status == STATUS_OK && (got = zip_fread(file, bytes, CHUNK)) > 0) {
        done += (zip_uint64_t)got;
        if (done > about.size)
            break;
        fwrite(bytes, 1, (size_t)got, file_stream(writer)); /* file_commit asks how it went */
    }
    if (status == STATUS_OK && (got < 0 || done != about.size))
        status = error_set(error, STATUS_REJECT, _("%s cannot be unpacked: %s."), j->names[index],
                           got < 0 ? zip_file_strerror(file) : _("its size is not the one told"));
    if (status == STATUS_OK) {
        status = file_settle(writer, error);
        writer = NULL;
    }
    file_abandon(writer);
    free(bytes);
    zip_fclose(file);
    return status;
}

static enum status unpack_all(struct judging *j, const char *folder, struct error *error)
{
    zip_int64_t count = zip_get_num_entries(j->zip, 0);
    enum status status = STATUS_OK;
    for (zip_int64_t i = 0; i < count && status == STATUS_OK; i++) {
        struct arena *arena = arena_new();
        const char *raw = zip_get_name(j->zip, (zip_uint64_t)i, 0);
        char *to = file_join(arena, folder, j->names[i]);
        bool is_folder = raw && *raw && raw[strlen(raw) - 1] == '/';
        status = file_mkdirs_loose(
            is_folder ? to : arena_strndup(arena, to, (size_t)(file_name(to) - to) - 1), error);
        if (status == STATUS_OK && !is_folder)
            status = unpack_entry(j, (zip_uint64_t)i, to, error);
        arena_free(arena);
    }
    return status;
}

enum status zip_unpack(const char *from, const char *folder, const char *passphrase,
                       void (*finding)(void *context, const char *sentence), void *context,
                       struct error *error)
{
    int code = 0;
    struct judging j = {.finding = finding, .context = context, .arena = arena_new()};
    enum status status;
    j.zip = zip_open(from, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!j.zip) {
        arena_free(j.arena);
        return error_set(error, STATUS_REJECT, _("%s is no ZIP, or a damaged one."), from);
    }
    char *form = composed(j.arena, passphrase);
    if (passphrase)
        zip_set_default_password(j.zip, form_that_opens(from, passphrase, form));
    status = judge(&j, from, folder, passphrase, error);
    if (status == STATUS_OK)
        status = unpack_all(&j, folder, error);
    zip_discard(j.zip);
    wipe(form);
    arena_free(j.arena);
    return status;
}

/* ---------------------------------------------------------------- one entry */

static enum status read_entry(zip_t *zip, const char *name, size_t limit, struct arena *arena,
                              char **bytes, size_t *size, struct error *error)
{
    zip_stat_t facts;
    zip_int64_t at = zip_name_locate(zip, name, 0);
    if (at < 0)
        return STATUS_END;
    if (zip_stat_index(zip, (zip_uint64_t)at, 0, &facts) != 0 || !(facts.valid & ZIP_STAT_SIZE) ||
        facts.size > limit)
        return error_set(error, STATUS_REJECT, _("%s in it is too large."), name);
    *size = (size_t)facts.size;
    *bytes = arena_alloc(arena, *size + 1);
    zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)at, 0);
    zip_int64_t got = file ? zip_fread(file, *bytes, facts.size) : -1;
    if (file && zip_fclose(file) != 0)
        got = -1;
    return got == (zip_int64_t)facts.size
               ? STATUS_OK
               : error_set(error, STATUS_REJECT, _("%s in it is damaged."), name);
}

enum status zip_entry(const char *from, const char *name, size_t limit, struct arena *arena,
                      char **bytes, size_t *size, struct error *error)
{
    int code = 0;
    zip_t *zip = zip_open(from, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!zip)
        return error_set(error, STATUS_REJECT, _("%s is no ZIP file that can be read."), from);
    enum status status = read_entry(zip, name, limit, arena, bytes, size, error);
    zip_discard(zip);
    return status;
}

bool zip_is_encrypted(const char *path)
{
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    zip_int64_t count = zip ? zip_get_num_entries(zip, 0) : 0;
    bool encrypted = false;
    for (zip_int64_t i = 0; i < count && !encrypted; i++) {
        zip_stat_t about;
        encrypted = zip_stat_index(zip, (zip_uint64_t)i, 0, &about) == 0 &&
                    (about.valid & ZIP_STAT_ENCRYPTION_METHOD) &&
                    about.encryption_method != ZIP_EM_NONE;
    }
    if (zip)
        zip_discard(zip);
    return encrypted;
}

#include "archive/sign/said.h"

#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/package/masters.h"
#include "archive/package/mets_read.h"
#include "archive/pdf/pdf_read.h"
#include "archive/pdf/xmp.h"
#include "core/buffer.h"
#include "core/corrected.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "core/package.h"
#include "core/text.h"

/* ---------------------------------------------------------------- the hash */

struct lines {
    struct arena *arena;
    char **list;
    size_t count, room;
};

static void add_line(struct lines *lines, const char *path, const json_t *value)
{
    if (lines->count == lines->room) {
        size_t room = lines->room ? 2 * lines->room : 256;
        char **list = arena_array(lines->arena, room, sizeof *list);
        if (lines->count)
            memcpy(list, lines->list, lines->count * sizeof *list);
        lines->list = list;
        lines->room = room;
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    lines->list[lines->count++] = arena_printf(lines->arena, "%s %s\n", path, text ? text : "");
    free(text);
}

/* Confidences change when somebody has looked (what is no number is none); false and null say
 * nothing. */
static void add_lines(struct lines *lines, const char *path, const json_t *value)
{
    const char *dot = *path ? "." : "", *key;
    json_t *member;
    size_t i;
    if (json_is_object(value)) {
        json_object_foreach((json_t *)value, key, member)
        {
            if (strcmp(key, "confidence") != 0 || !json_is_number(member))
                add_lines(lines, arena_printf(lines->arena, "%s%s%s", path, dot, key), member);
        }
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, member)
            add_lines(lines, arena_printf(lines->arena, "%s%s%zu", path, dot, i), member);
    } else if (!json_is_false(value) && !json_is_null(value)) {
        add_line(lines, path, value);
    }
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void digest_of(json_t *json, char hex[HASH_HEX_SIZE])
{
    static const char *const later[] = {"version",   "supersedes", "reason",
                                        "kept_from", "volumes",    "acts"};
    uint8_t digest[HASH_SIZE];
    struct lines lines = {.arena = arena_new()};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        json_object_del(json, later[i]);
    add_lines(&lines, "", json);
    if (lines.count > 0)
        qsort(lines.list, lines.count, sizeof *lines.list, by_bytes);
    struct hash *hash = hash_new();
    for (size_t i = 0; i < lines.count; i++)
        hash_add(hash, lines.list[i], strlen(lines.list[i]));
    hash_end(hash, digest);
    hash_hex(digest, sizeof digest, hex);
    arena_free(lines.arena);
}

void said_digest(const struct document *document, char hex[HASH_HEX_SIZE])
{
    json_t *json = document_json(document);
    digest_of(json, hex);
    json_decref(json);
}

/* Of a document.json as it stands, with what this program does not know. False: it is none. */
static bool digest_of_file(const char *path, char hex[HASH_HEX_SIZE])
{
    json_t *json = NULL;
    bool read = json_read(path, &json, NULL) == STATUS_OK && json_is_object(json);
    if (read)
        digest_of(json, hex);
    json_decref(json);
    return read;
}

/* ---------------------------------------------------------------- a package */

struct looking {
    const char *package;
    const struct document *document;
    struct arena *arena;
    struct said_report *report;
    bag_finding *finding;
    void *context;
};

static void tell(struct looking *looking, const char *sentence)
{
    looking->report->faults++;
    looking->finding(looking->context, sentence);
}

/* A document that others made has no masters: its pages are those of its PDF. */
static bool is_of_others(const struct document *document)
{
    const char *pdf = file_name(package_part(PACKAGE_PDF));
    return document->page_count > 0 && strcmp(document->pages[0].file, pdf) == 0;
}

static bool same_value(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* A PDF tells the names of further persons, and nothing else of them. */
static bool same_owners(const struct document *own, const struct document *said)
{
    bool same = own->owner_count == said->owner_count;
    for (size_t i = 0; i < said->owner_count && same; i++)
        same = same_value(own->owners[i].name, said->owners[i].name) &&
               same_value("", said->owners[i].id) && same_value("", said->owners[i].birth_date);
    return same;
}

/* False: it was taken over as a paper of others (arrival_foreign). */
static bool compare_identity(struct looking *looking, const char *pdf)
{
    struct archive_identity identity;
    const struct document *own = &identity.document;
    if (archive_identify(pdf, looking->arena, &identity, NULL) != STATUS_OK || !own->batch ||
        !looking->document->batch || strcmp(own->id, looking->document->id) != 0 ||
        strcmp(own->batch, looking->document->batch) != 0)
        return false;
    bool same = true;
    for (size_t i = 0; i < FIELD_COUNT && same; i++)
        same = same_value(own->fields[i].value, looking->document->fields[i].value);
    if (!same || !same_owners(own, looking->document))
        tell(looking, arena_printf(looking->arena,
                                   _("document.json says something else of the paper than %s, "
                                     "which was taken over, says of itself."),
                                   file_name(pdf)));
    return true;
}

/* What the PDF itself says of document.json. True: it is of a program that put what people
 * corrected into its text, as all do that name the hash of the masters. */
static bool check_binding(struct looking *looking, const char *pdf)
{
    struct pdf_file file;
    char hex[HASH_HEX_SIZE];
    if (pdf_file_open(pdf, &file, NULL) != STATUS_OK)
        return false; /* told by others */
    const struct xmp_node *xmp = xmp_of(&file, looking->arena);
    const char *told = xmp_property(xmp, SAID_PROPERTY);
    bool corrected = xmp_property(xmp, MASTERS_PROPERTY) != NULL;
    pdf_file_close(&file);
    bool others = is_of_others(looking->document);
    bool bound = told && (!others || compare_identity(looking, pdf));
    looking->report->bound += bound;
    looking->report->unbound += !bound;
    if (!bound || others)
        return corrected;
    const char *json = package_part_path(looking->arena, looking->package, PACKAGE_DOCUMENT);
    if (!digest_of_file(json, hex) || strcmp(told, hex) != 0)
        tell(looking, arena_printf(looking->arena,
                                   _("%s was made when document.json said something else of the "
                                     "paper (sohoa:descriptionDigest)."),
                                   file_name(pdf)));
    return corrected;
}

/* ---------------------------------------------------------------- the text */

/* What is seen of a text, without blanks: how these come between words is the writer's matter. */
static void add_solid(struct buffer *out, struct arena *arena, const char *text)
{
    char bytes[4];
    for (const char *at = text_nfc(arena, text); *at;) {
        uint32_t code = text_next(&at);
        bool blank = code <= 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0xFEFF ||
                     code == 0xFFFE || code == 0xFFFF;
        if (!blank)
            buffer_add(out, bytes, text_put(code, bytes));
    }
}

static bool says(const struct words *words, const char *text, struct arena *arena)
{
    struct buffer one = {0}, other = {0};
    for (size_t i = 0; words && i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++)
            add_solid(&one, arena, words->lines[i].words[j].text);
    add_solid(&other, arena, text);
    bool same =
        one.size == other.size && (one.size == 0 || memcmp(one.data, other.data, one.size) == 0);
    buffer_clear(&one);
    buffer_clear(&other);
    return same;
}

/* page: -1, of the fields that name none. words: NULL, there are none. */
static void check_fields(struct looking *looking, int page, const struct words *words,
                         struct arena *arena)
{
    const struct document *document = looking->document;
    const char *name = page < 0 ? "—" : document->pages[page].name;
    const char *sentence = _("document.json: what it says as “%s” is not what was read at its "
                             "place on page %s.");
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (document->fields[i].page == page && !said_field_holds(document, i, words, arena))
            tell(looking, arena_printf(arena, sentence, field_label(i), name));
    for (size_t i = 0; words && i < document->owner_count; i++)
        if (document->owners[i].page == page &&
            !said_owner_holds(&document->owners[i], words, arena))
            tell(looking, arena_printf(arena, sentence, field_label(FIELD_OWNER), name));
}

/* words: of the page; NULL: it has none. */
static void check_alto(struct looking *looking, const char *name, const struct words *words,
                       struct arena *arena)
{
    const char *path =
        package_path(arena, looking->package, package_page(PACKAGE_ALTO, name, arena));
    if (!file_exists(path))
        return;
    const char *text = NULL;
    if (alto_read(path, arena, &text, NULL) != STATUS_OK || !says(words, text, arena))
        tell(looking,
             arena_printf(arena, _("Page %s: its ALTO is not what words.json says."), name));
}

/* text: of the PDF's page; NULL: it cannot be read. strict: the PDF was made by a program that puts
 * what people corrected into its text. */
static void check_page(struct looking *looking, size_t page, const char *text, bool strict)
{
    const struct document *document = looking->document;
    struct arena *arena = arena_new();
    struct words words;
    const char *name = document->pages[page].name;
    const char *path =
        package_path(arena, looking->package, package_page(PACKAGE_WORDS, name, arena));
    bool read = file_exists(path) && words_read(path, arena, &words, NULL) == STATUS_OK;
    const struct words *said = read ? document_corrected(document, page, &words, arena) : NULL;
    bool same =
        text ? says(said, text, arena) || (!strict && says(read ? &words : NULL, text, arena))
             : !strict;
    if (!same)
        tell(looking, arena_printf(arena,
                                   _("Page %s: the text in the PDF is not what words.json and the "
                                     "corrections in document.json say."),
                                   name));
    check_fields(looking, (int)page, read ? &words : NULL, arena);
    check_alto(looking, name, read ? &words : NULL, arena);
    arena_free(arena);
}

static void check_volume(struct looking *looking, int volume, size_t first, size_t count)
{
    struct arena *arena = looking->arena;
    const char *pdf =
        package_path(arena, looking->package, package_volume(PACKAGE_PDF, volume, arena));
    char **texts = NULL;
    size_t pages = 0;
    if (!file_exists(pdf))
        return; /* told by others */
    bool strict = check_binding(looking, pdf);
    if (is_of_others(looking->document))
        return;
    bool read = archive_text(pdf, arena, &texts, &pages, NULL) == STATUS_OK;
    for (size_t i = 0; i < count; i++)
        check_page(looking, first + i, read && i < pages ? texts[i] : NULL, strict);
}

void said_check(const char *package, const struct document *document, struct said_report *report,
                bag_finding *finding, void *context)
{
    struct looking looking = {package, document, arena_new(), report, finding, context};
    size_t first = 0;
    *report = (struct said_report){0};
    if (document->volume_count == 0)
        check_volume(&looking, 0, 0, document->page_count);
    for (size_t i = 0; i < document->volume_count; i++) {
        check_volume(&looking, (int)i + 1, first, (size_t)document->volumes[i]);
        first += (size_t)document->volumes[i];
    }
    if (!is_of_others(document))
        check_fields(&looking, -1, NULL, looking.arena);
    arena_free(looking.arena);
}

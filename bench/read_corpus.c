/*
 * Reads a folder of documents as the program would, for measuring: NAME.json with "pages":
 * [{"file"}] and the page images beside it. Writes NAME-pN.txt for each page and NAME.json with the
 * fields found.
 *
 *   read_corpus CORPUS OUT CONFIG [MODEL [FROM [TO]]]
 *
 * MODEL "-": the pages are taken from the NAME-pN.words of an earlier run; only the fields are made
 * again. READ_UNCORRECTED in the environment: without the language; READ_SECOND: with that second
 * reading. CONFIG: folder of the
 * catalogues. FROM, TO: part of the documents, by number. Prints CPU seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/file.h"
#include "core/gain.h"
#include "core/json.h"
#include "core/message.h"
#include "ocr/ocr.h"

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double read_seconds;
static size_t read_pages;

static struct words *read_page(struct ocr_engine *engine, const char *folder, const char *out,
                               const char *file, struct arena *arena)
{
    struct error error = {0};
    struct image image = {0};
    struct words *words = arena_alloc(arena, sizeof *words);
    if (!engine) {
        char *stem = arena_strndup(arena, file, strcspn(file, "."));
        char *path = file_join(arena, out, arena_printf(arena, "%s.words", stem));
        return words_read(path, arena, words, &error) == STATUS_OK ? words : NULL;
    }
    double start = cpu_s();
    if (image_read(file_join(arena, folder, file), 0, &image, &error) != STATUS_OK ||
        ocr_read(engine, &image, arena, words, &error) != STATUS_OK) {
        printf("%s: %s\n", file, error.text);
        image_clear(&image);
        return NULL;
    }
    image_clear(&image);
    read_seconds += cpu_s() - start;
    read_pages++;
    char *stem = arena_strndup(arena, file, strcspn(file, "."));
    const char *text = words_text(words, arena);
    char *path = file_join(arena, out, arena_printf(arena, "%s.txt", stem));
    if (file_write(path, text, strlen(text), &error) != STATUS_OK)
        printf("%s\n", error.text);
    words_write(words, file_join(arena, out, arena_printf(arena, "%s.words", stem)), &error);
    printf("%s turn %d (%.2f) skew %+.2f confidence %.2f lines %zu, %.2f s\n", stem,
           words->turn_deg, words->turn_confidence, words->skew_deg, words->confidence,
           words->line_count, cpu_s() - start);
    return words;
}

static void write_fields(const struct document *document, const char *path, struct arena *arena)
{
    static const struct {
        const char *key;
        enum field_id id;
    } keys[] = {{"type", FIELD_TYPE},          {"citizen_name", FIELD_OWNER},
                {"id_number", FIELD_OWNER_ID}, {"birth_date", FIELD_BIRTH_DATE},
                {"doc_number", FIELD_NUMBER},  {"issuing_agency", FIELD_AGENCY},
                {"date", FIELD_DATE},          {"signer", FIELD_SIGNER},
                {"title", FIELD_TITLE},        {"procedure_code", FIELD_PROCEDURE},
                {"book", FIELD_BOOK},          {"unit", FIELD_UNIT}};
    struct error error = {0};
    json_t *object = json_object();
    json_t *doubts = json_object();
    json_t *sure = json_object();
    json_t *confidence = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_put_text(object, keys[i].key, document->fields[keys[i].id].value);
        json_put_text(doubts, keys[i].key, document->fields[keys[i].id].doubt);
        json_object_set_new(sure, keys[i].key,
                            json_real(field_sureness(keys[i].id, &document->fields[keys[i].id])));
        json_object_set_new(confidence, keys[i].key,
                            json_real(document->fields[keys[i].id].confidence));
    }
    json_t *owners = json_array();
    for (size_t i = 0; i < document->owner_count; i++)
        json_array_append_new(owners, json_string(document->owners[i].name));
    json_object_set_new(object, "owners", owners);
    json_object_set_new(object, "doubts", doubts);
    json_object_set_new(object, "sureness", sure);
    json_object_set_new(object, "confidence", confidence);
    if (json_write(path, object, &error) != STATUS_OK)
        printf("%s\n", error.text);
    json_decref(object);
    (void)arena;
}

static void read_document(struct ocr_engine *engine, const struct ocr_knowledge *knowledge,
                          char **argv, const char *name)
{
    struct arena *arena = arena_new();
    struct error error = {0};
    json_t *facts = NULL;
    const char *path = file_join(arena, argv[1], name);
    if (json_read(path, &facts, &error) != STATUS_OK) {
        printf("%s\n", error.text);
        goto done;
    }
    json_t *list = json_object_get(facts, "pages");
    size_t count = json_array_size(list);
    const struct words **pages = arena_array(arena, count + 1, sizeof *pages);
    for (size_t i = 0; i < count; i++) {
        const char *file = json_string_value(json_object_get(json_array_get(list, i), "file"));
        pages[i] = file ? read_page(engine, argv[1], argv[2], file, arena) : NULL;
    }
    struct document document;
    document_init(&document, "corpus", name);
    enum status status = ocr_understand(knowledge, pages, count, arena, &document, &error);
    if (status != STATUS_OK)
        printf("%s: %s\n", name, error.text);
    write_fields(&document, file_join(arena, argv[2], name), arena);
done:
    json_decref(facts);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "read_corpus CORPUS OUT CONFIG [MODEL [FROM [TO]]]\n");
        return 2;
    }
    message_use("en");
    struct ocr_settings settings = {.tessdata = "",
                                    .model = argc > 4 ? argv[4] : "Vietnamese",
                                    .second = getenv("READ_SECOND") ? getenv("READ_SECOND") : "",
                                    .doubt_confidence = 0.75,
                                    .shipped = "tessdata",
                                    .correct = !getenv("READ_UNCORRECTED"),
                                    .language = "config/language"};
    int from = argc > 5 ? atoi(argv[5]) : 0, to = argc > 6 ? atoi(argv[6]) : 1 << 30;
    struct ocr_engine *engine = NULL;
    struct ocr_knowledge *knowledge = NULL;
    struct error error = {0};
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    int code = 1, number = 0;
    bool again = strcmp(settings.model, "-") == 0;
    if ((!again && ocr_open(&settings, &engine, &error) != STATUS_OK) ||
        ocr_learn(&settings, argv[3], &knowledge, &error) != STATUS_OK ||
        file_mkdirs(argv[2], &error) != STATUS_OK ||
        file_list(argv[1], arena, &names, &count, &error) != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        if (length < 5 || strcmp(names[i] + length - 5, ".json") != 0)
            continue;
        if (number >= from && number < to)
            read_document(engine, knowledge, argv, names[i]);
        number++;
    }
    printf("%zu pages, %.3f s of CPU a page\n", read_pages,
           read_pages ? read_seconds / (double)read_pages : 0);
    code = 0;
done:
    ocr_forget(knowledge);
    ocr_close(engine);
    arena_free(arena);
    return code;
}

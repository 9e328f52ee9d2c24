/*
 * Files that break exactly one rule of ISO 19005-2, made from good ones: what our writer, our
 * signer or a damaged disk could make. Called without arguments it holds our checker against all of
 * them; with "--write FOLDER [COUNT]" it writes them, and FOLDER/list tells: name, rule, whether
 * veraPDF looks at that rule, and COUNT files of which one character is another;
 * archive_defects.sh and bench/conformance.sh show them to veraPDF.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/words.h"
#include "tests/contract/archive_defects.h"
#include "tests/unit/archive_probe.h"

/* ---------------------------------------------------------------- writing a file anew */

static const char *const base_names[] = {"plain.pdf", "field.pdf", "waiting.pdf", "attached.pdf"};

struct rewrite {
    struct pdf_file file;
    const struct defect *defect; /* NULL: nothing is changed */
    struct buffer out;
    size_t *offsets;
    int64_t target; /* number of the object that is changed */
    bool done;
};

static int64_t number_of(struct rewrite *rewrite, const char *dict_marker)
{
    struct pdf_file *file = &rewrite->file;
    for (size_t i = 1; i < file->slot_count; i++) {
        if (!file->slots[i].used)
            continue;
        const char *text = (const char *)file->bytes + file->slots[i].offset;
        const char *end = memmem(text, file->size - (size_t)file->slots[i].offset, "endobj", 6);
        const struct pdf_value *value = pdf_object_at(file, (int64_t)i);
        if (value->kind == PDF_DICT && value->stream_at > 0)
            end = (const char *)file->bytes + value->stream_at;
        if (memmem(text, (size_t)(end - text), dict_marker, strlen(dict_marker)) != NULL)
            return (int64_t)i;
    }
    fail_msg("no object with %s", dict_marker);
    return 0;
}

/* The object a reference in another one names: ToUnicode or the map of the text layer. */
static int64_t named_in(struct rewrite *rewrite, const char *marker, const char *key)
{
    return pdf_raw(pdf_object_at(&rewrite->file, number_of(rewrite, marker)), key)->number;
}

static int64_t find_target(struct rewrite *rewrite)
{
    const struct defect *defect = rewrite->defect;
    if (defect == NULL || defect->where == FRAME)
        return 0;
    if (defect->where == CONTENT)
        return named_in(rewrite, "/MediaBox", "Contents");
    if (strcmp(defect->marker, "@unicode") == 0)
        return named_in(rewrite, "/Subtype /Type0", "ToUnicode");
    if (strcmp(defect->marker, "@gids") == 0)
        return named_in(rewrite, "/CIDFontType2", "CIDToGIDMap");
    return number_of(rewrite, defect->marker);
}

/* @metadata: a reference; @N: N letters. */
static const char *expand(struct rewrite *rewrite, const char *text)
{
    const char *mark = text == NULL ? NULL : strchr(text, '@');
    if (mark == NULL)
        return text;
    char *rest = NULL;
    long letters = strtol(mark + 1, &rest, 10);
    struct buffer out = {0};
    buffer_add(&out, text, (size_t)(mark - text));
    for (long i = 0; i < letters; i++)
        buffer_text(&out, "x");
    if (letters == 0) {
        buffer_printf(&out, "%d 0 R", (int)number_of(rewrite, "/Type /Metadata"));
        rest = (char *)(uintptr_t)mark + strlen("@metadata");
    }
    buffer_text(&out, rest);
    char *kept = arena_strndup(arena, (char *)out.data, out.size);
    buffer_clear(&out);
    return kept;
}

static void replace(struct rewrite *rewrite, struct buffer *bytes, const char *old, const char *new)
{
    struct buffer out = {0};
    const char *place =
        bytes->size == 0 ? NULL : memmem(bytes->data, bytes->size, old, strlen(old));
    if (place == NULL)
        fail_msg("%s: there is no %s", rewrite->defect->name, old);
    new = expand(rewrite, new);
    size_t before = (size_t)(place - (const char *)bytes->data);
    buffer_add(&out, bytes->data, before);
    buffer_text(&out, new);
    if (memcmp(new, "\xFF", 2) == 0) /* a zero byte is meant, too */
        buffer_add(&out, "", 1);
    buffer_add(&out, place + strlen(old), bytes->size - before - strlen(old));
    buffer_clear(bytes);
    *bytes = out;
    rewrite->done = true;
}

/* ---------------------------------------------------------------- objects */

/* The stream's bytes; decoded when the defect changes them, and then the filter goes. */
static void stream_of(struct rewrite *rewrite, const struct pdf_value *value, bool decode,
                      struct buffer *dict, struct buffer *bytes)
{
    const uint8_t *raw;
    size_t size;
    assert_true(pdf_stream_raw(&rewrite->file, value, &raw, &size));
    if (decode && pdf_stream_decoded(&rewrite->file, value, 1 << 28, bytes)) {
        char *filter = strstr((char *)dict->data, "/Filter");
        if (filter != NULL)
            memcpy(filter, "/Nilter", 7);
        return;
    }
    buffer_add(bytes, raw, size);
}

static void zero_map(struct buffer *bytes)
{
    for (size_t i = 0; i < bytes->size; i++)
        bytes->data[i] = 0;
}

static void change(struct rewrite *rewrite, struct buffer *dict, struct buffer *bytes)
{
    const struct defect *defect = rewrite->defect;
    if (defect->where == OBJECT) {
        replace(rewrite, dict, defect->old, defect->new);
    } else if (defect->where == CONTENT) {
        buffer_printf(bytes, "\n%s\n", expand(rewrite, defect->new));
        rewrite->done = true;
    } else if (defect->where == STREAM && strcmp(defect->old, "@zeros") == 0) {
        zero_map(bytes);
        rewrite->done = true;
    } else if (defect->where == STREAM) {
        replace(rewrite, bytes, defect->old, defect->new);
    }
}

static void put_length(struct buffer *dict, size_t size)
{
    char *length = strstr((char *)dict->data, "/Length ");
    size_t at = (size_t)(length - (char *)dict->data) + strlen("/Length ");
    struct buffer out = {0};
    buffer_add(&out, dict->data, at);
    buffer_printf(&out, "%zu", size);
    const char *rest = (char *)dict->data + at;
    rest += strspn(rest, "0123456789");
    buffer_text(&out, strncmp(rest, " 0 R", 4) == 0 ? rest + 4 : rest);
    buffer_clear(dict);
    *dict = out;
}

static void put_object(struct rewrite *rewrite, int64_t number)
{
    struct pdf_file *file = &rewrite->file;
    const struct defect *defect = rewrite->defect;
    const struct pdf_value *value = pdf_object_at(file, number);
    const char *text = (const char *)file->bytes + file->slots[number].offset;
    const size_t left = file->size - (size_t)file->slots[number].offset;
    const char *start = strstr(text, "obj") + 3;
    const bool target = number == rewrite->target, has_stream = value->stream_at > 0;
    struct buffer dict = {0}, bytes = {0};
    const char *end =
        has_stream ? (const char *)file->bytes + value->stream_at : memmem(text, left, "endobj", 6);
    while (has_stream && memcmp(end, "stream", 6) != 0)
        end--;
    buffer_add(&dict, start, (size_t)(end - start));
    if (has_stream)
        stream_of(rewrite, value, target && (defect->where == STREAM || defect->where == CONTENT),
                  &dict, &bytes);
    if (target)
        change(rewrite, &dict, &bytes);
    if (defect != NULL && defect->extra != NULL &&
        memmem(dict.data, dict.size, "/MediaBox", 9) != NULL && strstr((char *)dict.data, "/I "))
        replace(rewrite, &dict, "/Resources <<", defect->extra);
    if (has_stream)
        put_length(&dict, bytes.size + (target && defect->where == LENGTH ? 1 : 0));
    rewrite->offsets[number] = rewrite->out.size;
    bool head = target && defect->where == HEAD, keyword = target && defect->where == KEYWORD;
    rewrite->done = rewrite->done || head || keyword || (target && defect->where == LENGTH);
    buffer_printf(&rewrite->out, "%d %s", (int)number, head ? defect->new : "0 obj");
    buffer_add(&rewrite->out, dict.data, dict.size);
    if (has_stream) {
        buffer_text(&rewrite->out, keyword ? defect->new : "stream\r\n");
        buffer_add(&rewrite->out, bytes.data, bytes.size);
        buffer_text(&rewrite->out, "\nendstream\n");
    }
    buffer_text(&rewrite->out, "endobj\n");
    buffer_clear(&dict);
    buffer_clear(&bytes);
}

/* ---------------------------------------------------------------- the file */

static void put_end(struct rewrite *rewrite)
{
    struct pdf_file *file = &rewrite->file;
    const char *trailer = memmem(file->bytes, file->size, "\ntrailer", 8);
    const char *last =
        memmem(trailer, file->size - (size_t)(trailer - (const char *)file->bytes), "startxref", 9);
    size_t table = rewrite->out.size;
    buffer_printf(&rewrite->out, "xref\n0 %zu\n0000000000 65535 f \n", file->slot_count);
    for (size_t i = 1; i < file->slot_count; i++)
        buffer_printf(&rewrite->out, "%010zu 00000 n \n", rewrite->offsets[i]);
    buffer_add(&rewrite->out, trailer + 1, (size_t)(last - trailer) - 1);
    buffer_printf(&rewrite->out, "startxref\n%zu\n%%%%EOF\n", table);
}

static void rewrite_file(const char *from, const struct defect *defect, const char *to)
{
    struct rewrite rewrite = {.file = open_pdf(from), .defect = defect};
    rewrite.target = find_target(&rewrite);
    rewrite.offsets = arena_array(arena, rewrite.file.slot_count, sizeof *rewrite.offsets);
    buffer_text(&rewrite.out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    for (size_t i = 1; i < rewrite.file.slot_count; i++)
        put_object(&rewrite, (int64_t)i);
    put_end(&rewrite);
    if (defect != NULL && defect->where == FRAME)
        replace(&rewrite, &rewrite.out, defect->old, defect->new);
    if (defect != NULL && !rewrite.done)
        fail_msg("%s: nothing was changed", defect->name);
    assert_int_equal(file_write(in(to), rewrite.out.data, rewrite.out.size, &fault), STATUS_OK);
    buffer_clear(&rewrite.out);
    pdf_file_close(&rewrite.file);
}

/* A field that is not signed and does not ask for it is PDF/A. */
static const struct defect without_value = {
    "field", "", WAITING, OBJECT, "/Subtype /Widget", "/V ", "/Nothing ", "", 0, 0};

static const struct defect without_room = {"field",      "",         WAITING, OBJECT, "/ByteRange",
                                           "/ByteRange", "/Nothing", "",      0,      0};

static void write_bases(void)
{
    add("p.jpg", SAMPLE_COLOR, 0, true);
    add("q.tif", SAMPLE_BILEVEL, 0, false);
    sample.document.signed_at = getenv("SOHOA_NOW");
    build(false, "p.pdf");
    build(true, "w.pdf");
    for (int i = 0; i < 2; i++) {
        const char *alto = in(arena_printf(arena, "%d.alto.xml", i));
        words_write_alto(sample.pages[i].words, "p", alto, &fault);
        sample.pages[i].alto_path = alto;
        sample.pages[i].name = arena_printf(arena, "%04d-1", i + 1);
    }
    assert_int_equal(sample_build(&sample, ARCHIVE_PDFA_3U, false, in("a.pdf"), &report, &fault),
                     STATUS_OK);
    rewrite_file("p.pdf", NULL, base_names[PLAIN]);
    rewrite_file("w.pdf", NULL, base_names[WAITING]);
    rewrite_file("w.pdf", &without_value, "f.pdf");
    rewrite_file("f.pdf", &without_room, base_names[FIELD]);
    rewrite_file("a.pdf", NULL, base_names[ATTACHED]);
}

static void write_defects(void)
{
    FILE *list = fopen(in("list"), "w");
    for (size_t i = 0; i < DEFECT_COUNT; i++) {
        const struct defect *defect = &defects[i];
        const char *name = arena_printf(arena, "defect-%s.pdf", defect->name);
        rewrite_file(base_names[defect->base], defect, name);
        fprintf(list, "%s %s %s\n", name, defect->ours_only ? "ours" : "both", defect->rule);
    }
    fclose(list);
}

/* ---------------------------------------------------------------- our checker */

static struct buffer told;

static void keep_finding(void *context, const char *sentence)
{
    (void)context;
    buffer_printf(&told, "%s\n", sentence);
}

static void the_files_they_are_made_from_are_good(void **state)
{
    (void)state;
    write_bases();
    assert_pdfa("plain.pdf");
    assert_pdfa("field.pdf");
    assert_pdfa("attached.pdf");
}

static void every_defect_is_found_by_its_rule(void **state)
{
    int missed = 0;
    (void)state;
    write_bases();
    write_defects();
    for (size_t i = 0; i < DEFECT_COUNT; i++) {
        struct archive_verdict verdict;
        const char *path = in(arena_printf(arena, "defect-%s.pdf", defects[i].name));
        buffer_clear(&told);
        buffer_text(&told, "");
        enum status status = archive_check(path, NULL, &verdict, keep_finding, NULL, &fault);
        const char *said = told.data == NULL ? "" : (const char *)told.data;
        if (status == STATUS_REJECT && !verdict.pdfa_2u && strstr(said, defects[i].told) != NULL)
            continue;
        missed++;
        print_message("%s: nobody says %s but: %s\n", defects[i].name, defects[i].told, said);
    }
    buffer_clear(&told);
    assert_int_equal(missed, 0);
    assert_true(DEFECT_COUNT >= 40);
}

/* splitmix64: the same files on every machine. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* Is place within the data of a stream other than the metadata? */
static bool is_data(const struct pdf_file *file, size_t place)
{
    const uint8_t *begin = file->bytes + place, *start = memrchr(file->bytes, 'm', place), *end;
    while (start != NULL && start > file->bytes + 6 && memcmp(start - 6, "\nstream", 7) != 0)
        start = memrchr(file->bytes, 'm', (size_t)(start - file->bytes));
    if (start == NULL || start <= file->bytes + 6)
        return false;
    end = memmem(start, file->size - (size_t)(start - file->bytes), "endstream", 9);
    return end > begin && memmem(start, 40, "<?xpacket", 9) == NULL;
}

/* Files of which one character is another, half of them in the metadata. */
static void write_mutations(int count)
{
    static const char letters[] = "0123456789abcdefXYZ/<>[]() -";
    uint64_t state = 20260219;
    struct pdf_file file = open_pdf("plain.pdf");
    const uint8_t *packet = memmem(file.bytes, file.size, "<?xpacket", 9);
    size_t packet_size = strstr((const char *)packet, "<?xpacket end") - (const char *)packet;
    for (int i = 0; i < count;) {
        size_t place = i % 2 ? draw(&state) % file.size
                             : (size_t)(packet - file.bytes) + draw(&state) % packet_size;
        char letter = letters[draw(&state) % (sizeof letters - 1)];
        if (file.bytes[place] == (uint8_t)letter || is_data(&file, place))
            continue;
        char *bytes = arena_alloc(arena, file.size);
        memcpy(bytes, file.bytes, file.size);
        bytes[place] = letter;
        assert_int_equal(
            file_write(in(arena_printf(arena, "mutation-%04d.pdf", i++)), bytes, file.size, &fault),
            STATUS_OK);
    }
    pdf_file_close(&file);
}

/* "--check FILE...": PASS or FAIL of each by our checker, as veraPDF prints it. */
static int check_files(char **paths, int count)
{
    for (int i = 0; i < count; i++) {
        struct archive_verdict verdict;
        archive_check(paths[i], NULL, &verdict, NULL, NULL, &fault);
        printf("%s %s\n", verdict.pdfa_2u ? "PASS" : "FAIL", paths[i]);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--check") == 0)
        return check_files(argv + 2, argc - 2);
    if (argc >= 3 && strcmp(argv[1], "--write") == 0) {
        if (set_up_at(argv[2]) != 0)
            return 1;
        write_bases();
        write_defects();
        if (argc == 4)
            write_mutations(atoi(argv[3]));
        arena_free(arena);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        PROBE_TEST(the_files_they_are_made_from_are_good),
        PROBE_TEST(every_defect_is_found_by_its_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

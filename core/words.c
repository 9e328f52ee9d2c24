#include "core/words.h"

#include <limits.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"

/* ---------------------------------------------------------------- JSON, writing */

static json_t *box_to_json(struct box box)
{
    return json_pack("[i,i,i,i]", box.x, box.y, box.width, box.height);
}

static json_t *alternatives_to_json(const struct word *word)
{
    json_t *list = json_array();
    for (size_t i = 0; i < word->alternative_count; i++) {
        json_t *object = json_object();
        json_put_text(object, "text", word->alternatives[i].text);
        json_put_number(object, "confidence", word->alternatives[i].confidence, 4);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *line_to_json(const struct line *line)
{
    json_t *object = json_object();
    json_object_set_new(object, "box", box_to_json(line->box));
    json_object_set_new(object, "block", json_integer(line->block));
    json_t *list = json_array();
    for (size_t i = 0; i < line->word_count; i++) {
        const struct word *word = &line->words[i];
        json_t *item = json_object();
        json_put_text(item, "text", word->text);
        json_put_number(item, "confidence", word->confidence, 4);
        json_object_set_new(item, "box", box_to_json(word->box));
        if (word->alternative_count)
            json_object_set_new(item, "alternatives", alternatives_to_json(word));
        if (word->changed)
            json_put_text(item, "changed", word->changed);
        if (word->doubt)
            json_put_text(item, "doubt", word->doubt);
        json_array_append_new(list, item);
    }
    json_object_set_new(object, "words", list);
    return object;
}

enum status words_write(const struct words *words, const char *path, struct error *error)
{
    json_t *object = json_object();
    json_object_set_new(object, "width_px", json_integer(words->width_px));
    json_object_set_new(object, "height_px", json_integer(words->height_px));
    json_put_number(object, "dpi", words->dpi, 3);
    json_object_set_new(object, "turn_deg", json_integer(words->turn_deg));
    json_put_number(object, "turn_confidence", words->turn_confidence, 4);
    json_put_number(object, "skew_deg", words->skew_deg, 4);
    json_put_number(object, "confidence", words->confidence, 4);
    json_put_text(object, "engine", words->engine);
    json_put_text(object, "model", words->model);
    json_put_text(object, "model_sha256", words->model_sha256);
    if (words->second) {
        json_put_text(object, "second", words->second);
        json_put_text(object, "second_sha256", words->second_sha256);
    }
    json_put_text(object, "read_at", words->read_at);
    json_t *list = json_array();
    for (size_t i = 0; i < words->line_count; i++)
        json_array_append_new(list, line_to_json(&words->lines[i]));
    json_object_set_new(object, "lines", list);
    enum status status = json_write(path, object, error);
    json_decref(object);
    return status;
}

/* ---------------------------------------------------------------- JSON, reading */

static int clamp_int(int64_t value)
{
    return value < INT_MIN ? INT_MIN : value > INT_MAX ? INT_MAX : (int)value;
}

static double share(const json_t *object, const char *key)
{
    double value = json_number(object, key, 0);
    return value >= 0 && value <= 1 ? value : 0;
}

#define COORDINATE_MAX 1000000 /* px; far above IMAGE_SIDE_MAX, and sums stay within an int */

static bool box_from_json(const json_t *list, struct box *out)
{
    int side[4];
    if (json_array_size(list) != 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_integer(item))
            return false;
        side[i] = clamp_int((int64_t)json_integer_value(item));
        if (side[i] < -COORDINATE_MAX || side[i] > COORDINATE_MAX)
            return false;
    }
    *out = (struct box){side[0], side[1], side[2], side[3]};
    return out->width >= 0 && out->height >= 0;
}

static bool word_from_json(const json_t *object, struct arena *arena, struct word *out)
{
    out->text = json_text(object, "text", arena);
    out->confidence = share(object, "confidence");
    out->changed = json_text(object, "changed", arena);
    out->doubt = json_text(object, "doubt", arena);
    if (!out->text || !box_from_json(json_object_get(object, "box"), &out->box))
        return false;
    const json_t *list = json_object_get(object, "alternatives");
    out->alternative_count = json_array_size(list);
    out->alternatives = arena_array(arena, out->alternative_count, sizeof *out->alternatives);
    for (size_t i = 0; i < out->alternative_count; i++) {
        const json_t *item = json_array_get(list, i);
        out->alternatives[i].text = json_text(item, "text", arena);
        out->alternatives[i].confidence = share(item, "confidence");
        if (!out->alternatives[i].text)
            return false;
    }
    return true;
}

static bool line_from_json(const json_t *object, struct arena *arena, struct line *out)
{
    if (!box_from_json(json_object_get(object, "box"), &out->box))
        return false;
    out->block = clamp_int(json_int(object, "block", 0));
    const json_t *list = json_object_get(object, "words");
    out->word_count = json_array_size(list);
    out->words = arena_array(arena, out->word_count, sizeof *out->words);
    for (size_t i = 0; i < out->word_count; i++)
        if (!word_from_json(json_array_get(list, i), arena, &out->words[i]))
            return false;
    return true;
}

static bool words_from_json(const json_t *object, struct arena *arena, struct words *out)
{
    out->width_px = clamp_int(json_int(object, "width_px", 0));
    out->height_px = clamp_int(json_int(object, "height_px", 0));
    out->dpi = json_number(object, "dpi", 0);
    out->turn_deg = clamp_int(json_int(object, "turn_deg", 0));
    out->turn_confidence = share(object, "turn_confidence");
    out->skew_deg = json_number(object, "skew_deg", 0);
    out->confidence = share(object, "confidence");
    out->engine = json_text(object, "engine", arena);
    out->model = json_text(object, "model", arena);
    out->model_sha256 = json_text(object, "model_sha256", arena);
    out->second = json_text(object, "second", arena);
    out->second_sha256 = json_text(object, "second_sha256", arena);
    out->read_at = json_text(object, "read_at", arena);
    const json_t *list = json_object_get(object, "lines");
    out->line_count = json_array_size(list);
    out->lines = arena_array(arena, out->line_count, sizeof *out->lines);
    for (size_t i = 0; i < out->line_count; i++)
        if (!line_from_json(json_array_get(list, i), arena, &out->lines[i]))
            return false;
    return json_is_array(list) && out->width_px > 0 && out->height_px > 0 && out->dpi >= 0 &&
           (out->turn_deg == 0 || out->turn_deg == 90 || out->turn_deg == 180 ||
            out->turn_deg == 270);
}

enum status words_read(const char *path, struct arena *arena, struct words *out,
                       struct error *error)
{
    json_t *object = NULL;
    *out = (struct words){0};
    enum status status = json_read(path, &object, error);
    if (status != STATUS_OK)
        return status;
    if (!words_from_json(object, arena, out)) {
        *out = (struct words){0};
        status = error_set(error, STATUS_REJECT,
                           _("%s does not hold the words of a page; have the page read again"),
                           file_name(path));
    }
    json_decref(object);
    return status;
}

/* ---------------------------------------------------------------- ALTO */

static void alto_box(struct buffer *xml, struct box box)
{
    buffer_printf(xml, " HPOS=\"%d\" VPOS=\"%d\" WIDTH=\"%d\" HEIGHT=\"%d\"", box.x, box.y,
                  box.width, box.height);
}

/* buffer_printf would follow the locale's decimal comma; a share needs no floating point. */
static void alto_share(struct buffer *xml, const char *name, double value)
{
    int parts = (int)((value < 0 ? 0 : value > 1 ? 1 : value) * 10000 + 0.5);
    buffer_printf(xml, " %s=\"%d.%04d\"", name, parts / 10000, parts % 10000);
}

static void alto_head(struct buffer *xml, const struct words *words, const char *image_name)
{
    buffer_text(xml,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\""
                " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
                " xsi:schemaLocation=\"http://www.loc.gov/standards/alto/ns-v4#"
                " https://www.loc.gov/standards/alto/v4/alto-4-4.xsd\" SCHEMAVERSION=\"4.4\">\n"
                "<Description><MeasurementUnit>pixel</MeasurementUnit>\n"
                "<sourceImageInformation><fileName>");
    buffer_xml(xml, image_name);
    buffer_text(xml, "</fileName></sourceImageInformation>\n"
                     "<Processing ID=\"reading\">"
                     "<processingCategory>contentGeneration</processingCategory>"
                     "<processingStepDescription>");
    buffer_printf(xml, "page turned clockwise by %d degrees, not deskewed", words->turn_deg);
    buffer_text(xml, "</processingStepDescription><processingStepSettings>");
    buffer_xml(xml, words->model ? words->model : "");
    buffer_text(xml, " sha256:");
    buffer_xml(xml, words->model_sha256 ? words->model_sha256 : "");
    if (words->second) {
        buffer_text(xml, "; doubtful lines again by ");
        buffer_xml(xml, words->second);
        buffer_text(xml, " sha256:");
        buffer_xml(xml, words->second_sha256 ? words->second_sha256 : "");
    }
    buffer_text(xml, "</processingStepSettings><processingSoftware><softwareName>");
    buffer_xml(xml, words->engine ? words->engine : "");
    buffer_text(xml, "</softwareName></processingSoftware></Processing></Description>\n");
}

static void alto_line(struct buffer *xml, const struct line *line, size_t number)
{
    buffer_printf(xml, "<TextLine ID=\"l%zu\"", number);
    alto_box(xml, line->box);
    buffer_text(xml, ">\n");
    for (size_t i = 0; i < line->word_count; i++) {
        const struct word *word = &line->words[i];
        if (i)
            buffer_text(xml, "<SP/>\n");
        buffer_printf(xml, "<String ID=\"l%zus%zu\"", number, i + 1);
        alto_box(xml, word->box);
        alto_share(xml, "WC", word->confidence);
        buffer_text(xml, " CONTENT=\"");
        buffer_xml(xml, word->text);
        buffer_text(xml, word->alternative_count ? "\">" : "\"/>\n");
        for (size_t j = 0; j < word->alternative_count; j++) {
            buffer_text(xml, "<ALTERNATIVE>");
            buffer_xml(xml, word->alternatives[j].text);
            buffer_text(xml, "</ALTERNATIVE>");
        }
        if (word->alternative_count)
            buffer_text(xml, "</String>\n");
    }
    buffer_text(xml, "</TextLine>\n");
}

static struct box box_join(struct box a, struct box b)
{
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    struct box both = {a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y, 0, 0};
    both.width = right - both.x;
    both.height = bottom - both.y;
    return both;
}

/* One TextBlock of the lines from first that follow each other with the same block number and have
 * words (the schema wants a String in each line). Returns the index after it. */
static size_t alto_block(struct buffer *xml, const struct words *words, size_t first)
{
    const struct line *lines = words->lines;
    struct box box = lines[first].box;
    size_t end = first + 1;
    for (; end < words->line_count && lines[end].block == lines[first].block; end++)
        box = box_join(box, lines[end].box);
    bool some = false;
    for (size_t i = first; i < end; i++)
        some = some || lines[i].word_count > 0;
    if (!some)
        return end;
    buffer_printf(xml, "<TextBlock ID=\"b%zu\"", first + 1);
    alto_box(xml, box);
    buffer_text(xml, ">\n");
    for (size_t i = first; i < end; i++)
        if (lines[i].word_count)
            alto_line(xml, &lines[i], i + 1);
    buffer_text(xml, "</TextBlock>\n");
    return end;
}

enum status words_write_alto(const struct words *words, const char *image_name, const char *path,
                             struct error *error)
{
    struct buffer xml = {0};
    alto_head(&xml, words, image_name);
    buffer_printf(&xml,
                  "<Layout><Page ID=\"page\" PHYSICAL_IMG_NR=\"1\" WIDTH=\"%d\" HEIGHT=\"%d\"",
                  words->width_px, words->height_px);
    alto_share(&xml, "PC", words->confidence);
    buffer_text(&xml, ">\n<PrintSpace");
    alto_box(&xml, (struct box){0, 0, words->width_px, words->height_px});
    buffer_text(&xml, ">\n");
    for (size_t at = 0; at < words->line_count;)
        at = alto_block(&xml, words, at);
    buffer_text(&xml, "</PrintSpace></Page></Layout>\n</alto>\n");
    enum status status = file_write(path, xml.data, xml.size, error);
    buffer_clear(&xml);
    return status;
}

/* ---------------------------------------------------------------- text */

char *words_text(const struct words *words, struct arena *arena)
{
    struct buffer text = {0};
    for (size_t i = 0; i < words->line_count; i++) {
        const struct line *line = &words->lines[i];
        if (i)
            buffer_text(&text, "\n");
        for (size_t j = 0; j < line->word_count; j++) {
            if (j)
                buffer_text(&text, " ");
            buffer_text(&text, line->words[j].text);
        }
    }
    char *copy = arena_strndup(arena, text.data ? (const char *)text.data : "", text.size);
    buffer_clear(&text);
    return copy;
}

bool box_holds_middle(const struct box *box, const struct box *word)
{
    int x = word->x + word->width / 2, y = word->y + word->height / 2;
    return x >= box->x && x <= box->x + box->width && y >= box->y && y <= box->y + box->height;
}

size_t words_count(const struct words *words)
{
    size_t count = 0;
    for (size_t i = 0; i < words->line_count; i++)
        count += words->lines[i].word_count;
    return count;
}

size_t words_doubtful(const struct words *words)
{
    size_t count = 0;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++)
            count += words->lines[i].words[j].doubt != NULL;
    return count;
}

/* The words of a page as hOCR, for the programs of others (hocr-tools, ocrmypdf, viewers). */
#include "core/buffer.h"
#include "core/file.h"
#include "core/words.h"

static void put_head(struct buffer *html, const struct words *words)
{
    buffer_text(html, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\""
                      " \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
                      "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"vi\" lang=\"vi\">\n"
                      "<head><title></title>\n"
                      "<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n"
                      "<meta name=\"ocr-system\" content=\"");
    buffer_xml(html, words->engine ? words->engine : "");
    buffer_text(html, "\"/>\n<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_carea ocr_line "
                      "ocrx_word\"/>\n</head>\n<body>\n");
}

/* A box of hOCR is its left, top, right and bottom edge. */
static void put_box(struct buffer *html, struct box box)
{
    buffer_printf(html, "bbox %d %d %d %d", box.x, box.y, box.x + box.width, box.y + box.height);
}

static void put_line(struct buffer *html, const struct line *line, size_t number)
{
    buffer_printf(html, "<span class=\"ocr_line\" id=\"line_1_%zu\" title=\"", number);
    put_box(html, line->box);
    buffer_text(html, "\">");
    for (size_t i = 0; i < line->word_count; i++) {
        const struct word *word = &line->words[i];
        double share = word->confidence < 0 ? 0 : word->confidence > 1 ? 1 : word->confidence;
        buffer_printf(html, "%s<span class=\"ocrx_word\" id=\"word_1_%zu_%zu\" title=\"",
                      i > 0 ? " " : "", number, i + 1);
        put_box(html, word->box);
        buffer_printf(html, "; x_wconf %d\">", (int)(share * 100 + 0.5));
        buffer_xml(html, word->text);
        buffer_text(html, "</span>");
    }
    buffer_text(html, "</span>\n");
}

static struct box join(struct box a, struct box b)
{
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    int left = a.x < b.x ? a.x : b.x, top = a.y < b.y ? a.y : b.y;
    return (struct box){left, top, right - left, bottom - top};
}

/* The lines from first that follow each other in one block. Returns the index after them. */
static size_t put_block(struct buffer *html, const struct words *words, size_t first)
{
    const struct line *lines = words->lines;
    struct box box = lines[first].box;
    size_t end = first + 1;
    for (; end < words->line_count && lines[end].block == lines[first].block; end++)
        box = join(box, lines[end].box);
    buffer_printf(html, "<div class=\"ocr_carea\" id=\"block_1_%zu\" title=\"", first + 1);
    put_box(html, box);
    buffer_text(html, "\">\n");
    for (size_t i = first; i < end; i++)
        if (lines[i].word_count > 0)
            put_line(html, &lines[i], i + 1);
    buffer_text(html, "</div>\n");
    return end;
}

enum status words_write_hocr(const struct words *words, const char *image_name, const char *path,
                             struct error *error)
{
    struct buffer html = {0};
    put_head(&html, words);
    buffer_text(&html, "<div class=\"ocr_page\" id=\"page_1\" title=\"image &quot;");
    buffer_xml(&html, image_name);
    buffer_text(&html, "&quot;; ");
    put_box(&html, (struct box){0, 0, words->width_px, words->height_px});
    buffer_text(&html, "; ppageno 0\">\n");
    for (size_t at = 0; at < words->line_count;)
        at = put_block(&html, words, at);
    buffer_text(&html, "</div>\n</body>\n</html>\n");
    enum status status = file_write(path, html.data, html.size, error);
    buffer_clear(&html);
    return status;
}

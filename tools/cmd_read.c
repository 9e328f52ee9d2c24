/* sohoa read, pack: one stage each, on plain files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/image.h"
#include "core/text.h"
#include "tools/command.h"

/* ------------------------------------------------------------------ read */

static const char *stem_of(struct arena *arena, const char *path)
{
    const char *name = file_name(path);
    const char *dot = strchr(name, '.');
    return dot != NULL ? arena_strndup(arena, name, (size_t)(dot - name))
                       : arena_strdup(arena, name);
}

/* Words of one page of an image file. */
static enum status read_image(struct cli *cli, struct ocr_engine *engine, const char *path,
                              int page, struct arena *arena, struct words *words)
{
    struct image image = {0};
    enum status status = image_read(path, page, &image, &cli->error);
    if (status == STATUS_OK)
        status = ocr_read(engine, &image, arena, words, &cli->error);
    image_clear(&image);
    return status;
}

static enum status write_words(struct cli *cli, const struct words *words, const char *path,
                               int page, const char *to, const char *format)
{
    struct arena *arena = cli->arena;
    const char *stem = stem_of(arena, path);
    if (page > 0)
        stem = arena_printf(arena, "%s-%d", stem, page + 1);
    if (strcmp(format, "alto") == 0)
        return words_write_alto(words, file_name(path),
                                arena_printf(arena, "%s/%s.alto.xml", to, stem), &cli->error);
    if (strcmp(format, "hocr") == 0)
        return words_write_hocr(words, file_name(path), arena_printf(arena, "%s/%s.hocr", to, stem),
                                &cli->error);
    if (strcmp(format, "json") == 0)
        return words_write(words, arena_printf(arena, "%s/%s.words.json", to, stem), &cli->error);
    const char *text = words_text(words, arena);
    return file_write(arena_printf(arena, "%s/%s.txt", to, stem), text, strlen(text), &cli->error);
}

/* Writes to a temporary folder and shows that, so that the writers know one way only. */
static enum status show_words(struct cli *cli, const struct words *words, const char *path,
                              const char *format)
{
    if (strcmp(format, "text") == 0) {
        const char *text = words_text(words, cli->arena);
        printf("%s%s", text, *text != 0 && text[strlen(text) - 1] != '\n' ? "\n" : "");
        return STATUS_OK;
    }
    const char *folder = NULL;
    enum status status = cli_temporary(cli, &folder);
    if (status != STATUS_OK)
        return status;
    status = write_words(cli, words, path, 0, folder, format);
    char **names = NULL, *bytes = NULL;
    size_t count = 0, size = 0;
    if (status == STATUS_OK)
        status = file_list(folder, cli->arena, &names, &count, &cli->error);
    if (status == STATUS_OK && count == 1)
        status = file_read(file_join(cli->arena, folder, names[0]), 64 << 20, cli->arena, &bytes,
                           &size, &cli->error);
    if (status == STATUS_OK && bytes != NULL)
        fwrite(bytes, 1, size, stdout);
    file_remove_tree(folder, NULL);
    return status;
}

static enum status read_file(struct cli *cli, struct ocr_engine *engine, const char *path,
                             const char *to, const char *format)
{
    struct image facts = {0};
    enum image_format kind = IMAGE_UNKNOWN;
    int pages = 0;
    enum status status = image_probe(path, &facts, &kind, &pages, &cli->error);
    for (int page = 0; status == STATUS_OK && page < pages; page++) {
        struct words words = {0};
        struct arena *arena = arena_new();
        status = read_image(cli, engine, path, page, arena, &words);
        if (status == STATUS_OK && to != NULL)
            status = write_words(cli, &words, path, page, to, format);
        else if (status == STATUS_OK)
            status = show_words(cli, &words, path, format);
        arena_free(arena);
    }
    return status;
}

int cmd_read(struct cli *cli, int argc, char **argv)
{
    static const char *to, *format = "text";
    static const struct option_row rows[] = {
        {"format", OPTION_TEXT, &format, "text|alto|hocr|json", N_("what to write (text)")},
        {"to", OPTION_TEXT, &to, N_("FOLDER"), N_("files into this folder instead of printing")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, -1, &rest, &count, &code))
        return code;
    if (cli->json)
        format = "json";
    if (strcmp(format, "text") != 0 && strcmp(format, "alto") != 0 && strcmp(format, "hocr") != 0 &&
        strcmp(format, "json") != 0) {
        fprintf(stderr, _("sohoa: --format takes text, alto, hocr or json, not '%s'\n"), format);
        return EXIT_USAGE;
    }
    struct ocr_engine *engine = NULL;
    enum status status = ocr_open(&cli->warehouse.ocr, &engine, &cli->error);
    if (status == STATUS_OK && to != NULL)
        status = file_mkdirs(to, &cli->error);
    int worst = status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        terminal_progress(_("Reading"), i, count, file_name(rest[i]));
        enum status one = read_file(cli, engine, rest[i], to, format);
        terminal_progress_end();
        if (one == STATUS_OK)
            continue;
        error_add(&cli->error, one, "%s", rest[i]);
        worst = cli_fail(cli, one);
    }
    ocr_close(engine);
    return worst;
}

/* ------------------------------------------------------------------ pack */

/* A folder of pages, as `sohoa scan --to` or `import --to` leaves it, being packed. */
struct packing {
    struct cli *cli;
    const char *folder;
    struct ocr_engine *engine;
    struct document document;
    enum archive_flavour flavour;
    struct archive_report report;
    size_t compared; /* words of the finished PDF */
};

static enum status words_of_page(struct packing *packing, size_t index, struct arena *arena,
                                 struct words *words)
{
    struct cli *cli = packing->cli;
    const struct document_page *page = &packing->document.pages[index];
    const char *path = arena_printf(arena, "%s/%s.words.json", packing->folder, page->name);
    enum status status = STATUS_OK;
    if (file_exists(path))
        return words_read(path, arena, words, &cli->error);
    if (packing->engine == NULL)
        status = ocr_open(&cli->warehouse.ocr, &packing->engine, &cli->error);
    if (status == STATUS_OK)
        status = read_image(cli, packing->engine, file_join(arena, packing->folder, page->file), 0,
                            arena, words);
    return status == STATUS_OK ? words_write(words, path, &cli->error) : status;
}

static enum status give_page(void *context, size_t index, struct arena *arena,
                             struct archive_page *out, struct error *error)
{
    struct packing *packing = context;
    const struct document_page *page = &packing->document.pages[index];
    struct words *words = arena_alloc(arena, sizeof *words);
    enum status status = words_of_page(packing, index, arena, words);
    if (status != STATUS_OK) {
        *error = packing->cli->error;
        return status;
    }
    out->image_path = file_join(arena, packing->folder, page->file);
    out->words = words;
    out->turn_deg = words->turn_deg;
    out->name = page->name;
    if (packing->flavour == ARCHIVE_PDFA_3U && words_count(words) > 0)
        out->alto_path = arena_printf(arena, "%s/%s.alto.xml", packing->folder, page->name);
    return STATUS_OK;
}

static enum status read_again(void *context, const struct image *master, const struct image *shown,
                              const struct words *words, struct box *lost, size_t *count,
                              struct error *error)
{
    struct packing *packing = context;
    enum status status = STATUS_OK;
    if (packing->engine == NULL)
        status = ocr_open(&packing->cli->warehouse.ocr, &packing->engine, error);
    return status == STATUS_OK
               ? ocr_find_lost(packing->engine, master, shown, words, lost, count, error)
               : status;
}

/* Every *.page.json of the folder in name order is a page of the document. */
static enum status list_pages(struct packing *packing)
{
    struct cli *cli = packing->cli;
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(packing->folder, cli->arena, &names, &count, &cli->error);
    if (status != STATUS_OK)
        return status;
    struct document_page *pages = arena_array(cli->arena, count + 1, sizeof *pages);
    size_t used = 0;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const char *end = strstr(names[i], ".page.json");
        if (end == NULL || strcmp(end, ".page.json") != 0)
            continue;
        struct page page = {0};
        const char *name = arena_strndup(cli->arena, names[i], (size_t)(end - names[i]));
        status = page_read(packing->folder, name, cli->arena, &page, &cli->error);
        pages[used].name = name;
        pages[used].file = page.file;
        pages[used++].blank = page.blank;
    }
    if (status == STATUS_OK && used == 0)
        return error_set(&cli->error, STATUS_REJECT,
                         _("%s holds no pages: 'sohoa import FILE... --to FOLDER' makes them"),
                         packing->folder);
    document_init(&packing->document, file_name(packing->folder), used > 0 ? pages[0].name : "");
    packing->document.pages = pages;
    packing->document.page_count = used;
    return status;
}

/* As the words are now, whatever lies there from before. */
static enum status write_alto(struct packing *packing, const struct document_page *page,
                              const struct words *words)
{
    struct cli *cli = packing->cli;
    return words_write_alto(words, page->file,
                            arena_printf(cli->arena, "%s/%s.alto.xml", packing->folder, page->name),
                            &cli->error);
}

static enum status understand_pages(struct packing *packing)
{
    struct cli *cli = packing->cli;
    size_t count = packing->document.page_count;
    struct words *words = arena_array(cli->arena, count, sizeof *words);
    const struct words **pages = arena_array(cli->arena, count, sizeof *pages);
    struct ocr_knowledge *knowledge = NULL;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        terminal_progress(_("Reading"), (int64_t)i, (int64_t)count, "");
        status = words_of_page(packing, i, cli->arena, &words[i]);
        pages[i] = &words[i];
        packing->document.pages[i].turn_deg = words[i].turn_deg;
        if (status == STATUS_OK && packing->flavour == ARCHIVE_PDFA_3U)
            status = write_alto(packing, &packing->document.pages[i], &words[i]);
    }
    terminal_progress_end();
    if (status == STATUS_OK)
        status = ocr_learn(&cli->warehouse.ocr, cli->warehouse.config, &knowledge, &cli->error);
    if (status == STATUS_OK)
        status =
            ocr_understand(knowledge, pages, count, cli->arena, &packing->document, &cli->error);
    ocr_forget(knowledge);
    return status;
}

/* Sizes by class beside their budgets, and which pages could not be made smaller. */
static void tell_sizes(const struct archive_report *report)
{
    static const char *const classes[CLASS_COUNT] = {N_("colour"), N_("grey"), N_("bilevel")};
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        const struct page_sizes *sizes = &report->sizes[i];
        if (sizes->pages == 0)
            continue;
        printf(_("  %s: %zu pages, %.0f kB each on average"), _(classes[i]), sizes->pages,
               (double)sizes->bytes / (double)sizes->pages / 1000);
        if (sizes->budget > 0)
            printf(_("; %zu of them above their budget of %zu kB"), sizes->over_budget,
                   sizes->budget / 1000);
        printf("\n");
    }
    for (size_t i = 0; i < PAGE_REASONS_MAX && report->kept_for[i].reason != NULL; i++)
        printf(_("  %zu pages stay as they were scanned: layers would not keep them whole (%s)\n"),
               report->kept_for[i].pages, report->kept_for[i].reason);
}

static void keep_first(void *context, const char *sentence)
{
    char **first = context;
    if (*first == NULL)
        *first = strdup(sentence);
}

/* The bytes that are there, not what was meant to be written: PDF/A, signature, and every word. */
static enum status check_packed(struct packing *packing, const char *path,
                                const struct archive_source *source)
{
    struct error *error = &packing->cli->error;
    struct archive_verdict verdict = {0};
    char *first = NULL;
    enum status status = archive_check(path, NULL, &verdict, keep_first, &first, error);
    if (status == STATUS_REJECT && first != NULL)
        error_set(error, status, _("The finished PDF is not right: %s"), first);
    free(first);
    if (status == STATUS_OK)
        status = archive_check_text(path, source, &packing->compared, error);
    return status;
}

/* Who signs: the officer, where the settings name one, and the agency. */
struct signers_of {
    struct signer *officer, *agency; /* NULL: does not sign */
};

/* Opens one of them and has its authorities asked: what is revoked signs nothing. Of whom nobody
 * could be asked, that is told. */
static enum status open_signer(struct cli *cli, bool officer, struct signer **out)
{
    struct error warning = {""};
    const struct archive_settings *settings = &cli->warehouse.archive;
    enum status status = officer ? signer_open_officer(settings, NULL, out, &cli->error)
                                 : signer_open(settings, NULL, out, &cli->error);
    if (status == STATUS_OK)
        status = signer_ask(settings, *out, &warning, &cli->error);
    if (status == STATUS_OK && *warning.text)
        fprintf(stderr, "sohoa: %s\n", warning.text);
    return status;
}

static enum status open_signers(struct cli *cli, struct signers_of *signers)
{
    enum status status = STATUS_OK;
    if (signer_is_set(&cli->warehouse.archive, true))
        status = open_signer(cli, true, &signers->officer);
    return status == STATUS_OK ? open_signer(cli, false, &signers->agency) : status;
}

/* The officer in the builder's revision, the agency in one of its own. */
static enum status sign_built(struct packing *packing, const struct signers_of *signers,
                              const char *built, const char *fresh)
{
    struct cli *cli = packing->cli;
    const struct document *document = &packing->document;
    if (signers->officer == NULL)
        return archive_sign(signers->agency, built, fresh, &cli->error);
    const char *half = arena_printf(cli->arena, "%s.officer", built);
    enum status status = archive_sign(signers->officer, built, half, &cli->error);
    if (status == STATUS_OK)
        status = archive_countersign(signers->agency, ARCHIVE_AGENCY_FIELD, document->custodian,
                                     document->signed_at, half, fresh, &cli->error);
    file_remove(half, NULL);
    return status;
}

/* Under another name until it is built, signed and checked: what stands at `to` is right, or is
 * what stood there before. */
static enum status build_and_sign(struct packing *packing, const char *to, bool sign)
{
    struct cli *cli = packing->cli;
    const struct archive_settings *settings = &cli->warehouse.archive;
    const struct archive_report *report = &packing->report;
    char *now = arena_alloc(cli->arena, 26);
    file_now(now);
    packing->document.signed_at = now;
    archive_place(settings, &packing->document);
    struct archive_source source = {.page_count = packing->document.page_count,
                                    .page = give_page,
                                    .context = packing,
                                    .reread = read_again};
    const char *fresh = arena_printf(cli->arena, "%s.part", to);
    const char *built = sign ? arena_printf(cli->arena, "%s.unsigned.part", to) : fresh;
    struct signers_of signers = {NULL, NULL};
    enum status status = sign ? open_signers(cli, &signers) : STATUS_OK;
    if (status == STATUS_OK)
        status = archive_build(settings, packing->flavour, sign, &packing->document, &source, built,
                               &packing->report, &cli->error);
    if (status == STATUS_OK && report->pages < packing->document.page_count)
        status = error_set(&cli->error, STATUS_REJECT,
                           _("Only %zu of %zu pages go into one PDF of archive.volume_mb: the "
                             "warehouse ('sohoa run') makes several volumes."),
                           report->pages, packing->document.page_count);
    if (status == STATUS_OK && sign)
        status = sign_built(packing, &signers, built, fresh);
    if (sign)
        file_remove(built, NULL);
    signer_close(signers.officer);
    signer_close(signers.agency);
    if (status == STATUS_OK)
        status = check_packed(packing, fresh, &source);
    if (status == STATUS_OK)
        status = file_rename(fresh, to, &cli->error);
    if (status != STATUS_OK)
        file_remove(fresh, NULL);
    return status;
}

static int tell_packed(struct packing *packing, const char *to, bool sign)
{
    struct cli *cli = packing->cli;
    const char *flavour = archive_flavour_name(packing->flavour);
    if (cli->json)
        return cli_json(json_pack(
            "{s:s, s:I, s:I, s:b, s:s, s:i, s:I}", "path", to, "bytes", (json_int_t)file_size(to),
            "pages", (json_int_t)packing->report.pages, "signed", sign, "flavour", flavour,
            "findings", 0, "words_compared", (json_int_t)packing->compared));
    printf(_("%s: %s, %lld bytes, PDF/A-%s%s, checked, %s compared\n"), to,
           terminal_count(cli->arena, "%lld page", "%lld pages", (long long)packing->report.pages),
           (long long)file_size(to), flavour, sign ? _(", signed") : "",
           terminal_count(cli->arena, "%lld word", "%lld words", (long long)packing->compared));
    tell_sizes(&packing->report);
    return EXIT_DONE;
}

int cmd_pack(struct cli *cli, int argc, char **argv)
{
    static const char *to;
    static bool sign;
    static const struct option_row rows[] = {
        {"to", OPTION_TEXT, &to, N_("FILE.pdf"), N_("the PDF/A to write")},
        {"sign", OPTION_FLAG, &sign, NULL, N_("sign it with the key of the settings")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, 1, &rest, &count, &code))
        return code;
    if (to == NULL) {
        fprintf(stderr, _("sohoa pack: --to FILE.pdf says where the PDF goes\n"));
        return EXIT_USAGE;
    }
    struct packing packing = {.cli = cli,
                              .folder = rest[0],
                              .flavour = (enum archive_flavour)cli->warehouse.archive.flavour};
    enum status status = list_pages(&packing);
    if (status == STATUS_OK)
        status = understand_pages(&packing);
    if (status == STATUS_OK)
        status = build_and_sign(&packing, to, sign);
    ocr_close(packing.engine);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    return tell_packed(&packing, to, sign);
}

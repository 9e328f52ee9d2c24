#include "ocr/engine_tesseract.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <tesseract/capi.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/model.h"

#define WORDS_MAX 512     /* of one line */
#define SYMBOLS_MAX 64    /* of one word that get other readings */
#define READINGS_MAX 6    /* kept of one symbol */
#define WORD_READINGS 5   /* other readings of a word */
#define LEAST 0.01        /* a word read with no confidence at all has other readings too */
#define READING_MIN 0.005 /* a reading less likely than this is noise */

struct engine {
    TessBaseAPI *api;
    char name[64];
    char sha256[HASH_HEX_SIZE];
};

/* ---------------------------------------------------------------- opening */

/* More than one thread a page makes the same work three to four times dearer. The variable must
 * stand in the environment before the OpenMP library is loaded, which is too late when our program
 * runs: the library is asked directly as well. It is asked by name because it is Tesseract's choice
 * whether it was built with OpenMP. */
static void use_one_thread(void)
{
    setenv("OMP_THREAD_LIMIT", "1", 1);
    void (*set_levels)(int) = NULL;
    *(void **)&set_levels = dlsym(RTLD_DEFAULT, "omp_set_max_active_levels");
    if (set_levels)
        set_levels(0);
}

static const char *find_tessdata(const char *wanted)
{
    static const char *const usual[] = {"/usr/share/tesseract-ocr/5/tessdata",
                                        "/usr/share/tesseract-ocr/4.00/tessdata",
                                        "/usr/share/tessdata", "/usr/local/share/tessdata"};
    if (*wanted)
        return wanted;
    const char *environment = getenv("TESSDATA_PREFIX");
    if (environment && *environment)
        return environment;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (file_is_folder(usual[i]))
            return usual[i];
    return usual[0];
}

/* Debian has one package a language; models of a script have one of their own. */
static const char *package_of(const char *model, struct arena *arena)
{
    if (strcmp(model, "Vietnamese") == 0)
        return "tesseract-ocr-script-viet";
    return arena_printf(arena, "tesseract-ocr-%s", model);
}

static enum status start(struct engine *engine, const char *folder, const char *model,
                         struct error *error)
{
    static const char *const variables[][2] = {
        {"tessedit_do_invert", "0"}, /* paper is lighter than ink: reading it again inverted is
                                        waste */
        {"lstm_choice_mode", "1"},   /* other readings of each symbol */
        {"lstm_choice_iterations", "2"}, {"classify_enable_learning", "0"},
        {"debug_file", "/dev/null"},
    };
    use_one_thread();
    engine->api = TessBaseAPICreate();
    if (!engine->api || TessBaseAPIInit2(engine->api, folder, model, OEM_LSTM_ONLY) != 0)
        return error_set(error, STATUS_FATAL,
                         _("the language data %s.traineddata in %s is damaged; install it again"),
                         model, folder);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        TessBaseAPISetVariable(engine->api, variables[i][0], variables[i][1]);
    snprintf(engine->name, sizeof engine->name, "tesseract %s", TessVersion());
    return STATUS_OK;
}

/* The folder of the model, and the path of its file. */
static enum status find_model(const char *tessdata, const char *shipped, const char *model,
                              struct arena *arena, const char **folder, const char **path,
                              struct error *error)
{
    const char *ours = shipped ? arena_printf(arena, "%s/%s.traineddata", shipped, model) : "";
    *folder =
        !*tessdata && file_exists(ours) && !strchr(model, '/') ? shipped : find_tessdata(tessdata);
    *path = arena_printf(arena, "%s/%s.traineddata", *folder, model);
    if (!*model || strchr(model, '/') || !file_exists(*path))
        return error_set(
            error, STATUS_FATAL,
            _("the language data “%s” is not in the folder %s; install the package %s, or set "
              "ocr.tessdata and ocr.model"),
            model, *folder, package_of(model, arena));
    return model_check(*path, error);
}

enum status engine_check(const char *tessdata, const char *shipped, const char *model,
                         struct error *error)
{
    struct arena *arena = arena_new();
    const char *folder, *path;
    enum status status = find_model(tessdata, shipped, model, arena, &folder, &path, error);
    arena_free(arena);
    return status;
}

enum status engine_open(const char *tessdata, const char *shipped, const char *model,
                        struct engine **out, struct error *error)
{
    struct arena *arena = arena_new();
    struct engine *engine = memory_new(sizeof *engine);
    const char *folder, *path;
    enum status status = find_model(tessdata, shipped, model, arena, &folder, &path, error);
    if (status == STATUS_OK)
        status = hash_file(path, engine->sha256, error);
    if (status == STATUS_OK)
        status = start(engine, folder, model, error);
    if (status == STATUS_OK)
        *out = engine;
    else
        engine_close(engine);
    arena_free(arena);
    return status;
}

void engine_close(struct engine *engine)
{
    if (!engine)
        return;
    if (engine->api) {
        TessBaseAPIEnd(engine->api);
        TessBaseAPIDelete(engine->api);
    }
    free(engine);
}

const char *engine_name(const struct engine *engine)
{
    return engine->name;
}

const char *engine_model_sha256(const struct engine *engine)
{
    return engine->sha256;
}

/* ---------------------------------------------------------------- pictures held in memory */

#define FORMAT_PNG 3 /* Leptonica's IFF_PNG and IFF_PNM */
#define FORMAT_PNM 11

/* Tesseract packs each line as PNG only to unpack it again at once: a tenth of all the CPU of
 * reading. It asks Leptonica by this name, finds ours first, and gets the same pixels unpacked;
 * what reads them back knows every format. Where the loader does not look here first, it is only
 * slower.
 */
int pixWriteMem(unsigned char **data, size_t *size, struct Pix *pix, int format);
int pixWriteMem(unsigned char **data, size_t *size, struct Pix *pix, int format)
{
    static int (*write)(unsigned char **, size_t *, struct Pix *, int);
    if (!write)
        *(void **)&write = dlsym(RTLD_NEXT, "pixWriteMem");
    return write ? write(data, size, pix, format == FORMAT_PNG ? FORMAT_PNM : format) : 1;
}

/* ---------------------------------------------------------------- text */

/* Look-alikes that no Vietnamese keyboard writes: Eth for Đ, the fraction bar for the slash. */
static char *usual_letters(struct arena *arena, const char *text)
{
    static const uint32_t pairs[][2] = {{0xD0, 0x110}, {0xF0, 0x111}, {0x2044, '/'}, {0x2215, '/'}};
    char *out = arena_alloc(arena, 2 * strlen(text) + 1), *end = out;
    for (uint32_t code; (code = text_next(&text));) {
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
            code = code == pairs[i][0] ? pairs[i][1] : code;
        end += text_put(code, end);
    }
    return text_tidy(arena, out);
}

/* ---------------------------------------------------------------- other readings */

struct symbol {
    const char *text; /* as read */
    const char *readings[READINGS_MAX];
    double weights[READINGS_MAX]; /* of the readings, and of what was read */
    size_t count;
    double weight;
};

static void read_symbol(TessResultIterator *at, struct arena *arena, struct symbol *symbol)
{
    char *text = TessResultIteratorGetUTF8Text(at, RIL_SYMBOL);
    symbol->text = usual_letters(arena, text ? text : "");
    TessDeleteText(text);
    symbol->weight = TessResultIteratorConfidence(at, RIL_SYMBOL) / 100.0;
    TessChoiceIterator *choice = TessResultIteratorGetChoiceIterator(at);
    if (!choice)
        return;
    do {
        const char *reading = TessChoiceIteratorGetUTF8Text(choice);
        double weight = TessChoiceIteratorConfidence(choice) / 100.0;
        if (!reading || !*reading || *reading == ' ' || weight < READING_MIN)
            continue;
        char *nfc = usual_letters(arena, reading);
        if (strcmp(nfc, symbol->text) == 0) {
            symbol->weight = weight;
        } else if (symbol->count < READINGS_MAX) {
            symbol->readings[symbol->count] = nfc;
            symbol->weights[symbol->count++] = weight;
        }
    } while (TessChoiceIteratorNext(choice));
    TessChoiceIteratorDelete(choice);
}

static int by_confidence(const void *a, const void *b)
{
    double p = ((const struct alternative *)a)->confidence;
    double q = ((const struct alternative *)b)->confidence;
    return (p < q) - (p > q);
}

static char *spell(const struct symbol *symbols, size_t count, size_t changed, const char *reading,
                   struct arena *arena)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size += strlen(i == changed ? reading : symbols[i].text);
    char *text = arena_alloc(arena, size), *end = text;
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, i == changed ? reading : symbols[i].text);
    return text;
}

/* Words that differ from what was read in one symbol, as likely as that symbol's reading makes
 * them. */
static void find_alternatives(const struct symbol *symbols, size_t count, struct arena *arena,
                              struct word *word)
{
    size_t found = 0, room = 0;
    for (size_t i = 0; i < count; i++)
        room += symbols[i].count;
    struct alternative *all = arena_array(arena, room ? room : 1, sizeof *all);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < symbols[i].count; j++) {
            double ratio = symbols[i].weights[j] / (symbols[i].weight + symbols[i].weights[j]);
            all[found].text = spell(symbols, count, i, symbols[i].readings[j], arena);
            all[found++].confidence = (word->confidence > LEAST ? word->confidence : LEAST) * ratio;
        }
    qsort(all, found, sizeof *all, by_confidence);
    word->alternatives = all;
    word->alternative_count = found < WORD_READINGS ? found : WORD_READINGS;
}

/* ---------------------------------------------------------------- reading */

static bool box_at(TessResultIterator *at, TessPageIteratorLevel level, struct box *box)
{
    int left, top, right, bottom;
    if (!TessPageIteratorBoundingBox(TessResultIteratorGetPageIterator(at), level, &left, &top,
                                     &right, &bottom))
        return false;
    *box = (struct box){left, top, right - left, bottom - top};
    return true;
}

/* The iterator stands on the first symbol of a word and is moved to its last. False: there is no
 * word, which is how the library says that it found no text. */
static bool read_word(TessResultIterator *at, struct arena *arena, struct word *word)
{
    struct symbol symbols[SYMBOLS_MAX];
    size_t count = 0;
    char *text = TessResultIteratorGetUTF8Text(at, RIL_WORD);
    if (!text)
        return false;
    word->text = usual_letters(arena, text);
    TessDeleteText(text);
    word->confidence = TessResultIteratorConfidence(at, RIL_WORD) / 100.0;
    if (!box_at(at, RIL_WORD, &word->box))
        word->box = (struct box){0};
    do {
        if (count < SYMBOLS_MAX) {
            memset(&symbols[count], 0, sizeof symbols[count]);
            read_symbol(at, arena, &symbols[count++]);
        }
        if (TessPageIteratorIsAtFinalElement(TessResultIteratorGetPageIterator(at), RIL_WORD,
                                             RIL_SYMBOL))
            break;
    } while (TessResultIteratorNext(at, RIL_SYMBOL));
    find_alternatives(symbols, count, arena, word);
    return true;
}

enum status engine_read_line(struct engine *engine, struct Pix *line, double dpi,
                             enum line_mode mode, struct arena *arena, struct line *out,
                             struct error *error)
{
    *out = (struct line){0};
    TessBaseAPISetPageSegMode(engine->api, mode == LINE_RAW ? PSM_RAW_LINE : PSM_SINGLE_LINE);
    TessBaseAPISetImage2(engine->api, line);
    TessBaseAPISetSourceResolution(engine->api, (int)(dpi + 0.5));
    if (TessBaseAPIRecognize(engine->api, NULL) != 0)
        return error_set(error, STATUS_REJECT, _("the reader refused a line of this page"));
    TessResultIterator *at = TessBaseAPIGetIterator(engine->api);
    if (!at)
        return STATUS_OK;
    struct word words[WORDS_MAX];
    size_t count = 0;
    do {
        memset(&words[count], 0, sizeof words[count]);
        if (!read_word(at, arena, &words[count]))
            break;
        count += *words[count].text != 0;
    } while (count < WORDS_MAX && TessResultIteratorNext(at, RIL_WORD));
    out->words = arena_array(arena, count + 1, sizeof *out->words);
    memcpy(out->words, words, count * sizeof *words);
    out->word_count = count;
    TessResultIteratorDelete(at);
    return STATUS_OK;
}

/* Any bytes as a page: tokens within it, forms that keep their promises, a window within the text
 * whatever is asked. */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "index/text/rank.h"
#include "tests/fuzz/driver/fuzz.h"

const unsigned fuzz_rounds = 4000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 145/QĐ-UBND ngày 12/05/1998"),
    FUZZ_SEED("C6NG HOA xa h6i chü nghia Viét Nam, sd 0l23O5678901 hi\xC2\xA2n \xC2\xA7inh"),
    FUZZ_SEED("ng\xC6\xB0\xE1\xBB\x9Di\f nguo\xCC\x9B\xCC\x80i 079.083 001234 x4 tr& 1ong"),
    FUZZ_SEED("\xFF\xFE\xC3 \xE2\x82 \xF0\x9F\x98\x80 a\xCC\x81\xCC\x81\xCC\x81\xCC\x81"),
    FUZZ_SEED("NguyÔn V¨n An Nguyeãn Vaên An"),
    FUZZ_SEEDS_END,
};

static struct arena *lasting;
static struct channel *channel;
static struct syllables *table;
static struct tokens tokens;

static void forget(void)
{
    tokens_clear(&tokens);
    syllables_free(table);
    arena_free(lasting);
}

static void open_once(void)
{
    struct error error;
    if (lasting)
        return;
    lasting = arena_new();
    if (channel_read("config/language", &channel, &error) != STATUS_OK)
        abort();
    table = syllables_new(channel);
    atexit(forget);
}

static void check_syllable(const struct syllable *syllable)
{
    const char *forms[REPAIRS];
    char less[TOKEN_CHARS * 4 + 2];
    fuzz_check(syllable->folded[0], "a token is not empty");
    fuzz_check(strlen(syllable->skeleton) == 2, "a skeleton has two classes");
    fuzz_check(!strpbrk(syllable->folded, " \"\n"), "a token can stand between quotes");
    fuzz_check(!syllable->known || syllables_repair(table, syllable, forms) == 0,
               "what is known is not repaired");
    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        const struct stood *stood = syllables_stood(table, syllable, (enum engine)engine);
        int sum = 0;
        for (int i = 0; stood && i < STOOD && stood->chance[i]; i++)
            sum += stood->chance[i];
        fuzz_check(sum <= STOOD_ONE, "all that may have stood there is at most one");
    }
    size_t size = strlen(syllable->folded);
    for (size_t i = 0; size <= NAME_LETTERS && i <= size; i++)
        if (name_less(syllable->folded, i, less))
            fuzz_check(strlen(less) == size + (i == size), "one letter is left out");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    open_once();
    struct arena *arena = arena_new();
    const char *raw = arena_strndup(arena, (const char *)bytes, size);
    const char *text = text_unicode(arena, raw);
    fuzz_check(text_valid(text, strlen(text)), "text of any bytes is Unicode");
    const char *texts[] = {raw, text};
    for (int i = 0; i < 2; i++) {
        syllables_trim(table, 20000);
        tokens_cut(table, texts[i], strlen(texts[i]), &tokens);
        for (size_t t = 0; t < tokens.count; t++) {
            fuzz_check(tokens.at[t].start < tokens.at[t].end &&
                           tokens.at[t].end <= strlen(texts[i]),
                       "a token stands within the text");
            check_syllable(tokens.at[t].syllable);
        }
    }
    struct query_words words = query_words(text + strlen(text) / 2, arena);
    if (words.count > 0) {
        struct ranker *ranker = ranker_new(&words, 1, table);
        struct match match = rank_text(ranker, text, true, &tokens);
        fuzz_check(match.score >= 0 && match.score <= 1.0001, "a score is 0..1");
        fuzz_check(match.start <= match.end && match.end <= strlen(text),
                   "a window stands within the text");
        ranker_free(ranker);
    }
    arena_free(arena);
    return 0;
}

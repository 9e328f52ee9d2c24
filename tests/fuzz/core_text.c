/* Any bytes as text: all forms are valid UTF-8 and do not change when made again. */
#include <string.h>

#include "core/text.h"
#include "tests/fuzz/driver/fuzz.h"

const unsigned fuzz_rounds = 20000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    FUZZ_SEED("Số: 123/QĐ–UBND, ngày 02/9/1945 “trích yếu”…"),
    FUZZ_SEED("thuỷ thủy hoà hòa nguye\u0302\u0303n d\u0323\u0302\u031B\u0307"),
    FUZZ_SEED("\u1100\u1161\u11A8 ﬁ ﷺ Å İ ß Ǆ \u0344\u0F73\u2126"),
    FUZZ_SEED("\u0301\u0323\u0300\u034F\u031B\u0301\u0323\u0300\u200B\uFEFF\u00A0"),
    FUZZ_SEED("\xED\xA0\x80\xF4\x90\x80\x80\xC0\xAF\xFF\xE1\xBB"),
    FUZZ_SEED("29/2/2024 1945-09-02 31.6.2025"),
    FUZZ_SEEDS_END,
};

typedef char *form(struct arena *arena, const char *text);

static void holds(struct arena *arena, form *make, const char *text, const char *name)
{
    const char *once = make(arena, text);

    fuzz_check(text_valid(once, strlen(once)), name);
    fuzz_check(strcmp(once, make(arena, once)) == 0, name);
    /* what is not normalised gives the same as what is */
    fuzz_check(strcmp(once, make(arena, text_nfc(arena, text))) == 0, name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)bytes, size);
    const char *at = text, *folded = text_fold(arena, text);
    char iso[11], again[11];
    size_t length = 0;

    holds(arena, text_nfc, text, "NFC");
    holds(arena, text_fold, text, "folded");
    holds(arena, text_tone_last, text, "tone last");
    holds(arena, text_lower, text, "lower case");
    holds(arena, text_tidy, text, "tidy");
    holds(arena, text_title, text, "title");
    fuzz_check(strstr(folded, "  ") == NULL && folded[0] != ' ', "blanks are single");
    while (text_next(&at) != 0)
        length++;
    fuzz_check(at == text + strlen(text) && length == text_length(text), "all is read");
    fuzz_check(!text_valid(text, strlen(text)) || length <= strlen(text), "length");
    if (length < 500) {
        fuzz_check(text_distance(text, text) == 0, "no distance to itself");
        fuzz_check(text_distance(text, folded) == text_distance(folded, text), "both ways equal");
        fuzz_check(text_distance(text, "") == length, "distance to nothing is the length");
    }
    if (text_date(text, iso))
        fuzz_check(text_date(iso, again) && strcmp(iso, again) == 0, "a date is read back");
    arena_free(arena);
    return 0;
}

/* Any bytes as a bag's manifest: what is let pass is what we would write ourselves, all names are
 * harmless, everything else is told. */
#include <string.h>

#include "archive/package/bag.h"
#include "core/message.h"
#include "core/text.h"
#include "tests/fuzz/driver/fuzz.h"

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
const unsigned fuzz_rounds = 20000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED(HASH "  data/document.json\n" HASH "  data/document.pdf\n"),
    FUZZ_SEED(HASH "  ../../etc/passwd\n" HASH "  /etc/passwd\n" HASH "  data/../../x\n"),
    FUZZ_SEED(HASH "  data/a%0Ab\n" HASH "  data/a%0D%0Ab\n" HASH "  data/100%25\n"),
    FUZZ_SEED(HASH "  data/a\rb\n" HASH "  data/a\0b\n" HASH "  data/\xff\xfe\n"),
    FUZZ_SEED(HASH " *data/a\n" HASH "\tdata/a\n" HASH "  data\\a\n" HASH "  ~root/x\n"),
    FUZZ_SEED("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855  data/a\n"),
    FUZZ_SEED(HASH "  data/b\n" HASH "  data/a\n" HASH "  data/a\n" HASH "  data/c"),
    FUZZ_SEED(HASH "  data/////\n" HASH "  data/./a\n\n\n" HASH "  \n" HASH "\n  data/x\n"),
    FUZZ_SEED("\xEF\xBB\xBF" HASH "  data/giấy khai sinh.pdf\r\n"),
    FUZZ_SEEDS_END,
};

static void hear(void *context, const char *sentence)
{
    ++*(int *)context;
    fuzz_check(sentence[0] != '\0' && strpbrk(sentence, "\r\n") == NULL, "one line is told");
    fuzz_check(text_valid(sentence, strlen(sentence)), "what is told is text");
}

static int parse(struct arena *arena, const uint8_t *bytes, size_t size, struct bag_file **files,
                 size_t *count)
{
    int told = 0;
    bag_parse("manifest-sha256.txt", (const char *)bytes, size, arena, files, count, hear, &told);
    return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct buffer again = {0};
    struct bag_file *files = NULL, *second = NULL;
    size_t count = 0, second_count = 0;
    message_use("en");
    int told = parse(arena, bytes, size, &files, &count);
    for (size_t i = 0; i < count; i++) {
        const char *path = files[i].path;
        fuzz_check(bag_name_allowed(path), "names are allowed ones");
        fuzz_check(path[0] != '/' && strpbrk(path, "\r\n\\") == NULL, "names stay on their line");
        fuzz_check(strstr(path, "../") == NULL || strstr(path, "./") != path, "names stay inside");
        fuzz_check(i == 0 || strcmp(files[i - 1].path, path) < 0, "each name once, in order");
        fuzz_check(strlen(files[i].hash) == 64, "sums are whole");
    }
    bag_manifest(files, count, &again);
    bool same = again.size == size && (size == 0 || memcmp(again.data, bytes, size) == 0);
    fuzz_check((told == 0) == same, "what is not as we write it is told");
    fuzz_check(parse(arena, again.data, again.size, &second, &second_count) == 0 &&
                   second_count == count,
               "what we write is read back");
    buffer_clear(&again);
    arena_free(arena);
    return 0;
}

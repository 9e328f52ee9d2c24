/* Any bytes as what a person typed: a tree within its limits, and a search that answers. */
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "index/catalog/catalog.h"
#include "tests/fuzz/driver/fuzz.h"

const unsigned fuzz_rounds = 2500;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED("nguyễn văn an khai sinh 1998"),
    FUZZ_SEED("số:145/QĐ-UBND tên: Lê Thị Đào cccd: 079.083 001234 năm:2001"),
    FUZZ_SEED("\"ủy ban nhân dân\" -\"kết hôn\" -tử “trợ cấp” UBND 12/05/1998"),
    FUZZ_SEED("a AND (b OR c) NEAR/3 *:x ^y {z} '; --"),
    FUZZ_SEED("0l23O5678901 hi\xC2\xA2n \xC2\xA7inh \xFF\xFE \xE2\x80\x8B"),
    FUZZ_SEEDS_END,
};

static const char *const texts[] = {
    "ỦY BAN NHÂN DÂN XÃ ĐÔNG HÒA\nSố: 145/QĐ-UBND\nGiấy khai sinh của Nguyễn Văn An, năm 1998",
    "Uy ban nhan dan xa Dong Hoang So 12 QD UBND, Le Thi Dao, CCCD 079 083 001234, kết hôn",
};

static struct arena *lasting; /* of what is made once */

static struct index *open_small(struct arena *arena)
{
    static struct roadmap roadmap;
    struct error error;
    struct index *index = NULL;
    struct db *db = NULL;
    const char *folder = fuzz_folder();
    bool open = roadmap_read("config/roadmap.conf", arena, &roadmap, &error) == STATUS_OK &&
                db_open(file_join(arena, folder, "t.db"), true, &db, &error) == STATUS_OK &&
                index_open(db, &roadmap, "config", &index, &error) == STATUS_OK;
    for (int i = 0; open && i < 2; i++) {
        struct document document;
        struct document_page page = {.name = "0001-1"};
        document_init(&document, i ? "one" : "two", "0001-1");
        document.pages = &page;
        document.page_count = 1;
        document.fields[FIELD_OWNER].value = i ? "Lê Thị Đào" : "Nguyễn Văn An";
        document.fields[FIELD_OWNER_ID].value = i ? "079083001234" : "171234567";
        document.fields[FIELD_NUMBER].value = i ? "12/QĐ-UBND" : "145/QĐ-UBND";
        struct entry entry = {&document, "2026/x/v1", &texts[i], NULL};
        open = catalog_put(index, &entry, &error) == STATUS_OK;
    }
    fuzz_check(open, "the test has a catalogue");
    return index;
}

static void check_words(const struct query_words *words)
{
    fuzz_check(words->count <= QUERY_SYLLABLES, "a sequence keeps its limit");
    for (size_t i = 0; i < words->count; i++) {
        fuzz_check(words->at[i].folded[0], "a word is not empty");
        fuzz_check(!strpbrk(words->at[i].folded, " \"\n"), "a word can stand between quotes");
        fuzz_check(text_valid(words->at[i].folded, strlen(words->at[i].folded)), "words are UTF-8");
    }
}

static void forget(void)
{
    arena_free(lasting);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct index *index;
    struct arena *arena = arena_new();
    struct search_result result;
    struct error error = {""};
    if (!index) {
        message_use("en");
        lasting = arena_new();
        atexit(forget);
        index = open_small(lasting);
    }
    if (!index)
        abort();
    char *text = arena_strndup(arena, (const char *)bytes, size);
    const struct query *query = query_parse(text, index->abbreviations,
                                            &(struct query_names){.types = index->types}, arena);
    for (size_t i = 0; i < query->variant_count; i++)
        check_words(&query->words[i]);
    for (size_t i = 0; i < query->phrase_count; i++)
        check_words(&query->phrases[i]);
    for (size_t i = 0; i < query->excluded_count; i++)
        check_words(&query->excluded[i]);
    struct search_query search = {.text = text, .number = size % 3 ? NULL : text};
    fuzz_check(index_search(index, &search, arena, &result, &error) == STATUS_OK,
               "nothing a person types is an error");
    for (size_t i = 0; i < result.hit_count; i++) {
        fuzz_check(result.hits[i].score >= 0 && result.hits[i].score <= 1, "a score is 0..1");
        fuzz_check(text_valid(result.hits[i].snippet, strlen(result.hits[i].snippet)),
                   "a snippet is UTF-8");
    }
    fuzz_check(result.total >= (int64_t)result.hit_count, "the total is that of all hits");
    arena_free(arena);
    return 0;
}

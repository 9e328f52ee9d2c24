/* The language people see, and catalogues that are damaged. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buffer.h"
#include "core/message.h"
#include "core/message_private.h"

static const char *const pairs[][2] = {
    {"", "Content-Type: text/plain; charset=UTF-8\n"},
    {"apple", "táo"},
    {"empty", ""},
    {"page %d", "trang %d"},
    {"zebra", "ngựa vằn"},
};
#define COUNT (sizeof pairs / sizeof *pairs)

static void add_number(struct buffer *mo, uint32_t number, bool big)
{
    uint8_t bytes[4];

    for (int i = 0; i < 4; i++)
        bytes[big ? 3 - i : i] = (uint8_t)(number >> 8 * i);
    buffer_add(mo, bytes, 4);
}

/* A catalogue of pairs as msgfmt makes it. */
static struct buffer catalogue(bool big)
{
    uint32_t offset = 28 + 16 * COUNT;
    struct buffer mo = {0};

    add_number(&mo, 0x950412de, big);
    add_number(&mo, 0, big);
    add_number(&mo, COUNT, big);
    add_number(&mo, 28, big);
    add_number(&mo, 28 + 8 * COUNT, big);
    add_number(&mo, 0, big);
    add_number(&mo, 0, big);
    for (int column = 0; column < 2; column++) {
        for (size_t i = 0; i < COUNT; i++) {
            uint32_t length = (uint32_t)strlen(pairs[i][column]);
            add_number(&mo, length, big);
            add_number(&mo, offset, big);
            offset += length + 1;
        }
    }
    for (int column = 0; column < 2; column++) {
        for (size_t i = 0; i < COUNT; i++)
            buffer_add(&mo, pairs[i][column], strlen(pairs[i][column]) + 1);
    }
    return mo;
}

static void sentences_are_found_in_both_byte_orders(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct buffer mo = catalogue(big);
        assert_string_equal(message_find(mo.data, mo.size, "apple"), "táo");
        assert_string_equal(message_find(mo.data, mo.size, "page %d"), "trang %d");
        assert_string_equal(message_find(mo.data, mo.size, "zebra"), "ngựa vằn");
        assert_null(message_find(mo.data, mo.size, "empty")); /* not yet translated */
        assert_null(message_find(mo.data, mo.size, "missing"));
        assert_null(message_find(mo.data, mo.size, "aaa"));
        assert_null(message_find(mo.data, mo.size, "zzz"));
        buffer_clear(&mo);
    }
}

/* Every cut and every changed byte: an answer lies inside the catalogue, or there is none. The copy
 * is exactly as long as it says, so that a sanitizer sees one byte too many. */
static void damaged_catalogue_is_never_read_outside(void **state)
{
    static const uint8_t changes[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
    struct buffer mo = catalogue(false);
    (void)state;

    for (size_t size = 0; size <= mo.size; size++) {
        unsigned char *cut = malloc(size > 0 ? size : 1);
        memcpy(cut, mo.data, size);
        for (size_t i = 0; i < COUNT; i++) {
            const char *found = message_find(cut, size, pairs[i][0]);
            if (found != NULL)
                assert_true(found + strlen(found) < (char *)cut + size);
        }
        free(cut);
    }
    for (size_t at = 0; at < mo.size; at++) {
        for (size_t change = 0; change < sizeof changes; change++) {
            uint8_t kept = mo.data[at];
            mo.data[at] = changes[change];
            for (size_t i = 0; i < COUNT; i++) {
                const char *found = message_find(mo.data, mo.size, pairs[i][0]);
                if (found != NULL)
                    assert_true(found + strlen(found) < (char *)mo.data + mo.size);
            }
            mo.data[at] = kept;
        }
    }
    assert_null(message_find((const unsigned char *)"no catalogue at all", 20, "apple"));
    buffer_clear(&mo);
}

static void embedded_catalogue_is_whole_and_utf8(void **state)
{
    (void)state;
    assert_true(message_vi_size > 28);
    assert_non_null(strstr(message_find(message_vi, message_vi_size, ""), "charset=UTF-8"));
}

static void language_is_chosen_by_name(void **state)
{
    static const struct {
        const char *name;
        enum language language;
    } cases[] = {
        {"vi", LANGUAGE_VIETNAMESE}, {"vi_VN.UTF-8", LANGUAGE_VIETNAMESE},
        {"en", LANGUAGE_ENGLISH},    {"en_US.UTF-8", LANGUAGE_ENGLISH},
        {"en-GB", LANGUAGE_ENGLISH}, {"C", LANGUAGE_VIETNAMESE},
        {"", LANGUAGE_VIETNAMESE},   {"eng", LANGUAGE_VIETNAMESE},
        {"fr", LANGUAGE_VIETNAMESE},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        message_use(cases[i].name);
        assert_int_equal(message_language(), cases[i].language);
    }
}

static void environment_is_asked_in_its_order(void **state)
{
    (void)state;
    unsetenv("SOHOA_LANG");
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    unsetenv("LANG");
    message_use(NULL);
    assert_int_equal(message_language(), LANGUAGE_VIETNAMESE);
    setenv("LANG", "en_US.UTF-8", 1);
    message_use(NULL);
    assert_int_equal(message_language(), LANGUAGE_ENGLISH);
    setenv("LC_ALL", "vi_VN", 1);
    message_use(NULL);
    assert_int_equal(message_language(), LANGUAGE_VIETNAMESE);
    setenv("SOHOA_LANG", "en", 1);
    message_use(NULL);
    assert_int_equal(message_language(), LANGUAGE_ENGLISH);
}

static void sentence_without_translation_is_itself(void **state)
{
    static const char unknown[] = "this sentence is in no catalogue";
    (void)state;

    message_use("vi");
    assert_ptr_equal(message(unknown), unknown);
    assert_string_equal(message(""), ""); /* not the catalogue's header */
    message_use("en");
    assert_ptr_equal(message(unknown), unknown);
}

static void one_is_counted_as_one(void **state)
{
    (void)state;

    message_use("en");
    assert_string_equal(message_count("%lld page", "%lld pages", 1), "%lld page");
    assert_string_equal(message_count("%lld page", "%lld pages", 0), "%lld pages");
    message_use("vi");
    assert_string_equal(message_count("%lld page", "%lld pages", 1), "%lld trang");
    assert_string_equal(message_count("%lld page", "%lld pages", 2), "%lld trang");
    assert_string_equal(message_count("%lld in no catalogue", "none", 2), "none");
}

static void system_tells_why_in_the_language(void **state)
{
    static const int likely[] = {ENOENT,  EACCES, EPERM, ENOSPC, EDQUOT, EIO,    EROFS, EISDIR,
                                 ENOTDIR, EEXIST, EBUSY, EAGAIN, EMFILE, ENFILE, ENOMEM};
    (void)state;

    for (size_t i = 0; i < sizeof likely / sizeof *likely; i++) {
        message_use("en");
        const char *english = message_errno(likely[i]);
        message_use("vi");
        assert_string_not_equal(message_errno(likely[i]), english);
    }
    assert_string_equal(message_errno(EDOM), strerror(EDOM)); /* no office meets it */
}

static void days_are_written_as_people_do(void **state)
{
    char out[MESSAGE_DATE_SIZE];
    static const char *const others[] = {"1994", "1994-05", "22/11/2026", "", "2026-11-22 14:05"};
    (void)state;

    message_use("vi");
    assert_string_equal(message_date("1994-05-03", out), "03/05/1994");
    assert_string_equal(message_date("2026-11-22T14:05:09+07:00", out), "22/11/2026 14:05");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_ptr_equal(message_date(others[i], out), others[i]);
    assert_null(message_date(NULL, out));
    message_use("en");
    assert_string_equal(message_date("1994-05-03", out), "1994-05-03");
}

/* ---------------------------------------------------------------- in the other language */

static const char *doubts(struct arena *arena)
{
    const char *list = arena_printf(arena, _("doubtful: %s"), _("Identity number"));
    list = arena_printf(arena, "%s; ", list);
    list = arena_printf(arena, "%s%s", list, arena_printf(arena, _("not found: %s"), _("Signer")));
    list = arena_printf(arena, "%s; %s", list,
                        arena_printf(arena, _("words that could hardly be read: %zu of %zu"),
                                     (size_t)12, (size_t)340));
    return arena_printf(arena, _("A person should look: %s."), list);
}

static void what_was_written_down_is_told_in_the_language_of_today(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    static const char *const languages[] = {"vi", "en"};
    const char *told[2];
    for (int i = 0; i < 2; i++) {
        message_use(languages[i]);
        told[i] = doubts(arena);
    }
    assert_string_not_equal(told[0], told[1]);
    for (int i = 0; i < 4; i++) {
        message_use(languages[i / 2]);
        assert_string_equal(message_again(arena, told[i % 2]), told[i / 2]);
    }
    assert_string_equal(message_again(arena, "nothing of ours; at all"), "nothing of ours; at all");
    assert_string_equal(message_again(arena, ""), "");
    assert_null(message_again(arena, NULL));
    message_use("en");
    arena_free(arena);
}

/* A sentence with a word in each of its places. */
static const char *filled(struct arena *arena, const char *pattern)
{
    char *out = arena_alloc(arena, strlen(pattern) * 4 + 1), *to = out;
    int number = 0;
    for (const char *at = pattern; *at; at++) {
        if (*at != '%') {
            *to++ = *at;
            continue;
        }
        at++;
        at += strspn(at, "-+ #0123456789.hljzt");
        if (*at == '%')
            *to++ = '%';
        else
            to += sprintf(to, "<%d>", number++);
    }
    *to = '\0';
    return out;
}

/* Each of the catalogue's sentences comes back, but for those that two share in Vietnamese. */
static void every_sentence_comes_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const char *id = NULL, *text = NULL;
    int tried = 0, lost = 0;
    message_use("en");
    for (unsigned i = 0; (id = message_entry(message_vi, message_vi_size, i, &text)) != NULL; i++) {
        if (strlen(id) < 20 || strstr(id, "*") || strlen(text) > 300)
            continue;
        const char *again = message_again(arena, filled(arena, text));
        tried++;
        lost += strcmp(again, filled(arena, id)) != 0;
    }
    assert_true(tried > 1000);
    if (lost * 50 > tried)
        fail_msg("%d of %d sentences are lost", lost, tried);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_down_is_told_in_the_language_of_today),
        cmocka_unit_test(every_sentence_comes_back),
        cmocka_unit_test(sentences_are_found_in_both_byte_orders),
        cmocka_unit_test(damaged_catalogue_is_never_read_outside),
        cmocka_unit_test(embedded_catalogue_is_whole_and_utf8),
        cmocka_unit_test(language_is_chosen_by_name),
        cmocka_unit_test(environment_is_asked_in_its_order),
        cmocka_unit_test(sentence_without_translation_is_itself),
        cmocka_unit_test(system_tells_why_in_the_language),
        cmocka_unit_test(one_is_counted_as_one),
        cmocka_unit_test(days_are_written_as_people_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

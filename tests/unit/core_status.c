/* Outcomes, the arena and the buffer: the ground everything stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/status.h"
#include "core/text.h"

static void error_keeps_the_sentence_and_returns_the_outcome(void **state)
{
    struct error error = {"old"};
    (void)state;

    assert_int_equal(error_set(&error, STATUS_REJECT, "page %d is %s", 7, "torn"), STATUS_REJECT);
    assert_string_equal(error.text, "page 7 is torn");
    assert_int_equal(error_set(NULL, STATUS_RETRY, "nobody listens"), STATUS_RETRY);
    assert_int_equal(error_add(NULL, STATUS_FATAL, "nowhere"), STATUS_FATAL);
}

static void place_stands_before_the_sentence(void **state)
{
    struct error error;
    (void)state;

    error_set(&error, STATUS_REJECT, "it is torn");
    assert_int_equal(error_add(&error, STATUS_RETRY, "sheet %d", 3), STATUS_RETRY);
    assert_string_equal(error.text, "sheet 3: it is torn");
    error.text[0] = '\0';
    error_add(&error, STATUS_RETRY, "sheet 4");
    assert_string_equal(error.text, "sheet 4");
}

static void long_sentence_is_cut_between_characters(void **state)
{
    char long_text[2000] = "";
    struct error error;
    (void)state;

    for (int shift = 0; shift < 4; shift++) {
        memset(long_text, 'x', (size_t)shift);
        for (size_t at = (size_t)shift; at + 3 < sizeof long_text; at += 3)
            memcpy(long_text + at, "ệ", 4);
        error_set(&error, STATUS_REJECT, "%s", long_text);
        assert_true(strlen(error.text) > sizeof error.text - 5);
        assert_true(text_valid(error.text, strlen(error.text)));
        error_add(&error, STATUS_REJECT, "ở đâu đó");
        assert_true(strncmp(error.text, "ở đâu đó: ", strlen("ở đâu đó: ")) == 0);
        assert_true(text_valid(error.text, strlen(error.text)));
    }
}

static void sentence_is_one_line(void **state)
{
    struct error error;
    (void)state;

    error_set(&error, STATUS_REJECT, "a%sb\tc", "\r\n");
    assert_string_equal(error.text, "a  b c");
}

static void every_outcome_has_its_name(void **state)
{
    (void)state;
    assert_string_equal(status_name(STATUS_OK), "ok");
    assert_string_equal(status_name(STATUS_END), "end");
    assert_string_equal(status_name(STATUS_RETRY), "retry");
    assert_string_equal(status_name(STATUS_REJECT), "reject");
    assert_string_equal(status_name(STATUS_FATAL), "fatal");
}

static void arena_memory_is_zeroed_aligned_and_apart(void **state)
{
    struct arena *arena = arena_new();
    unsigned char *blocks[400];
    size_t sizes[400];
    (void)state;

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 400; i++) {
            sizes[i] = i * i % 977 * (i % 50 == 0 ? 300 : 1);
            blocks[i] = arena_alloc(arena, sizes[i]);
            assert_int_equal((uintptr_t)blocks[i] % 16, 0);
            for (size_t j = 0; j < sizes[i]; j++)
                assert_int_equal(blocks[i][j], 0);
            memset(blocks[i], (int)(i % 251) + 1, sizes[i]);
        }
        for (size_t i = 0; i < 400; i++) {
            for (size_t j = 0; j < sizes[i]; j++)
                assert_int_equal(blocks[i][j], i % 251 + 1);
        }
        arena_clear(arena);
    }
    arena_free(arena);
    arena_free(NULL);
}

static void arena_copies_text(void **state)
{
    struct arena *arena = arena_new();
    (void)state;

    assert_string_equal(arena_strdup(arena, "giấy khai sinh"), "giấy khai sinh");
    assert_null(arena_strdup(arena, NULL));
    assert_string_equal(arena_strndup(arena, "giấy", 2), "gi");
    assert_string_equal(arena_strndup(arena, NULL, 0), ""); /* of an empty buffer: UBSan looks */
    assert_string_equal(arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(arena, "ab", 30), "ab");
    assert_string_equal(arena_printf(arena, "%04d-%d", 7, 2), "0007-2");
    arena_free(arena);
}

static void buffer_grows_and_ends_with_a_zero(void **state)
{
    struct buffer buffer = {0};
    (void)state;

    for (int i = 0; i < 10000; i++)
        buffer_printf(&buffer, "%04d", i);
    assert_int_equal(buffer.size, 40000);
    assert_int_equal(buffer.data[buffer.size], 0);
    assert_memory_equal(buffer.data + 4 * 1234, "1234", 4);
    buffer_clear(&buffer);
    assert_null(buffer.data);
    buffer_add(&buffer, "", 0);
    assert_null(buffer.data);
    buffer_text(&buffer, "a");
    buffer_add(&buffer, "\0b", 2);
    assert_int_equal(buffer.size, 3);
    buffer_clear(&buffer);
}

static void xml_text_is_escaped_and_forbidden_characters_dropped(void **state)
{
    struct buffer buffer = {0};
    (void)state;

    buffer_xml(&buffer, "<\"Hà\x01 & \xEF\xBF\xBFNội\">\t\n\xED\xA0\x80.");
    assert_string_equal((char *)buffer.data, "&lt;&quot;Hà &amp; Nội&quot;&gt;\t\n.");
    buffer_clear(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_keeps_the_sentence_and_returns_the_outcome),
        cmocka_unit_test(place_stands_before_the_sentence),
        cmocka_unit_test(long_sentence_is_cut_between_characters),
        cmocka_unit_test(sentence_is_one_line),
        cmocka_unit_test(every_outcome_has_its_name),
        cmocka_unit_test(arena_memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(arena_copies_text),
        cmocka_unit_test(buffer_grows_and_ends_with_a_zero),
        cmocka_unit_test(xml_text_is_escaped_and_forbidden_characters_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

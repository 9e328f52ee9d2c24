/* core/xml.h and core/event.h: what is written is well-formed, what was done is told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/event.h"
#include "core/file.h"
#include "core/package.h"
#include "core/xml.h"
#include "tests/scratch.h"

#define DOCUMENT "d3b07384-d9a0-8c9b-8f3e-3c6a5b1d2e4f"

static void texts_are_escaped_and_elements_closed(void **state)
{
    struct buffer out = {0};
    struct xml xml;
    (void)state;
    xml_begin(&xml, &out);
    xml_open(&xml, "a");
    xml_attribute(&xml, "b", "<\"&>");
    xml_attribute(&xml, "absent", NULL);
    xml_leaf(&xml, "c", "1 < 2 & 3\x01");
    xml_leaf(&xml, "empty", "");
    xml_leaf(&xml, "null", NULL);
    xml_open(&xml, "d");
    xml_open(&xml, "e");
    xml_end(&xml);
    assert_string_equal((char *)out.data, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                          "<a b=\"&lt;&quot;&amp;&gt;\">\n"
                                          " <c>1 &lt; 2 &amp; 3</c>\n"
                                          " <d>\n"
                                          "  <e/>\n"
                                          " </d>\n"
                                          "</a>\n");
    buffer_clear(&out);
}

static struct event packed(const char *at)
{
    return (struct event){.type = EVENT_PACKING,
                          .at = at,
                          .agent = EVENT_SOHOA,
                          .outcome = "success",
                          .detail = "2 pages",
                          .object = package_part(PACKAGE_PDF)};
}

static size_t count(void)
{
    struct event *events = NULL;
    struct error error = {""};
    size_t found = 0;
    assert_int_equal(
        event_read(file_join(arena, folder, "events.jsonl"), arena, &events, &found, &error),
        STATUS_OK);
    return found;
}

static void a_step_that_is_repeated_is_told_once(void **state)
{
    struct error error = {""};
    struct event first = packed("2026-11-22T14:05:09+07:00");
    struct event again = packed("2026-11-22T15:00:00+07:00");
    (void)state;
    assert_int_equal(count(), 0);
    assert_int_equal(event_append(folder, DOCUMENT, &first, &error), STATUS_OK);
    assert_int_equal(event_append(folder, DOCUMENT, &again, &error), STATUS_OK);
    assert_int_equal(count(), 1);
    again.detail = "3 pages"; /* another outcome is another event */
    assert_int_equal(event_append(folder, DOCUMENT, &again, &error), STATUS_OK);
    assert_int_equal(count(), 2);
}

static void what_a_person_does_twice_is_told_twice(void **state)
{
    struct error error = {""};
    struct event act = {.type = EVENT_CORRECTION,
                        .at = "2026-11-22T14:05:09+07:00",
                        .agent = "lan",
                        .agent_kind = EVENT_PERSON,
                        .detail = "number"};
    (void)state;
    assert_int_equal(event_append(folder, DOCUMENT, &act, &error), STATUS_OK);
    act.at = "2026-11-22T14:06:00+07:00";
    assert_int_equal(event_append(folder, DOCUMENT, &act, &error), STATUS_OK);
    assert_int_equal(count(), 2);
}

static void events_are_read_back_as_they_were(void **state)
{
    struct error error = {""};
    struct event *events = NULL, first = packed("2026-11-22T14:05:09+07:00");
    size_t found = 0;
    const char *path = file_join(arena, folder, "events.jsonl");
    (void)state;
    assert_int_equal(event_append(folder, DOCUMENT, &first, &error), STATUS_OK);
    assert_int_equal(event_read(path, arena, &events, &found, &error), STATUS_OK);
    assert_string_equal(events[0].type, first.type);
    assert_string_equal(events[0].at, first.at);
    assert_string_equal(events[0].agent, first.agent);
    assert_string_equal(events[0].detail, first.detail);
    assert_string_equal(events[0].object, first.object);
    assert_int_equal(strlen(events[0].id), 36);
    assert_int_equal(event_write(path, events, found, &error), STATUS_OK);
    assert_int_equal(count(), 1);
}

static void a_line_that_is_none_of_ours_is_refused(void **state)
{
    static const char *const lines[] = {"{}\n",        "x\n",   "{\"id\":\"short\"}\n",
                                        "half a line", "[1]\n", "\n"};
    struct event *events = NULL;
    struct error error = {""};
    size_t found = 0;
    const char *path = file_join(arena, folder, "events.jsonl");
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(file_write(path, lines[i], strlen(lines[i]), &error), STATUS_OK);
        assert_int_equal(event_read(path, arena, &events, &found, &error), STATUS_REJECT);
    }
}

static void a_line_without_an_outcome_has_an_empty_one(void **state)
{
    struct event *events = NULL;
    size_t count = 0;
    (void)state;
    const char line[] = "{\"id\":\"01234567-0123-8123-8123-0123456789ab\",\"type\":\"signing\","
                        "\"at\":\"2026-12-01T08:00:00+07:00\",\"agent\":\"x\","
                        "\"mutcome\":\"success\"}\n";
    const char *path = file_join(arena, folder, "events.jsonl");
    assert_int_equal(file_write(path, line, sizeof line - 1, NULL), STATUS_OK);
    assert_int_equal(event_read(path, arena, &events, &count, NULL), STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(events[0].outcome, "");
}

static void every_path_of_a_package_belongs_somewhere(void **state)
{
    (void)state;
    assert_string_equal(package_page(PACKAGE_WORDS, "0001-1", arena),
                        "representations/rep3/data/0001-1.words.json");
    assert_int_equal(package_representation_of(package_part(PACKAGE_PDF)), PACKAGE_REP_PDF);
    assert_int_equal(package_representation_of(package_page(PACKAGE_MASTER, "a.tif", arena)),
                     PACKAGE_REP_MASTERS);
    assert_int_equal(package_representation_of(package_page(PACKAGE_FACTS, "a", arena)),
                     PACKAGE_REP_MASTERS);
    assert_int_equal(package_representation_of(package_page(PACKAGE_ALTO, "a", arena)),
                     PACKAGE_REP_TEXT);
    assert_int_equal(package_representation_of(package_part(PACKAGE_METS)), 0);
    assert_int_equal(package_representation_of("representations/repX/data/a"), 0);
}

static void a_link_is_a_second_name_for_the_same_bytes(void **state)
{
    struct error error = {""};
    bool linked = false;
    const char *from = file_join(arena, folder, "a"), *to = file_join(arena, folder, "b");
    (void)state;
    assert_int_equal(file_write(from, "x", 1, &error), STATUS_OK);
    assert_int_equal(file_link(from, to, &linked, &error), STATUS_OK);
    assert_true(linked);
    assert_int_equal(file_size(to), 1);
    assert_int_not_equal(file_link(from, to, &linked, &error), STATUS_OK); /* nothing is replaced */
    assert_int_equal(
        file_link(file_join(arena, folder, "none"), file_join(arena, folder, "c"), &linked, &error),
        STATUS_REJECT);
    assert_int_equal(file_adopt(to, file_join(arena, folder, "d"), &error), STATUS_OK);
    assert_int_equal(file_adopt(from, file_join(arena, folder, "d"), &error), STATUS_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_are_escaped_and_elements_closed, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(a_step_that_is_repeated_is_told_once, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(what_a_person_does_twice_is_told_twice, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(events_are_read_back_as_they_were, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(a_line_that_is_none_of_ours_is_refused, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(a_line_without_an_outcome_has_an_empty_one, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(every_path_of_a_package_belongs_somewhere, scratch_open,
                                        scratch_close),
        cmocka_unit_test_setup_teardown(a_link_is_a_second_name_for_the_same_bytes, scratch_open,
                                        scratch_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

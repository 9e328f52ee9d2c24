/* Owners are a function of packages and records, whatever order they come in; numbers are checked
 * by their own rules; the counter's question is answered as the papers say. */
#include "core/buffer.h"
#include "index/catalogue.h"
#include "index/owner.h"
#include "index/validity.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig_bare.h"

/* ---------------------------------------------------------------- a catalogue to play with */

struct person {
    const char *name, *id, *birth;
};

struct play {
    struct db *db;
    struct index *index;
    int64_t records;
};

static struct play open_play(const char *name)
{
    struct play play = {0};
    play.db = rig_open(name, &play.index);
    return play;
}

static void close_play(struct play *play)
{
    index_close(play->index);
    db_close(play->db);
}

static const char *paper_id(int number)
{
    return arena_printf(arena, "%08x-0000-8000-8000-%012x", (unsigned)(number * 2654435761u),
                        (unsigned)number);
}

static const char *mention(int number, int place)
{
    return arena_printf(arena, "%s.%d", paper_id(number), place);
}

static const char *page_text = "giấy tờ"; /* of the papers that are put */

/* A paper of this type for one person, and perhaps another beside. */
static void put_paper(struct play *play, int number, const char *type, const char *date,
                      struct person first, struct person second)
{
    struct document document;
    const char *text[] = {page_text};
    document_init(&document, "B", arena_printf(arena, "%d", number));
    snprintf(document.id, sizeof document.id, "%s", paper_id(number));
    document.version = 1;
    document.signed_at = "2026-01-01T00:00:00+07:00";
    document.fields[FIELD_TYPE].value = type;
    document.fields[FIELD_DATE].value = date;
    document.fields[FIELD_OWNER].value = first.name;
    document.fields[FIELD_OWNER_ID].value = first.id;
    document.fields[FIELD_BIRTH_DATE].value = first.birth;
    struct document_owner other = {
        .name = second.name, .id = second.id, .birth_date = second.birth};
    document.owners = &other;
    document.owner_count = second.name != NULL;
    struct document_page page = {.name = "0001-1", .file = "x"};
    document.pages = &page;
    document.page_count = 1;
    if (index_document(play->index, &document, "2026/x/v1", text, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void put_record(struct play *play, const char *kind, rig_rows *apply, json_t *data)
{
    if (rig_record_on(play->db, ++play->records, kind, apply, data) != STATUS_OK)
        fail_msg("%s: %s", kind, error.text);
}

static void merge(struct play *play, const char *owner, const char *other)
{
    put_record(play, "owner-merge", owner_merge_apply,
               json_pack("{s:s, s:s}", "owner", owner, "other", other));
}

static void split(struct play *play, const char *first, const char *second)
{
    put_record(play, "owner-split", owner_split_apply,
               json_pack("{s:[s,s*]}", "mentions", first, second));
}

static void link_number(struct play *play, const char *owner, const char *digits)
{
    put_record(
        play, "owner-id", owner_id_apply,
        json_pack("{s:s, s:s, s:s}", "owner", owner, "digits", digits, "proof", paper_id(1)));
}

static void undo(struct play *play, int64_t record)
{
    put_record(play, "owner-undo", owner_undo_apply,
               json_pack("{s:I}", "record", (json_int_t)record));
}

/* Every owner with its mentions, as text. */
static char *owners_of(struct play *play)
{
    struct buffer out = {0};
    struct db_query *query = NULL;
    assert_int_equal(
        db_prepare(play->db,
                   "SELECT o.document_id, o.ordinal, o.type, coalesce(o.name, ''),"
                   " coalesce(o.birth_date, ''), o.mentions, e.document_id, m.id % 65536, m.apart"
                   " FROM owner_mention m LEFT JOIN owner o ON o.id = m.owner_id"
                   " JOIN catalog_entry e ON e.id = m.id / 65536"
                   " ORDER BY e.document_id, m.id % 65536",
                   &query, &error),
        STATUS_OK);
    while (db_step(query, &error) == STATUS_OK)
        buffer_printf(&out, "%s.%lld <- %s.%lld type %lld %s %s of %lld%s\n", db_text(query, 6),
                      (long long)db_int(query, 7), db_text(query, 0), (long long)db_int(query, 1),
                      (long long)db_int(query, 2), db_text(query, 3), db_text(query, 4),
                      (long long)db_int(query, 5), db_int(query, 8) ? " apart" : "");
    db_finish(query);
    query = NULL;
    assert_int_equal(db_prepare(play->db,
                                "SELECT count(*) FROM owner o WHERE NOT EXISTS (SELECT 1 FROM"
                                " owner_mention m WHERE m.owner_id = o.id)",
                                &query, &error),
                     STATUS_OK);
    assert_int_equal(db_step(query, &error), STATUS_OK);
    assert_int_equal(db_int(query, 0), 0);
    db_finish(query);
    char *text = arena_strdup(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return text;
}

static const char *owner_of(struct play *play, const char *any)
{
    struct owner owner;
    if (owner_read(play->db, any, "2026-11-30", arena, &owner, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return owner.id;
}

static bool same(struct play *play, const char *a, const char *b)
{
    return strcmp(owner_of(play, a), owner_of(play, b)) == 0;
}

static const struct person nobody;
#define AN "Nguyễn Văn An"

/* ---------------------------------------------------------------- numbers */

static void numbers_are_checked_by_their_own_rules(void **state)
{
    (void)state;
    static const struct {
        const char *digits, *birth;
        enum identifier_kind kind;
        enum identifier_fault fault;
    } cases[] = {
        {"0100109106", NULL, ID_MST10, ID_SOUND},
        {"0100109107", NULL, ID_MST10, ID_WRONG_CHECK},
        {"0100109106001", NULL, ID_MST13, ID_SOUND},
        {"0100109106000", NULL, ID_MST13, ID_WRONG_BRANCH},
        {"0100109105001", NULL, ID_MST13, ID_WRONG_CHECK},
        {"038094001234", "1994-05-06", ID_CCCD12, ID_SOUND},
        {"038094001234", "1994", ID_CCCD12, ID_SOUND},
        {"038094001234", NULL, ID_CCCD12, ID_SOUND},
        {"038094001234", "1995-05-06", ID_CCCD12, ID_WRONG_BIRTH},
        {"038204001234", "2004-05-06", ID_CCCD12, ID_SOUND},
        {"038204001234", "1904-05-06", ID_CCCD12, ID_WRONG_BIRTH},
        {"003094001234", "1994-05-06", ID_CCCD12, ID_STRANGE_PLACE},
        {"172233445", "1994-05-06", ID_CMND9, ID_SOUND},
        {"17223344", NULL, ID_OTHER, ID_WRONG_LENGTH},
        {"", NULL, ID_NONE, ID_SOUND},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(identifier_kind(cases[i].digits), cases[i].kind);
        assert_int_equal(identifier_fault(cases[i].digits, cases[i].birth, 0), cases[i].fault);
    }
    assert_int_equal(identifier_fault("038094001234", "1994-05-06", 'm'), ID_SOUND);
    assert_int_equal(identifier_fault("038094001234", "1994-05-06", 'f'), ID_WRONG_SEX);
    assert_int_equal(identifier_fault("038194001234", "1994-05-06", 'f'), ID_SOUND);
    for (int i = 0; i < 10; i++) { /* one check digit for nine digits, at most */
        char digits[] = "0100109100";
        digits[9] = (char)('0' + i);
        assert_int_equal(identifier_fault(digits, NULL, 0) == ID_SOUND, i == 6);
    }
}

/* ---------------------------------------------------------------- the rules */

static void one_number_joins_and_a_contradiction_keeps_apart(void **state)
{
    (void)state;
    struct play play = open_play("rules.db");
    const char *id = "038094001234";
    put_paper(&play, 1, "khai_sinh", "1994-06-01", (struct person){AN, id, "1994-05-06"}, nobody);
    put_paper(&play, 2, "tthn", "2020-06-01", (struct person){"NGUYEN VAN AN", id, NULL}, nobody);
    put_paper(&play, 3, "ket_hon", "2021-06-01", (struct person){"Lê Thị Bình", NULL, "1995-01-02"},
              (struct person){AN, id, "1994-05-06"});
    put_paper(&play, 4, "cu_tru", "2021-06-01",
              (struct person){"Trần Quang Dũng", id, "1994-05-06"}, nobody);
    put_paper(&play, 5, "cu_tru", "2021-06-01", (struct person){AN, "038095001234", "1994-05-06"},
              nobody);
    assert_true(same(&play, mention(1, 0), mention(2, 0)));
    assert_true(same(&play, mention(1, 0), mention(3, 1)));
    assert_false(same(&play, mention(1, 0), mention(3, 0)));
    assert_false(same(&play, mention(1, 0), mention(4, 0))); /* one number, another name */
    assert_false(same(&play, mention(1, 0), mention(5, 0))); /* a number of 1995 */
    struct owner_candidate *candidates = NULL;
    size_t count = 0, conflicts = 0, faults = 0;
    assert_int_equal(owner_candidates(play.db, 50, arena, &candidates, &count, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        conflicts += candidates[i].kind == CANDIDATE_CONFLICT;
        faults += candidates[i].kind == CANDIDATE_FAULT && candidates[i].fault == ID_WRONG_BIRTH;
    }
    assert_int_equal(conflicts, 1);
    assert_int_equal(faults, 1);
    close_play(&play);
}

static void homonyms_are_told_apart_by_their_day_of_birth(void **state)
{
    (void)state;
    struct play play = open_play("homonyms.db");
    put_paper(&play, 1, "khai_sinh", NULL, (struct person){AN, NULL, "1994-05-06"}, nobody);
    put_paper(&play, 2, "khai_sinh", NULL, (struct person){AN, NULL, "1994-05-07"}, nobody);
    put_paper(&play, 3, "ket_hon", NULL, (struct person){AN, NULL, "1994-05-06"}, nobody);
    put_paper(&play, 4, "ket_hon", NULL, (struct person){"Nguyễn Văn Ân", NULL, "1994-05-06"},
              nobody);
    put_paper(&play, 5, "ket_hon", NULL, (struct person){AN, NULL, "1960-01-01"}, nobody);
    put_paper(&play, 6, "ket_hon", NULL, (struct person){AN, NULL, "1960-01-01"}, nobody);
    put_paper(&play, 7, "ket_hon", NULL, (struct person){AN, NULL, NULL}, nobody);
    put_paper(&play, 8, "ket_hon", NULL, (struct person){AN, NULL, NULL}, nobody);
    assert_true(same(&play, mention(1, 0), mention(3, 0)));
    assert_false(same(&play, mention(1, 0), mention(2, 0)));
    assert_false(same(&play, mention(3, 0), mention(4, 0)));
    assert_false(same(&play, mention(5, 0), mention(6, 0))); /* "some time in 1960" */
    assert_false(same(&play, mention(7, 0), mention(8, 0)));
    close_play(&play);
}

static void two_days_of_birth_under_one_number_leave_the_one_without_alone(void **state)
{
    (void)state;
    struct play play = open_play("births.db");
    const char *id = "172233445";
    put_paper(&play, 1, "a", NULL, (struct person){AN, id, NULL}, nobody);
    put_paper(&play, 2, "a", NULL, (struct person){AN, id, "1970-05-06"}, nobody);
    assert_true(same(&play, mention(1, 0), mention(2, 0)));
    put_paper(&play, 3, "a", NULL, (struct person){AN, id, "1971-05-06"}, nobody);
    assert_false(same(&play, mention(1, 0), mention(2, 0)));
    assert_false(same(&play, mention(2, 0), mention(3, 0)));
    /* corrected: the third paper said 1970, too */
    put_paper(&play, 3, "a", NULL, (struct person){AN, id, "1970-05-06"}, nobody);
    assert_true(same(&play, mention(1, 0), mention(2, 0)));
    assert_true(same(&play, mention(2, 0), mention(3, 0)));
    close_play(&play);
}

static void organisations_and_households_are_no_citizens(void **state)
{
    (void)state;
    static const struct {
        const char *name, *id;
        enum owner_type type;
    } cases[] = {{"Công ty TNHH Hoa Sen", "0100109106", OWNER_ORGANIZATION},
                 {"Công ty TNHH Hoa Sen", NULL, OWNER_ORGANIZATION},
                 {"Hộ kinh doanh Lê Thị Bình", "038194001234", OWNER_HOUSEHOLD},
                 {"Trường Tiểu học Đông Hòa", NULL, OWNER_ORGANIZATION},
                 {"Trương Văn Trường", "038094001234", OWNER_CITIZEN},
                 {"HTX Nông nghiệp Đông Hòa", NULL, OWNER_ORGANIZATION}};
    struct play play = open_play("types.db");
    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) {
        struct owner owner;
        put_paper(&play, i, "a", NULL, (struct person){cases[i].name, cases[i].id, NULL}, nobody);
        assert_int_equal(owner_read(play.db, mention(i, 0), "2026-11-30", arena, &owner, &error),
                         STATUS_OK);
        assert_int_equal(owner.type, cases[i].type);
    }
    close_play(&play);
}

/* ---------------------------------------------------------------- records */

static void a_merge_joins_a_split_parts_and_undo_takes_back(void **state)
{
    (void)state;
    struct play play = open_play("records.db");
    put_paper(&play, 1, "a", NULL, (struct person){AN, "172233445", "1970-05-06"}, nobody);
    put_paper(&play, 2, "a", NULL, (struct person){"Nguyễn Văn Anh Tú", "172233446", "1970-05-06"},
              nobody);
    put_paper(&play, 3, "a", NULL, (struct person){AN, "172233445", "1970-05-06"}, nobody);
    const char *before = owners_of(&play);
    merge(&play, mention(1, 0), mention(2, 0));
    assert_true(same(&play, mention(3, 0), mention(2, 0)));
    split(&play, mention(2, 0), NULL); /* later than the merge: it is right */
    assert_false(same(&play, mention(1, 0), mention(2, 0)));
    undo(&play, 2);
    assert_true(same(&play, mention(1, 0), mention(2, 0)));
    undo(&play, 1);
    assert_string_equal(owners_of(&play), before);
    split(&play, mention(1, 0), NULL); /* what the rule had joined */
    assert_false(same(&play, mention(1, 0), mention(3, 0)));
    put_paper(&play, 4, "a", NULL, (struct person){AN, "172233445", "1970-05-06"}, nobody);
    assert_true(same(&play, mention(4, 0), mention(3, 0)));
    merge(&play, mention(1, 0), mention(4, 0));
    assert_true(same(&play, mention(1, 0), mention(3, 0)));
    assert_int_equal(rig_record_on(play.db, 99, "owner-undo", owner_undo_apply,
                                   json_pack("{s:i}", "record", 77)),
                     STATUS_REJECT);
    assert_int_equal(
        rig_record_on(play.db, 99, "owner-undo", owner_undo_apply, json_pack("{s:i}", "record", 1)),
        STATUS_REJECT); /* taken back already */
    assert_int_equal(rig_record_on(play.db, 99, "owner-merge", owner_merge_apply,
                                   json_pack("{s:s, s:s}", "owner", "ai đó", "other", "x")),
                     STATUS_REJECT);
    close_play(&play);
}

static void a_link_needs_its_proof_and_joins_old_and_new_number(void **state)
{
    (void)state;
    struct play play = open_play("link.db");
    put_paper(&play, 1, "a", "1995-01-02", (struct person){AN, "172233445", "1970-05-06"}, nobody);
    put_paper(&play, 2, "b", "2022-01-02", (struct person){AN, "038070001234", "1970-05-06"},
              nobody);
    assert_false(same(&play, mention(1, 0), mention(2, 0)));
    struct owner_candidate *candidates = NULL;
    size_t count = 0;
    assert_int_equal(owner_candidates(play.db, 50, arena, &candidates, &count, &error), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(candidates[0].kind, CANDIDATE_LINK);
    assert_int_equal(
        rig_record_on(play.db, 9, "owner-id", owner_id_apply,
                      json_pack("{s:s, s:s}", "owner", mention(2, 0), "digits", "172233445")),
        STATUS_REJECT); /* no proof */
    link_number(&play, mention(2, 0), "172233445");
    assert_true(same(&play, mention(1, 0), mention(2, 0)));
    put_paper(&play, 3, "c", NULL, (struct person){AN, "172233445", "1970-05-06"}, nobody);
    put_paper(&play, 4, "c", NULL, (struct person){"Hồ Xuân Mai", "172233445", "1980-05-06"},
              nobody);
    assert_true(same(&play, mention(3, 0), mention(2, 0)));
    assert_false(same(&play, mention(4, 0), mention(2, 0)));
    struct owner owner;
    assert_int_equal(owner_read(play.db, mention(3, 0), "2026-11-30", arena, &owner, &error),
                     STATUS_OK);
    assert_int_equal(owner.number_count, 3); /* two as printed, one of them by record, too */
    assert_int_equal(owner.paper_count, 3);
    close_play(&play);
}

/* ---------------------------------------------------------------- any order */

enum { WORLD_PAPERS = 28, WORLD_RECORDS = 12, WORLDS = 25, ORDERS = 4 };

/* Few names, days and numbers, so that everything meets everything. */
static struct person person_of(uint64_t *seed)
{
    static const char *const names[] = {AN,
                                        "Nguyễn Văn Ân",
                                        "NGUYEN VAN AN",
                                        "Nguyễn Vân Anh",
                                        "Lê Thị Bình",
                                        "Công ty Hoa Sen",
                                        "Hồ Xuân Mai"};
    static const char *const ids[] = {NULL,           NULL,           "172233445",  "172233446",
                                      "038070001234", "038170001234", "0100109106", "123"};
    static const char *const births[] = {NULL, "1970-05-06", "1970-05-07", "1970-01-01",
                                         "1971-05-06"};
    return (struct person){names[made_random(seed, 7)], ids[made_random(seed, 8)],
                           births[made_random(seed, 5)]};
}

struct event {
    bool record;
    int number;
    struct person first, second;
    int what, a, b; /* of a record */
};

static void make_world(uint64_t *seed, struct event papers[WORLD_PAPERS],
                       struct event records[WORLD_RECORDS])
{
    for (int i = 0; i < WORLD_PAPERS; i++) {
        papers[i] = (struct event){.number = i, .first = person_of(seed)};
        if (made_random(seed, 3) == 0)
            papers[i].second = person_of(seed);
    }
    for (int i = 0; i < WORLD_RECORDS; i++)
        records[i] = (struct event){.record = true,
                                    .what = (int)made_random(seed, 8),
                                    .a = (int)made_random(seed, WORLD_PAPERS),
                                    .b = (int)made_random(seed, WORLD_PAPERS)};
}

static void happen(struct play *play, const struct event *event)
{
    static const char *const digits[] = {"172233445", "038070001234", "0100109106"};
    if (!event->record) {
        put_paper(play, event->number, "a", NULL, event->first, event->second);
        return;
    }
    int64_t number = ++play->records;
    if (event->what < 3)
        rig_record_on(play->db, number, "owner-merge", owner_merge_apply,
                      json_pack("{s:s, s:s}", "owner", mention(event->a, 0), "other",
                                mention(event->b, event->what == 0)));
    else if (event->what < 5)
        rig_record_on(
            play->db, number, "owner-split", owner_split_apply,
            json_pack("{s:[s,s]}", "mentions", mention(event->a, 0), mention(event->b, 0)));
    else if (event->what < 7)
        rig_record_on(play->db, number, "owner-id", owner_id_apply,
                      json_pack("{s:s, s:s, s:s}", "owner", mention(event->a, 0), "digits",
                                digits[event->b % 3], "proof", paper_id(1)));
    else
        rig_record_on(play->db, number, "owner-undo", owner_undo_apply,
                      json_pack("{s:i}", "record", event->a % WORLD_RECORDS));
}

/* Papers in any order, records in theirs, mixed; some papers come twice, first with other owners.
 */
static char *live(uint64_t *seed, const struct event *papers, const struct event *records)
{
    int order[WORLD_PAPERS], next = 0, done = 0;
    struct play play = open_play("world.db");
    for (int i = 0; i < WORLD_PAPERS; i++)
        order[i] = i;
    for (int i = WORLD_PAPERS - 1; i > 0; i--) {
        int j = (int)made_random(seed, (uint32_t)i + 1), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    while (next < WORLD_PAPERS || done < WORLD_RECORDS) {
        if (done < WORLD_RECORDS && (next == WORLD_PAPERS || made_random(seed, 3) == 0)) {
            happen(&play, &records[done++]);
            continue;
        }
        if (made_random(seed, 4) == 0)
            put_paper(&play, order[next], "a", NULL, person_of(seed), person_of(seed));
        happen(&play, &papers[order[next++]]);
    }
    char *owners = owners_of(&play);
    close_play(&play);
    for (int i = 0; i < 3; i++)
        file_remove(arena_printf(arena, "%s/world.db%s", folder,
                                 i == 0   ? ""
                                 : i == 1 ? "-wal"
                                          : "-shm"),
                    NULL);
    return owners;
}

static void any_order_of_papers_and_records_gives_the_same_owners(void **state)
{
    (void)state;
    uint64_t seed = 4711;
    size_t joined = 0;
    for (int world = 0; world < WORLDS; world++) {
        struct event papers[WORLD_PAPERS], records[WORLD_RECORDS];
        make_world(&seed, papers, records);
        const char *first = live(&seed, papers, records);
        joined += strstr(first, "of 3") != NULL;
        for (int i = 1; i < ORDERS; i++)
            assert_string_equal(live(&seed, papers, records), first);
    }
    assert_true(joined > WORLDS / 2);
}

/* ---------------------------------------------------------------- the counter's question */

static struct owner_answer ask(struct play *play, struct owner_question who, const char *type)
{
    struct owner_answer answer;
    const struct owner_has question = {.who = who, .type = type, .today = "2026-11-30"};
    if (owner_ask(play->db, &question, arena, &answer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return answer;
}

static void the_counters_question_is_answered_as_the_papers_say(void **state)
{
    (void)state;
    struct play play = open_play("has.db");
    const char *id = "038094001234";
    put_paper(&play, 1, "khai_sinh", "1994-06-01", (struct person){AN, NULL, "1994-05-06"}, nobody);
    put_paper(&play, 2, "ket_hon", "2020-06-01", (struct person){AN, id, "1994-05-06"}, nobody);
    put_paper(&play, 3, "khai_sinh", "1980-06-01",
              (struct person){"Lê Thị Bình", NULL, "1980-05-06"}, nobody);
    struct owner_answer answer = ask(&play, (struct owner_question){.digits = id}, "ket_hon");
    assert_int_equal(answer.answer, ANSWER_YES);
    assert_int_equal(answer.how, BY_NUMBER);
    assert_string_equal(answer.papers[0].document_id, paper_id(2));
    /* the birth certificate bears no number: perhaps his */
    answer = ask(&play, (struct owner_question){.digits = id}, "khai_sinh");
    assert_int_equal(answer.answer, ANSWER_DOUBTFUL);
    assert_string_equal(answer.papers[0].document_id, paper_id(1));
    merge(&play, mention(1, 0), mention(2, 0));
    assert_int_equal(ask(&play, (struct owner_question){.digits = id}, "khai_sinh").answer,
                     ANSWER_YES);
    assert_int_equal(ask(&play, (struct owner_question){.digits = id}, "khai_tu").answer,
                     ANSWER_NO);
    assert_int_equal(
        ask(&play, (struct owner_question){.digits = "038094009999"}, "khai_tu").answer, ANSWER_NO);
    assert_int_equal(
        ask(&play, (struct owner_question){.digits = id, .birth_date = "7/5/1994"}, "khai_sinh")
            .answer,
        ANSWER_DOUBTFUL); /* said another day of birth */
    answer = ask(&play, (struct owner_question){.name = "le thi binh", .birth_date = "06/05/1980"},
                 "khai_sinh");
    assert_int_equal(answer.answer, ANSWER_YES);
    assert_int_equal(answer.how, BY_NAME_AND_BIRTH);
    assert_int_equal(ask(&play, (struct owner_question){.name = "Lê Thị Bình"}, "khai_sinh").answer,
                     ANSWER_DOUBTFUL); /* a name alone */
    answer = ask(&play, (struct owner_question){.name = "binh le thi", .birth_date = "6/5/1980"},
                 "khai_sinh");
    assert_int_equal(answer.answer, ANSWER_DOUBTFUL); /* perhaps her, the given name first */
    assert_int_equal(answer.how, BY_NAME);
    assert_string_equal(answer.papers[0].document_id, paper_id(3));
    assert_int_equal(ask(&play,
                         (struct owner_question){.name = "binh le thi", .birth_date = "7/5/1980"},
                         "khai_sinh")
                         .answer,
                     ANSWER_NO);
    struct owner *owners = NULL;
    size_t count = 0;
    struct owner_question who = {.name = "Thị Bình Lê"};
    GOOD(owner_find(play.db, &who, arena, &owners, &count, &error));
    assert_int_equal(count, 0);
    who.any_order = true;
    GOOD(owner_find(play.db, &who, arena, &owners, &count, &error));
    assert_int_equal(count, 1);
    assert_int_equal(ask(&play, (struct owner_question){.id = mention(3, 0)}, "khai_sinh").answer,
                     ANSWER_YES);
    put_record(&play, "validity", validity_apply,
               json_pack("{s:s, s:s, s:s}", "document", paper_id(3), "act", "revoke", "day",
                         "2026-01-01"));
    answer = ask(&play, (struct owner_question){.id = mention(3, 0)}, "khai_sinh");
    assert_int_equal(answer.answer, ANSWER_NO);
    assert_int_equal(answer.expired, 1);
    close_play(&play);
}

/* The mother's number on a birth certificate, one that was not read as a field, one a digit beside.
 */
static void a_number_that_only_the_text_names_is_no_plain_no(void **state)
{
    (void)state;
    struct play play = open_play("text.db");
    const struct owner_has has = {{.digits = "038170001234"}, "khai_sinh", NULL, "2026-11-30"};
    struct owner_has other = has;
    struct owner_answer answer;
    page_text = "Người mẹ: Lê Thị Bình, số căn cước 038 170 001 234";
    put_paper(&play, 1, "khai_sinh", "1994-06-01", (struct person){AN, NULL, "1994-05-06"}, nobody);
    page_text = "Người mẹ: Lê Thị Bình, số căn cước 038170001235";
    put_paper(&play, 2, "khai_sinh", "1994-06-01", (struct person){AN, NULL, "1994-05-07"}, nobody);
    page_text = "cấp cho bà Lê Thị Bình số căn cước 038170001234";
    put_paper(&play, 3, "ket_hon", "1994-06-01", (struct person){AN, NULL, "1994-05-08"}, nobody);
    page_text = "giấy tờ";
    GOOD(owner_ask(play.db, &has, arena, &answer, &error));
    assert_int_equal(answer.answer, ANSWER_NO);
    GOOD(owner_ask_text(play.index, &has, arena, &answer, &error));
    assert_int_equal(answer.answer, ANSWER_DOUBTFUL);
    assert_int_equal(answer.paper_count, 1); /* of the type, and with every digit */
    assert_string_equal(answer.papers[0].document_id, paper_id(1));
    assert_string_equal(answer.papers[0].name, AN);
    other.type = "khai_tu";
    GOOD(owner_ask(play.db, &other, arena, &answer, &error));
    GOOD(owner_ask_text(play.index, &other, arena, &answer, &error));
    assert_int_equal(answer.answer, ANSWER_NO);
    put_record(&play, "validity", validity_apply,
               json_pack("{s:s, s:s, s:s}", "document", paper_id(1), "act", "revoke", "day",
                         "2026-01-01"));
    GOOD(owner_ask(play.db, &has, arena, &answer, &error));
    GOOD(owner_ask_text(play.index, &has, arena, &answer, &error));
    assert_int_equal(answer.answer, ANSWER_NO); /* not in force any more */
    close_play(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_checked_by_their_own_rules),
        cmocka_unit_test(one_number_joins_and_a_contradiction_keeps_apart),
        cmocka_unit_test(homonyms_are_told_apart_by_their_day_of_birth),
        cmocka_unit_test(two_days_of_birth_under_one_number_leave_the_one_without_alone),
        cmocka_unit_test(organisations_and_households_are_no_citizens),
        cmocka_unit_test(a_merge_joins_a_split_parts_and_undo_takes_back),
        cmocka_unit_test(a_link_needs_its_proof_and_joins_old_and_new_number),
        cmocka_unit_test(any_order_of_papers_and_records_gives_the_same_owners),
        cmocka_unit_test(the_counters_question_is_answered_as_the_papers_say),
        cmocka_unit_test(a_number_that_only_the_text_names_is_no_plain_no),
    };
    return cmocka_run_group_tests(tests, rig_begin_bare, rig_end_bare);
}

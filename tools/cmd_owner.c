/* sohoa owner: who is who, and the counter's question. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"
#include "index/day.h"
#include "index/owner.h"
#include "tools/decisions.h"
#include "tools/owner_print.h"

static json_t *owner_json(const struct owner *owner)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:I}", "owner", owner->id, "type",
                               owner_type_name(owner->type), "name", owner->name, "birth_date",
                               owner->birth_date, "mentions", (json_int_t)owner->mentions);
    json_t *numbers = json_array(), *papers = json_array(), *records = json_array();
    for (size_t i = 0; i < owner->number_count; i++) {
        const struct owner_number *number = &owner->numbers[i];
        json_t *row = json_pack("{s:s, s:s}", "digits", number->digits, "kind",
                                identifier_kind_name(number->kind));
        json_put_text(row, "from", number->from);
        json_put_text(row, "to", number->to);
        json_put_text(row, "proof", number->proof);
        if (number->fault != ID_SOUND)
            json_put_text(row, "fault", identifier_fault_label(number->fault));
        if (number->record)
            json_object_set_new(row, "record", json_integer(number->record));
        json_array_append_new(numbers, row);
    }
    for (size_t i = 0; i < owner->paper_count; i++)
        json_array_append_new(papers, owner_paper_json(&owner->papers[i]));
    for (size_t i = 0; i < owner->record_count; i++)
        json_array_append_new(records, json_integer(owner->records[i]));
    json_object_set_new(object, "ids", numbers);
    json_object_set_new(object, "papers", papers);
    json_object_set_new(object, "records", records);
    return object;
}

static void print_owner(struct cli *cli, const struct owner *owner)
{
    owner_print_head(cli, owner);
    for (size_t i = 0; i < owner->number_count; i++) {
        const struct owner_number *number = &owner->numbers[i];
        printf("  %s  %s  %s – %s%s%s\n", number->digits, identifier_kind_label(number->kind),
               owner_or_dash(terminal_date(cli->arena, number->from)),
               owner_or_dash(terminal_date(cli->arena, number->to)), number->fault ? "  ! " : "",
               identifier_fault_label(number->fault));
    }
    for (size_t i = 0; i < owner->paper_count; i++)
        owner_print_paper(cli, &owner->papers[i]);
    for (size_t i = 0; i < owner->record_count; i++)
        printf(_("  decided by record %lld (sohoa owner undo %lld takes it back)\n"),
               (long long)owner->records[i], (long long)owner->records[i]);
}

static const char *shown_of(struct cli *cli, const struct owner *owners, size_t count)
{
    const char *shown = "";
    for (size_t i = 0; i < count && i < 50; i++)
        shown = arena_printf(cli->arena, "%s%s%s", shown, i > 0 ? "," : "", owners[i].id);
    return shown;
}

static const char *asked_of(struct cli *cli, const struct owner_question *who)
{
    const char *const parts[] = {who->digits, who->id, who->name, who->birth_date};
    const char *asked = "";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] && *parts[i])
            asked = arena_printf(cli->arena, "%s%s%s", asked, *asked ? " " : "", parts[i]);
    return asked;
}

/* ------------------------------------------------------------------ find, show, candidates */

static int run_find(struct cli *cli, int argc, char **argv)
{
    static struct owner_question who;
    static const struct option_row rows[] = {
        {"id", OPTION_TEXT, &who.digits, N_("NUMBER"), N_("CMND, CCCD or tax number")},
        {"birth", OPTION_TEXT, &who.birth_date, N_("DAY"), N_("day of birth")},
        {"limit", OPTION_COUNT, &who.limit, "N", N_("at most so many (20)")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!decisions_options(cli, "owner find", N_("[NAME...]"), argc, argv, rows, 0, -1, &rest,
                           &count, &code))
        return code;
    const char *name = "";
    for (int i = 0; i < count; i++)
        name = arena_printf(cli->arena, "%s%s%s", name, i > 0 ? " " : "", rest[i]);
    bool number = *name && name[strspn(name, "0123456789 .-")] == 0;
    if (number && !who.digits)
        who.digits = name;
    else
        who.name = name;
    struct owner *owners = NULL;
    size_t found = 0;
    who.any_order = true;
    enum status status = owner_find(cli->db, &who, cli->arena, &owners, &found, &cli->error);
    if (status == STATUS_OK)
        status = decisions_look(
            cli, "owner", NULL, asked_of(cli, &who),
            arena_printf(cli->arena, "count=%zu shown=%s", found, shown_of(cli, owners, found)));
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json) {
        json_t *list = json_array();
        for (size_t i = 0; i < found; i++)
            json_array_append_new(list, owner_json(&owners[i]));
        return cli_json(list);
    }
    for (size_t i = 0; i < found; i++)
        owner_print_head(cli, &owners[i]);
    if (found == 0)
        puts(_(
            "Nobody here answers to this. A name is asked for whole, in any order, with or without "
            "marks; “sohoa search 'tên: NAME'” forgives a wrong letter, “sohoa search --suggest” "
            "knows names that begin so."));
    return EXIT_DONE;
}

static int run_show(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL, today[DAY_SIZE];
    int count = 0, code = 0;
    struct owner owner;
    if (!decisions_options(cli, "owner show", N_("OWNER"), argc, argv, NULL, 1, 1, &rest, &count,
                           &code))
        return code;
    day_today(today);
    enum status status = owner_read(cli->db, rest[0], today, cli->arena, &owner, &cli->error);
    if (status == STATUS_OK)
        status = decisions_look(cli, "owner", owner.id, NULL,
                                arena_printf(cli->arena, "papers=%zu", owner.paper_count));
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(owner_json(&owner));
    print_owner(cli, &owner);
    return EXIT_DONE;
}

static void print_candidate(struct cli *cli, const struct owner_candidate *one)
{
    const char *why = one->kind == CANDIDATE_LINK
                          ? _("the same name and day of birth: one person? Prove it, then 'sohoa "
                              "owner link' or 'merge'")
                      : one->kind == CANDIDATE_CONFLICT
                          ? _("one number on papers of two: a misread number, or one person?")
                          : identifier_fault_label(one->fault);
    printf("%s · %s · %s%s%s\n    %s\n    %s%s%s\n", owner_or_dash(one->name),
           owner_or_dash(terminal_date(cli->arena, one->birth_date)), owner_or_dash(one->digits),
           *one->other_digits ? " / " : "", one->other_digits, why, one->first,
           one->second ? "  " : "", one->second ? one->second : "");
}

static int run_candidates(struct cli *cli, int argc, char **argv)
{
    static int limit;
    static const struct option_row rows[] = {
        {"limit", OPTION_COUNT, &limit, "N", N_("at most so many of each kind (50)")},
        OPTION_ROWS_END};
    static const char *const kinds[] = {"link", "conflict", "fault"};
    char **rest = NULL;
    int count = 0, code = 0;
    struct owner_candidate *list = NULL;
    size_t found = 0;
    if (!decisions_options(cli, "owner candidates", "", argc, argv, rows, 0, 0, &rest, &count,
                           &code))
        return code;
    enum status status =
        owner_candidates(cli->db, limit > 0 ? limit : 50, cli->arena, &list, &found, &cli->error);
    if (status == STATUS_OK)
        status = decisions_look(cli, "owner", NULL, NULL,
                                arena_printf(cli->arena, "candidates=%zu", found));
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    json_t *array = json_array();
    for (size_t i = 0; i < found; i++) {
        const struct owner_candidate *one = &list[i];
        json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", kinds[one->kind], "owner",
                                one->first, "name", one->name, "birth_date", one->birth_date, "id",
                                one->digits, "other_id", one->other_digits);
        json_put_text(row, "other", one->second);
        if (one->fault != ID_SOUND)
            json_put_text(row, "fault", identifier_fault_label(one->fault));
        json_array_append_new(array, row);
        if (!cli->json)
            print_candidate(cli, one);
    }
    if (cli->json)
        return cli_json(array);
    json_decref(array);
    if (found == 0)
        puts(_("There is nothing to look at."));
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ decisions */

static int done(struct cli *cli, enum status status, int64_t number, const char *mention)
{
    struct owner owner;
    char today[DAY_SIZE];
    day_today(today);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (mention)
        status = owner_read(cli->db, mention, today, cli->arena, &owner, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json) {
        json_t *answer = json_pack("{s:I}", "record", (json_int_t)number);
        if (mention)
            json_object_set_new(answer, "owner", json_string(owner.id));
        return cli_json(answer);
    }
    printf(_("Record %lld is written.\n"), (long long)number);
    if (mention)
        owner_print_head(cli, &owner);
    return EXIT_DONE;
}

/* That it is there now: a record may speak of what comes later, a person does not. */
static enum status check_there(struct cli *cli, const char *mention)
{
    struct owner owner;
    return owner_read(cli->db, mention, "9999-12-31", cli->arena, &owner, &cli->error);
}

static enum status check_two(struct cli *cli, const char *mention, const char *other)
{
    struct owner one, two;
    enum status status = owner_read(cli->db, mention, "9999-12-31", cli->arena, &one, &cli->error);
    if (status == STATUS_OK)
        status = owner_read(cli->db, other, "9999-12-31", cli->arena, &two, &cli->error);
    if (status == STATUS_OK && strcmp(one.id, two.id) == 0)
        status = error_set(&cli->error, STATUS_REJECT, _("%s and %s are one owner already"),
                           mention, other);
    return status;
}

static const char *reason;
#define REASON_ROW                                                                                 \
    {                                                                                              \
        "reason", OPTION_TEXT, &reason, N_("WORDS"), N_("why: what was compared")                  \
    }
static const struct option_row reason_rows[] = {REASON_ROW, OPTION_ROWS_END};

static int run_merge(struct cli *cli, int argc, char **argv)
{
    static const char *const rules[] = {"identifier", NULL};
    char **rest = NULL;
    int count = 0, code = 0;
    int64_t number = 0;
    if (!decisions_options(cli, "owner merge", N_("OWNER OTHER"), argc, argv, reason_rows, 2, 2,
                           &rest, &count, &code))
        return code;
    enum status status = check_two(cli, rest[0], rest[1]);
    if (status == STATUS_OK)
        status = decisions_reason(cli, reason);
    if (status == STATUS_OK)
        status = decisions_record(
            cli, "owner-merge",
            json_pack("{s:s, s:s, s:s*}", "owner", rest[0], "other", rest[1], "reason", reason),
            rules, &number);
    return done(cli, status, number, rest[0]);
}

static int run_split(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    int64_t number = 0;
    if (!decisions_options(cli, "owner split", N_("MENTION..."), argc, argv, reason_rows, 1, -1,
                           &rest, &count, &code))
        return code;
    enum status status = STATUS_OK;
    json_t *mentions = json_array();
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        status = check_there(cli, rest[i]);
        json_array_append_new(mentions, json_string(rest[i]));
    }
    if (status == STATUS_OK)
        status = decisions_reason(cli, reason);
    json_t *data = json_pack("{s:o, s:s*}", "mentions", mentions, "reason", reason);
    if (status == STATUS_OK)
        status = decisions_record(cli, "owner-split", data, NULL, &number);
    else
        json_decref(data);
    return done(cli, status, number, rest[0]);
}

static int run_link(struct cli *cli, int argc, char **argv)
{
    static const char *digits, *proof, *from, *to;
    static const struct option_row rows[] = {
        {"id", OPTION_TEXT, &digits, N_("NUMBER"), N_("the other number of this owner")},
        {"proof", OPTION_TEXT, &proof, N_("DOCUMENT"), N_("the paper that proves it")},
        {"from", OPTION_TEXT, &from, N_("DAY"), N_("since when it is borne")},
        {"to", OPTION_TEXT, &to, N_("DAY"), N_("until when")},
        REASON_ROW,
        OPTION_ROWS_END};
    static const char *const rules[] = {"identifier", NULL};
    char **rest = NULL, since[DAY_SIZE], until[DAY_SIZE];
    int count = 0, code = 0;
    int64_t number = 0;
    if (!decisions_options(cli, "owner link", N_("OWNER"), argc, argv, rows, 1, 1, &rest, &count,
                           &code))
        return code;
    enum status status = check_there(cli, rest[0]);
    json_t *data = json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "owner", rest[0], "digits",
                             text_digits(cli->arena, digits ? digits : ""), "proof", proof, "from",
                             from && text_date(from, since) ? since : from, "to",
                             to && text_date(to, until) ? until : to, "reason", reason);
    if (status == STATUS_OK)
        status = decisions_record(cli, "owner-id", data, rules, &number);
    else
        json_decref(data);
    return done(cli, status, number, rest[0]);
}

static int run_undo(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL, *end = NULL;
    int count = 0, code = 0;
    int64_t number = 0;
    if (!decisions_options(cli, "owner undo", N_("RECORD"), argc, argv, reason_rows, 1, 1, &rest,
                           &count, &code))
        return code;
    long long record = strtoll(rest[0], &end, 10);
    if (*end != 0 || record <= 0) {
        fprintf(stderr, _("sohoa owner undo takes the number of a record, not '%s'\n"), rest[0]);
        return EXIT_USAGE;
    }
    enum status status = decisions_reason(cli, reason);
    if (status == STATUS_OK)
        status = decisions_record(
            cli, "owner-undo",
            json_pack("{s:I, s:s}", "record", (json_int_t)record, "reason", reason), NULL, &number);
    return done(cli, status, number, NULL);
}

/* ------------------------------------------------------------------ the counter's question */

static int print_answer(struct cli *cli, const struct owner_answer *answer)
{
    static const char *const answers[] = {"yes", "no", "doubtful"};
    static const char *const hows[] = {"number", "owner", "name-and-birth", "name", "nothing"};
    static const int codes[] = {EXIT_DONE, EXIT_WRONG, EXIT_DOUBTFUL};
    const char *const words[] = {_("YES"), _("NO"), _("DOUBTFUL")};
    if (cli->json) {
        json_t *owners = json_array(), *papers = json_array();
        for (size_t i = 0; i < answer->owner_count; i++)
            json_array_append_new(owners,
                                  json_pack("{s:s, s:s, s:s}", "owner", answer->owners[i].id,
                                            "name", answer->owners[i].name, "birth_date",
                                            answer->owners[i].birth_date));
        for (size_t i = 0; i < answer->paper_count; i++)
            json_array_append_new(papers, owner_paper_json(&answer->papers[i]));
        cli_json(json_pack("{s:s, s:s, s:s, s:o, s:o, s:I}", "answer", answers[answer->answer],
                           "recognised_by", hows[answer->how], "why", answer->why, "owners", owners,
                           "papers", papers, "not_in_force", (json_int_t)answer->expired));
        return codes[answer->answer];
    }
    terminal_bold(true);
    printf("%s", words[answer->answer]);
    terminal_bold(false);
    printf(" · %s\n", answer->why);
    for (size_t i = 0; i < answer->owner_count && i < 10; i++)
        owner_print_head(cli, &answer->owners[i]);
    for (size_t i = 0; i < answer->paper_count; i++)
        owner_print_paper(cli, &answer->papers[i]);
    if (answer->expired > 0)
        printf(_("  not in force any more: %lld\n"), (long long)answer->expired);
    return codes[answer->answer];
}

/* The texts are asked last: opening them reads more than the whole question else. */
static enum status ask_text(struct cli *cli, const struct owner_has *question,
                            struct owner_answer *answer)
{
    struct index *index = NULL;
    enum status status =
        index_open(cli->db, &cli->warehouse.roadmap, cli->warehouse.config, &index, &cli->error);
    if (status == STATUS_OK)
        status = owner_ask_text(index, question, cli->arena, answer, &cli->error);
    index_close(index);
    return status;
}

static int run_has(struct cli *cli, int argc, char **argv)
{
    static struct owner_question who;
    static const char *type, *procedure, *on;
    static const struct option_row rows[] = {
        {"id", OPTION_TEXT, &who.digits, N_("NUMBER"), N_("CMND, CCCD or tax number")},
        {"owner", OPTION_TEXT, &who.id, N_("OWNER"), N_("the id of an owner")},
        {"name", OPTION_TEXT, &who.name, N_("NAME"), N_("name; better with --birth")},
        {"birth", OPTION_TEXT, &who.birth_date, N_("DAY"), N_("day of birth")},
        {"type", OPTION_TEXT, &type, N_("TYPE"), N_("type of paper: khai_sinh ...")},
        {"procedure", OPTION_TEXT, &procedure, N_("CODE"),
         N_("procedure it is the result of; old and new codes")},
        {"on", OPTION_TEXT, &on, N_("DAY"), N_("in force on this day (today)")},
        OPTION_ROWS_END};
    char **rest = NULL, today[DAY_SIZE];
    int count = 0, code = 0;
    struct owner_answer answer;
    if (!decisions_options(cli, "owner has", "", argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    day_today(today);
    if (on && !text_date(on, today)) {
        error_set(&cli->error, STATUS_REJECT,
                  _("there is no such day: %s; write day/month/year, as in 02/09/2025"), on);
        return cli_fail(cli, STATUS_REJECT);
    }
    enum status status =
        type ? index_type(cli->db, type, cli->arena, &type, &cli->error) : STATUS_OK;
    const struct owner_has question = {who, type, procedure, today};
    if (status == STATUS_OK && type)
        status = index_check_value(cli->db, cli->warehouse.config, FIELD_TYPE, type, &cli->error);
    if (status == STATUS_OK)
        status = owner_ask(cli->db, &question, cli->arena, &answer, &cli->error);
    if (status == STATUS_OK && answer.answer == ANSWER_NO && who.digits)
        status = ask_text(cli, &question, &answer);
    static const char *const answers[] = {"yes", "no", "doubtful"};
    const char *shown = "";
    for (size_t i = 0; status == STATUS_OK && i < answer.paper_count && i < 50; i++)
        shown = arena_printf(cli->arena, "%s%s%s", shown, i > 0 ? "," : "",
                             answer.papers[i].document_id);
    if (status == STATUS_OK)
        status = decisions_look(cli, "has", NULL, asked_of(cli, &question.who),
                                arena_printf(cli->arena, "type=%s procedure=%s answer=%s shown=%s",
                                             question.type ? question.type : "",
                                             question.procedure ? question.procedure : "",
                                             answers[answer.answer], shown));
    return status == STATUS_OK ? print_answer(cli, &answer) : cli_fail(cli, status);
}

int cmd_owner(struct cli *cli, int argc, char **argv)
{
    static const struct act_row acts[] = {
        {"find", run_find, N_("[NAME...]"), N_("who answers to a name, a number, a day of birth")},
        {"show", run_show, N_("OWNER"), N_("an owner with all numbers and papers")},
        {"has", run_has, "",
         N_("does this owner have a valid paper of this type? code 0 yes, 1 no, 6 doubtful")},
        {"candidates", run_candidates, "",
         N_("who may be one person, numbers of two people, numbers that are wrong")},
        {"merge", run_merge, N_("OWNER OTHER"), N_("two are one")},
        {"split", run_split, N_("MENTION..."), N_("these papers are somebody else's")},
        {"link", run_link, N_("OWNER"), N_("an old or new number of this owner, with its proof")},
        {"undo", run_undo, N_("RECORD"), N_("take back what was joined, split or linked")},
        {NULL, NULL, NULL, NULL}};
    return decisions_run(cli, acts, argc, argv);
}

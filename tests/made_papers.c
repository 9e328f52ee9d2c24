#include "tests/made_papers.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *const families[] = {"Nguyễn", "Trần",  "Lê",    "Phạm", "Hoàng", "Vũ",
                                       "Đặng",   "Bùi",   "Đỗ",    "Hồ",   "Ngô",   "Dương",
                                       "Lý",     "Lương", "Trịnh", "Mai"};
static const char *const middles[] = {"Văn",  "Thị",   "Hữu",  "Đức",  "Ngọc", "Minh",
                                      "Xuân", "Thanh", "Quốc", "Đình", "Khắc", "Bá"};
static const char *const givens[] = {"An",   "Bình", "Cường", "Dũng",  "Đào",   "Giang",
                                     "Hà",   "Hải",  "Hòa",   "Hương", "Khánh", "Lan",
                                     "Liên", "Long", "Nga",   "Phúc",  "Quỳnh", "Sơn",
                                     "Thảo", "Thủy", "Tuấn",  "Vinh",  "Yến",   "Tâm"};
static const char *const units[] = {"Xã Đông Hòa",         "Xã Đông Hoàng", "Xã Đông Minh",
                                    "Xã Đông Khê",         "Xã Đông Ninh",  "Xã Đông Nam",
                                    "Thị trấn Rừng Thông", "Xã Đông Văn"};

static const struct {
    const char *procedure, *type, *title, *sign, *body;
} kinds[] = {
    {"1.001193", "khai_sinh", "Giấy khai sinh", "GKS",
     "Đã đăng ký khai sinh cho con theo Luật Hộ tịch và cấp bản chính cho người yêu cầu"},
    {"1.000894", "ket_hon", "Giấy chứng nhận kết hôn", "GCNKH",
     "Hai bên nam nữ tự nguyện đăng ký kết hôn và cam kết chịu trách nhiệm trước pháp luật"},
    {"1.000656", "khai_tu", "Trích lục khai tử", "TLKT",
     "Người có tên trên đã chết và được đăng ký khai tử vào sổ theo quy định"},
    {"1.004746", "ket_hon_lai", "Đăng ký lại kết hôn", "UBND",
     "Sổ hộ tịch và bản chính giấy tờ hộ tịch đều bị mất nên được đăng ký lại"},
    {NULL, "quyet_dinh", "Quyết định về việc trợ cấp xã hội", "QĐ-UBND",
     "Xét đề nghị của công chức phụ trách công tác lao động thương binh và xã hội"},
};

static const char *const onsets[] = {"b",  "c",  "ch", "d", "đ", "g", "h",  "kh", "l", "m", "n",
                                     "nh", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x"};
static const char *const rhymes[] = {"ạch", "ần", "ắp",  "ấu",  "ẹn",  "ệch", "ỉnh", "oạn",
                                     "ỏng", "ộc", "ơm",  "ớp",  "ủn",  "ưng", "ượt", "ấm",
                                     "ánh", "ẽo", "iếp", "iểu", "ỗng", "ợn",  "uất", "ữa"};

uint32_t made_random(uint64_t *state, uint32_t limit)
{
    *state += 0x9E3779B97F4A7C15u; /* splitmix64 */
    uint64_t mixed = *state;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return limit ? (uint32_t)((mixed ^ mixed >> 31) % limit) : 0;
}

#define PICK(state, list) ((list)[made_random(state, COUNT(list))])

/* ---------------------------------------------------------------- misreading */

static const char *const vowels[] = {
    "aàáảãạăằắẳẵặâầấẩẫậ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ",
    "uùúủũụưừứửữự",       "yỳýỷỹỵ",       "dđ"};

/* The family of a letter; NULL when it has none. marked: it is not the plain one. */
static const char *family_of(uint32_t code, bool *marked)
{
    for (size_t i = 0; i < COUNT(vowels); i++) {
        const char *at = vowels[i];
        for (uint32_t letter; (letter = text_next(&at)) != 0;)
            if (letter == code) {
                *marked = code >= 0x80;
                return vowels[i];
            }
    }
    return NULL;
}

static uint32_t letter_at(const char *family, uint32_t index)
{
    uint32_t letter = 0;
    for (uint32_t i = 0; i <= index; i++)
        letter = text_next(&family);
    return letter;
}

/* What is read for one character; 0 drops it. */
static uint32_t misread_code(uint32_t code, enum made_noise noise, uint64_t *state)
{
    static const char debris[] = "é64&gb";
    bool marked = false;
    uint32_t lower = code;
    const char *family = family_of(code, &marked);
    uint32_t chance = made_random(state, 1000);
    if (family && noise == MADE_LIGHT && chance < 30)
        return letter_at(family, made_random(state, (uint32_t)text_length(family)));
    if (family && marked && noise == MADE_HEAVY) {
        if (chance < 650)
            return letter_at(family, 0);
        if (chance < 720) {
            const char *at = debris;
            for (uint32_t i = made_random(state, 6); i > 0; i--)
                text_next(&at);
            return text_next(&at);
        }
    }
    if (noise == MADE_HEAVY && code == 0x110)
        return chance < 500 ? 'P' : 'D';
    if (code < 0x80 && isdigit((int)code) && chance < (noise == MADE_HEAVY ? 4 : 1))
        return '0' + made_random(state, 10);
    if (noise == MADE_HEAVY && strchr("/-.", (int)lower) && code < 0x80 && chance < 250)
        return ' ';
    if (noise == MADE_HEAVY && (code == 'l' || code == 'c') && chance < 30)
        return code == 'l' ? '1' : 'e';
    return code;
}

char *made_misread(const char *text, enum made_noise noise, uint64_t *state, struct arena *arena)
{
    char *out = arena_alloc(arena, 4 * strlen(text) + 1), *to = out;
    for (uint32_t code; (code = text_next(&text)) != 0;)
        to += text_put(noise == MADE_CLEAN ? code : misread_code(code, noise, state), to);
    *to = 0;
    return out;
}

/* ---------------------------------------------------------------- papers */

static char *made_name(struct arena *arena, uint64_t *state)
{
    const char *family = PICK(state, families), *middle = PICK(state, middles);
    if (made_random(state, 4) == 0)
        return arena_printf(arena, "%s %s %s %s", family, middle, PICK(state, middles),
                            PICK(state, givens));
    return arena_printf(arena, "%s %s %s", family, middle, PICK(state, givens));
}

static char *made_digits(struct arena *arena, uint64_t *state, int length)
{
    char *digits = arena_alloc(arena, (size_t)length + 1);
    for (int i = 0; i < length; i++)
        digits[i] = (char)('0' + made_random(state, 10));
    return digits;
}

/* Words that belong to this paper alone: its number is spelt in syllables. */
static char *made_phrase(struct arena *arena, uint64_t *state, uint32_t number)
{
    struct buffer text = {0};
    for (int i = 0; i < 6; i++) {
        uint32_t place = i < 3 ? number : made_random(state, 1u << 30);
        number = i < 3 ? number / (COUNT(onsets) * COUNT(rhymes)) + 7 * (uint32_t)i : number;
        buffer_printf(&text, "%s%s%s", i ? " " : "", onsets[place % COUNT(onsets)],
                      rhymes[place / COUNT(onsets) % COUNT(rhymes)]);
    }
    char *phrase = arena_strdup(arena, (const char *)text.data);
    buffer_clear(&text);
    return phrase;
}

static void filler(struct buffer *text, uint64_t *state, int words)
{
    static const char *const common[] = {"của",  "theo", "quy",   "định", "tại",   "nơi",  "thường",
                                         "trú",  "ngày", "cấp",   "giấy", "chứng", "minh", "người",
                                         "được", "và",   "trong", "sổ",   "đăng",  "ký",   "hộ"};
    for (int i = 0; i < words; i++) {
        if (made_random(state, 6) == 0)
            buffer_printf(text, " %s%s", PICK(state, onsets), PICK(state, rhymes));
        else
            buffer_printf(text, " %s", PICK(state, common));
    }
    buffer_text(text, "\n");
}

static void set_field(struct document *document, enum field_id id, const char *value)
{
    document->fields[id] = (struct field){
        .value = value, .printed = value, .confidence = 1, .source = SOURCE_PERSON, .page = -1};
}

static void set_fields(struct made_paper *paper, uint64_t *state, uint32_t kind, const char *unit,
                       uint32_t number, struct arena *arena)
{
    struct document *document = &paper->document;
    int month = 1 + (int)made_random(state, 12), day = 1 + (int)made_random(state, 28);
    paper->year = made_random(state, 12) == 0 ? 0 : 1970 + (int)made_random(state, 55);
    set_field(document, FIELD_TYPE, kinds[kind].type);
    set_field(document, FIELD_TITLE, kinds[kind].title);
    set_field(document, FIELD_PROCEDURE, kinds[kind].procedure);
    set_field(document, FIELD_NUMBER, arena_printf(arena, "%u/%s", 10 + number, kinds[kind].sign));
    if (paper->year)
        set_field(document, FIELD_DATE,
                  arena_printf(arena, "%04d-%02d-%02d", paper->year, month, day));
    set_field(document, FIELD_AGENCY, arena_printf(arena, "Ủy ban nhân dân %s", unit));
    set_field(document, FIELD_UNIT, unit);
    set_field(document, FIELD_OWNER, made_name(arena, state));
    set_field(document, FIELD_OWNER_ID,
              made_digits(arena, state, paper->year && paper->year < 2016 ? 9 : 12));
    set_field(document, FIELD_BIRTH_DATE,
              arena_printf(arena, "%04u-%02d-%02d", 1930 + made_random(state, 70), month, day));
}

static const char *field(const struct made_paper *paper, enum field_id id)
{
    const char *value = paper->document.fields[id].value;
    return value ? value : "";
}

void made_paper(uint32_t seed, uint32_t number, enum made_noise noise, struct arena *arena,
                struct made_paper *out)
{
    static const char *const names[] = {"0001-1", "0001-2"};
    uint64_t state = ((uint64_t)seed << 32) + number;
    uint32_t kind = made_random(&state, COUNT(kinds));
    const char *unit = PICK(&state, units);
    *out = (struct made_paper){.noise = noise};
    document_init(&out->document, arena_printf(arena, "made-%u-%u", seed, number), names[0]);
    out->document.version = 1;
    out->document.batch = arena_printf(arena, "made-%u-%u", seed, number);
    set_fields(out, &state, kind, unit, number, arena);
    out->phrase = made_phrase(arena, &state, number);
    out->mother = made_name(arena, &state);
    out->mother_id = made_digits(arena, &state, 12);

    struct buffer first = {0}, second = {0};
    buffer_printf(&first, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nỦY BAN NHÂN DÂN %s\nSố: %s\n%s\n",
                  unit, field(out, FIELD_NUMBER), kinds[kind].title);
    buffer_printf(&first, "Họ và tên: %s, số định danh %s\n", field(out, FIELD_OWNER),
                  field(out, FIELD_OWNER_ID));
    filler(&first, &state, 60);
    buffer_printf(&second, "Họ tên mẹ: %s, CCCD %.3s.%.3s.%s\n%s.\n", out->mother, out->mother_id,
                  out->mother_id + 3, out->mother_id + 6, kinds[kind].body);
    filler(&second, &state, 40);
    buffer_printf(&second, "Ghi chú: %s\n", out->phrase);
    filler(&second, &state, 80);

    size_t pages = 1 + made_random(&state, 2);
    out->clean = arena_printf(arena, "%s%s", (char *)first.data, (char *)second.data);
    out->text[0] = made_misread(pages == 2 ? (char *)first.data : out->clean, noise, &state, arena);
    out->text[1] = pages == 2 ? made_misread((char *)second.data, noise, &state, arena) : NULL;
    out->document.pages = arena_array(arena, pages, sizeof *out->document.pages);
    for (size_t i = 0; i < pages; i++)
        out->document.pages[i] = (struct document_page){
            .name = names[i], .file = arena_printf(arena, "%s.scan.tif", names[i])};
    out->document.page_count = pages;
    buffer_clear(&first);
    buffer_clear(&second);
}

#include "bench/finding/paper.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const struct {
    const char *procedure, *type, *title, *sign, *body;
} kinds[] = {
    {"1.001193", "khai_sinh", "GIẤY KHAI SINH", "GKS",
     "Nơi sinh được ghi theo giấy chứng sinh do cơ sở y tế cấp, quê quán ghi theo lời khai"},
    {"1.000894", "ket_hon", "GIẤY CHỨNG NHẬN KẾT HÔN", "GCNKH",
     "Hai bên nam nữ tự nguyện kết hôn và cam kết chịu trách nhiệm trước pháp luật"},
    {"1.000656", "khai_tu", "TRÍCH LỤC KHAI TỬ", "TLKT",
     "Người có tên trên đã chết, nguyên nhân và giấy báo tử kèm theo hồ sơ lưu"},
    {"1.004746", "ket_hon", "ĐĂNG KÝ LẠI KẾT HÔN", "GCNKH",
     "Sổ hộ tịch và bản chính giấy tờ hộ tịch đều bị mất nên được đăng ký lại"},
    {"1.004884", "khai_sinh", "ĐĂNG KÝ LẠI KHAI SINH", "GKS",
     "Việc khai sinh trước đây đã được đăng ký nhưng sổ và bản chính đều không còn"},
    {"1.004859", "cai_chinh", "QUYẾT ĐỊNH VỀ VIỆC CẢI CHÍNH HỘ TỊCH", "QĐ-UBND",
     "Cho phép cải chính nội dung đã đăng ký, công chức tư pháp hộ tịch ghi vào sổ"},
    {"1.004873", "tthn", "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "XNTTHN",
     "Trong thời gian cư trú tại địa phương chưa đăng ký kết hôn với ai"},
    {"1.000593", "cong_nhan", "QUYẾT ĐỊNH CÔNG NHẬN VIỆC NHẬN CHA MẸ CON", "QĐ-UBND",
     "Công nhận người yêu cầu là cha của trẻ có tên sau đây theo hồ sơ đã thẩm tra"},
    {"1.001022", "giam_ho", "TRÍCH LỤC ĐĂNG KÝ GIÁM HỘ", "TLGH",
     "Người giám hộ có quyền và nghĩa vụ theo quy định của Bộ luật Dân sự"},
    {"2.000815", "chung_thuc", "CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH", "SCT/BS",
     "Chứng thực bản sao đúng với bản chính, người thực hiện đã đối chiếu"},
    {"2.001023", "ho_ngheo", "QUYẾT ĐỊNH CÔNG NHẬN HỘ NGHÈO", "QĐ-UBND",
     "Danh sách hộ nghèo, hộ cận nghèo qua rà soát hằng năm được niêm yết công khai"},
    {"1.001776", "tro_cap", "QUYẾT ĐỊNH VỀ VIỆC TRỢ CẤP XÃ HỘI HẰNG THÁNG", "QĐ-UBND",
     "Hưởng trợ cấp kể từ tháng liền kề, mức hưởng bằng hệ số nhân mức chuẩn"},
    {"1.001731", "mai_tang", "QUYẾT ĐỊNH HỖ TRỢ CHI PHÍ MAI TÁNG", "QĐ-UBND",
     "Hỗ trợ một lần chi phí mai táng cho gia đình đối tượng bảo trợ xã hội"},
    {"1.003554", "dat_dai", "BIÊN BẢN HÒA GIẢI TRANH CHẤP ĐẤT ĐAI", "BB-HG",
     "Các bên trình bày ranh giới thửa đất và thống nhất phương án hòa giải"},
    {"1.002407", "xay_dung", "GIẤY PHÉP XÂY DỰNG NHÀ Ở RIÊNG LẺ", "GPXD",
     "Cao độ nền, chỉ giới xây dựng và mật độ theo bản vẽ thiết kế đã được duyệt"},
    {"1.001612", "ho_kinh_doanh", "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", "GCNHKD",
     "Ngành nghề kinh doanh, vốn và địa điểm theo giấy đề nghị đăng ký"},
    {"1.004222", "cu_tru", "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ", "XNCT",
     "Thông tin cư trú được khai thác từ cơ sở dữ liệu về cư trú tại thời điểm cấp"},
    {"2.000286", "bao_tro", "QUYẾT ĐỊNH TIẾP NHẬN VÀO CƠ SỞ BẢO TRỢ", "QĐ-UBND",
     "Tiếp nhận đối tượng có hoàn cảnh đặc biệt khó khăn vào chăm sóc, nuôi dưỡng"},
};

static const char *name_of(const struct lexicon *lexicon, uint64_t *state, struct arena *arena)
{
    const char *family = lexicon_name(lexicon, state, NAME_FAMILY);
    const char *middle = lexicon_name(lexicon, state, NAME_MIDDLE);
    const char *given = lexicon_name(lexicon, state, NAME_GIVEN);
    if (chance(state, 3) == 0)
        return arena_printf(arena, "%s %s %s %s", family, middle,
                            lexicon_name(lexicon, state, NAME_GIVEN), given);
    return arena_printf(arena, "%s %s %s", family, middle, given);
}

static const char *one_letter_wrong(const char *name, uint64_t *state, struct arena *arena)
{
    char *wrong = arena_strdup(arena, name);
    for (int tries = 0; tries < 20; tries++) {
        size_t at = chance(state, (uint32_t)strlen(wrong));
        if (!islower((unsigned char)wrong[at]))
            continue;
        wrong[at] = (char)('a' + chance(state, 26));
        break;
    }
    return wrong;
}

static const char *keyed(const char *name, uint64_t *state, struct arena *arena)
{
    uint32_t dice = chance(state, 100);
    if (dice < 85)
        return name;
    if (dice < 90)
        return text_title(arena, text_fold(arena, name));
    if (dice < 97) {
        char *upper = arena_alloc(arena, 4 * strlen(name) + 1), *to = upper;
        for (uint32_t code; (code = text_next(&name)) != 0;)
            to += text_put(text_upper_letter(code), to);
        return upper;
    }
    return one_letter_wrong(name, state, arena);
}

static struct paper_person person_of(const struct lexicon *lexicon, uint64_t seed, uint32_t key,
                                     int year, struct arena *arena)
{
    uint64_t state = seed * 1000003u + key;
    struct paper_person person = {.name = name_of(lexicon, &state, arena)};
    person.keyed = keyed(person.name, &state, arena);
    int born = 1930 + (int)chance(&state, 60), month = 1 + (int)chance(&state, 12),
        day = 1 + (int)chance(&state, 28);
    person.birth = arena_printf(arena, "%04d-%02d-%02d", born, month, day);
    uint32_t high = chance(&state, 1000000), low = chance(&state, 1000000);
    person.digits = year < 2016
                        ? arena_printf(arena, "%03u%06u", high % 400, low)
                        : arena_printf(arena, "%03u%03u%06u", 1 + high % 96, born % 100 + 100, low);
    return person;
}

static void set(struct document *document, enum field_id id, const char *value)
{
    document->fields[id] = (struct field){
        .value = value, .printed = value, .confidence = 1, .source = SOURCE_PERSON, .page = -1};
}

static const char *day_of(const char *iso, struct arena *arena)
{
    return arena_printf(arena, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
}

static const char *stretch(const struct lexicon *lexicon, uint64_t *state, size_t syllables,
                           struct arena *arena)
{
    struct buffer text = {0};
    lexicon_walk(lexicon, state, syllables, &text);
    const char *words = arena_strndup(arena, (const char *)text.data, text.size - 1);
    buffer_clear(&text);
    return words;
}

static void set_fields(struct paper *paper, size_t kind, const char *unit, const char *number,
                       const char *date, struct arena *arena)
{
    struct document *document = &paper->document;
    set(document, FIELD_TYPE, kinds[kind].type);
    set(document, FIELD_TITLE, text_title(arena, text_lower(arena, kinds[kind].title)));
    set(document, FIELD_PROCEDURE, kinds[kind].procedure);
    set(document, FIELD_NUMBER, number);
    set(document, FIELD_DATE, date);
    set(document, FIELD_AGENCY, arena_printf(arena, "Ủy ban nhân dân %s", unit));
    set(document, FIELD_UNIT, unit);
    set(document, FIELD_OWNER, paper->persons[0].keyed);
    set(document, FIELD_OWNER_ID, paper->persons[0].digits);
    set(document, FIELD_BIRTH_DATE, paper->persons[0].birth);
    document->owner_count = paper->person_count - 1;
    document->owners = arena_array(arena, 3, sizeof *document->owners);
    for (size_t i = 1; i < paper->person_count; i++)
        document->owners[i - 1] = (struct document_owner){.name = paper->persons[i].keyed,
                                                          .id = paper->persons[i].digits,
                                                          .birth_date = paper->persons[i].birth,
                                                          .confidence = 1,
                                                          .page = 0};
}

static void write_form(const struct lexicon *lexicon, uint64_t *state, size_t kind,
                       const char *unit, const char *number, const char *date, struct paper *paper,
                       struct buffer *out, struct arena *arena)
{
    static const char *const roles[] = {"Họ và tên", "Họ tên cha", "Họ tên mẹ"};
    buffer_printf(out,
                  "ỦY BAN NHÂN DÂN\n%s\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - "
                  "Hạnh phúc\nSố: %s\nNgày %.2s tháng %.2s năm %.4s\n%s\n",
                  unit, number, date + 8, date + 5, date, kinds[kind].title);
    for (size_t i = 0; i < paper->person_count && i < sizeof roles / sizeof *roles; i++)
        buffer_printf(out, "%s: %s, sinh ngày %s, %s số %s, thường trú tại thôn %u %s\n", roles[i],
                      paper->persons[i].name, day_of(paper->persons[i].birth, arena),
                      paper->year < 2016 ? "CMND" : "CCCD", paper->persons[i].digits,
                      1 + chance(state, 20), lexicon_unit(lexicon, state));
    paper->free[0] = stretch(lexicon, state, 40 + chance(state, 60), arena);
    paper->free[1] = stretch(lexicon, state, 30 + chance(state, 60), arena);
    buffer_printf(out, "%s.\nNội dung: %s.\nGhi chú: %s.\nNơi nhận: như trên; lưu văn thư.\n",
                  kinds[kind].body, paper->free[0], paper->free[1]);
}

void paper_make(const struct lexicon *lexicon, uint64_t seed, uint32_t number, bool read,
                struct arena *arena, struct paper *out, struct noise_counts *counts)
{
    static const char page_name[] = "0001-1";
    uint64_t state = (seed << 33) + number;
    bool again = number % 100 == 50, before = number % 100 == 49;
    size_t kind = chance(&state, COUNT(kinds));
    *out = (struct paper){.number = number, .hard = number % 500 == 7};
    out->noise = chance(&state, 100) < 60 || out->hard ? NOISE_LATIN : NOISE_VN;
    out->year = again    ? 2016 + (int)chance(&state, 9)
                : before ? 1980 + (int)chance(&state, 36)
                         : 1976 + (int)chance(&state, 49);
    out->year = out->hard ? 1976 + (int)chance(&state, 19) : out->year;
    const char *date = arena_printf(arena, "%04d-%02u-%02u", out->year, 1 + chance(&state, 12),
                                    1 + chance(&state, 28));
    const char *unit = lexicon_unit(lexicon, &state);
    const char *sign = kinds[kind].sign;
    uint32_t row = 1 + chance(&state, 9999);
    const char *printed = chance(&state, 2) ? arena_printf(arena, "%u/%d/%s", row, out->year, sign)
                                            : arena_printf(arena, "%u/%s", row, sign);
    out->person_count = 1 + chance(&state, 3);
    for (size_t i = 0; i < out->person_count; i++)
        out->persons[i] =
            person_of(lexicon, seed, (i == 0 && again ? number - 1 : number) * 3 + (uint32_t)i,
                      out->year, arena);
    document_init(&out->document, "bench", page_name);
    snprintf(out->document.id, sizeof out->document.id, "p%08u", number);
    out->document.version = 1;
    out->document.batch = "bench";
    set_fields(out, kind, unit, printed, date, arena);
    struct buffer text = {0};
    if (out->hard) {
        out->free[0] = out->free[1] = stretch(lexicon, &state, 280, arena);
        buffer_text(&text, out->free[0]);
    } else {
        write_form(lexicon, &state, kind, unit, printed, date, out, &text, arena);
    }
    out->clean = arena_strndup(arena, (const char *)text.data, text.size);
    text.size = 0;
    uint32_t percent = out->hard ? 100 : out->year < 1996 ? 150 : out->year < 2006 ? 120 : 100;
    if (read)
        noise_add(out->clean, out->noise, percent, &state, &text, percent == 100 ? counts : NULL);
    out->text = read ? arena_strndup(arena, (const char *)text.data, text.size) : NULL;
    buffer_clear(&text);
    out->document.pages = arena_alloc(arena, sizeof *out->document.pages);
    out->document.pages[0] = (struct document_page){.name = page_name, .file = "0001-1.scan.tif"};
    out->document.page_count = 1;
}

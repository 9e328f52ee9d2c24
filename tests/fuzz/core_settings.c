/* Any bytes as a settings file: values within their limits, or one sentence with file and line. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/message.h"
#include "core/settings.h"
#include "core/text.h"
#include "tests/fuzz/driver/fuzz.h"

const unsigned fuzz_rounds = 8000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED("\xEF\xBB\xBF# ghi chú\r\n[ocr]\r\nmodel = Tiếng Việt\r\ntries = 3\n"),
    FUZZ_SEED("[ocr]\npath = models/x\nshare = 0.5\ndeskew = không\npolicy=none\n; end"),
    FUZZ_SEED("[orc]\nmodl = x\n[ocr\n= x\n[]\ntries = 99999999999\n"),
    FUZZ_SEED("[ocr]\nshare = -1e308\ndeskew = \ntries=0x7\npolicy = doubtful|all\n"),
    FUZZ_SEEDS_END,
};

struct ocr {
    const char *model, *path;
    int tries, policy;
    double share;
    bool deskew;
};

static const struct setting_row rows[] = {
    {"model", SETTING_TEXT, offsetof(struct ocr, model), "Vietnamese", 0, 0, NULL, ""},
    {"path", SETTING_PATH, offsetof(struct ocr, path), "", 0, 0, NULL, ""},
    {"tries", SETTING_INT, offsetof(struct ocr, tries), "3", 1, 10, NULL, ""},
    {"share", SETTING_REAL, offsetof(struct ocr, share), "0.25", 0, 1, NULL, ""},
    {"deskew", SETTING_BOOL, offsetof(struct ocr, deskew), "yes", 0, 0, NULL, ""},
    {"policy", SETTING_CHOICE, offsetof(struct ocr, policy), "all", 0, 0, "doubtful|all|none", ""},
    SETTING_ROWS_END,
};

static int file = -1;
static char path[64];

static void store(const uint8_t *bytes, size_t size)
{
    if (file < 0) {
        file = memfd_create("settings", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
        message_use("en");
    }
    fuzz_check(file >= 0 && ftruncate(file, 0) == 0 &&
                   pwrite(file, bytes, size, 0) == (ssize_t)size,
               "the test has memory");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct settings *settings = settings_new();
    struct error error = {""};
    struct ocr ocr;
    enum status status;
    char assignment[256];

    store(bytes, size);
    settings_add(settings, "ocr", rows, &ocr);
    status = settings_read(settings, path, &error);
    if (status != STATUS_OK) {
        fuzz_check(status == STATUS_REJECT, "a fault in the file is a matter for a person");
        fuzz_check(strncmp(error.text, path, strlen(path)) == 0, "the sentence names the file");
        fuzz_check(text_valid(error.text, strlen(error.text)), "the sentence is UTF-8");
        fuzz_check(strpbrk(error.text, "\r\n") == NULL, "the sentence is one line");
    }
    snprintf(assignment, sizeof assignment, "%.*s", (int)(size < 255 ? size : 255),
             (const char *)bytes);
    (void)settings_set(settings, assignment, &error);
    fuzz_check(ocr.model != NULL && text_valid(ocr.model, strlen(ocr.model)), "text is UTF-8");
    fuzz_check(ocr.path != NULL, "a path is never NULL");
    fuzz_check(ocr.tries >= 1 && ocr.tries <= 10, "a whole number keeps its limits");
    fuzz_check(ocr.share >= 0 && ocr.share <= 1, "a number keeps its limits");
    fuzz_check(ocr.policy >= 0 && ocr.policy <= 2, "a choice is one of them");
    settings_free(settings);
    return 0;
}

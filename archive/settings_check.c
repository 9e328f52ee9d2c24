/* Settings that name what is not there or is something else, found before a run meets them. */
#include <string.h>
#include <strings.h>

#include "archive/archive.h"
#include "archive/sign/chain.h"
#include "archive/package/describe.h"
#include "archive/pdf/pdf.h"
#include "core/file.h"
#include "core/message.h"

struct looking {
    const struct archive_settings *settings;
    void (*finding)(void *context, const char *setting, const char *sentence);
    void *context;
    struct error error;
};

static void note(struct looking *looking, const char *setting, enum status status)
{
    if (status != STATUS_OK)
        looking->finding(looking->context, setting, looking->error.text);
}

static void look_at_roots(struct looking *looking, const char *setting, const char *path)
{
    X509_STORE *roots = NULL;
    enum status status = chain_roots(path, &roots, &looking->error);
    X509_STORE_free(roots);
    if (status != STATUS_OK)
        error_set(&looking->error, status,
                  _("%s is no PEM file of root certificates: correct archive.%s"), path, setting);
    note(looking, setting, status);
}

/* Each is opened as for a document that is never written. */
static void look_at_files(struct looking *looking, const char *folder)
{
    struct pdf pdf;
    struct pdf_font *font = NULL;
    struct pdf_seal seal;
    struct arena *arena = arena_new();
    const struct archive_settings *settings = looking->settings;
    enum status status =
        pdf_open(&pdf, settings->flavour, file_join(arena, folder, "doctor.pdf"), &looking->error);
    if (status != STATUS_OK) {
        note(looking, "spool", status);
        arena_free(arena);
        return;
    }
    note(looking, "font", pdf_font_open(&pdf, settings->font, &font, &looking->error));
    pdf_font_close(font);
    note(looking, "icc", pdf_output_intent(&pdf, settings->icc, arena, &looking->error));
    if (settings->seal_image && *settings->seal_image)
        note(looking, "seal_image",
             pdf_seal_open(&pdf, settings->seal_image, &seal, &looking->error));
    pdf_close(&pdf);
    arena_free(arena);
}

static bool is_web(const char *url, size_t size)
{
    size_t head = strncasecmp(url, "https://", 8) == 0  ? 8
                  : strncasecmp(url, "http://", 7) == 0 ? 7
                                                        : 0;
    return head > 0 && size > head && url[head] != '/' && url[head] != ':';
}

static void look_at_authorities(struct looking *looking)
{
    for (const char *at = looking->settings->tsa ? looking->settings->tsa : ""; *at;) {
        size_t length = strcspn(at, " ,\t\n");
        if (length > 0 && !is_web(at, length)) {
            error_set(&looking->error, STATUS_FATAL,
                      _("%.*s is no address that begins with http:// or https://: correct "
                        "archive.tsa"),
                      (int)(length < 200 ? length : 200), at);
            note(looking, "tsa", STATUS_FATAL);
        }
        at += length + strspn(at + length, " ,\t\n");
    }
}

void archive_check_settings(const struct archive_settings *settings, const char *folder,
                            void (*finding)(void *context, const char *setting,
                                            const char *sentence),
                            void *context)
{
    struct looking looking = {.settings = settings, .finding = finding, .context = context};
    look_at_roots(&looking, "trust", settings->trust);
    look_at_roots(&looking, "trust_government", settings->trust_government);
    look_at_roots(&looking, "trust_public", settings->trust_public);
    look_at_files(&looking, folder);
    look_at_authorities(&looking);
    note(&looking, "fonds", describe_fonds(settings->fonds, &looking.error));
}

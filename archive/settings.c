/* The rows that describe struct archive_settings. */
#include <stddef.h>
#include <string.h>

#include "archive/archive.h"
#include "core/message.h"

#define ROW(member) offsetof(struct archive_settings, member)

const struct setting_row archive_setting_rows[] = {
    {"custodian", SETTING_TEXT, ROW(custodian), "", 0, 0, NULL,
     N_("full name of the agency that makes the copy, as it stands in the visible block")},
    {"fonds", SETTING_TEXT, ROW(fonds), ARCHIVE_NO_FONDS, 0, 0, NULL,
     N_("code of the fonds (TT 05/2025), part of each package's identifier; 000: none given yet")},
    {"catalog", SETTING_TEXT, ROW(catalog), "", 0, 0, NULL,
     N_("number of the catalogue of files (mục lục) within the fonds")},
    {"retention", SETTING_CHOICE, ROW(retention), "07", 0, 0, ARCHIVE_RETENTIONS,
     N_("how long documents are kept: 01 for ever, 02 70 years, 03 50, 04 30, 05 20, 06 10, 07 "
        "other")},
    {"access", SETTING_CHOICE, ROW(access), "3", 0, 0, ARCHIVE_ACCESSES,
     N_("sensitivity: 1 public, 2 internal, 3 restricted (personal data), 4 confidential")},
    {"copy_form", SETTING_TEXT, ROW(copy_form), "SAO Y", 0, 0, NULL,
     N_("form of the copy: SAO Y, SAO LỤC or TRÍCH SAO")},
    {"sign", SETTING_BOOL, ROW(sign), "yes", 0, 0, NULL, N_("sign documents when they are packed")},
    {"key", SETTING_TEXT, ROW(key), "", 0, 0, NULL,
     N_("signing key: file:/path/key.p12, file:/path/key.pem or pkcs11:token=...;object=...")},
    {"certificate", SETTING_PATH, ROW(certificate), "", 0, 0, NULL,
     N_("PEM file: the signer's certificate first, its chain after; empty when it is in the .p12")},
    {"trust_government", SETTING_PATH, ROW(trust_government), "", 0, 0, NULL,
     N_("PEM file of the government's own roots for officials (công vụ); reports say so of no "
        "others")},
    {"trust_public", SETTING_PATH, ROW(trust_public), "", 0, 0, NULL,
     N_("PEM file of the public authorities' roots")},
    {"trust", SETTING_PATH, ROW(trust), "", 0, 0, NULL,
     N_("PEM file of other roots this agency trusts when signatures are verified; reports give "
        "them no legal name")},
    {"pkcs11_module", SETTING_PATH, ROW(pkcs11_module), "", 0, 0, NULL,
     N_("library of the token (PKCS#11)")},
    {"pin_command", SETTING_TEXT, ROW(pin_command), "", 0, 0, NULL,
     N_("command whose first line of output is the PIN; empty: ask on the terminal")},
    {"pin_command_s", SETTING_REAL, ROW(pin_command_s), "60", 0.1, 3600, NULL,
     N_("seconds within which such a command must give its line; then it is ended")},
    {"officer_key", SETTING_TEXT, ROW(officer_key), "", 0, 0, NULL,
     N_("key of the officer who signs before the agency, as archive.key; empty: the agency alone "
        "signs")},
    {"officer_certificate", SETTING_PATH, ROW(officer_certificate), "", 0, 0, NULL,
     N_("PEM file: the officer's certificate first, its chain after")},
    {"officer_pin_command", SETTING_TEXT, ROW(officer_pin_command), "", 0, 0, NULL,
     N_("command whose first line of output is the officer's PIN")},
    {"seal_image", SETTING_PATH, ROW(seal_image), "", 0, 0, NULL,
     N_("PNG file of the red seal, shown in the visible block; empty: text only (NĐ 30/2020)")},
    {"seal_width_mm", SETTING_REAL, ROW(seal_width_mm), "36", 5, 60, NULL,
     N_("width of the seal in mm, as large as the real one")},
    {"pin_timeout_s", SETTING_REAL, ROW(pin_timeout_s), "28800", 0, 86400, NULL,
     N_("seconds after which a run forgets the PIN it was given; 0: at its end")},
    {"digest", SETTING_CHOICE, ROW(digest), "sha256", 0, 0, "sha256|sha384|sha512",
     N_("digest of signatures")},
    {"signature_scheme", SETTING_CHOICE, ROW(signature_scheme), "pkcs1", 0, 0, "pkcs1|pss",
     N_("how an RSA key signs: pkcs1 (PKCS#1 v1.5, read by every program) or pss")},
    {"level", SETTING_CHOICE, ROW(level), "B-LTA", 0, 0, "B-B|B-T|B-LT|B-LTA",
     N_("PAdES level that signatures are brought to, once archive.tsa is set")},
    {"tsa", SETTING_TEXT, ROW(tsa), "", 0, 0, NULL,
     N_("URLs of time-stamp authorities, separated by blanks; empty: signatures stay B-B")},
    {"tsa_timeout_s", SETTING_REAL, ROW(tsa_timeout_s), "8", 0.1, 600, NULL,
     N_("seconds to wait for an authority's answer at first; each further try waits twice as "
        "long")},
    {"tsa_patience_s", SETTING_REAL, ROW(tsa_patience_s), "180", 0.1, 3600, NULL,
     N_("seconds to wait for a time-stamp at most: evidence records, anchors and documents that "
        "wait "
        "for a while")},
    {"flavour", SETTING_CHOICE, ROW(flavour), "2u", 0, 0, "2u|3u",
     N_("kind of PDF/A: 2u, or 3u with the ALTO text of each page attached")},
    {"volume_mb", SETTING_INT, ROW(volume_mb), "1500", 1, 1700, NULL,
     N_("MB at which a PDF ends and the document goes on in another volume")},
    {"font", SETTING_PATH, ROW(font), "", 0, 0, NULL,
     N_("TrueType file for the visible block; empty: Liberation Serif")},
    {"icc", SETTING_PATH, ROW(icc), "", 0, 0, NULL,
     N_("ICC profile of the output intent (sRGB); empty: the packaged one")},
    {"jpeg_quality", SETTING_INT, ROW(jpeg_quality), "85", 50, 100, NULL,
     N_("JPEG quality of page images that are not JPEG already")},
    {"page_profile", SETTING_CHOICE, ROW(page_profile), "faithful", 0, 0, "faithful|layered",
     N_("page images in the PDF: faithful, or layered (much smaller; guarded; masters stay)")},
    {"jpeg_transcode", SETTING_BOOL, ROW(jpeg_transcode), "no", 0, 0, NULL,
     N_("re-code JPEG masters without loss as progressive JPEG (an eighth smaller, more work)")},
    {"raster_coding", SETTING_CHOICE, ROW(raster_coding), "jpeg", 0, 0, "jpeg|flate",
     N_("faithful images of masters that are not JPEG: jpeg, or flate (no loss, very large)")},
    {"mask_coding", SETTING_CHOICE, ROW(mask_coding), "jbig2", 0, 0, "jbig2|g4",
     N_("masks of layered pages: jbig2 (generic region, no loss) or g4 (larger)")},
    {"layer_quality", SETTING_INT, ROW(layer_quality), "50", 30, 95, NULL,
     N_("JPEG quality of a layered page's background and ink colours")},
    {"reread", SETTING_CHOICE, ROW(reread), "always", 0, 0, "risk|always|never",
     N_("read layered pages again and compare the words: always, at risk and below 250 dpi (risk), "
        "never")},
    {"budget_color_kb", SETTING_INT, ROW(budget_color_kb), "120", 0, 100000, NULL,
     N_("kB a colour page may have before the report marks it; 0: any")},
    {"budget_gray_kb", SETTING_INT, ROW(budget_gray_kb), "100", 0, 100000, NULL,
     N_("kB a grey page may have before the report marks it; 0: any")},
    {"budget_bilevel_kb", SETTING_INT, ROW(budget_bilevel_kb), "80", 0, 100000, NULL,
     N_("kB a bilevel page may have before the report marks it; 0: any")},
    SETTING_ROWS_END,
};

const char *archive_flavour_name(enum archive_flavour flavour)
{
    static const char *const names[] = {"2u", "3u", "1b"};
    return names[flavour];
}

void archive_place(const struct archive_settings *settings, struct document *document)
{
    static const char *const retentions[] = {"01", "02", "03", "04", "05", "06", "07"};
    static const char *const accesses[] = {"1", "2", "3", "4"};
    const struct {
        const char **own, *setting;
    } places[] = {{&document->custodian, settings->custodian},
                  {&document->fonds, settings->fonds},
                  {&document->catalog, settings->catalog},
                  {&document->retention, retentions[settings->retention]},
                  {&document->access, accesses[settings->access]}};
    if (document->fonds && strcmp(document->fonds, ARCHIVE_NO_FONDS) == 0)
        document->fonds = NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (*places[i].own == NULL || **places[i].own == '\0')
            *places[i].own = places[i].setting;
}

const char *archive_level_name(enum archive_level level)
{
    static const char *const names[] = {"B-B", "B-T", "B-LT", "B-LTA"};
    return names[level];
}

struct archive_trust archive_trust_of(const struct archive_settings *settings)
{
    return (struct archive_trust){.state = settings->trust_government,
                                  .open = settings->trust_public,
                                  .own = settings->trust,
                                  .evidence = settings->evidence};
}

const char *archive_roots(const struct archive_settings *settings)
{
    const char *all = settings->roots ? settings->roots : settings->trust;
    return all ? all : "";
}

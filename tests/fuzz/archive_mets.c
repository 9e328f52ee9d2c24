/* Any bytes as the METS.xml of a package that came in: no crash, no entity replaced, no file opened
 * but it; what is read is text, bounded, and has an identifier. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/package/mets_read.h"
#include "core/text.h"
#include "tests/fuzz/driver/fuzz.h"

#define HEAD                                                                                       \
    "<mets xmlns=\"http://www.loc.gov/METS/\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "       \
    "xmlns:csip=\"https://DILCIS.eu/XML/METS/CSIPExtensionMETS\" "
#define SECRET "a-file-that-nobody-asked-for"
const unsigned fuzz_rounds = 20000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" HEAD
              "OBJID=\"urn:000:uuid:46C8588A\" LABEL=\"Quyết định &amp; &lt;x&gt;\">"
              "<metsHdr csip:OAISPACKAGETYPE=\"AIP\"/><fileSec><fileGrp>"
              "<file ID=\"f1\" SIZE=\"12\" CHECKSUM=\"00ff\" CHECKSUMTYPE=\"SHA-256\">"
              "<FLocat LOCTYPE=\"URL\" xlink:href=\"./data/t%E1%BB%9D%20khai.pdf\"/></file>"
              "</fileGrp></fileSec></mets>"),
    FUZZ_SEED(HEAD
              "OBJID=\"a\"><dmdSec><mdRef xlink:href=\"%2e%2e/%00/%zz%4\" SIZE=\"-1\"/>"
              "<mdRef SIZE=\"99999999999999999999\" xlink:href=\"/etc/passwd\"/></dmdSec></mets>"),
    FUZZ_SEED("<!DOCTYPE mets [<!ENTITY a SYSTEM \"file:///etc/hostname\"><!ENTITY b \"" SECRET
              "\"><!ENTITY c \"&b;&b;&b;&b;\">]>" HEAD "OBJID=\"&c;&a;\"/>"),
    FUZZ_SEED(HEAD "OBJID=\"&#x110;&#0;&#xFFFFFF;\"><a><a><a><a></a></a></a></a></mets>"),
    FUZZ_SEED("\xFF\xFE<\0m\0e\0t\0s\0/\0>\0"),
    FUZZ_SEED("<mets xmlns=\"http://www.loc.gov/METS/\" OBJID=\"a\"><xi:include "
              "xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\"/></mets>"),
    FUZZ_SEEDS_END,
};

static void is_text(const char *text)
{
    fuzz_check(text == NULL || text_valid(text, strlen(text)), "what XML gives is text");
    fuzz_check(text == NULL || strstr(text, SECRET) == NULL, "no entity is replaced");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct mets mets;
    struct error error = {""};
    char path[40];
    int file = memfd_create("mets", MFD_CLOEXEC);
    fuzz_check(file >= 0 && write(file, bytes, size) == (ssize_t)size, "the input is a file");
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    enum status status = mets_read(path, arena, &mets, &error);
    fuzz_check(status == STATUS_OK || status == STATUS_REJECT, "it is read or refused");
    fuzz_check((status == STATUS_OK) == (error.text[0] == '\0'), "a refusal has its sentence");
    if (status == STATUS_OK) {
        fuzz_check(mets.objid != NULL, "a METS has an identifier");
        is_text(mets.objid);
        is_text(mets.label);
        is_text(mets.type);
        fuzz_check(mets.count <= size / 4, "no more entries than the bytes hold");
        for (size_t i = 0; i < mets.count; i++) {
            fuzz_check(mets.entries[i].path != NULL, "an entry has a path");
            fuzz_check(mets.entries[i].bytes >= -1, "a size is told or not");
            is_text(mets.entries[i].checksum);
            is_text(mets.entries[i].checksum_type);
        }
    }
    close(file);
    arena_free(arena);
    return 0;
}

/*
 * Signs the same PDF again and again with one opened key: sign KEY CERTIFICATE PIN SCHEME COUNT
 * FOLDER. SCHEME 0 PKCS#1, 1 PSS; the token's library from the environment's MODULE. Prints CPU and
 * wall seconds of the opening, and of all signatures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "archive/archive.h"
#include "core/file.h"
#include "tests/sample_pdf.h"

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct watch {
    double cpu, wall;
};

static struct watch look(void)
{
    return (struct watch){seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC)};
}

int main(int count, char **words)
{
    struct error error = {""};
    struct signer *signer = NULL;
    struct arena *arena = arena_new();
    if (count != 7)
        return 2;
    struct archive_settings settings = {.key = words[1],
                                        .certificate = words[2],
                                        .pin_command = "",
                                        .pkcs11_module = getenv("MODULE"),
                                        .signature_scheme = (int)strtol(words[4], NULL, 10)};
    long times = strtol(words[5], NULL, 10);
    const char *from = file_join(arena, words[6], "plain.pdf");
    const char *to = file_join(arena, words[6], "signed.pdf");
    char now[26], moment[40];
    file_now(now);
    snprintf(moment, sizeof moment, "D:%.4s%.2s%.2s%.2s%.2s%.2s+07'00'", now, now + 5, now + 8,
             now + 11, now + 14, now + 17);
    struct watch start = look();
    enum status status = signer_open(&settings, words[3], &signer, &error);
    struct watch opened = look();
    if (status == STATUS_OK && sample_pdf(from, moment, 20000, 16384) != 0)
        status = error_set(&error, STATUS_RETRY, "no sample");
    if (status == STATUS_OK) /* the first loads what the others find loaded */
        status = archive_sign(signer, from, to, &error);
    struct watch before = look();
    for (long i = 0; i < times && status == STATUS_OK; i++)
        status = archive_sign(signer, from, to, &error);
    struct watch after = look();
    signer_close(signer);
    arena_free(arena);
    if (status != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    printf("%.6f %.6f %.6f %.6f\n", opened.cpu - start.cpu, opened.wall - start.wall,
           after.cpu - before.cpu, after.wall - before.wall);
    return 0;
}

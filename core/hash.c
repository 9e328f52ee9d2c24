#include "core/hash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "core/arena.h"
#include "core/file_private.h"
#include "core/message.h"

#define READ_SIZE ((size_t)1024 * 1024)

struct hash {
    EVP_MD_CTX *context;
};

/* SHA-256 cannot fail but for want of memory or a broken OpenSSL; a wrong digest in an archive
 * would be worse than no program. */
static _Noreturn void broken(const char *what)
{
    fprintf(stderr, _("sohoa: %s does not work on this computer; install OpenSSL again.\n"), what);
    exit(70);
}

struct hash *hash_new(void)
{
    return hash_new_kind(HASH_SHA256);
}

struct hash *hash_new_kind(enum hash_kind kind)
{
    struct hash *hash = memory_new(sizeof *hash);
    const EVP_MD *digest = kind == HASH_SHA512   ? EVP_sha512()
                           : kind == HASH_SHA384 ? EVP_sha384()
                                                 : EVP_sha256();

    hash->context = EVP_MD_CTX_new();
    if (hash->context == NULL || EVP_DigestInit_ex(hash->context, digest, NULL) != 1)
        broken("SHA-2");
    return hash;
}

size_t hash_kind_size(enum hash_kind kind)
{
    return kind == HASH_SHA512 ? 64 : kind == HASH_SHA384 ? 48 : HASH_SIZE;
}

void hash_add(struct hash *hash, const void *bytes, size_t size)
{
    if (EVP_DigestUpdate(hash->context, bytes, size) != 1)
        broken("SHA-256");
}

void hash_end(struct hash *hash, uint8_t *out)
{
    if (EVP_DigestFinal_ex(hash->context, out, NULL) != 1)
        broken("SHA-256");
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

void hash_hex(const uint8_t *bytes, size_t size, char *hex)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        *hex++ = digits[bytes[i] >> 4];
        *hex++ = digits[bytes[i] & 15];
    }
    *hex = '\0';
}

static void digest(const void *bytes, size_t size, uint8_t out[HASH_SIZE])
{
    struct hash *hash = hash_new();

    hash_add(hash, bytes, size);
    hash_end(hash, out);
}

void hash_bytes(const void *bytes, size_t size, char hex[HASH_HEX_SIZE])
{
    uint8_t out[HASH_SIZE];

    digest(bytes, size, out);
    hash_hex(out, sizeof out, hex);
}

void hash_keyed(const void *key, size_t key_size, const void *bytes, size_t size,
                char hex[HASH_HEX_SIZE])
{
    enum { BLOCK = 64 };
    uint8_t inner[BLOCK] = {0}, outer[BLOCK], out[HASH_SIZE];
    struct hash *hash;

    if (key_size > BLOCK)
        digest(key, key_size, inner);
    else if (key_size > 0)
        memcpy(inner, key, key_size);
    for (size_t i = 0; i < BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    hash = hash_new();
    hash_add(hash, inner, BLOCK);
    hash_add(hash, bytes, size);
    hash_end(hash, out);
    hash = hash_new();
    hash_add(hash, outer, BLOCK);
    hash_add(hash, out, sizeof out);
    hash_end(hash, out);
    hash_hex(out, sizeof out, hex);
}

enum status hash_file(const char *path, char hex[HASH_HEX_SIZE], struct error *error)
{
    enum status status = STATUS_OK;
    struct hash *hash = hash_new();
    uint8_t out[HASH_SIZE];
    char *bytes = memory_new(READ_SIZE);
    ssize_t got = 1;
    struct stat info;
    int fd = file_open_regular(path, &info, &status, error);

    hex[0] = '\0';
    while (fd >= 0 && got != 0) {
        got = read(fd, bytes, READ_SIZE);
        if (got < 0 && errno != EINTR)
            break;
        if (got > 0)
            hash_add(hash, bytes, (size_t)got);
    }
    if (got < 0)
        status = file_read_fault(error, path);
    if (fd >= 0)
        close(fd);
    hash_end(hash, out);
    if (status == STATUS_OK)
        hash_hex(out, sizeof out, hex);
    free(bytes);
    return status;
}

void hash_uuid(const char *subject, char uuid[37])
{
    static const int groups[] = {4, 2, 2, 2, 6};
    uint8_t out[HASH_SIZE];
    const uint8_t *from = out;

    digest(subject, strlen(subject), out);
    out[6] = (uint8_t)(0x80 | (out[6] & 0x0F)); /* version 8: made by a rule of our own */
    out[8] = (uint8_t)(0x80 | (out[8] & 0x3F)); /* variant 10 */
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (i > 0)
            *uuid++ = '-';
        hash_hex(from, (size_t)groups[i], uuid);
        from += groups[i];
        uuid += 2 * groups[i];
    }
}

void hash_random(void *bytes, size_t size)
{
    uint8_t *to = bytes;

    while (size > 0) {
        ssize_t got = getrandom(to, size, 0);
        if (got < 0 && errno != EINTR)
            broken("getrandom");
        if (got > 0) {
            to += got;
            size -= (size_t)got;
        }
    }
}

/* SHA-256, and SHA-384 and SHA-512 for signatures. Door: OpenSSL's EVP digests. */
#ifndef SOHOA_CORE_HASH_H
#define SOHOA_CORE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define HASH_SIZE 32
#define HASH_HEX_SIZE 65 /* 64 lower-case hex digits and the 0 */

struct hash; /* a running digest */

struct hash *hash_new(void); /* SHA-256 */
void hash_add(struct hash *hash, const void *bytes, size_t size);
void hash_end(struct hash *hash, uint8_t *out); /* as many bytes as it has; and frees it */

/* The others; 256, 384 or 512. */
enum hash_kind { HASH_SHA256, HASH_SHA384, HASH_SHA512 };
#define HASH_SIZE_MAX 64
struct hash *hash_new_kind(enum hash_kind kind);
size_t hash_kind_size(enum hash_kind kind);

void hash_bytes(const void *bytes, size_t size, char hex[HASH_HEX_SIZE]);
/* Streams the file (1 MiB at a time). REJECT when absent or no regular file (a FIFO would
 * never end), RETRY when it cannot be read. */
enum status hash_file(const char *path, char hex[HASH_HEX_SIZE], struct error *error);
void hash_hex(const uint8_t *bytes, size_t size, char *hex); /* hex: 2*size+1 bytes */

/* HMAC-SHA-256 (RFC 2104): the same for the same bytes, and nothing can be guessed from it without
 * the key. */
void hash_keyed(const void *key, size_t key_size, const void *bytes, size_t size,
                char hex[HASH_HEX_SIZE]);

/* A UUID (RFC 9562 version 8) that is the same for the same subject: SHA-256 of the text. What is
 * named by its subject is written again under the same name when a step is repeated. */
void hash_uuid(const char *subject, char uuid[37]);
/* Cryptographically random bytes. Cannot fail (ends the process with a sentence). */
void hash_random(void *bytes, size_t size);

#endif

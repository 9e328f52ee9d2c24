#include "archive/package/masters.h"

#include <string.h>

void masters_digest(const struct master *masters, size_t count, char hex[HASH_HEX_SIZE])
{
    uint8_t digest[HASH_SIZE];
    struct hash *hash = hash_new();
    for (size_t i = 0; i < count; i++) {
        hash_add(hash, masters[i].sha256, HASH_HEX_SIZE - 1);
        hash_add(hash, "  ", 2);
        hash_add(hash, masters[i].name, strlen(masters[i].name));
        hash_add(hash, "\n", 1);
    }
    hash_end(hash, digest);
    hash_hex(digest, sizeof digest, hex);
}

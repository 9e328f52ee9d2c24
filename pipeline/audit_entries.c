#include "pipeline/audit_entries.h"

#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"

/* ---------------------------------------------------------------- how often */

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

/* Equal ids become one. */
static void gather_named(struct entries *entries)
{
    size_t kept = 0;
    if (entries->count == 0)
        return;
    qsort(entries->named, entries->count, sizeof *entries->named, by_id);
    for (size_t i = 1; i < entries->count; i++) {
        struct named *last = &entries->named[kept];
        if (strcmp(last->id, entries->named[i].id) == 0) {
            last->entries += entries->named[i].entries;
            last->stored |= entries->named[i].stored;
            last->is_signed |= entries->named[i].is_signed;
        } else {
            entries->named[++kept] = entries->named[i];
        }
    }
    entries->count = kept + 1;
}

const struct named *entries_named(const struct entries *entries, const char *id)
{
    struct named key = {.entries = 0};
    if (strlen(id) != sizeof key.id - 1 || entries->count == 0)
        return NULL;
    memcpy(key.id, id, sizeof key.id);
    return bsearch(&key, entries->named, entries->count, sizeof *entries->named, by_id);
}

/* ---------------------------------------------------------------- hashes of versions */

static int by_version(const struct bond *one, const struct bond *other)
{
    int order = strcmp(one->id, other->id);
    return order ? order : (one->version > other->version) - (one->version < other->version);
}

static int by_bond(const void *a, const void *b)
{
    const struct bond *one = a, *other = b;
    int order = by_version(one, other);
    return order ? order : (one->sequence > other->sequence) - (one->sequence < other->sequence);
}

/* Of the entries about a version the first stays, or the last. */
static void gather_bonds(struct bonds *bonds, bool last)
{
    size_t kept = 0;
    if (bonds->count == 0)
        return;
    qsort(bonds->list, bonds->count, sizeof *bonds->list, by_bond);
    for (size_t i = 1; i < bonds->count; i++) {
        bool another = by_version(&bonds->list[kept], &bonds->list[i]) != 0;
        kept += another;
        if (another || last)
            bonds->list[kept] = bonds->list[i];
    }
    bonds->count = kept + 1;
}

/* The first from this version on; the end when there is none. */
static const struct bond *first_bond(const struct bonds *bonds, const char *id, int version)
{
    size_t low = 0;
    for (size_t high = bonds->count; low < high;) {
        size_t middle = (low + high) / 2;
        const struct bond *one = &bonds->list[middle];
        int order = strcmp(one->id, id);
        if (order < 0 || (order == 0 && one->version < version))
            low = middle + 1;
        else
            high = middle;
    }
    return bonds->list + low;
}

const struct bond *bonds_find(const struct bonds *bonds, const char *id, int version)
{
    const struct bond *bond = first_bond(bonds, id, version);
    bool is =
        bond < bonds->list + bonds->count && strcmp(bond->id, id) == 0 && bond->version == version;
    return is ? bond : NULL;
}

bool bonds_know_older(const struct bonds *bonds, const char *id, int version)
{
    const struct bond *bond = first_bond(bonds, id, 0);
    return bond < bonds->list + bonds->count && strcmp(bond->id, id) == 0 &&
           bond->version < version;
}

static void add_bond(struct bonds *bonds, const struct bond *bond)
{
    if (bonds->count == bonds->room) {
        bonds->room = bonds->room ? 2 * bonds->room : 256;
        bonds->list = memory_resize(bonds->list, bonds->room * sizeof *bonds->list);
    }
    bonds->list[bonds->count++] = *bond;
}

/* ---------------------------------------------------------------- reading */

/* A word of a detail, "key=<64 hex digits>"; false: there is none. */
static bool read_hash(const char *detail, const char *key, char hash[HASH_HEX_SIZE])
{
    const char *at = strstr(detail, key);
    if (!at || strspn(at + strlen(key), "0123456789abcdef") != HASH_HEX_SIZE - 1)
        return false;
    memcpy(hash, at + strlen(key), HASH_HEX_SIZE - 1);
    hash[HASH_HEX_SIZE - 1] = '\0';
    return true;
}

/* "... place=2026/<id>/v2 tagmanifest=HASH record=HASH", as pipeline_record_package writes it. */
static void take_bonds(struct entries *entries, const struct journal_record *record, bool stored)
{
    const char *place = strstr(record->detail, "place=");
    struct bond bond = {.sequence = record->sequence};
    if (!place || strcspn(place += strlen("place="), " ") >= sizeof bond.place)
        return;
    memcpy(bond.place, place, strcspn(place, " "));
    bond.version = store_version(file_name(bond.place));
    if (bond.version == 0)
        return;
    memcpy(bond.id, record->object, sizeof bond.id);
    if (stored && read_hash(place, " tagmanifest=", bond.hash))
        add_bond(&entries->packages, &bond);
    bond.hash[0] = '\0';
    if (read_hash(place, " record=", bond.hash) || strstr(place, " record=none"))
        add_bond(&entries->records, &bond);
}

static bool says_stored(const char *action)
{
    static const char *const words[] = {"store", "prove", "import", "restore", "repair"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(action, words[i]) == 0)
            return true;
    return false;
}

enum status entries_take(void *context, const struct journal_record *record, struct error *error)
{
    struct entries *entries = context;
    (void)error;
    if (strlen(record->object) != sizeof entries->named->id - 1)
        return STATUS_OK;
    if (entries->count == entries->room) {
        if (entries->room > 4096) /* a document that is looked at often is kept once */
            gather_named(entries);
        if (2 * entries->count >= entries->room) {
            entries->room = entries->room ? 2 * entries->room : 256;
            entries->named = memory_resize(entries->named, entries->room * sizeof *entries->named);
        }
    }
    struct named *one = &entries->named[entries->count++];
    *one = (struct named){.entries = 1,
                          .stored = says_stored(record->action),
                          .is_signed = strcmp(record->action, "sign") == 0};
    memcpy(one->id, record->object, sizeof one->id);
    if (one->stored || strcmp(record->action, "renew") == 0)
        take_bonds(entries, record, one->stored);
    return STATUS_OK;
}

void entries_gather(struct entries *entries)
{
    gather_named(entries);
    gather_bonds(&entries->packages, false);
    gather_bonds(&entries->records, true);
}

void entries_clear(struct entries *entries)
{
    free(entries->named);
    free(entries->packages.list);
    free(entries->records.list);
}

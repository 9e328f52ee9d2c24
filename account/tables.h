/* SQL that the files of this folder share. */
#ifndef SOHOA_ACCOUNT_TABLES_H
#define SOHOA_ACCOUNT_TABLES_H

#include <stdint.h>

#include "core/arena.h"

/* The text with this number in place of each ?: it can be run as it stands. */
const char *sql_with_number(struct arena *arena, const char *sql, int64_t number);

/* The newest version of each document at a sequence, of those for which more (" AND ..." about v)
 * holds, as a table of catalog_version's columns and place, day. Two parameters, and more's behind
 * them: the sequence. */
#define SQL_NEWEST_OF(more)                                                                        \
    "(SELECT v.*, coalesce(p.sequence, 0) AS place, p.day AS day FROM catalog_version v"           \
    " LEFT JOIN account_place p ON p.document_id = v.document_id AND p.version = v.version"        \
    " WHERE coalesce(p.sequence, 0) <= ? AND NOT EXISTS (SELECT 1 FROM catalog_version n"          \
    " LEFT JOIN account_place q ON q.document_id = n.document_id AND q.version = n.version"        \
    " WHERE n.document_id = v.document_id AND n.version > v.version"                               \
    " AND coalesce(q.sequence, 0) <= ?)" more ")"
#define SQL_NEWEST SQL_NEWEST_OF("")

/* The inventory at a record: a row gives way to a later record's about the same unit, procedure,
 * year and shelf; one without shelf speaks of all shelves. Two parameters: the record, twice. */
#define SQL_INVENTORY                                                                              \
    "(SELECT i.* FROM account_inventory i WHERE i.record <= ? AND NOT EXISTS"                      \
    " (SELECT 1 FROM account_inventory n WHERE n.unit_key = i.unit_key"                            \
    " AND n.procedure_key = i.procedure_key AND n.year = i.year AND n.record > i.record"           \
    " AND n.record <= ?"                                                                           \
    " AND (n.shelf_key = i.shelf_key OR n.shelf_key = '' OR i.shelf_key = '')))"

/* What is exempt at a record. Two parameters: the record, twice. */
#define SQL_EXEMPT                                                                                 \
    "(SELECT i.* FROM account_exempt i WHERE i.record <= ? AND NOT EXISTS"                         \
    " (SELECT 1 FROM account_exempt n WHERE n.unit_key = i.unit_key"                               \
    " AND n.procedure_key = i.procedure_key AND n.year = i.year AND n.reason = i.reason"           \
    " AND n.number = i.number AND n.record > i.record AND n.record <= ?))"

/* The rows of registers at a record: a dossier or paper of which a later register tells is told by
 * that. Two parameters: the record, twice. */
#define SQL_REGISTER                                                                               \
    "(SELECT i.* FROM account_register i WHERE i.record <= ? AND NOT EXISTS"                       \
    " (SELECT 1 FROM account_register n WHERE n.ident = i.ident AND n.record <= ?"                 \
    " AND (n.record > i.record OR (n.record = i.record AND n.line > i.line))))"

#endif

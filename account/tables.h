/* SQL that the files of this folder share. */
#ifndef SOHOA_ACCOUNT_TABLES_H
#define SOHOA_ACCOUNT_TABLES_H

#include <stdint.h>

#include "core/arena.h"

/* The text with this number in place of each ?: it can be run as it stands. */
const char *sql_with_number(struct arena *arena, const char *sql, int64_t number);

/* Is x a version that was there at a sequence? Said by the few that came later: of most papers
 * nothing has to be looked up. Its ? is the sequence. */
#define SQL_IS_THERE(x)                                                                            \
    "(" x ".document_id, " x ".version) NOT IN (SELECT l.document_id, l.version"                   \
    " FROM account_place l WHERE l.sequence > ?)"
/* And the newest one of its document then? y: another name. Few documents have several. */
#define SQL_IS_NEWEST(x, y)                                                                        \
    SQL_IS_THERE(x)                                                                                \
    " AND (" x ".document_id NOT IN (SELECT a.document_id FROM catalog_version a"                  \
    " WHERE a.version > 1) OR NOT EXISTS (SELECT 1 FROM catalog_version " y " WHERE " y            \
    ".document_id = " x ".document_id AND " y ".version > " x ".version AND " SQL_IS_THERE(y) "))"

/* The newest version of each document at a sequence, of those for which more (" AND ..." about v)
 * holds, as a table of catalog_version's columns and place, day. Each ? is the sequence. */
#define SQL_NEWEST_OF(more)                                                                        \
    "(SELECT v.*, coalesce(p.sequence, 0) AS place, p.day AS day FROM catalog_version v"           \
    " LEFT JOIN account_place p ON p.document_id = v.document_id AND p.version = v.version"        \
    " WHERE " SQL_IS_NEWEST("v", "n") more ")"
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

/* The results that they tell of: a dossier has as many as its last register gives numbers; a row of
 * it without a number tells of the same as one with. Two parameters: the record, twice. */
#define SQL_RESULTS                                                                                \
    "(SELECT i.* FROM account_register i WHERE i.record <= ? AND NOT EXISTS"                       \
    " (SELECT 1 FROM account_register n WHERE n.ident = i.ident AND n.record <= ?"                 \
    " AND (n.record > i.record OR (n.record = i.record"                                            \
    " AND ((n.line > i.line AND coalesce(n.number_key, '') = coalesce(i.number_key, ''))"          \
    " OR (i.number_key IS NULL AND n.number_key IS NOT NULL))))))"

#endif

/* Longer steps of index/catalog/schema.c. Never edit what was shipped. */
#ifndef SOHOA_INDEX_SCHEMA_STEPS_H
#define SOHOA_INDEX_SCHEMA_STEPS_H

/* Whom the papers are for (index/owner.h). A mention's id is its entry's * 65536 + its place on the
 * paper. owner_act is made of records and stays when the catalogue is made again. */
#define SCHEMA_OWNERS                                                                              \
    "CREATE TABLE owner_mention (id integer PRIMARY KEY, owner_id bigint NOT NULL,"                \
    " type bigint NOT NULL, name text, base text, exact text, birth_date text,"                    \
    " kind bigint NOT NULL, digits text, fault bigint NOT NULL, apart bigint NOT NULL);"           \
    "CREATE INDEX owner_mention_digits ON owner_mention (digits) WHERE digits IS NOT NULL;"        \
    "CREATE INDEX owner_mention_base ON owner_mention (base, birth_date);"                         \
    "CREATE INDEX owner_mention_owner ON owner_mention (owner_id);"                                \
    "CREATE TABLE owner (id integer PRIMARY KEY, document_id text NOT NULL,"                       \
    " ordinal bigint NOT NULL, type bigint NOT NULL, name text, base text, birth_date text,"       \
    " mentions bigint NOT NULL);"                                                                  \
    "CREATE TABLE owner_act (record bigint NOT NULL, kind text NOT NULL,"                          \
    " document_id text NOT NULL, ordinal bigint NOT NULL, other_document text,"                    \
    " other_ordinal bigint, digits text, valid_from text, valid_to text, proof text,"              \
    " reason text, at text NOT NULL, actor text, undone bigint NOT NULL);"                         \
    "CREATE INDEX owner_act_record ON owner_act (record);"                                         \
    "CREATE INDEX owner_act_document ON owner_act (document_id);"                                  \
    "CREATE INDEX owner_act_other ON owner_act (other_document);"                                  \
    "CREATE INDEX owner_act_digits ON owner_act (digits);"

/* Catalogues with time (index/catalogue.h): what was imported, and the rows made of it. */
#define SCHEMA_CATALOGUES                                                                          \
    "CREATE TABLE catalogue_import (kind text NOT NULL, record bigint NOT NULL,"                   \
    " source text NOT NULL, date text NOT NULL, sha256 text NOT NULL, whole bigint NOT NULL,"      \
    " csv text NOT NULL, PRIMARY KEY (kind, record));"                                             \
    "CREATE TABLE catalogue_row (id integer PRIMARY KEY, kind text NOT NULL, code text NOT NULL,"  \
    " name text NOT NULL, full_name text NOT NULL, folded text NOT NULL, bare text NOT NULL,"      \
    " parent text, valid_from text, valid_to text, detail text NOT NULL, record bigint NOT NULL);" \
    "CREATE INDEX catalogue_row_code ON catalogue_row (kind, code);"                               \
    "CREATE INDEX catalogue_row_folded ON catalogue_row (kind, folded);"                           \
    "CREATE INDEX catalogue_row_bare ON catalogue_row (kind, bare);"                               \
    "CREATE TABLE catalogue_succession (kind text NOT NULL, old_code text NOT NULL,"               \
    " new_code text NOT NULL, date text NOT NULL, extent text NOT NULL, match text,"               \
    " record bigint NOT NULL);"                                                                    \
    "CREATE INDEX catalogue_succession_old ON catalogue_succession (kind, old_code);"              \
    "CREATE INDEX catalogue_succession_new ON catalogue_succession (kind, new_code);"

/* Validity and facets (index/validity.h, index/catalog/facet.h). ends: the last day in force, NULL
 * for ever. catalog_total counts catalog_facet, its id being the value * 8 + the facet; unlimited:
 * those whose ends is NULL. */
#define SCHEMA_FACETS                                                                              \
    "CREATE TABLE catalog_value (id integer PRIMARY KEY, facet text NOT NULL,"                     \
    " value text NOT NULL);"                                                                       \
    "CREATE UNIQUE INDEX catalog_value_value ON catalog_value (facet, value);"                     \
    "CREATE TABLE catalog_facet (entry_id integer PRIMARY KEY, year bigint NOT NULL,"              \
    " type_id bigint NOT NULL, procedure_id bigint NOT NULL, unit_id bigint NOT NULL,"             \
    " place_id bigint NOT NULL, made bigint NOT NULL, state bigint NOT NULL, begins text,"         \
    " ends text, suffix text);"                                                                    \
    "CREATE INDEX catalog_facet_ends ON catalog_facet (ends) WHERE ends IS NOT NULL;"              \
    "CREATE TABLE catalog_total (id integer PRIMARY KEY, papers bigint NOT NULL,"                  \
    " unlimited bigint NOT NULL);"                                                                 \
    "CREATE TABLE validity_act (record bigint PRIMARY KEY, document_id text NOT NULL,"             \
    " act text NOT NULL, day text NOT NULL, other text, valid_from text, valid_to text,"           \
    " reason text, at text NOT NULL, actor text);"                                                 \
    "CREATE INDEX validity_act_document ON validity_act (document_id);"                            \
    "CREATE INDEX catalog_entry_newest ON catalog_entry (coalesce(date, '') DESC, document_id);"   \
    "CREATE INDEX catalog_entry_sign ON catalog_entry (coalesce(number_key, ''), document_id);"    \
    "CREATE INDEX catalog_entry_type ON catalog_entry (type, year);"

/* Used again (index/reuse.h), and questions kept by name (index/saved.h). */
#define SCHEMA_REUSE                                                                               \
    "CREATE TABLE reuse (record bigint PRIMARY KEY, document_id text, dossier text NOT NULL,"      \
    " component text NOT NULL, state bigint NOT NULL, procedure text, day text NOT NULL,"          \
    " actor text, pages bigint NOT NULL, copies bigint NOT NULL, fee bigint NOT NULL);"            \
    "CREATE INDEX reuse_day ON reuse (day);"                                                       \
    "CREATE INDEX reuse_dossier ON reuse (dossier);"                                               \
    "CREATE INDEX reuse_document ON reuse (document_id);"                                          \
    "CREATE TABLE result_code (code text PRIMARY KEY, document_id text NOT NULL,"                  \
    " record bigint NOT NULL);"                                                                    \
    "CREATE INDEX result_code_document ON result_code (document_id);"                              \
    "CREATE TABLE saved_search (name text PRIMARY KEY, query text NOT NULL, record bigint NOT "    \
    "NULL, actor text, at text NOT NULL);"

#endif

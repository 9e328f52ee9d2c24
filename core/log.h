/*
 * The technical log: what the program did, for whoever runs it. Never a citizen's name or number:
 * things are called by their ids (batch, page, document). One line a message,
 * "2026-11-22T14:05:09+07:00 info run[1234]: ...", written with one write(2).
 */
#ifndef SOHOA_CORE_LOG_H
#define SOHOA_CORE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* path NULL: stderr. Messages below level are dropped. Until called: warnings to stderr. */
void log_open(const char *path, enum log_level level, const char *program);
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

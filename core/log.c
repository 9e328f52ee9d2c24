#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"

static int log_fd = STDERR_FILENO;
static enum log_level log_level = LOG_WARNING;
static char log_program[32] = "sohoa";

void log_open(const char *path, enum log_level level, const char *program)
{
    int fd = STDERR_FILENO, reason = 0;

    snprintf(log_program, sizeof log_program, "%s", program);
    log_level = level;
    if (path != NULL) {
        fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
        if (fd < 0) {
            reason = errno;
            fd = STDERR_FILENO;
        }
    }
    if (log_fd != STDERR_FILENO)
        close(log_fd);
    log_fd = fd;
    if (reason != 0)
        log_write(LOG_WARNING, "cannot open the log %s (%s), writing here", path, strerror(reason));
}

/* A message is one line whatever it quotes: a file name with a line break must not look like a line
 * of ours. */
static void flatten(char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            *text = ' ';
    }
}

void log_write(enum log_level level, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    char line[2048], now[26];
    int before = errno;
    va_list arguments;
    int start, length;

    if (level < log_level)
        return;
    file_now(now);
    start = snprintf(line, sizeof line, "%s %s %s[%ld]: ", now, names[level], log_program,
                     (long)getpid());
    errno = before; /* for %m */
    va_start(arguments, format);
    length = vsnprintf(line + start, sizeof line - (size_t)start, format, arguments);
    va_end(arguments);
    if (length < 0)
        line[start] = '\0';
    flatten(line + start);
    length = (int)strnlen(line, sizeof line - 2);
    line[length++] = '\n';
    if (write(log_fd, line, (size_t)length) < 0) {
        /* Nobody is left to be told. */
    }
    errno = before;
}

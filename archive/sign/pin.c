#include "archive/sign/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "core/message.h"

void pin_wipe(char pin[PIN_SIZE])
{
    explicit_bzero(pin, PIN_SIZE);
}

/* what: the key that the PIN is for; NULL: it is the passphrase of ZIP files. */
static enum status refuse_empty(const char *what, struct error *error)
{
    if (!what)
        return error_set(error, STATUS_REJECT, _("The passphrase of the ZIP files is empty."));
    return error_set(error, STATUS_REJECT, _("The PIN given for %s is empty."), what);
}

static enum status refuse_long(const char *what, struct error *error)
{
    if (!what)
        return error_set(
            error, STATUS_REJECT,
            _("The passphrase of the ZIP files is longer than the %d bytes there may be."),
            PIN_SIZE - 1);
    return error_set(error, STATUS_REJECT,
                     _("The PIN given for %s is longer than the %d bytes there may be."), what,
                     PIN_SIZE - 1);
}

/* Keeps the first line of what lies in out, without the mark that some editors begin a file by. */
static enum status first_line(char out[PIN_SIZE], size_t size, const char *what,
                              struct error *error)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t length = 0, marked = sizeof mark - 1;
    if (size >= marked && memcmp(out, mark, marked) == 0) {
        size -= marked;
        memmove(out, out + marked, size);
    }
    while (length < size && out[length] != '\n' && out[length] != '\r' && out[length] != '\0')
        length++;
    if (length == 0 || length >= PIN_SIZE) {
        pin_wipe(out);
        return length == 0 ? refuse_empty(what, error) : refuse_long(what, error);
    }
    explicit_bzero(out + length, PIN_SIZE - length);
    return STATUS_OK;
}

/* Several workers may share the descriptor of one small file, so a file is always read from its
 * start; a pipe gives what it has, once. */
static enum status from_descriptor(const char *variable, const char *number, const char *what,
                                   char out[PIN_SIZE], struct error *error)
{
    char *end = NULL;
    long descriptor = strtol(number, &end, 10);
    if (end == number || *end != '\0' || descriptor < 0 || descriptor > 65535)
        return error_set(error, STATUS_REJECT, _("%s must be the number of an open descriptor."),
                         variable);
    size_t size = 0;
    bool seekable = true;
    while (size < PIN_SIZE) {
        ssize_t got = seekable ? pread((int)descriptor, out + size, PIN_SIZE - size, (off_t)size)
                               : read((int)descriptor, out + size, PIN_SIZE - size);
        if (got < 0 && seekable && errno == ESPIPE) {
            seekable = false;
            continue;
        }
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            pin_wipe(out);
            return error_set(error, STATUS_REJECT,
                             what
                                 ? _("The PIN cannot be read from descriptor %ld (%s): %s.")
                                 : _("The passphrase cannot be read from descriptor %ld (%s): %s."),
                             descriptor, variable, message_errno(errno));
        }
        if (got == 0 || memchr(out + size, '\n', (size_t)got)) {
            size += (size_t)got;
            break;
        }
        size += (size_t)got;
    }
    return first_line(out, size, what, error);
}

/* ---------------------------------------------------------------- a command */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool has_terminal(void)
{
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0)
        close(terminal);
    return terminal >= 0;
}

/* A command that asks on the terminal must stay in the group that may read there; else it gets a
 * group of its own, so that what it started can be ended with it. */
static pid_t start_command(const char *command, int *from, bool *group)
{
    int ends[2];
    *group = !has_terminal();
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        if (*group)
            setpgid(0, 0);
        signal(SIGPIPE, SIG_DFL);
        if (dup2(ends[1], STDOUT_FILENO) >= 0)
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    *from = ends[0];
    return child;
}

/* Bytes that came until ends_ms; 0: the command has closed its end, -1: not in time. */
static ssize_t read_until(int from, char *to, size_t size, int64_t ends_ms)
{
    for (;;) {
        int64_t left = ends_ms - now_ms();
        struct pollfd look = {.fd = from, .events = POLLIN};
        if (left <= 0)
            return -1;
        int ready = poll(&look, 1, (int)left);
        ssize_t got = ready > 0 ? read(from, to, size) : -1;
        if (got >= 0)
            return got;
        if (ready > 0 && errno != EINTR && errno != EAGAIN)
            return 0;
    }
}

/* The first line, or as much as shows that it is too long. False: not in time. */
static bool read_line(int from, char out[PIN_SIZE], size_t *size, int64_t ends_ms)
{
    *size = 0;
    while (*size < PIN_SIZE) {
        ssize_t got = read_until(from, out + *size, PIN_SIZE - *size, ends_ms);
        if (got < 0)
            return false;
        const char *newline = got > 0 ? memchr(out + *size, '\n', (size_t)got) : NULL;
        *size += (size_t)got;
        if (got == 0 || newline)
            return true;
    }
    return true;
}

/* A command that has more to say may do so for a moment, lest it die of SIGPIPE; then it is
 * ended. True: it ended by itself, with this code. */
static bool end_command(pid_t child, int from, bool group, int *code)
{
    enum { GRACE_MS = 1000, MORE_MAX = 64 << 10, STEP_US = 10000 };
    char rest[4096];
    ssize_t got = 1;
    int how = 0;
    const int64_t ends_ms = now_ms() + GRACE_MS;
    for (size_t more = 0; got > 0 && more<MORE_MAX; more += got> 0 ? (size_t)got : 0)
        got = read_until(from, rest, sizeof rest, ends_ms);
    explicit_bzero(rest, sizeof rest);
    close(from);
    pid_t ended = 0;
    while (got == 0 && (ended = waitpid(child, &how, WNOHANG)) == 0 && now_ms() < ends_ms)
        usleep(STEP_US);
    if (ended != child) {
        kill(group ? -child : child, SIGKILL);
        while (waitpid(child, &how, 0) < 0 && errno == EINTR)
            ;
        return false;
    }
    *code = WIFEXITED(how) ? WEXITSTATUS(how) : 128;
    return true;
}

static enum status from_command(const char *command, double limit_s, const char *what,
                                char out[PIN_SIZE], struct error *error)
{
    int from = -1, code = 0;
    bool group = false;
    size_t size = 0;
    limit_s = limit_s > 0 ? limit_s : 60;
    pid_t child = start_command(command, &from, &group);
    if (child < 0)
        return error_set(error, STATUS_RETRY,
                         what ? _("The pin_command cannot be started: %s.")
                              : _("The command for the passphrase cannot be started: %s."),
                         message_errno(errno));
    if (!read_line(from, out, &size, now_ms() + (int64_t)(limit_s * 1000))) {
        close(from);
        kill(group ? -child : child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
        pin_wipe(out);
        if (!what)
            return error_set(
                error, STATUS_FATAL,
                _("The command that should give the passphrase of the ZIP files gave no "
                  "line within %.0f seconds and was ended (archive.pin_command_s)."),
                limit_s);
        return error_set(error, STATUS_FATAL,
                         _("The command that should give the PIN for %s gave no line within %.0f "
                           "seconds and was ended (archive.pin_command_s)."),
                         what, limit_s);
    }
    if (end_command(child, from, group, &code) && code != 0) {
        pin_wipe(out);
        if (!what)
            return error_set(error, STATUS_REJECT,
                             _("The command that should give the passphrase of the ZIP files ended "
                               "with code %d."),
                             code);
        return error_set(error, STATUS_REJECT,
                         _("The pin_command that should give the PIN for %s ended with code %d."),
                         what, code);
    }
    return first_line(out, size, what, error);
}

/* ---------------------------------------------------------------- a person */

/* Signal keys are off with the echo, so that Ctrl-C cannot leave a terminal that shows nothing. */
static enum status from_terminal(int terminal, const char *what, bool again, char out[PIN_SIZE],
                                 struct error *error)
{
    struct termios before, quiet;
    if (tcgetattr(terminal, &before) != 0)
        return error_set(error, STATUS_REJECT,
                         what ? _("The terminal cannot be used to ask for the PIN.")
                              : _("The terminal cannot be used to ask for the passphrase."));
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG);
    tcsetattr(terminal, TCSAFLUSH, &quiet);
    if (what)
        dprintf(terminal, _("PIN or passphrase for %s: "), what);
    else
        dprintf(terminal, "%s",
                again ? _("The same passphrase once more: ") : _("Passphrase of the ZIP files: "));
    ssize_t got;
    do
        got = read(terminal, out, PIN_SIZE);
    while (got < 0 && errno == EINTR);
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    if (got > 0 && memchr(out, 3, (size_t)got)) { /* Ctrl-C */
        pin_wipe(out);
        return what ? error_set(error, STATUS_REJECT, _("No PIN was given for %s."), what)
                    : error_set(error, STATUS_REJECT, _("No passphrase was given."));
    }
    return first_line(out, got > 0 ? (size_t)got : 0, what, error);
}

/* What was typed blindly is typed once more: nobody could open what a slip has locked. */
static enum status ask_again(int terminal, char out[PIN_SIZE], struct error *error)
{
    char again[PIN_SIZE] = "";
    enum status status = from_terminal(terminal, NULL, true, again, error);
    if (status == STATUS_OK && strcmp(out, again) != 0)
        status = error_set(error, STATUS_REJECT,
                           _("The two passphrases are not the same: nothing was encrypted."));
    pin_wipe(again);
    if (status != STATUS_OK)
        pin_wipe(out);
    return status;
}

static enum status ask(const char *variable, const char *what, bool twice, char out[PIN_SIZE],
                       struct error *error)
{
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 && !what)
        return error_set(error, STATUS_REJECT,
                         _("The ZIP files need a passphrase and nobody can be asked: give it by "
                           "--passphrase-fd, SOHOA_PASSPHRASE_FD or --passphrase-command, or run "
                           "the command on a terminal."));
    if (terminal < 0)
        return error_set(error, STATUS_REJECT,
                         _("%s needs a PIN or passphrase and nobody can be asked: set %s, or run "
                           "the command on a terminal."),
                         what,
                         strcmp(variable, "SOHOA_OFFICER_PIN_FD") == 0
                             ? "archive.officer_pin_command"
                             : "archive.pin_command");
    enum status status = from_terminal(terminal, what, false, out, error);
    if (status == STATUS_OK && twice)
        status = ask_again(terminal, out, error);
    close(terminal);
    return status;
}

static enum status find_pin(const char *given, const char *variable, const char *command,
                            double limit_s, const char *what, char out[PIN_SIZE],
                            struct error *error)
{
    memset(out, 0, PIN_SIZE);
    if (given) {
        size_t size = strnlen(given, PIN_SIZE);
        memcpy(out, given, size);
        return first_line(out, size, what, error);
    }
    const char *descriptor = getenv(variable);
    if (descriptor && *descriptor)
        return from_descriptor(variable, descriptor, what, out, error);
    if (command && *command)
        return from_command(command, limit_s, what, out, error);
    return ask(variable, what, false, out, error);
}

static char *kept;

void pin_keep(char pin[PIN_SIZE])
{
    kept = pin;
}

enum status pin_get(const char *given, const char *variable, const char *command, double limit_s,
                    const char *what, char out[PIN_SIZE], struct error *error)
{
    enum status status =
        find_pin(given, variable ? variable : "SOHOA_PIN_FD", command, limit_s, what, out, error);
    if (status == STATUS_OK && kept)
        memcpy(kept, out, PIN_SIZE);
    return status;
}

/* ---------------------------------------------------------------- ZIP files */

static enum status find_passphrase(const char *variable, const char *descriptor, char out[PIN_SIZE],
                                   struct error *error)
{
    static const char *const pins[] = {"SOHOA_PIN_FD", "SOHOA_OFFICER_PIN_FD"};
    for (size_t i = 0; i < sizeof pins / sizeof *pins; i++) {
        const char *other = getenv(pins[i]);
        if (other && *other && strtol(other, NULL, 10) == strtol(descriptor, NULL, 10))
            return error_set(error, STATUS_REJECT,
                             _("%s and %s name the same descriptor: the passphrase of ZIP files "
                               "and the PIN of a key come from two."),
                             variable, pins[i]);
    }
    return from_descriptor(variable, descriptor, NULL, out, error);
}

enum status pin_get_passphrase(const char *descriptor, const char *command, double limit_s,
                               bool twice, char out[PIN_SIZE], struct error *error)
{
    const char *environment = getenv("SOHOA_PASSPHRASE_FD");
    memset(out, 0, PIN_SIZE);
    if (command && *command)
        return from_command(command, limit_s, NULL, out, error);
    if (descriptor && *descriptor)
        return find_passphrase("--passphrase-fd", descriptor, out, error);
    if (environment && *environment)
        return find_passphrase("SOHOA_PASSPHRASE_FD", environment, out, error);
    return ask("", NULL, twice, out, error);
}

#include "archive/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
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

/* Keeps the first line of what lies in out. */
static enum status first_line(char out[PIN_SIZE], size_t size, const char *what,
                              struct error *error)
{
    size_t length = 0;
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

static enum status from_command(const char *command, const char *what, char out[PIN_SIZE],
                                struct error *error)
{
    FILE *pipe = popen(command, "re");
    if (!pipe)
        return error_set(error, STATUS_RETRY,
                         what ? _("The pin_command cannot be started: %s.")
                              : _("The command for the passphrase cannot be started: %s."),
                         message_errno(errno));
    setvbuf(pipe, NULL, _IONBF, 0); /* no copy of the PIN in a buffer of stdio */
    size_t size = fread(out, 1, PIN_SIZE, pipe);
    char rest[256];
    /* a command that goes on must not die of SIGPIPE */
    while (fread(rest, 1, sizeof rest, pipe) > 0)
        explicit_bzero(rest, sizeof rest);
    explicit_bzero(rest, sizeof rest);
    int result = pclose(pipe);
    if (result != 0) {
        int code = WIFEXITED(result) ? WEXITSTATUS(result) : 128;
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

/* Signal keys are off with the echo, so that Ctrl-C cannot leave a terminal that shows nothing. */
static enum status from_terminal(int terminal, const char *what, char out[PIN_SIZE],
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
        dprintf(terminal, _("Passphrase of the ZIP files: "));
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

static enum status ask(const char *what, char out[PIN_SIZE], struct error *error)
{
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 && !what)
        return error_set(error, STATUS_REJECT,
                         _("The ZIP files need a passphrase and nobody can be asked: give it by "
                           "--passphrase-fd, SOHOA_PASSPHRASE_FD or --passphrase-command, or run "
                           "the command on a terminal."));
    if (terminal < 0)
        return error_set(error, STATUS_REJECT,
                         _("%s needs a PIN or passphrase and nobody can be asked: set "
                           "archive.pin_command, or run the command on a terminal."),
                         what);
    enum status status = from_terminal(terminal, what, out, error);
    close(terminal);
    return status;
}

static enum status find_pin(const char *given, const char *variable, const char *command,
                            const char *what, char out[PIN_SIZE], struct error *error)
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
        return from_command(command, what, out, error);
    return ask(what, out, error);
}

static char *kept;

void pin_keep(char pin[PIN_SIZE])
{
    kept = pin;
}

enum status pin_get(const char *given, const char *variable, const char *command, const char *what,
                    char out[PIN_SIZE], struct error *error)
{
    enum status status =
        find_pin(given, variable ? variable : "SOHOA_PIN_FD", command, what, out, error);
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

enum status pin_get_passphrase(const char *descriptor, const char *command, char out[PIN_SIZE],
                               struct error *error)
{
    const char *environment = getenv("SOHOA_PASSPHRASE_FD");
    memset(out, 0, PIN_SIZE);
    if (command && *command)
        return from_command(command, NULL, out, error);
    if (descriptor && *descriptor)
        return find_passphrase("--passphrase-fd", descriptor, out, error);
    if (environment && *environment)
        return find_passphrase("SOHOA_PASSPHRASE_FD", environment, out, error);
    return ask(NULL, out, error);
}

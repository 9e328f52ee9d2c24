/* Trying the key before a run of several processes, and finding its PIN once for all of them. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/sign/pin.h"
#include "core/message.h"

_Static_assert(SIGNER_PIN_SIZE == PIN_SIZE, "what is found must fit where it is kept");

/* In memory that the trying process shares. */
struct trial {
    enum status status;
    struct error error;
    char pin[PIN_SIZE];
};

typedef enum status open_fn(const struct archive_settings *settings, const char *pin,
                            struct signer **out, struct error *error);

/* A token's library must not be loaded in a process that forks afterwards (PKCS #11 v2.40, 2.5.2),
 * and it may crash: so a process of its own tries. */
static _Noreturn void try_key(open_fn *open, const struct archive_settings *settings,
                              struct trial *trial)
{
    struct signer *signer = NULL;
    pin_keep(trial->pin);
    trial->status = open(settings, NULL, &signer, &trial->error);
    signer_close(signer);
    _exit(EXIT_SUCCESS);
}

static enum status prepare(open_fn *open, const struct archive_settings *settings, const char *key,
                           char pin[SIGNER_PIN_SIZE], struct error *error)
{
    enum status status = STATUS_OK;
    int how = 0;
    pin[0] = '\0';
    struct trial *trial =
        mmap(NULL, sizeof *trial, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (trial == MAP_FAILED)
        return error_set(error, STATUS_RETRY, _("There is not enough memory to try the key."));
    pid_t process = fork();
    if (process == 0)
        try_key(open, settings, trial);
    if (process < 0 || waitpid(process, &how, 0) != process) {
        status = error_set(error, STATUS_RETRY, _("No process could be started to try the key."));
    } else if (!WIFEXITED(how) || WEXITSTATUS(how) != EXIT_SUCCESS) {
        status = error_set(error, STATUS_REJECT,
                           _("Opening the key %s ended the process: the token's library is broken; "
                             "install it again."),
                           key);
    } else {
        status = trial->status;
        if (error)
            *error = trial->error;
        memcpy(pin, trial->pin, PIN_SIZE);
    }
    explicit_bzero(trial, sizeof *trial);
    munmap(trial, sizeof *trial);
    return status;
}

enum status signer_prepare(const struct archive_settings *settings, char pin[SIGNER_PIN_SIZE],
                           struct error *error)
{
    return prepare(signer_open, settings, settings->key, pin, error);
}

enum status signer_prepare_officer(const struct archive_settings *settings,
                                   char pin[SIGNER_PIN_SIZE], struct error *error)
{
    pin[0] = '\0';
    if (!settings->officer_key || !*settings->officer_key)
        return STATUS_OK;
    return prepare(signer_open_officer, settings, settings->officer_key, pin, error);
}

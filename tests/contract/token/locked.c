/*
 * A PKCS#11 library that is another one with its PIN locked: SoftHSM never locks a PIN, real tokens
 * do. Built and loaded by archive_token.c; REAL is the path of the library behind it.
 *
 * The function list begins with a version of two bytes; then come pointers in the order of the
 * standard, of which C_Login is the 19th.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#ifndef REAL
#define REAL "" /* who reads the file without building it */
#endif
#define C_LOGIN 18
#define FUNCTIONS 68
#define CKR_PIN_LOCKED 0xA4UL
#define CKR_GENERAL_ERROR 0x05UL

struct function_list {
    unsigned char version[2];
    void (*functions[FUNCTIONS])(void);
};

unsigned long C_GetFunctionList(struct function_list **out);

static unsigned long login_locked(unsigned long session, unsigned long user, unsigned char *pin,
                                  unsigned long size)
{
    (void)session;
    (void)user;
    (void)pin;
    (void)size;
    return CKR_PIN_LOCKED;
}

unsigned long C_GetFunctionList(struct function_list **out)
{
    static struct function_list list;
    struct function_list *real = NULL;
    unsigned long (*get)(struct function_list **) = NULL;
    void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "C_GetFunctionList") : NULL;
    memcpy(&get, &symbol, sizeof get);
    if (!get || get(&real) != 0)
        return CKR_GENERAL_ERROR;
    list = *real;
    list.functions[C_LOGIN] = (void (*)(void))login_locked;
    *out = &list;
    return 0;
}

#include "tools/anchors.h"

#include <stdio.h>

#include "core/message.h"
#include "tools/command.h"

void anchors_print_signers(struct arena *arena, const struct anchor_report *report)
{
    for (size_t i = 0; i < report->signer_count; i++) {
        const struct anchor_signer *one = &report->signers[i];
        printf(_("  Signed by %s%s%s: %s; %s.\n"), one->name, *one->organization ? ", " : "",
               one->organization,
               terminal_count(arena, "%lld anchor", "%lld anchors", one->anchors),
               one->agency            ? _("a certificate of the agency")
               : report->agency_known ? _("NOT a certificate of the agency")
                                      : _("whether it is the agency's was not judged: no "
                                          "certificate of the agency is known"));
    }
}

json_t *anchors_signers_json(const struct anchor_report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->signer_count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:i, s:b}", "name", report->signers[i].name, "organization",
                            report->signers[i].organization, "anchors", report->signers[i].anchors,
                            "agency", report->signers[i].agency));
    return list;
}

package dev.quilla.apiserver.admission;

import dev.quilla.model.Field;
import dev.quilla.model.core.v1.PodSecurityContext;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.SecurityContext;
import dev.quilla.model.core.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a pod must do without, and must say that it does, where hardening counts most. */
final class RestrictedRules {

    private static final Set<String> VOLUMES =
            Set.of(
                    "name",
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "image",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");
    private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");

    private final PodSpec spec;
    private final PodSecurityParts all;
    private final List<String> broken = new ArrayList<>();

    RestrictedRules(PodSpec spec, PodSecurityParts all) {
        this.spec = spec;
        this.all = all;
    }

    List<String> broken() {
        volumes();
        runAsUser();
        runAsNonRoot();
        if (!spec.os().name().equals("windows")) {
            add(
                    "allowPrivilegeEscalation != false",
                    all.which(p ->
                            !p.security().hasAllowPrivilegeEscalation()
                                    || p.security().allowPrivilegeEscalation()),
                    "must set securityContext.allowPrivilegeEscalation=false");
            capabilities();
            seccomp();
        }
        return broken;
    }

    private void add(String rule, PodSecurityParts parts, String what) {
        if (!parts.none()) {
            broken.add("%s (%s %s)".formatted(rule, parts.text(), what));
        }
    }

    private void volumes() {
        for (Volume volume : spec.volumes()) {
            for (Field source : volume.struct().definition().fields()) {
                if (!VOLUMES.contains(source.name()) && volume.struct().has(source)) {
                    broken.add(
                            "restricted volume types (volume \"%s\" uses restricted volume type \"%s\")"
                                    .formatted(volume.name(), source.name()));
                }
            }
        }
    }

    private void runAsUser() {
        PodSecurityContext pod = spec.securityContext();
        if (pod.hasRunAsUser() && pod.runAsUser() == 0) {
            broken.add("runAsUser=0 (pod must not set runAsUser=0)");
        }
        add(
                "runAsUser=0",
                all.which(p -> p.security().hasRunAsUser() && p.security().runAsUser() == 0),
                "must not set runAsUser=0");
    }

    private void runAsNonRoot() {
        boolean pod = spec.securityContext().runAsNonRoot();
        PodSecurityParts refusing =
                all.which(p -> p.security().hasRunAsNonRoot() && !p.security().runAsNonRoot());
        PodSecurityParts silent = all.which(p -> !p.security().hasRunAsNonRoot());
        add("runAsNonRoot != true", refusing, "must not set securityContext.runAsNonRoot=false");
        if (!pod && !silent.none()) {
            broken.add(
                    "runAsNonRoot != true (pod or %s must set securityContext.runAsNonRoot=true)"
                            .formatted(silent.text()));
        }
    }

    private void capabilities() {
        add(
                "unrestricted capabilities",
                all.which(p -> !p.security().capabilities().drop().contains("ALL")),
                "must set securityContext.capabilities.drop=[\"ALL\"]");
        PodSecurityParts adding = all.which(p -> !more(p.security()).isEmpty());
        add(
                "unrestricted capabilities",
                adding,
                "must not include "
                        + BaselineRules.quoted(
                                adding.stream().flatMap(p -> more(p.security()).stream()).toList())
                        + " in securityContext.capabilities.add");
    }

    private static List<String> more(SecurityContext security) {
        return security.capabilities().add().stream()
                .filter(c -> !c.equals("NET_BIND_SERVICE"))
                .toList();
    }

    private void seccomp() {
        String pod = spec.securityContext().seccompProfile().type();
        PodSecurityParts silent = all.which(p -> p.security().seccompProfile().type().isEmpty());
        if (!SECCOMP.contains(pod) && !silent.none()) {
            broken.add(
                    "seccompProfile (pod or %s must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")"
                            .formatted(silent.text()));
        }
    }
}

package dev.quilla.apiserver.admission;

import dev.quilla.model.Field;
import dev.quilla.model.core.v1.PodSecurityContext;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.SecurityContext;
import dev.quilla.model.core.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
    static final int CAPABILITIES_SINCE = 22;
    static final int SECCOMP_SINCE = 19;

    private final PodSpec spec;
    private final PodSecurityParts all;
    private final PodSecurityVersion version;
    private final BrokenRules broken;

    RestrictedRules(
            PodSpec spec, PodSecurityParts all, PodSecurityVersion version, BrokenRules broken) {
        this.spec = spec;
        this.all = all;
        this.version = version;
        this.broken = broken;
    }

    /** Notes what is broken. */
    void check() {
        boolean linux = !spec.os().name().equals("windows") || !version.has(25);
        // Root of a user namespace is nobody on the machine.
        boolean own = spec.hasHostUsers() && !spec.hostUsers() && version.has(35);
        if (linux && version.has(8)) {
            escalation();
        }
        if (linux && version.has(CAPABILITIES_SINCE)) {
            capabilities();
        }
        volumes();
        if (!own) {
            runAsNonRoot();
        }
        if (!own && version.has(23)) {
            runAsUser();
        }
        if (linux && version.has(SECCOMP_SINCE)) {
            seccomp();
        }
    }

    private void escalation() {
        broken.add(
                "allowPrivilegeEscalation != false",
                all.which(p ->
                        !p.security().hasAllowPrivilegeEscalation()
                                || p.security().allowPrivilegeEscalation()),
                "must set securityContext.allowPrivilegeEscalation=false");
    }

    private void volumes() {
        List<String> names = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        for (Volume volume : spec.volumes()) {
            for (Field source : volume.struct().definition().fields()) {
                if (!VOLUMES.contains(source.name()) && volume.struct().has(source)) {
                    names.add(volume.name());
                    types.add(source.name());
                }
            }
        }
        if (!names.isEmpty()) {
            broken.add(
                    "restricted volume types",
                    "%s %s %s restricted volume %s %s"
                            .formatted(
                                    names.size() == 1 ? "volume" : "volumes",
                                    BaselineRules.quoted(names),
                                    names.size() == 1 ? "uses" : "use",
                                    types.size() == 1 ? "type" : "types",
                                    BaselineRules.quoted(types)));
        }
    }

    private void runAsUser() {
        PodSecurityContext pod = spec.securityContext();
        if (pod.hasRunAsUser() && pod.runAsUser() == 0) {
            broken.add("runAsUser=0", "pod must not set runAsUser=0");
        }
        broken.add(
                "runAsUser=0",
                all.which(p -> p.security().hasRunAsUser() && p.security().runAsUser() == 0),
                "must not set runAsUser=0");
    }

    private void runAsNonRoot() {
        PodSecurityContext context = spec.securityContext();
        boolean pod = context.runAsNonRoot();
        if (context.hasRunAsNonRoot() && !pod) {
            broken.add(
                    "runAsNonRoot != true", "pod must not set securityContext.runAsNonRoot=false");
        }
        PodSecurityParts refusing =
                all.which(p -> p.security().hasRunAsNonRoot() && !p.security().runAsNonRoot());
        PodSecurityParts silent = all.which(p -> !p.security().hasRunAsNonRoot());
        broken.add(
                "runAsNonRoot != true",
                refusing,
                "must not set securityContext.runAsNonRoot=false");
        if (!context.hasRunAsNonRoot() && !silent.none()) {
            broken.add(
                    "runAsNonRoot != true",
                    "pod or %s must set securityContext.runAsNonRoot=true"
                            .formatted(silent.text()));
        }
    }

    private void capabilities() {
        broken.add(
                "unrestricted capabilities",
                all.which(p -> !p.security().capabilities().drop().contains("ALL")),
                "must set securityContext.capabilities.drop=[\"ALL\"]");
        PodSecurityParts adding = all.which(p -> !more(p.security()).isEmpty());
        broken.add(
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
        String rule = "seccompProfile";
        String unconfined = "must not set securityContext.seccompProfile.type to \"Unconfined\"";
        if (pod.equals("Unconfined")) {
            broken.add(rule, "pod " + unconfined);
        }
        broken.add(
                rule,
                all.which(p -> p.security().seccompProfile().type().equals("Unconfined")),
                unconfined);
        if (pod.isEmpty() && !silent.none()) {
            broken.add(
                    rule,
                    "pod or %s must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""
                            .formatted(silent.text()));
        }
    }
}

package dev.quilla.apiserver.admission;

import dev.quilla.model.core.v1.AppArmorProfile;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.SELinuxOptions;
import dev.quilla.model.core.v1.Sysctl;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What no ordinary pod needs: ways known to lead from a container to its machine. */
final class BaselineRules {

    private static final Set<String> CAPABILITIES =
            Set.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT");
    private static final Set<String> SELINUX_TYPES =
            Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");
    private static final Set<String> SYSCTLS =
            Set.of(
                    "kernel.shm_rmid_forced",
                    "net.ipv4.ip_local_port_range",
                    "net.ipv4.ip_unprivileged_port_start",
                    "net.ipv4.tcp_syncookies",
                    "net.ipv4.ping_group_range",
                    "net.ipv4.ip_local_reserved_ports",
                    "net.ipv4.tcp_keepalive_time",
                    "net.ipv4.tcp_fin_timeout",
                    "net.ipv4.tcp_keepalive_intvl",
                    "net.ipv4.tcp_keepalive_probes",
                    "net.ipv4.tcp_rmem",
                    "net.ipv4.tcp_wmem");
    private static final Set<String> APPARMOR = Set.of("", "RuntimeDefault", "Localhost");
    private static final String APPARMOR_ANNOTATION =
            "container.apparmor.security.beta.kubernetes.io/";
    private static final String UNCONFINED = "Unconfined";

    private final ObjectMeta metadata;
    private final PodSpec spec;
    private final PodSecurityParts all;
    private final List<String> broken = new ArrayList<>();

    BaselineRules(ObjectMeta metadata, PodSpec spec, PodSecurityParts all) {
        this.metadata = metadata;
        this.spec = spec;
        this.all = all;
    }

    List<String> broken() {
        hostNamespaces();
        PodSecurityParts privileged = all.which(p -> p.security().privileged());
        add("privileged", privileged, "must not set securityContext.privileged=true");
        capabilities();
        volumes();
        ports();
        add(
                "probe or lifecycle host",
                all.which(p -> !p.hosts().isEmpty()),
                "must not set host in probes or lifecycle hooks");
        appArmor();
        seLinux();
        add(
                "procMount",
                all.which(p -> !Set.of("", "Default").contains(p.security().procMount())),
                "must not set securityContext.procMount to anything but \"Default\"");
        seccomp();
        sysctls();
        windows();
        return broken;
    }

    private void add(String rule, PodSecurityParts parts, String what) {
        if (!parts.none()) {
            broken.add("%s (%s %s)".formatted(rule, parts.text(), what));
        }
    }

    private void hostNamespaces() {
        List<String> shared = new ArrayList<>();
        if (spec.hostNetwork()) {
            shared.add("hostNetwork=true");
        }
        if (spec.hostPID()) {
            shared.add("hostPID=true");
        }
        if (spec.hostIPC()) {
            shared.add("hostIPC=true");
        }
        if (!shared.isEmpty()) {
            broken.add("host namespaces (" + String.join(", ", shared) + ")");
        }
    }

    private void capabilities() {
        Function<PodSecurityParts.Part, Stream<String>> more =
                p ->
                        p.security().capabilities().add().stream()
                                .filter(c -> !CAPABILITIES.contains(c));
        PodSecurityParts parts = all.which(p -> more.apply(p).findAny().isPresent());
        add(
                "non-default capabilities",
                parts,
                "must not include "
                        + quoted(parts.stream().flatMap(more).toList())
                        + " in securityContext.capabilities.add");
    }

    private void volumes() {
        List<String> names =
                spec.volumes().stream().filter(Volume::hasHostPath).map(Volume::name).toList();
        if (!names.isEmpty()) {
            broken.add(
                    "hostPath volumes (%s %s)"
                            .formatted(names.size() == 1 ? "volume" : "volumes", quoted(names)));
        }
    }

    private void ports() {
        PodSecurityParts parts =
                all.which(p -> p.ports().stream().anyMatch(port -> port.hostPort() != 0));
        String numbers =
                parts.stream()
                        .flatMap(p -> p.ports().stream())
                        .filter(p -> p.hostPort() != 0)
                        .map(p -> Integer.toString(p.hostPort()))
                        .distinct()
                        .collect(Collectors.joining(", "));
        String verb = parts.parts().size() == 1 ? "uses" : "use";
        String ports = numbers.contains(",") ? "hostPorts" : "hostPort";
        add("hostPort", parts, verb + " " + ports + " " + numbers);
    }

    private void appArmor() {
        List<String> wrong = new ArrayList<>();
        if (isForbidden(spec.securityContext().appArmorProfile())) {
            wrong.add("pod must not set AppArmor profile type to \"Unconfined\"");
        }
        PodSecurityParts parts = all.which(p -> isForbidden(p.security().appArmorProfile()));
        if (!parts.none()) {
            wrong.add(parts.text() + " must not set AppArmor profile type to \"Unconfined\"");
        }
        metadata.annotations()
                .forEach((key, value) -> {
                    boolean fine =
                            value.equals("runtime/default") || value.startsWith("localhost/");
                    if (key.startsWith(APPARMOR_ANNOTATION) && !value.isEmpty() && !fine) {
                        wrong.add("%s=\"%s\"".formatted(key, value));
                    }
                });
        if (!wrong.isEmpty()) {
            broken.add("forbidden AppArmor profile (" + String.join(", ", wrong) + ")");
        }
    }

    private static boolean isForbidden(AppArmorProfile profile) {
        return !APPARMOR.contains(profile.type());
    }

    private void seLinux() {
        Set<String> wrong = new TreeSet<>();
        wrong(spec.securityContext().seLinuxOptions(), wrong);
        all.stream().forEach(p -> wrong(p.security().seLinuxOptions(), wrong));
        if (!wrong.isEmpty()) {
            broken.add("seLinuxOptions (pod or containers set " + String.join("; ", wrong) + ")");
        }
    }

    private static void wrong(SELinuxOptions options, Set<String> wrong) {
        if (!SELINUX_TYPES.contains(options.type())) {
            wrong.add("forbidden securityContext.seLinuxOptions: type \"" + options.type() + "\"");
        }
        if (!options.user().isEmpty()) {
            wrong.add("forbidden securityContext.seLinuxOptions: user may not be set");
        }
        if (!options.role().isEmpty()) {
            wrong.add("forbidden securityContext.seLinuxOptions: role may not be set");
        }
    }

    private void seccomp() {
        String what = "must not set securityContext.seccompProfile.type to \"Unconfined\"";
        if (spec.securityContext().seccompProfile().type().equals(UNCONFINED)) {
            broken.add("seccompProfile (pod " + what + ")");
        }
        add(
                "seccompProfile",
                all.which(p -> p.security().seccompProfile().type().equals(UNCONFINED)),
                what);
    }

    private void sysctls() {
        List<String> names =
                spec.securityContext().sysctls().stream()
                        .map(Sysctl::name)
                        .filter(n -> !SYSCTLS.contains(n))
                        .toList();
        if (!names.isEmpty()) {
            broken.add("forbidden sysctls (" + String.join(", ", names) + ")");
        }
    }

    private void windows() {
        String what = "must not set securityContext.windowsOptions.hostProcess=true";
        if (spec.securityContext().windowsOptions().hostProcess()) {
            broken.add("hostProcess (pod " + what + ")");
        }
        add("hostProcess", all.which(p -> p.security().windowsOptions().hostProcess()), what);
    }

    static String quoted(Collection<String> names) {
        return names.stream()
                .distinct()
                .map(n -> "\"" + n + "\"")
                .collect(Collectors.joining(", "));
    }
}

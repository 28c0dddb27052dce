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
import java.util.Map;
import java.util.Set;
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
            Set.of("", "container_t", "container_init_t", "container_kvm_t");

    /** Those that don't leave their namespace, and the versions since which they are allowed. */
    private static final Map<String, Integer> SYSCTLS =
            Map.ofEntries(
                    Map.entry("kernel.shm_rmid_forced", 0),
                    Map.entry("net.ipv4.ip_local_port_range", 0),
                    Map.entry("net.ipv4.ip_unprivileged_port_start", 0),
                    Map.entry("net.ipv4.tcp_syncookies", 0),
                    Map.entry("net.ipv4.ping_group_range", 0),
                    Map.entry("net.ipv4.ip_local_reserved_ports", 27),
                    Map.entry("net.ipv4.tcp_keepalive_time", 29),
                    Map.entry("net.ipv4.tcp_fin_timeout", 29),
                    Map.entry("net.ipv4.tcp_keepalive_intvl", 29),
                    Map.entry("net.ipv4.tcp_keepalive_probes", 29),
                    Map.entry("net.ipv4.tcp_rmem", 32),
                    Map.entry("net.ipv4.tcp_wmem", 32));

    private static final Set<String> APPARMOR = Set.of("", "RuntimeDefault", "Localhost");
    private static final String APPARMOR_ANNOTATION =
            "container.apparmor.security.beta.kubernetes.io/";
    private static final String UNCONFINED = "Unconfined";

    private final ObjectMeta metadata;
    private final PodSpec spec;
    private final PodSecurityParts all;
    private final PodSecurityVersion version;
    private final BrokenRules broken;

    BaselineRules(
            ObjectMeta metadata,
            PodSpec spec,
            PodSecurityParts all,
            PodSecurityVersion version,
            BrokenRules broken) {
        this.metadata = metadata;
        this.spec = spec;
        this.all = all;
        this.version = version;
        this.broken = broken;
    }

    /**
     * Notes what is broken.
     *
     * @param restricted whether the restricted rules are looked at too, which ask more in some
     *     places and then speak for both
     */
    void check(boolean restricted) {
        appArmor();
        if (!restricted || !version.has(RestrictedRules.CAPABILITIES_SINCE)) {
            capabilities();
        }
        hostNamespaces();
        if (!restricted) {
            volumes();
        }
        ports();
        if (version.has(34)) {
            hosts();
        }
        PodSecurityParts privileged = all.which(p -> p.security().privileged());
        broken.add("privileged", privileged, "must not set securityContext.privileged=true");
        if (restricted || spec.hostUsers() || !spec.hasHostUsers() || !version.has(35)) {
            procMount();
        }
        seLinux();
        if (version.has(RestrictedRules.SECCOMP_SINCE) && !restricted) {
            seccomp();
        }
        sysctls();
        windows();
    }

    private void hosts() {
        PodSecurityParts parts = all.which(p -> !p.hosts().isEmpty());
        List<String> hosts = parts.stream().flatMap(p -> p.hosts().stream()).distinct().toList();
        broken.add(
                "probe or lifecycle host",
                parts,
                "%s probe or lifecycle %s %s"
                        .formatted(
                                parts.parts().size() == 1 ? "uses" : "use",
                                hosts.size() == 1 ? "host" : "hosts",
                                quoted(hosts)));
    }

    private void procMount() {
        PodSecurityParts parts =
                all.which(p -> !Set.of("", "Default").contains(p.security().procMount()));
        broken.add(
                "procMount",
                parts,
                "must not set securityContext.procMount to "
                        + quoted(parts.stream().map(p -> p.security().procMount()).toList()));
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
            broken.add("host namespaces", String.join(", ", shared));
        }
    }

    private void capabilities() {
        Function<PodSecurityParts.Part, Stream<String>> more =
                p ->
                        p.security().capabilities().add().stream()
                                .filter(c -> !CAPABILITIES.contains(c));
        PodSecurityParts parts = all.which(p -> more.apply(p).findAny().isPresent());
        broken.add(
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
                    "hostPath volumes",
                    (names.size() == 1 ? "volume " : "volumes ") + quoted(names));
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
        broken.add("hostPort", parts, verb + " " + ports + " " + numbers);
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
            broken.add("forbidden AppArmor profile", String.join(", ", wrong));
        }
    }

    private static boolean isForbidden(AppArmorProfile profile) {
        return !APPARMOR.contains(profile.type());
    }

    private void seLinux() {
        List<String> wrong = wrong(spec.securityContext().seLinuxOptions());
        PodSecurityParts parts = all.which(p -> !wrong(p.security().seLinuxOptions()).isEmpty());
        List<String> who = new ArrayList<>();
        if (!wrong.isEmpty()) {
            who.add("pod");
        }
        if (!parts.none()) {
            who.add(parts.text());
        }
        List<String> what =
                Stream.concat(
                                wrong.stream(),
                                parts.stream()
                                        .flatMap(
                                                p -> wrong(p.security().seLinuxOptions()).stream()))
                        .distinct()
                        .toList();
        if (!what.isEmpty()) {
            broken.add(
                    "seLinuxOptions",
                    "%s set forbidden securityContext.seLinuxOptions: %s"
                            .formatted(String.join(" and ", who), String.join("; ", what)));
        }
    }

    private List<String> wrong(SELinuxOptions options) {
        List<String> wrong = new ArrayList<>();
        boolean engine = options.type().equals("container_engine_t") && version.has(31);
        if (!SELINUX_TYPES.contains(options.type()) && !engine) {
            wrong.add("type \"" + options.type() + "\"");
        }
        if (!options.user().isEmpty()) {
            wrong.add("user may not be set");
        }
        if (!options.role().isEmpty()) {
            wrong.add("role may not be set");
        }
        return wrong;
    }

    private void seccomp() {
        String what = "must not set securityContext.seccompProfile.type to \"Unconfined\"";
        if (spec.securityContext().seccompProfile().type().equals(UNCONFINED)) {
            broken.add("seccompProfile", "pod " + what);
        }
        broken.add(
                "seccompProfile",
                all.which(p -> p.security().seccompProfile().type().equals(UNCONFINED)),
                what);
    }

    private void sysctls() {
        List<String> names =
                spec.securityContext().sysctls().stream()
                        .map(Sysctl::name)
                        .filter(n -> !SYSCTLS.containsKey(n) || !version.has(SYSCTLS.get(n)))
                        .toList();
        if (!names.isEmpty()) {
            broken.add("forbidden sysctls", String.join(", ", names));
        }
    }

    private void windows() {
        String what = "must not set securityContext.windowsOptions.hostProcess=true";
        if (spec.securityContext().windowsOptions().hostProcess()) {
            broken.add("hostProcess", "pod " + what);
        }
        broken.add(
                "hostProcess", all.which(p -> p.security().windowsOptions().hostProcess()), what);
    }

    static String quoted(Collection<String> names) {
        return names.stream()
                .distinct()
                .map(n -> "\"" + n + "\"")
                .collect(Collectors.joining(", "));
    }
}

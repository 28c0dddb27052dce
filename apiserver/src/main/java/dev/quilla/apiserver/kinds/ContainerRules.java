package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.FieldRules.between;
import static dev.quilla.apiserver.kinds.FieldRules.oneOf;
import static dev.quilla.apiserver.kinds.FieldRules.required;
import static dev.quilla.apiserver.kinds.FieldRules.text;
import static dev.quilla.apiserver.kinds.PartRules.part;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.ContainerPort;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.SecurityContext;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What containers of a pod look like, whenever they run. */
final class ContainerRules {

    private static final int PORT_MAX = 65535;
    private static final String SIDECARS_ONLY =
            "may not be set for init containers without restartPolicy=Always";
    private static final List<String> OF_RUNNING =
            List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe");

    private static final FieldRules RULES =
            FieldRules.of(
                    between("securityContext.runAsUser", 0, Integer.MAX_VALUE),
                    between("securityContext.runAsGroup", 0, Integer.MAX_VALUE),
                    part("securityContext", ContainerRules::privileges),
                    part("securityContext.seccompProfile", ContainerRules::seccomp),
                    part("securityContext.appArmorProfile", ContainerRules::appArmor),
                    oneOf("restartPolicy", "Always", "Never", "OnFailure"),
                    text("ports[].name", FormRules::portName),
                    text("env[].name", FormRules::variable),
                    required("env[].name", ""),
                    part("env[]", EnvironmentRules::variable),
                    text("envFrom[].prefix", FormRules::variable),
                    part("envFrom[]", EnvironmentRules::all),
                    part("livenessProbe", HandlerRules::probe),
                    part("readinessProbe", HandlerRules::probe),
                    part("startupProbe", HandlerRules::probe));

    private final PodSpec spec;
    private final Map<String, Volume> volumes;
    private final Set<String> claims = new HashSet<>();
    private final List<FieldError> errors;
    private final Set<String> names = new HashSet<>();
    private final Set<String> hostPorts = new HashSet<>();

    /**
     * Rules of a pod's containers.
     *
     * @param volumes the pod's volumes, by name
     */
    ContainerRules(PodSpec spec, Map<String, Volume> volumes, List<FieldError> errors) {
        this.spec = spec;
        this.volumes = volumes;
        this.errors = errors;
        spec.resourceClaims().forEach(claim -> claims.add(claim.name()));
    }

    /** Checks one after the other: they share names and the host's ports. */
    void check(Container container, boolean init, String at) {
        name(container, at);
        image(container, at);
        processes(container, at);
        errors.addAll(RULES.check(container.struct(), Optional.empty(), at));
        ports(container, init, at);
        MountRules.check(container, volumes, at, errors);
        AmountRules.container(container.resources(), claims, at + ".resources", errors);
        if (init && !container.restartPolicy().equals("Always")) {
            OF_RUNNING.stream()
                    .filter(field -> container.struct().find(field).isPresent())
                    .forEach(field ->
                            errors.add(FieldError.forbidden(at + "." + field, SIDECARS_ONLY)));
        } else if (container.hasLifecycle()) {
            HandlerRules.lifecycle(
                    container.lifecycle(),
                    at + ".lifecycle",
                    spec.terminationGracePeriodSeconds(),
                    !spec.os().name().isEmpty(),
                    errors);
        }
    }

    private void name(Container container, String at) {
        if (container.name().isEmpty()) {
            return; // Told already: every required text is checked for every kind.
        }
        Names.label(container.name())
                .ifPresent(p -> errors.add(FieldError.invalid(at + ".name", container.name(), p)));
        if (!names.add(container.name())) {
            errors.add(FieldError.duplicate(at + ".name", container.name()));
        }
    }

    private void image(Container container, String at) {
        if (container.image().isEmpty()) {
            errors.add(FieldError.required(at + ".image", ""));
        }
    }

    /** The host's own view of its processes is for pods with users of their own. */
    private void processes(Container container, String at) {
        boolean ownUsers = spec.hasHostUsers() && !spec.hostUsers();
        String mount = container.securityContext().procMount();
        if (mount.equals("Unmasked") && !ownUsers) {
            errors.add(
                    FieldError.invalid(
                            at + ".securityContext.procMount",
                            mount,
                            "`hostUsers` must be false to use `Unmasked`"));
        }
    }

    private void ports(Container container, boolean init, String at) {
        Set<String> portNames = new HashSet<>();
        for (int i = 0; i < container.ports().size(); i++) {
            ContainerPort port = container.ports().get(i);
            String place = at + ".ports[" + i + "]";
            number(port.containerPort(), place + ".containerPort");
            if (port.hasHostPort() && port.hostPort() != 0) {
                number(port.hostPort(), place + ".hostPort");
                hostPort(port, init, place);
            }
            if (!port.name().isEmpty() && !portNames.add(port.name())) {
                errors.add(FieldError.duplicate(place + ".name", port.name()));
            }
        }
    }

    private void hostPort(ContainerPort port, boolean init, String at) {
        if (spec.hostNetwork() && port.hostPort() != port.containerPort()) {
            errors.add(
                    FieldError.invalid(
                            at + ".containerPort",
                            port.containerPort(),
                            "must match `hostPort` when `hostNetwork` is true"));
        }
        String id = port.protocol() + "/" + port.hostIP() + "/" + port.hostPort();
        if (!init && !hostPorts.add(id)) {
            errors.add(FieldError.duplicate(at + ".hostPort", id));
        }
    }

    private void number(int port, String at) {
        if (port < 1 || port > PORT_MAX) {
            errors.add(FieldError.invalid(at, port, "must be between 1 and 65535, inclusive"));
        }
    }

    private static void privileges(Struct part, String at, List<FieldError> errors) {
        SecurityContext context = new SecurityContext(part);
        if (!context.hasAllowPrivilegeEscalation() || context.allowPrivilegeEscalation()) {
            return;
        }
        if (context.privileged()) {
            errors.add(
                    FieldError.invalid(
                            at,
                            part,
                            "cannot set `allowPrivilegeEscalation` to false and `privileged` to"
                                    + " true"));
        }
        if (context.capabilities().add().contains("CAP_SYS_ADMIN")) {
            errors.add(
                    FieldError.invalid(
                            at,
                            part,
                            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add`"
                                    + " CAP_SYS_ADMIN"));
        }
    }

    static void seccomp(Struct part, String at, List<FieldError> errors) {
        profile(part, at, "seccomp", errors);
        MountRules.descends(part.text("localhostProfile"), at + ".localhostProfile", errors);
    }

    static void appArmor(Struct part, String at, List<FieldError> errors) {
        profile(part, at, "AppArmor", errors);
    }

    /** A profile of the node is named where one is meant, and only there. */
    private static void profile(Struct part, String at, String what, List<FieldError> errors) {
        boolean local = part.text("type").equals("Localhost");
        boolean named = !part.text("localhostProfile").isEmpty();
        String place = at + ".localhostProfile";
        if (local && !named) {
            errors.add(
                    FieldError.required(place, "must be set when " + what + " type is Localhost"));
        } else if (named && !local) {
            errors.add(
                    FieldError.invalid(
                            place,
                            part.text("localhostProfile"),
                            "can only be set when " + what + " type is Localhost"));
        }
    }
}
